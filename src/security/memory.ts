import { untilAborted } from "../lib/until-aborted.ts";

/**
 * What is remembered of the store: a bounded map filled by loading. `forget` also reaches loads that are under way:
 * what they read may be old, so it is not kept, and they read again. Thus nothing that was forgotten comes back.
 */
export class Memory<V> {
	#values = new Map<string, V>();
	#loads = new Map<string, Load<V>>();
	readonly #entriesMax: number;

	constructor(entriesMax: number) {
		this.#entriesMax = entriesMax;
	}

	get size(): number {
		return this.#values.size;
	}

	/** What is at hand, without waiting. */
	peek(key: string): V | undefined {
		return this.#values.get(key);
	}

	/**
	 * Loads a value and remembers it. A value of undefined is answered but not remembered. Callers that ask at once share one
	 * load, so the signal ends only the waiting of its own caller.
	 */
	async load(
		key: string,
		read: () => Promise<V | undefined>,
		signal?: AbortSignal,
	): Promise<V | undefined> {
		signal?.throwIfAborted();
		const { promise } = this.#loads.get(key) ?? this.#start(key, read);
		return signal === undefined ? promise : untilAborted(promise, signal);
	}

	remember(key: string, value: V): void {
		if (this.#values.size >= this.#entriesMax && !this.#values.has(key)) {
			const oldest = this.#values.keys().next();
			if (!oldest.done) this.#values.delete(oldest.value);
		}
		this.#values.set(key, value);
	}

	forget(key: string): void {
		this.#values.delete(key);
		const load = this.#loads.get(key);
		if (load !== undefined) load.stale = true;
	}

	clear(): void {
		this.#values.clear();
		for (const load of this.#loads.values()) load.stale = true;
	}

	/** There is one load of a key at a time: also who comes after a `forget` joins it, since it reads again. */
	#start(key: string, read: () => Promise<V | undefined>): Load<V> {
		const load: Load<V> = { stale: false, promise: Promise.resolve(undefined) };
		this.#loads.set(key, load);
		load.promise = this.#run(key, load, read);
		return load;
	}

	async #run(
		key: string,
		load: Load<V>,
		read: () => Promise<V | undefined>,
	): Promise<V | undefined> {
		try {
			for (;;) {
				load.stale = false;
				const value = await read();
				if (load.stale) continue;
				if (value !== undefined) this.remember(key, value);
				return value;
			}
		} finally {
			this.#loads.delete(key);
		}
	}
}

interface Load<V> {
	promise: Promise<V | undefined>;
	/** True once the key was forgotten while this load was under way. */
	stale: boolean;
}
