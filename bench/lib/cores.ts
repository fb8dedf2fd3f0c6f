import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** Where the two sides of a measurement run, so that neither takes time from the other. */
export interface Cores {
	readonly server: number;
	readonly load: number;
}

/** Null where processes cannot be kept on a core, or where there is only one: the result then says so. */
export function chooseCores(): Cores | null {
	if (spawnSync("taskset", ["--version"]).status !== 0) return null;
	const [server, ...others] = allowedCores();
	const load = others.at(-1);
	if (server === undefined || load === undefined) return null;
	return { server, load };
}

/** True where the two cores are one, seen twice (hyper-threading); null where the machine does not tell. */
export function shareOneCore({ server, load }: Cores): boolean | null {
	const siblings = readText(
		`/sys/devices/system/cpu/cpu${server}/topology/thread_siblings_list`,
	);
	return siblings === null ? null : parseList(siblings).includes(load);
}

/** The command line that runs this one on a core; null leaves it where the system puts it. */
export function onCore(
	core: number | null,
	command: readonly string[],
): [string, string[]] {
	const pinned =
		core === null ? command : ["taskset", "-c", String(core), ...command];
	const [first = "", ...rest] = pinned;
	return [first, rest];
}

function allowedCores(): number[] {
	const status = readText("/proc/self/status") ?? "";
	return parseList(/^Cpus_allowed_list:\s*(.*)$/m.exec(status)?.[1] ?? "");
}

/** "0-2,5" → 0, 1, 2, 5. */
function parseList(text: string): number[] {
	return text
		.trim()
		.split(",")
		.filter((range) => range !== "")
		.flatMap((range) => {
			const [first = 0, last = first] = range.split("-").map(Number);
			return Array.from({ length: last - first + 1 }, (_, n) => first + n);
		});
}

function readText(file: string): string | null {
	try {
		return readFileSync(file, "utf8");
	} catch {
		return null;
	}
}
