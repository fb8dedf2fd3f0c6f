import { Worker } from "node:worker_threads";
import { createError } from "../errors/gateway-error.ts";
import { moduleUrl } from "./program.ts";
import type {
	ReaderReply,
	ReaderRequest,
	ReaderStart,
} from "./reader-messages.ts";
import { fromSentError, ThreadGone } from "./thread-errors.ts";

interface Job {
	readonly request: ReaderRequest;
	readonly resolve: (value: unknown) => void;
	readonly reject: (error: unknown) => void;
}

/**
 * The main thread's end of the reader thread, which is started by the first request and again after a crash. One request
 * is with the thread, the others wait here, where they can be taken back.
 */
export class Reader {
	readonly #file: string;
	readonly #queueMax: number;
	readonly #unwanted = new Int32Array(
		new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT),
	);
	#worker: Worker | undefined;
	#waiting: Job[] = [];
	#running: Job | undefined;
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
		if (this.#waiting.length >= this.#queueMax)
			return Promise.reject(createError("api.process.overloaded"));
		// Ids stay positive Int32 numbers: 0 in the shared memory means that every request is wanted.
		this.#lastId = (this.#lastId % 0x7fff_ffff) + 1;
		const request = { id: this.#lastId, program, payload };
		return new Promise((resolve, reject) => {
			const job = withSignal({ request, resolve, reject }, signal, () =>
				this.#drop(request.id),
			);
			this.#waiting.push(job);
			this.#next();
		});
	}

	async close(): Promise<void> {
		this.#stage = "closed";
		const worker = this.#worker;
		if (worker === undefined) return;
		Atomics.store(this.#unwanted, 0, this.#running?.request.id ?? 0);
		await worker.terminate();
	}

	#next(): void {
		if (this.#running !== undefined) return;
		this.#running = this.#waiting.shift();
		if (this.#running === undefined) return;
		this.#worker ??= this.#start();
		this.#worker.postMessage(this.#running.request);
	}

	#drop(id: number): void {
		if (this.#running?.request.id === id) Atomics.store(this.#unwanted, 0, id);
		else this.#waiting = this.#waiting.filter((job) => job.request.id !== id);
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
		const job = this.#running;
		if (job === undefined || job.request.id !== reply.id) return;
		this.#running = undefined;
		if (reply.error === undefined) job.resolve(reply.value);
		else job.reject(fromSentError(reply.error));
		this.#next();
	}

	/** The request that ended the thread has failed; those behind it get a new thread. */
	#lose(worker: Worker, error: unknown): void {
		if (this.#worker !== worker) return;
		this.#worker = undefined;
		const gone = new ThreadGone(true, error);
		this.#running?.reject(gone);
		this.#running = undefined;
		if (this.#stage === "closed") {
			for (const job of this.#waiting) job.reject(gone);
			this.#waiting = [];
		}
		this.#next();
	}
}

/** Lets the caller go when the signal aborts, and takes the listener off the signal when the job is settled. */
function withSignal(
	job: Job,
	signal: AbortSignal | undefined,
	drop: () => void,
): Job {
	if (signal === undefined) return job;
	const onAbort = () => {
		drop();
		job.reject(signal.reason);
	};
	signal.addEventListener("abort", onAbort, { once: true });
	const settled =
		<Value>(settle: (value: Value) => void) =>
		(value: Value) => {
			signal.removeEventListener("abort", onAbort);
			settle(value);
		};
	return {
		request: job.request,
		resolve: settled(job.resolve),
		reject: settled(job.reject),
	};
}
