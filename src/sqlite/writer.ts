import { statfs } from "node:fs/promises";
import path from "node:path";
import type { Worker } from "node:worker_threads";
import { createError, type GatewayError } from "../errors/gateway-error.ts";
import { isDiskError } from "./disk-errors.ts";
import { PROBE_PROGRAM } from "./probe-program.ts";
import { fromSentError, type SentError, ThreadGone } from "./thread-errors.ts";
import type {
	FromWriter,
	ToWriter,
	WriterReply,
	WriterRequest,
} from "./writer-messages.ts";

export interface WriterLimits {
	/** Requests that wait or are under way; beyond, `api.process.overloaded`. */
	readonly queueMax: number;
	/** Their sizes together, as their senders gave them. */
	readonly queueBytesMax: number;
}

/** With less, a disk that was full still is. */
const FREE_BYTES_MIN = 1024 * 1024;

type Stage = "open" | "closing";

interface Pending {
	readonly bytes: number;
	readonly resolve: (value: unknown) => void;
	readonly reject: (error: unknown) => void;
}

interface Load {
	readonly done: Promise<void>;
	readonly resolve: () => void;
	readonly reject: (error: unknown) => void;
}

/**
 * The main thread's end of the writer thread. What is asked for in one turn of the event loop, or while a group is being
 * committed, travels as one message and is the next group: a message costs about as much as three inserts, and a group one sync.
 */
export class Writer {
	readonly #worker: Worker;
	readonly #limits: WriterLimits;
	readonly #file: string;
	readonly #pending = new Map<number, Pending>();
	readonly #loads = new Map<string, Load>();
	readonly #ready: Promise<void>;
	readonly #ended: Promise<void>;
	#unsent: WriterRequest[] = [];
	/** A group is with the thread, which has not answered yet. */
	#isCommitting: boolean = false;
	#bytes = 0;
	#lastId = 0;
	#failure: Error | undefined;
	/** What a group failed with for a disk that takes no writes, until it is known to take them again. */
	#diskError: GatewayError | undefined;
	#stage: Stage = "open";
	/** Counters of work, for tests and metrics. */
	readonly counts = { requests: 0, groups: 0 };

	/** Takes a thread of `startWriterThread` that no writer has. */
	constructor(thread: Worker, file: string, limits: WriterLimits) {
		this.#limits = limits;
		this.#file = file;
		this.#worker = thread;
		thread.ref();
		this.#post({ kind: "open", file });
		this.#ready = new Promise((resolve, reject) => {
			this.#worker.on("message", (message: FromWriter) =>
				message.kind === "ready" ? resolve() : this.#receive(message),
			);
			this.#worker.on("exit", () =>
				reject(new ThreadGone(false, this.#failure)),
			);
		});
		this.#ready.catch(() => {});
		this.#worker.on("error", (error) => this.#fail(asError(error)));
		this.#ended = new Promise((resolve) => {
			this.#worker.on("exit", () => {
				if (this.#stage === "open")
					this.#fail(new Error("The writer thread ended."));
				resolve();
			});
		});
	}

	/** Why the thread ended before it was asked to, or undefined. */
	get failure(): Error | undefined {
		return this.#failure;
	}

	/** Why nothing can be written, or undefined. A disk that took nothing is tried again first. */
	async trouble(): Promise<string | undefined> {
		const known = this.#diskError;
		if (known !== undefined && !this.#isGone() && (await this.#takesWrites()))
			this.#diskError = undefined;
		return (this.#failure ?? this.#diskError)?.message;
	}

	/** A small write may find room in the log where others do not, so there must be space on the disk as well. */
	async #takesWrites(): Promise<boolean> {
		try {
			const { bavail, bsize } = await statfs(path.dirname(this.#file));
			if (bavail * bsize < FREE_BYTES_MIN) return false;
			await this.send(PROBE_PROGRAM, null, 0);
			return true;
		} catch {
			return false;
		}
	}

	/** Resolves once the thread can write; rejects with a ThreadGone. */
	ready(): Promise<void> {
		return this.#ready;
	}

	/** Makes a program known to the thread, before its first request. Asked again, it is the same program. */
	load(program: string): Promise<void> {
		const known = this.#loads.get(program);
		if (known !== undefined) return known.done;
		if (this.#isGone())
			return Promise.reject(new ThreadGone(false, this.#failure));
		let resolve = () => {};
		let reject: (error: unknown) => void = () => {};
		const done = new Promise<void>((onLoaded, onFailed) => {
			resolve = onLoaded;
			reject = onFailed;
		});
		this.#loads.set(program, { done, resolve, reject });
		this.#post({ kind: "load", program });
		return done;
	}

	/**
	 * Resolves after the commit, with what the program answered. Rejects with what it threw, with `api.process.overloaded`,
	 * with a ThreadFailure (it did not happen) or a ThreadGone.
	 */
	send(program: string, payload: unknown, bytes: number): Promise<unknown> {
		return new Promise((resolve, reject) => {
			if (this.#isGone()) return reject(new ThreadGone(false, this.#failure));
			if (this.#isFull(bytes))
				return reject(createError("api.process.overloaded"));
			const id = ++this.#lastId;
			this.#bytes += bytes;
			this.#pending.set(id, { bytes, resolve, reject });
			this.#unsent.push({ id, program, payload });
			if (this.#unsent.length === 1 && !this.#isCommitting)
				setImmediate(() => this.#flush());
		});
	}

	/** Commits what was asked for so far, moves the log into the database, and ends the thread. */
	async close(): Promise<void> {
		if (!this.#isGone()) {
			this.#sendGroup();
			this.#stage = "closing";
			this.#post({ kind: "close" });
		}
		await this.#ended;
	}

	#isGone(): boolean {
		return this.#stage === "closing" || this.#failure !== undefined;
	}

	#isFull(bytes: number): boolean {
		return (
			this.#pending.size >= this.#limits.queueMax ||
			// One request alone always fits, or it never would.
			(this.#bytes > 0 && this.#bytes + bytes > this.#limits.queueBytesMax)
		);
	}

	#flush(): void {
		if (!this.#isCommitting) this.#sendGroup();
	}

	#sendGroup(): void {
		if (this.#unsent.length === 0 || this.#isGone()) return;
		this.#isCommitting = true;
		this.#post({ kind: "requests", requests: this.#unsent });
		this.#unsent = [];
	}

	#post(message: ToWriter): void {
		this.#worker.postMessage(message);
	}

	#receive(message: FromWriter): void {
		if (message.kind === "loaded") {
			this.#endLoad(message.program, message.error);
		}
		if (message.kind !== "replies") return;
		this.counts.groups++;
		this.counts.requests += message.replies.length;
		for (const reply of message.replies) this.#settle(reply);
		this.#isCommitting = false;
		this.#flush();
	}

	/** A program that could not be loaded may be tried again. */
	#endLoad(program: string, error: SentError | undefined): void {
		const load = this.#loads.get(program);
		if (error === undefined) load?.resolve();
		else {
			this.#loads.delete(program);
			load?.reject(fromSentError(error));
		}
	}

	#settle(reply: WriterReply): void {
		const pending = this.#pending.get(reply.id);
		if (pending === undefined) return;
		this.#pending.delete(reply.id);
		this.#bytes -= pending.bytes;
		if (reply.error === undefined) {
			pending.resolve(reply.value);
			return;
		}
		const error = fromSentError(reply.error);
		if (isDiskError(error)) this.#diskError = error;
		pending.reject(error);
	}

	/** Nobody waits for ever: whoever waits is told, and whether the thread had got the request. */
	#fail(error: Error): void {
		if (this.#failure !== undefined) return;
		this.#failure = error;
		const unsent = new Set(this.#unsent.map(({ id }) => id));
		for (const [id, pending] of this.#pending)
			pending.reject(new ThreadGone(!unsent.has(id), error));
		for (const load of this.#loads.values())
			load.reject(new ThreadGone(false, error));
		this.#pending.clear();
		this.#loads.clear();
		this.#unsent = [];
		this.#bytes = 0;
	}
}

function asError(error: unknown): Error {
	return error instanceof Error ? error : new Error(String(error));
}
