import type { Redis } from "ioredis";
import type { CacheNamespace, Lifetime } from "../cache.ts";

export type CommandKind = "read" | "write";
/** Runs a command, and rejects with the cache's errors. */
export type RunCommand = <T>(
	kind: CommandKind,
	command: (redis: Redis) => Promise<T>,
) => Promise<T>;

/** Keys that Redis looks at in one step of a scan. */
const SCAN_COUNT = 1000;

/** The look and the deletion are one step. */
const COMPARE_AND_DELETE =
	'if redis.call("GET", KEYS[1]) == ARGV[1] then return redis.call("DEL", KEYS[1]) else return 0 end';

/** The counter is made with its lifetime and counted up in one step. */
const INCREMENT =
	'redis.call("SET", KEYS[1], "0", "PX", ARGV[2], "NX") return redis.call("INCRBY", KEYS[1], ARGV[1])';

/** The keys of one Redis that begin with the prefix. */
export class RedisNamespace implements CacheNamespace {
	readonly #prefix: string;
	readonly #run: RunCommand;

	constructor(prefix: string, run: RunCommand) {
		this.#prefix = prefix;
		this.#run = run;
	}

	get(key: string): Promise<string | null> {
		return this.#run("read", (redis) => redis.get(this.#prefix + key));
	}

	async set(key: string, value: string, lifetime?: Lifetime): Promise<void> {
		await this.#set(key, value, lifetime);
	}

	setIfAbsent(
		key: string,
		value: string,
		lifetime?: Lifetime,
	): Promise<boolean> {
		return this.#set(key, value, lifetime, "NX");
	}

	setIfPresent(
		key: string,
		value: string,
		lifetime?: Lifetime,
	): Promise<boolean> {
		return this.#set(key, value, lifetime, "XX");
	}

	async increment(
		key: string,
		by: number,
		{ ttlMs }: Required<Lifetime>,
	): Promise<number> {
		const end = toPx(ttlMs) ?? Number.MAX_SAFE_INTEGER;
		const count = await this.#run("write", (redis) =>
			redis.eval(INCREMENT, 1, this.#prefix + key, by, end),
		);
		return Number(count);
	}

	async delete(key: string): Promise<boolean> {
		const deleted = await this.#run("write", (redis) =>
			redis.del(this.#prefix + key),
		);
		return deleted > 0;
	}

	async compareAndDelete(key: string, value: string): Promise<boolean> {
		const deleted = await this.#run("write", (redis) =>
			redis.eval(COMPARE_AND_DELETE, 1, this.#prefix + key, value),
		);
		return deleted === 1;
	}

	async *scan(prefix: string): AsyncIterable<{ key: string; value: string }> {
		// Redis may tell a key twice while its table grows.
		const seen = new Set<string>();
		for await (const keys of this.#scanKeys(prefix)) {
			const fresh = keys.filter((key) => !seen.has(key));
			if (fresh.length === 0) continue;
			const values = await this.#run("read", (redis) => redis.mget(fresh));
			for (const [position, key] of fresh.entries()) {
				seen.add(key);
				const value = values[position];
				if (typeof value !== "string") continue;
				yield { key: key.slice(this.#prefix.length), value };
			}
		}
	}

	async clear(): Promise<void> {
		for await (const keys of this.#scanKeys("")) {
			await this.#run("write", (redis) => redis.del(keys));
		}
	}

	async #set(
		key: string,
		value: string,
		{ ttlMs }: Lifetime = {},
		only?: "NX" | "XX",
	): Promise<boolean> {
		const px = toPx(ttlMs);
		const words = [
			...(px === undefined ? [] : ["PX", px]),
			...(only === undefined ? [] : [only]),
		];
		const answer = await this.#run("write", (redis) =>
			redis.call("SET", this.#prefix + key, value, ...words),
		);
		return answer === "OK";
	}

	/** Full keys, page by page: each that is there from the beginning to the end, at least once. */
	async *#scanKeys(start: string): AsyncIterable<string[]> {
		const pattern = `${escapeGlob(this.#prefix + start)}*`;
		let cursor = "0";
		do {
			const [next, keys] = await this.#run("read", (redis) =>
				redis.scan(cursor, "MATCH", pattern, "COUNT", SCAN_COUNT),
			);
			cursor = next;
			if (keys.length > 0) yield keys;
		} while (cursor !== "0");
	}
}

/** What MATCH would read as a pattern. */
function escapeGlob(text: string): string {
	return text.replace(/[*?[\]\\]/g, "\\$&");
}

/** Redis takes whole milliseconds. Undefined: for ever. Throws for a lifetime below 1 ms, which no caller means. */
function toPx(ttlMs: number | undefined): number | undefined {
	if (ttlMs === undefined || ttlMs === Number.POSITIVE_INFINITY) return;
	if (!(ttlMs >= 1)) {
		throw new RangeError(
			`A lifetime must be at least 1 ms, and this is ${ttlMs}.`,
		);
	}
	return Math.min(Math.ceil(ttlMs), LIFETIME_MS_MAX);
}

/** Redis refuses an end beyond its own clock's range. */
const LIFETIME_MS_MAX = Number.MAX_SAFE_INTEGER;
