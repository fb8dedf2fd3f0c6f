import type { Clock } from "../../lib/clock.ts";
import type { CacheNamespace, Lifetime } from "../cache.ts";
import { toCount } from "./cache-program.ts";
import { ExpiryQueue } from "./expiry-queue.ts";
import { expiryOf } from "./lifetime.ts";

interface Entry {
	readonly key: string;
	value: string;
	/** Infinity: never. */
	readonly expiresAt: number;
}

/** A namespace in memory, of a bounded number of entries. Every method finishes in the turn it is called in, so all are atomic. */
export class VolatileNamespace implements CacheNamespace {
	readonly #clock: Clock;
	readonly #entriesMax: number;
	readonly #entries = new Map<string, Entry>();
	readonly #queue = new ExpiryQueue<Entry>();

	constructor(clock: Clock, entriesMax: number) {
		this.#clock = clock;
		this.#entriesMax = Math.max(1, entriesMax);
	}

	async get(key: string): Promise<string | null> {
		return this.#live(key)?.value ?? null;
	}

	async set(
		key: string,
		value: string,
		lifetime: Lifetime = {},
	): Promise<void> {
		this.#put(key, value, lifetime);
	}

	async setIfAbsent(
		key: string,
		value: string,
		lifetime: Lifetime = {},
	): Promise<boolean> {
		if (this.#live(key) !== undefined) return false;
		this.#put(key, value, lifetime);
		return true;
	}

	async setIfPresent(
		key: string,
		value: string,
		lifetime: Lifetime = {},
	): Promise<boolean> {
		if (this.#live(key) === undefined) return false;
		this.#put(key, value, lifetime);
		return true;
	}

	async increment(
		key: string,
		by: number,
		lifetime: Required<Lifetime>,
	): Promise<number> {
		const entry = this.#live(key);
		const count = toCount(entry?.value) + by;
		if (entry === undefined) this.#put(key, String(count), lifetime);
		else entry.value = String(count);
		return count;
	}

	async delete(key: string): Promise<boolean> {
		const wasLive = this.#live(key) !== undefined;
		this.#entries.delete(key);
		return wasLive;
	}

	async compareAndDelete(key: string, value: string): Promise<boolean> {
		if (this.#live(key)?.value !== value) return false;
		return this.#entries.delete(key);
	}

	async *scan(prefix: string): AsyncIterable<{ key: string; value: string }> {
		for (const key of [...this.#entries.keys()]) {
			const entry = key.startsWith(prefix) ? this.#live(key) : undefined;
			if (entry !== undefined) yield { key, value: entry.value };
		}
	}

	async clear(): Promise<void> {
		this.#entries.clear();
		this.#queue.clear();
	}

	/** Removes what has ended; reads leave it out in any case. */
	purge(): void {
		const now = this.#clock.now();
		for (
			let next = this.#queue.first();
			next !== undefined && next.expiresAt <= now;
			next = this.#queue.first()
		)
			this.#drop(this.#queue.take());
	}

	#live(key: string): Entry | undefined {
		const entry = this.#entries.get(key);
		return entry !== undefined && entry.expiresAt > this.#clock.now()
			? entry
			: undefined;
	}

	#put(key: string, value: string, { ttlMs }: Lifetime): void {
		const expiresAt =
			expiryOf(ttlMs, this.#clock.now()) ?? Number.POSITIVE_INFINITY;
		const isNew = !this.#entries.has(key);
		// Room is made first, so that what is set is there, however soon it ends.
		while (isNew && this.#entries.size >= this.#entriesMax)
			this.#drop(this.#queue.take());
		const entry: Entry = { key, value, expiresAt };
		this.#entries.set(key, entry);
		this.#queue.add(entry);
		if (this.#queue.size > 2 * this.#entries.size + 1_000)
			this.#queue.rebuild(this.#entries.values());
	}

	/** The queue also holds what was replaced or deleted meanwhile. */
	#drop(entry: Entry | undefined): void {
		if (entry !== undefined && this.#entries.get(entry.key) === entry)
			this.#entries.delete(entry.key);
	}
}
