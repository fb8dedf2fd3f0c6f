import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { createError } from "../errors/gateway-error.ts";
import { moduleUrl } from "./program.ts";
import {
	END,
	IN_FLIGHT_MAX,
	type ReaderReply,
	type ReaderStart,
} from "./reader-messages.ts";
import { fromSentError, ThreadGone } from "./thread-errors.ts";

/** How long a search that does not look whether it is wanted may hold up a stop. */
const END_PATIENCE_MS = 10_000;

interface Job {
	readonly program: string;
	readonly payload: unknown;
	readonly resolve: (value: unknown) => void;
	readonly reject: (error: unknown) => void;
}

/**
 * The main thread's end of the reader thread, which is started by the first request and again after a crash. A few requests
 * are with the thread, which does them one after the other and need not wait for the next; the others wait here.
 */
export class Reader {
	readonly #file: string;
	readonly #queueMax: number;
	readonly #unwanted = new Int32Array(
		new SharedArrayBuffer(IN_FLIGHT_MAX * Int32Array.BYTES_PER_ELEMENT),
	);
	#worker: Worker | undefined;
	#waiting: Job[] = [];
	/** With the thread, by their ids, in the order in which it does them. */
	#running = new Map<number, Job>();
	#lastId = 0;
	#stage: "open" | "closed" = "open";

	constructor(file: string, queueMax: number) {
		this.#file = file;
		this.#queueMax = queueMax;
	}

	/**
	 * Rejects with what the program threw, with `api.process.overloaded`, with the signal's reason as soon as it aborts (the
	 * thread then stops at its next look), with a ThreadFailure or a ThreadGone.
	 */
	send(
		program: string,
		payload: unknown,
		signal: AbortSignal | undefined,
	): Promise<unknown> {
		if (signal?.aborted) return Promise.reject(signal.reason);
		if (this.#stage === "closed")
			return Promise.reject(new ThreadGone(false, undefined));
		const behind = this.#waiting.length + Math.max(0, this.#running.size - 1);
		if (behind >= this.#queueMax)
			return Promise.reject(createError("api.process.overloaded"));
		return new Promise((resolve, reject) => {
			const job = withSignal(
				{ program, payload, resolve, reject },
				signal,
				(dropped) => this.#drop(dropped),
			);
			this.#waiting.push(job);
			this.#next();
		});
	}

	async close(): Promise<void> {
		this.#stage = "closed";
		const worker = this.#worker;
		if (worker === undefined) return;
		for (const id of this.#running.keys()) this.#unwant(id);
		// A thread that is ended from outside while SQL calls a function of it takes the whole process with it.
		worker.postMessage(END);
		await endOf(worker);
	}

	#next(): void {
		while (this.#running.size < IN_FLIGHT_MAX) {
			const job = this.#waiting.shift();
			if (job === undefined) return;
			// Ids stay positive Int32 numbers: 0 in the shared memory means that every request is wanted.
			this.#lastId = (this.#lastId % 0x7fff_ffff) + 1;
			this.#running.set(this.#lastId, job);
			const { program, payload } = job;
			this.#worker ??= this.#start();
			this.#worker.postMessage({ id: this.#lastId, program, payload });
		}
	}

	#drop(dropped: Job): void {
		for (const [id, job] of this.#running)
			if (job === dropped) {
				this.#unwant(id);
				return;
			}
		this.#waiting = this.#waiting.filter((job) => job !== dropped);
	}

	/** Requests that are with the thread have neighbouring ids, so each has a place of its own. */
	#unwant(id: number): void {
		Atomics.store(this.#unwanted, id % IN_FLIGHT_MAX, id);
	}

	#start(): Worker {
		const workerData: ReaderStart = {
			file: this.#file,
			unwanted: this.#unwanted.buffer as SharedArrayBuffer,
		};
		const worker = new Worker(
			new URL(moduleUrl("reader-thread", import.meta.url)),
			{
				workerData,
				name: "portico-reader",
				resourceLimits: {
					maxYoungGenerationSizeMb: 8,
					maxOldGenerationSizeMb: 256,
				},
			},
		);
		worker.on("message", (reply: ReaderReply) => this.#settle(reply));
		worker.on("error", (error) => this.#lose(worker, error));
		worker.on("exit", () => this.#lose(worker, undefined));
		return worker;
	}

	#settle(reply: ReaderReply): void {
		const job = this.#running.get(reply.id);
		if (job === undefined) return;
		this.#running.delete(reply.id);
		if (reply.error === undefined) job.resolve(reply.value);
		else job.reject(fromSentError(reply.error));
		this.#next();
	}

	/** The request that ended the thread has failed; those behind it get a new thread. */
	#lose(worker: Worker, error: unknown): void {
		if (this.#worker !== worker) return;
		this.#worker = undefined;
		const gone = new ThreadGone(true, error);
		const [first, ...behind] = this.#running.values();
		this.#running.clear();
		first?.reject(gone);
		this.#waiting = [...behind, ...this.#waiting];
		if (this.#stage === "closed") {
			for (const job of this.#waiting) job.reject(gone);
			this.#waiting = [];
		}
		this.#next();
	}
}

/** Waits for the thread to end by itself; one that does not is ended. */
async function endOf(worker: Worker): Promise<void> {
	const patience = new AbortController();
	const ended = once(worker, "exit", { signal: patience.signal });
	const timer = setTimeout(() => patience.abort(), END_PATIENCE_MS);
	try {
		await ended;
	} catch {
		await worker.terminate();
	} finally {
		clearTimeout(timer);
	}
}

/** Lets the caller go when the signal aborts, and takes the listener off the signal when the job is settled. */
function withSignal(
	job: Job,
	signal: AbortSignal | undefined,
	drop: (dropped: Job) => void,
): Job {
	if (signal === undefined) return job;
	const onAbort = () => {
		drop(followed);
		job.reject(signal.reason);
	};
	signal.addEventListener("abort", onAbort, { once: true });
	const settled =
		<Value>(settle: (value: Value) => void) =>
		(value: Value) => {
			signal.removeEventListener("abort", onAbort);
			settle(value);
		};
	const followed: Job = {
		...job,
		resolve: settled(job.resolve),
		reject: settled(job.reject),
	};
	return followed;
}
