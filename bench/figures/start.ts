import { spawnSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import type { Bench, Figure } from "../lib/bench.ts";
import { startGateway } from "../lib/children.ts";
import { residentMegabytes } from "../lib/cpu-time.ts";
import type { Row } from "../lib/row.ts";
import { median, spread } from "../lib/statistics.ts";

const STARTS = 10;
/** After it is ready, until the memory that starting took has been given back or not. */
const SETTLE_MS = 500;

export const start: Figure = {
	name: "start",
	summary:
		"time until ready on SQLite, beyond what `node -e 0` takes, and memory then; in a new data folder and in one that exists",
	async measure(bench) {
		const existing = await bench.folder();
		await startOnce(existing);
		const empty: number[] = [];
		const fresh: Start[] = [];
		const again: Start[] = [];
		for (let n = 0; n < STARTS; n++) {
			empty.push(startNode());
			fresh.push(await startOnce(await bench.folder()));
			again.push(await startOnce(existing));
		}
		const rows = [
			timeRow("ready, new data folder", fresh, empty),
			timeRow("ready, existing data folder", again, empty),
			memoryRow("resident memory after ready", [...fresh, ...again]),
		];
		report(bench, rows);
		return rows;
	},
};

interface Start {
	readonly ms: number;
	/** As soon as it was ready, and a moment later. */
	readonly megabytes: number;
	readonly settledMegabytes: number;
}

/** Not pinned: a person who starts it has all cores too. */
async function startOnce(folder: string): Promise<Start> {
	const gateway = await startGateway(folder, null);
	const megabytes = residentMegabytes(gateway.pid) ?? Number.NaN;
	await sleep(SETTLE_MS);
	const settledMegabytes = residentMegabytes(gateway.pid) ?? Number.NaN;
	await gateway.stop();
	return { ms: gateway.readyMs, megabytes, settledMegabytes };
}

function startNode(): number {
	const begun = performance.now();
	spawnSync(process.execPath, ["-e", "0"]);
	return performance.now() - begun;
}

function timeRow(
	what: string,
	starts: readonly Start[],
	empty: readonly number[],
): Row {
	const times = starts.map(({ ms }) => ms);
	const base = median(empty);
	const beyond = times.map((ms) => ms - base);
	return {
		figure: "start",
		what,
		ours: `${median(times).toFixed(0)} ms`,
		opponent: `node -e 0: ${base.toFixed(0)} ms`,
		value: median(beyond),
		unit: "ms",
		spread: spread(beyond),
		target: { atMost: 250 },
		voidReason: null,
		measured: { times, empty },
	};
}

/** The larger of what was seen at once and a moment later. */
function memoryRow(what: string, starts: readonly Start[]): Row {
	const sizes = starts.map(({ megabytes, settledMegabytes }) =>
		Math.max(megabytes, settledMegabytes),
	);
	return {
		figure: "start",
		what,
		ours: `${median(sizes).toFixed(1)} MB`,
		opponent: "",
		value: median(sizes),
		unit: "MB",
		spread: spread(sizes),
		target: { atMost: 90 },
		voidReason: Number.isNaN(median(sizes))
			? "this machine does not tell (/proc)"
			: null,
		measured: starts,
	};
}

function report(bench: Bench, rows: readonly Row[]): void {
	for (const { what, ours } of rows) bench.say(`  ${what}: ${ours}`);
}
