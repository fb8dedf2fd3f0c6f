import type { Plan, Sample } from "../load/plan.ts";
import type { Load } from "./load.ts";
import { median } from "./statistics.ts";

/** One of the two that are compared. */
export interface Side {
	readonly pid: number;
	readonly plan: Plan;
}

export interface ContestOptions {
	readonly load: Pick<Load, "run">;
	/** How often the two take turns. */
	readonly rounds: number;
	/** How long each turn is measured. */
	readonly seconds: number;
	/** How long each runs before, so that its code is compiled. */
	readonly warmUpSeconds: number;
}

export interface Contest {
	readonly ours: readonly Sample[];
	readonly theirs: readonly Sample[];
	/** Ours over theirs, of each round. */
	readonly ratios: readonly number[];
	/**
	 * The same of their servers' processor time for one answer: what the ratio would be were nothing else running. Empty where
	 * the machine does not tell.
	 */
	readonly cpuRatios: readonly number[];
	/** Why the figure says nothing, or null. */
	readonly voidReason: string | null;
}

/** A core that is so busy is the limit. */
const BUSY = 0.9;

/** Lets the two take turns; who goes first changes with each round. */
export async function compare(
	ours: Side,
	theirs: Side,
	options: ContestOptions,
): Promise<Contest> {
	const { load, rounds, seconds, warmUpSeconds } = options;
	const run = ({ pid, plan }: Side, duration: number) =>
		load.run({ plan, seconds: duration, serverPid: pid });
	await run(theirs, warmUpSeconds);
	await run(ours, warmUpSeconds);
	const taken: Round[] = [];
	for (let round = 0; round < rounds; round++) {
		if (round % 2 === 0) {
			const first = await run(ours, seconds);
			taken.push({ ours: first, theirs: await run(theirs, seconds) });
		} else {
			const first = await run(theirs, seconds);
			taken.push({ theirs: first, ours: await run(ours, seconds) });
		}
	}
	return judge(taken);
}

/** One turn of each. */
export interface Round {
	readonly ours: Sample;
	readonly theirs: Sample;
}

export function judge(rounds: readonly Round[]): Contest {
	const ours = rounds.map((round) => round.ours);
	const theirs = rounds.map((round) => round.theirs);
	return {
		ours,
		theirs,
		ratios: rounds.map((round) => round.ours.rate / round.theirs.rate),
		cpuRatios: rounds.flatMap(cpuRatio),
		voidReason: voidReason(ours, "ours") ?? voidReason(theirs, "theirs"),
	};
}

function cpuRatio(round: Round): number[] {
	const ours = round.ours.serverMicroseconds;
	const theirs = round.theirs.serverMicroseconds;
	return ours === null || theirs === null ? [] : [theirs / ours];
}

/** Where the load's core is busy and the server's is not, the load was measured and not the server. */
function voidReason(samples: readonly Sample[], side: string): string | null {
	const load = median(samples.map(({ loadBusy }) => loadBusy));
	const server = median(samples.map(({ serverBusy }) => serverBusy ?? 0));
	if (load <= BUSY || server > BUSY) return null;
	return `the load generator was the limit (${side}: load ${percent(load)} busy, server ${percent(server)})`;
}

export function percent(share: number): string {
	return `${Math.round(share * 100)} %`;
}
