/** What happened to one key, as places in the trace: smaller is earlier. */
export interface KeyTrace {
	/** The request was read from its socket. */
	received?: number;
	/** The key was first written to the log of the database. */
	logged?: number;
	/** The answer went to the socket. */
	answered?: number;
}

export interface Sync {
	readonly begun: number;
	ended: number;
}

export interface Trace {
	readonly keys: ReadonlyMap<string, KeyTrace>;
	/** The syncs of the log, in order. */
	readonly syncs: readonly Sync[];
}

const CALL = /^\d+ +(?:<\.\.\. )?(\w+)/;
const READS: ReadonlySet<string> = new Set([
	"read",
	"readv",
	"recvfrom",
	"recvmsg",
]);
const WRITES: ReadonlySet<string> = new Set([
	"write",
	"writev",
	"sendto",
	"sendmsg",
]);
const SYNCS: ReadonlySet<string> = new Set(["fsync", "fdatasync"]);

/**
 * Reads what `strace -f -y` wrote. A call that another thread's came between stands on two lines, begun and resumed: what
 * is read is seen where the call ends, and what is written where it begins. `key` matches the ids of keys.
 */
export function readTrace(text: string, key: RegExp): Trace {
	const keys = new Map<string, KeyTrace>();
	const syncs: Sync[] = [];
	const open = new Map<string, Sync>();
	for (const [place, line] of text.split("\n").entries()) {
		const call = CALL.exec(line)?.[1] ?? "";
		if (SYNCS.has(call)) readSync(line, place, syncs, open);
		const step = stepOf(call, line);
		if (step === null) continue;
		for (const [id] of line.matchAll(key)) {
			const seen = keys.get(id) ?? {};
			seen[step] ??= place;
			keys.set(id, seen);
		}
	}
	return { keys, syncs };
}

function stepOf(call: string, line: string): keyof KeyTrace | null {
	if (READS.has(call)) return "received";
	if (WRITES.has(call)) return "answered";
	return call === "pwrite64" && line.includes("-wal>") ? "logged" : null;
}

/** Only a sync that succeeded counts. */
function readSync(
	line: string,
	place: number,
	syncs: Sync[],
	open: Map<string, Sync>,
): void {
	const thread = line.slice(0, line.indexOf(" "));
	const succeeded = / = 0$/.test(line);
	const resumed = open.get(thread);
	if (resumed !== undefined) {
		open.delete(thread);
		if (succeeded) resumed.ended = place;
		return;
	}
	if (!line.includes("-wal>")) return;
	const sync = {
		begun: place,
		ended: succeeded ? place : Number.POSITIVE_INFINITY,
	};
	syncs.push(sync);
	if (line.includes("<unfinished")) open.set(thread, sync);
}
