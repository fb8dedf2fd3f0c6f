import { createError } from "../../errors/gateway-error.ts";
import type { CallOptions } from "../storage.ts";

export interface GatherOptions<Item, Answer> {
	/** Whether it changes anything: then nobody can tell what became of an item that was sent and not answered. */
	readonly effect: "read" | "write";
	/** Sends the items of one lane together, and answers each, in their order. The signal aborts once nobody waits for any of them. */
	send(
		lane: string,
		items: readonly Item[],
		signal: AbortSignal,
	): Promise<Answer[]>;
	/** Requests of one lane under way at once; what comes meanwhile is gathered for the next. */
	readonly underWayMax: number;
	/** Items of one request. */
	readonly itemsMax: number;
	/** Sizes of the items of one request together; a larger item goes alone. */
	readonly sizeMax: number;
	/** Items that wait, in all lanes; beyond, `api.process.overloaded`. */
	readonly waitingMax: number;
	/** Their sizes together. */
	readonly waitingSizeMax: number;
	/** How long an item may take in all, waiting included, in milliseconds. */
	readonly timeoutMs: number;
}

/** Callers who ask for one thing each, gathered into requests for many. */
export interface Gathering<Item, Answer> {
	/**
	 * Rejects with what `send` rejected with, and with `api.process.overloaded` without waiting. A caller whose signal aborts or whose
	 * time is over is let go at once: with the signal's reason or `not_connected`, or with `outcome_unknown` for a write that was sent.
	 */
	ask(
		lane: string,
		item: Item,
		size: number,
		options: CallOptions,
	): Promise<Answer>;
	/** Resolves once nothing waits or is under way. */
	idle(): Promise<void>;
}

/**
 * What is asked for in one turn of the event loop, or while `underWayMax` requests are under way, travels together. A caller alone
 * waits for nothing but the end of the turn. Lanes do not wait for each other: a collection whose shards hang holds up its own callers only.
 */
export function createGathering<Item, Answer>(
	options: GatherOptions<Item, Answer>,
): Gathering<Item, Answer> {
	const lanes = new Map<string, Lane<Item, Answer>>();
	const load: Load = { waiting: 0, size: 0 };
	let tellIdle: (() => void)[] = [];
	const endLane = (name: string) => {
		lanes.delete(name);
		if (lanes.size > 0) return;
		for (const tell of tellIdle) tell();
		tellIdle = [];
	};
	return {
		ask(name, item, size, call) {
			const isFull =
				load.waiting >= options.waitingMax ||
				// One item alone always fits, or it never would.
				(load.size > 0 && load.size + size > options.waitingSizeMax);
			if (isFull) return Promise.reject(createError("api.process.overloaded"));
			let lane = lanes.get(name);
			if (lane === undefined) {
				lane = new Lane(name, options, load, endLane);
				lanes.set(name, lane);
			}
			return lane.add(item, size, call);
		},
		async idle() {
			if (lanes.size === 0) return;
			await new Promise<void>((resolve) => tellIdle.push(resolve));
		},
	};
}

/** What waits, in all lanes. */
interface Load {
	waiting: number;
	size: number;
}

interface Entry<Item, Answer> {
	readonly item: Item;
	readonly size: number;
	readonly resolve: (answer: Answer) => void;
	readonly reject: (error: unknown) => void;
	/** The request that it went with. */
	batch: Batch | undefined;
}

interface Batch {
	readonly abort: AbortController;
	/** Callers who have not left. */
	wanted: number;
}

class Lane<Item, Answer> {
	readonly #name: string;
	readonly #options: GatherOptions<Item, Answer>;
	readonly #load: Load;
	readonly #onEmpty: (name: string) => void;
	readonly #waiting = new Set<Entry<Item, Answer>>();
	#underWay = 0;
	#isScheduled = false;

	constructor(
		name: string,
		options: GatherOptions<Item, Answer>,
		load: Load,
		onEmpty: (name: string) => void,
	) {
		this.#name = name;
		this.#options = options;
		this.#load = load;
		this.#onEmpty = onEmpty;
	}

	add(item: Item, size: number, { signal }: CallOptions): Promise<Answer> {
		return new Promise((resolve, reject) => {
			let entry: Entry<Item, Answer> | undefined;
			const onAbort = () => this.#leave(entry, signal?.reason);
			const timer = setTimeout(
				() => this.#leave(entry, createError("services.storage.not_connected")),
				this.#options.timeoutMs,
			);
			const stop = () => {
				clearTimeout(timer);
				signal?.removeEventListener("abort", onAbort);
			};
			entry = {
				item,
				size,
				batch: undefined,
				resolve: (answer) => {
					stop();
					resolve(answer);
				},
				reject: (error) => {
					stop();
					reject(error);
				},
			};
			signal?.addEventListener("abort", onAbort, { once: true });
			this.#waiting.add(entry);
			this.#load.waiting++;
			this.#load.size += size;
			this.#schedule();
		});
	}

	/** The caller waits no longer. An item that was not sent yet never will be. */
	#leave(entry: Entry<Item, Answer> | undefined, reason: unknown): void {
		if (entry === undefined) return;
		const { batch } = entry;
		if (batch === undefined) {
			this.#take(entry);
			entry.reject(reason);
			return;
		}
		entry.reject(
			this.#options.effect === "write"
				? createError("portico.call.outcome_unknown")
				: reason,
		);
		if (--batch.wanted === 0) batch.abort.abort();
	}

	#schedule(): void {
		if (this.#isScheduled) return;
		this.#isScheduled = true;
		setImmediate(() => {
			this.#isScheduled = false;
			this.#flush();
		});
	}

	#flush(): void {
		const { underWayMax } = this.#options;
		while (this.#waiting.size > 0 && this.#underWay < underWayMax)
			void this.#send(this.#nextBatch());
		this.#endIfEmpty();
	}

	/** In the order in which they came. */
	#nextBatch(): Entry<Item, Answer>[] {
		const { itemsMax, sizeMax } = this.#options;
		const taken: Entry<Item, Answer>[] = [];
		let size = 0;
		for (const entry of this.#waiting) {
			if (taken.length === itemsMax) break;
			if (taken.length > 0 && size + entry.size > sizeMax) break;
			taken.push(entry);
			size += entry.size;
			this.#take(entry);
		}
		return taken;
	}

	#take(entry: Entry<Item, Answer>): void {
		this.#waiting.delete(entry);
		this.#load.waiting--;
		this.#load.size -= entry.size;
	}

	async #send(entries: readonly Entry<Item, Answer>[]): Promise<void> {
		const batch = { abort: new AbortController(), wanted: entries.length };
		for (const entry of entries) entry.batch = batch;
		this.#underWay++;
		try {
			const items = entries.map(({ item }) => item);
			const { signal } = batch.abort;
			const answers = await this.#options.send(this.#name, items, signal);
			entries.forEach((entry, place) => {
				entry.resolve(answers[place] as Answer);
			});
		} catch (error) {
			for (const entry of entries) entry.reject(error);
		} finally {
			this.#underWay--;
			this.#flush();
		}
	}

	#endIfEmpty(): void {
		if (this.#isScheduled || this.#underWay > 0) return;
		if (this.#waiting.size === 0) this.#onEmpty(this.#name);
	}
}
