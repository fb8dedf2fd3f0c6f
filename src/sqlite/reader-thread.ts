// The reader thread: searches and scans, one at a time, so that the main thread never waits for a long one.
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { Connection } from "./connection.ts";
import type { CreateReadProgram, ReadProgram } from "./program.ts";
import {
	END,
	IN_FLIGHT_MAX,
	type ReaderReply,
	type ReaderRequest,
	type ReaderStart,
} from "./reader-messages.ts";
import { toSentError } from "./thread-errors.ts";

const port = parentPort as MessagePort;
const start = workerData as ReaderStart;
const unwanted = new Int32Array(start.unwanted);
const connection = new Connection(start.file, { readOnly: true });
const programs = new Map<string, Promise<ReadProgram>>();
let current = 0;

connection.define("still_wanted", () => {
	assertWanted();
	return 1;
});
port.on("message", (request: ReaderRequest | typeof END) => {
	if (request === END) end();
	else void answer(request);
});

function end(): void {
	port.close();
	connection.close();
}

async function answer(request: ReaderRequest): Promise<void> {
	let reply: ReaderReply;
	try {
		const program = await load(request.program);
		reply = { id: request.id, value: run(program, request) };
	} catch (error) {
		reply = { id: request.id, error: toSentError(error) };
	}
	port.postMessage(reply);
}

function load(url: string): Promise<ReadProgram> {
	const known = programs.get(url);
	if (known !== undefined) return known;
	const loading = (
		import(url) as Promise<{ createProgram: CreateReadProgram }>
	).then((module) => module.createProgram(connection));
	programs.set(url, loading);
	return loading;
}

/** One read transaction: whatever a request reads is of one moment. */
function run(program: ReadProgram, request: ReaderRequest): unknown {
	current = request.id;
	assertWanted();
	connection.exec("BEGIN");
	try {
		return program.run(request.payload);
	} finally {
		connection.exec("ROLLBACK");
	}
}

function assertWanted(): void {
	if (Atomics.load(unwanted, current % IN_FLIGHT_MAX) === current)
		throw new Error("Nobody waits for this search any more.");
}
