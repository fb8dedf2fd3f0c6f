import type { Clock } from "../../lib/clock.ts";
import type { Database } from "../../sqlite/database.ts";
import type { Cache, CacheNamespace, NamespaceOptions } from "../cache.ts";
import {
	CACHE_PROGRAM,
	DurableNamespace,
	sendToWriter,
} from "./durable-namespace.ts";
import { VolatileNamespace } from "./volatile-namespace.ts";

export interface EmbeddedCacheOptions {
	readonly database: Database;
	readonly clock: Clock;
}

/** The cache of a single node: durable namespaces in the embedded database, volatile ones in memory. */
export function createEmbeddedCache({
	database,
	clock,
}: EmbeddedCacheOptions): Cache {
	return new EmbeddedCache(database, clock);
}

const ENTRIES_MAX = 100_000;
const PURGE_INTERVAL_MS = 60_000;

/** Rows removed in one transaction; the writes of others come in between. */
const PURGE_STEP = 500;

class EmbeddedCache implements Cache {
	readonly backend = "embedded";
	readonly #database: Database;
	readonly #clock: Clock;
	readonly #durable = new Map<string, DurableNamespace>();
	readonly #volatile = new Map<string, VolatileNamespace>();
	#opened: Promise<void> | undefined;
	#cancelPurge = () => {};
	#purging: Promise<void> = Promise.resolve();

	constructor(database: Database, clock: Clock) {
		this.#database = database;
		this.#clock = clock;
	}

	async open(): Promise<void> {
		this.#opened ??= this.#open();
		try {
			await this.#opened;
		} catch (error) {
			this.#opened = undefined;
			throw error;
		}
	}

	async close(): Promise<void> {
		if (this.#opened === undefined) return;
		await this.#opened;
		this.#opened = undefined;
		this.#cancelPurge();
		await this.#purging;
		await this.#database.close();
	}

	async health(): Promise<{ status: "green" | "red"; reason?: string }> {
		const reason = await this.#database.checkDisk();
		return reason === undefined
			? { status: "green" }
			: { status: "red", reason };
	}

	namespace(
		name: string,
		{ durable, entriesMax = ENTRIES_MAX }: NamespaceOptions,
	): CacheNamespace {
		if ((durable ? this.#volatile : this.#durable).has(name))
			throw new Error(`The namespace "${name}" is both durable and volatile.`);
		return durable
			? madeOnce(
					this.#durable,
					name,
					() => new DurableNamespace(this.#database, this.#clock, name),
				)
			: madeOnce(
					this.#volatile,
					name,
					() => new VolatileNamespace(this.#clock, entriesMax),
				);
	}

	async #open(): Promise<void> {
		await this.#database.open();
		try {
			await this.#database.load(CACHE_PROGRAM);
		} catch (error) {
			await this.#database.close();
			throw error;
		}
		this.#schedulePurge();
	}

	#schedulePurge(): void {
		this.#cancelPurge = this.#clock.schedule(PURGE_INTERVAL_MS, () => {
			this.#purging = this.#purge().finally(() => {
				if (this.#opened !== undefined) this.#schedulePurge();
			});
		});
	}

	async #purge(): Promise<void> {
		for (const namespace of this.#volatile.values()) namespace.purge();
		const request = {
			kind: "purge",
			now: this.#clock.now(),
			entriesMax: PURGE_STEP,
		} as const;
		try {
			while (this.#opened !== undefined) {
				const removed = (await sendToWriter(this.#database, request)) as number;
				if (removed < PURGE_STEP) return;
			}
		} catch {
			// Nobody waits for it, reads leave out what has ended, and the next round tries again.
		}
	}
}

function madeOnce<Namespace>(
	known: Map<string, Namespace>,
	name: string,
	make: () => Namespace,
): Namespace {
	const found = known.get(name);
	if (found !== undefined) return found;
	const made = make();
	known.set(name, made);
	return made;
}
