// The writer thread: the only writer of the database file. Everything that waits when it wakes is one group: one
// transaction, one sync of the disk, then the answers.
import { once } from "node:events";
import {
	type MessagePort,
	parentPort,
	receiveMessageOnPort,
} from "node:worker_threads";
import { Connection } from "./connection.ts";
import { createProbe, PROBE_PROGRAM } from "./probe-program.ts";
import type { CreateWriteProgram, WriteProgram } from "./program.ts";
import { toSentError } from "./thread-errors.ts";
import type {
	ToWriter,
	WriterReply,
	WriterRequest,
} from "./writer-messages.ts";

const port = parentPort as MessagePort;
const [opening] = (await once(port, "message")) as [
	Extract<ToWriter, { kind: "open" }>,
];
const connection = new Connection(opening.file);
const programs = new Map<string, WriteProgram>([
	[PROBE_PROGRAM, createProbe(connection)],
]);
let idleIsScheduled = false;

// The log is moved into the database often enough to stay small; what a burst left is cut back.
connection.exec("PRAGMA journal_size_limit=67108864; PRAGMA cache_size=-8000");
port.on("message", (first: ToWriter) => handle([first, ...waiting()]));
port.postMessage({ kind: "ready" });

function* waiting(): Generator<ToWriter> {
	for (;;) {
		const next = receiveMessageOnPort(port);
		if (next === undefined) return;
		yield next.message as ToWriter;
	}
}

function handle(messages: readonly ToWriter[]): void {
	const requests = messages.flatMap((message) =>
		message.kind === "requests" ? message.requests : [],
	);
	if (requests.length > 0)
		port.postMessage({ kind: "replies", replies: commitGroup(requests) });
	for (const message of messages) {
		if (message.kind === "load") void load(message.program);
		if (message.kind === "close") close();
	}
	scheduleIdleWork();
}

async function load(program: string): Promise<void> {
	try {
		const module = (await import(program)) as {
			createProgram: CreateWriteProgram;
		};
		programs.set(program, module.createProgram(connection));
		port.postMessage({ kind: "loaded", program });
		scheduleIdleWork();
	} catch (error) {
		port.postMessage({ kind: "loaded", program, error: toSentError(error) });
	}
}

/**
 * Nothing is answered before the commit; a group that cannot be committed has failed for all of its senders. Hardly any
 * request fails, so a group is first tried without savepoints, and done again with them when one did.
 */
function commitGroup(requests: readonly WriterRequest[]): WriterReply[] {
	try {
		return commit(requests, runRequest);
	} catch {
		return commitApart(requests);
	}
}

function commitApart(requests: readonly WriterRequest[]): WriterReply[] {
	try {
		return commit(requests, runApart);
	} catch (error) {
		const sent = toSentError(error);
		return requests.map(({ id }) => ({ id, error: sent }));
	}
}

/** One transaction. What is thrown undoes all of it. */
function commit(
	requests: readonly WriterRequest[],
	runOne: (request: WriterRequest) => WriterReply,
): WriterReply[] {
	try {
		connection.exec("BEGIN IMMEDIATE");
		const replies = requests.map(runOne);
		for (const program of programs.values()) program.beforeCommit?.();
		connection.exec("COMMIT");
		return replies;
	} catch (error) {
		undo("ROLLBACK");
		throw error;
	}
}

function runRequest({
	id,
	program: name,
	payload,
}: WriterRequest): WriterReply {
	const program = programs.get(name);
	if (program === undefined)
		throw new Error(`The program ${name} is not loaded.`);
	return { id, value: program.run(payload) };
}

/** A failure undoes this request only, unless SQLite had to give the whole transaction up (a full disk, an I/O error). */
function runApart(request: WriterRequest): WriterReply {
	connection.run("SAVEPOINT request");
	try {
		const reply = runRequest(request);
		connection.run("RELEASE request");
		return reply;
	} catch (error) {
		if (!connection.inTransaction) throw error;
		undo("ROLLBACK TO request; RELEASE request");
		return { id: request.id, error: toSentError(error) };
	}
}

function undo(sql: string): void {
	if (connection.inTransaction) connection.exec(sql);
	for (const program of programs.values()) program.rolledBack?.();
}

/** Background work runs one step at a time between messages, so a request waits for one step at most. */
function scheduleIdleWork(): void {
	if (idleIsScheduled) return;
	idleIsScheduled = true;
	setImmediate(() => {
		idleIsScheduled = false;
		if (runIdleWork()) scheduleIdleWork();
	});
}

function runIdleWork(): boolean {
	let hasMore = false;
	for (const program of programs.values()) {
		if (program.idle === undefined) continue;
		try {
			connection.exec("BEGIN IMMEDIATE");
			hasMore = program.idle() || hasMore;
			connection.exec("COMMIT");
		} catch {
			// Nobody waits for it: it is tried again after the next group.
			undo("ROLLBACK");
		}
	}
	return hasMore;
}

function close(): void {
	try {
		connection.exec("PRAGMA wal_checkpoint(TRUNCATE)");
	} catch {
		// A full disk, as a rule. Nothing is lost: the log stays, and whoever opens the file next reads it.
	}
	connection.close();
	port.postMessage({ kind: "closed" });
	port.close();
}
