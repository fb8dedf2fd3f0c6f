import { median, spread } from "./statistics.ts";

/** Something that is done over and over in this process. */
export interface Work {
	/** How many of what is counted one run does. */
	readonly units: number;
	run(): void | Promise<void>;
}

export interface Turns {
	/** Processor time for a unit, in nanoseconds, of each round. */
	readonly ours: readonly number[];
	readonly theirs: readonly number[];
	/** Ours over theirs, of each round. */
	readonly ratios: readonly number[];
}

interface TurnsOptions {
	readonly rounds: number;
	readonly seconds: number;
	readonly warmUpSeconds: number;
}

/**
 * Lets two works take turns in this process; who goes first changes with each round. What is measured is the processor's time, which neighbours
 * disturb least.
 */
export async function takeTurns(
	ours: Work,
	theirs: Work,
	{ rounds, seconds, warmUpSeconds }: TurnsOptions,
): Promise<Turns> {
	await repeat(theirs, warmUpSeconds);
	await repeat(ours, warmUpSeconds);
	const taken = { ours: [] as number[], theirs: [] as number[] };
	for (let round = 0; round < rounds; round++) {
		const oursFirst = round % 2 === 0;
		if (oursFirst) taken.ours.push(await repeat(ours, seconds));
		taken.theirs.push(await repeat(theirs, seconds));
		if (!oursFirst) taken.ours.push(await repeat(ours, seconds));
	}
	const ratios = taken.ours.map(
		(cost, round) => cost / (taken.theirs[round] ?? Number.NaN),
	);
	return { ...taken, ratios };
}

/** Nanoseconds of processor time for a unit. */
async function repeat(work: Work, seconds: number): Promise<number> {
	const end = performance.now() + seconds * 1000;
	const before = process.cpuUsage();
	let units = 0;
	do {
		const running = work.run();
		// What does not wait is not made to: a pause would cost more than what is measured.
		if (running !== undefined) await running;
		units += work.units;
	} while (performance.now() < end);
	const { user, system } = process.cpuUsage(before);
	return ((user + system) * 1000) / units;
}

/** For people: "85 ns (80–91)". */
export function describeCost(costs: readonly number[]): string {
	const [least, most] = spread(costs);
	const show = (nanoseconds: number) =>
		nanoseconds < 10_000 ? [nanoseconds, "ns"] : [nanoseconds / 1000, "µs"];
	const [middle, unit] = show(median(costs)) as [number, string];
	const scale = unit === "ns" ? 1 : 1000;
	return `${middle.toFixed(0)} ${unit} (${(least / scale).toFixed(0)}–${(most / scale).toFixed(0)})`;
}
