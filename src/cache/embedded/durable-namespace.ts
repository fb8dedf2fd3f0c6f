import { setImmediate as nextTurn } from "node:timers/promises";
import { createErrorFrom, GatewayError } from "../../errors/gateway-error.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Database } from "../../sqlite/database.ts";
import { moduleUrl } from "../../sqlite/program.ts";
import { ThreadGone } from "../../sqlite/thread-errors.ts";
import type { CacheNamespace, Lifetime } from "../cache.ts";
import { fromBytes, readValue, toBytes } from "./cache-program.ts";
import { expiryOf } from "./lifetime.ts";
import type { CacheRequest } from "./messages.ts";

export const CACHE_PROGRAM = moduleUrl("cache-program", import.meta.url);

/** Entries read at once by a scan, on the main thread. */
const SCAN_PAGE = 256;

/**
 * A namespace in the table `cache`: one row a key, with the time at which it ends (null: never). Reads leave out what has
 * ended, whether or not it was removed already. Writes are answered once they are synced to the disk.
 */
export class DurableNamespace implements CacheNamespace {
	readonly #database: Database;
	readonly #clock: Clock;
	readonly #name: string;

	constructor(database: Database, clock: Clock, name: string) {
		this.#database = database;
		this.#clock = clock;
		this.#name = name;
	}

	async get(key: string): Promise<string | null> {
		return reading(
			() =>
				readValue(
					this.#database.connection,
					this.#name,
					key,
					this.#clock.now(),
				) ?? null,
		);
	}

	async set(
		key: string,
		value: string,
		{ ttlMs }: Lifetime = {},
	): Promise<void> {
		await this.#set(key, value, ttlMs, null);
	}

	async setIfAbsent(
		key: string,
		value: string,
		{ ttlMs }: Lifetime = {},
	): Promise<boolean> {
		return this.#set(key, value, ttlMs, "absent");
	}

	async setIfPresent(
		key: string,
		value: string,
		{ ttlMs }: Lifetime = {},
	): Promise<boolean> {
		return this.#set(key, value, ttlMs, "present");
	}

	async increment(
		key: string,
		by: number,
		{ ttlMs }: Required<Lifetime>,
	): Promise<number> {
		const now = this.#clock.now();
		const expiresAt = expiryOf(ttlMs, now) ?? Number.MAX_SAFE_INTEGER;
		const namespace = this.#name;
		return (await sendToWriter(this.#database, {
			kind: "increment",
			namespace,
			key,
			by,
			expiresAt,
			now,
		})) as number;
	}

	async delete(key: string): Promise<boolean> {
		const now = this.#clock.now();
		return (await sendToWriter(this.#database, {
			kind: "delete",
			namespace: this.#name,
			key,
			now,
		})) as boolean;
	}

	async compareAndDelete(key: string, value: string): Promise<boolean> {
		const request = {
			kind: "delete",
			namespace: this.#name,
			key,
			value,
			now: this.#clock.now(),
		} as const;
		return (await sendToWriter(this.#database, request)) as boolean;
	}

	/** Page by page in the order of the keys, so that a key is met once, whatever is written meanwhile. */
	async *scan(prefix: string): AsyncIterable<{ key: string; value: string }> {
		let after: Uint8Array | undefined;
		for (;;) {
			const rows = reading(() => this.#page(toBytes(prefix), after));
			for (const { key, value } of rows)
				yield { key: fromBytes(key), value: fromBytes(value) };
			if (rows.length < SCAN_PAGE) return;
			after = rows.at(-1)?.key;
			await nextTurn();
		}
	}

	async clear(): Promise<void> {
		await sendToWriter(this.#database, {
			kind: "clear",
			namespace: this.#name,
		});
	}

	async #set(
		key: string,
		value: string,
		ttlMs: number | undefined,
		onlyIf: "absent" | "present" | null,
	): Promise<boolean> {
		const now = this.#clock.now();
		const expiresAt = expiryOf(ttlMs, now) ?? null;
		const namespace = this.#name;
		const request = {
			kind: "set",
			namespace,
			key,
			value,
			expiresAt,
			onlyIf,
			now,
		} as const;
		return (await sendToWriter(this.#database, request)) as boolean;
	}

	#page(
		prefix: Uint8Array,
		after: Uint8Array | undefined,
	): { key: Uint8Array; value: Uint8Array }[] {
		return this.#database.connection.all(
			`SELECT key, value FROM cache WHERE namespace = ? AND key ${after === undefined ? ">=" : ">"} ? AND key < ?
				AND (expires_at IS NULL OR expires_at > ?) ORDER BY key LIMIT ?`,
			this.#name,
			after ?? prefix,
			// No UTF-8 text holds the byte FF, so every key with the prefix sorts before this.
			Buffer.concat([prefix, Buffer.of(0xff)]),
			this.#clock.now(),
			SCAN_PAGE,
		);
	}
}

export async function sendToWriter(
	database: Database,
	request: CacheRequest,
): Promise<unknown> {
	const bytes =
		200 +
		("key" in request ? request.key.length : 0) +
		("value" in request ? (request.value?.length ?? 0) : 0);
	try {
		return await database.write(CACHE_PROGRAM, request, bytes);
	} catch (error) {
		if (error instanceof GatewayError) throw error;
		if (error instanceof ThreadGone)
			throw error.isSent
				? createErrorFrom(error, "portico.call.outcome_unknown")
				: createErrorFrom(error, "services.cache.not_connected");
		throw createErrorFrom(
			error,
			"services.cache.write_failed",
			messageOf(error),
		);
	}
}

function reading<Result>(read: () => Result): Result {
	try {
		return read();
	} catch (error) {
		throw error instanceof ThreadGone
			? createErrorFrom(error, "services.cache.not_connected")
			: createErrorFrom(error, "services.cache.read_failed", messageOf(error));
	}
}

function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
