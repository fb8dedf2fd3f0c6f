import type { Worker } from "node:worker_threads";
import type { Bus } from "../bus/bus.ts";
import { createLocalBus } from "../bus/local/local-bus.ts";
import { createRedisBus } from "../bus/redis/redis-bus.ts";
import type { Cache } from "../cache/cache.ts";
import { createEmbeddedCache } from "../cache/embedded/embedded-cache.ts";
import { createRedisCache } from "../cache/redis/redis-cache.ts";
import type { CacheChoice, Config, StorageChoice } from "../config.ts";
import type { Clock } from "../lib/clock.ts";
import type { Ids } from "../lib/ids.ts";
import type { Log } from "../lib/log.ts";
import type { RedisSettings } from "../redis/redis-client.ts";
import { createDatabase, type Database } from "../sqlite/database.ts";
import { createElasticsearchStorage } from "../storage/elasticsearch/elasticsearch-storage.ts";
import { createSqliteStorage } from "../storage/sqlite/sqlite-storage.ts";
import type { Storage } from "../storage/storage.ts";

export interface Ports {
	readonly storage: Storage;
	readonly cache: Cache;
	readonly bus: Bus;
	readonly dataFolder: string | null;
}

interface PortOptions {
	readonly config: Config;
	readonly choice: StorageChoice;
	readonly cacheChoice: CacheChoice;
	readonly clock: Clock;
	readonly ids: Ids;
	readonly log: Log;
	readonly writerThread?: Worker | undefined;
}

/** The adapters that the configuration asks for. Nothing is opened yet. Throws for SQLite with what many nodes share. */
export function createPorts(options: PortOptions): Ports {
	const { choice, cacheChoice } = options;
	if (cacheChoice.backend === "redis") {
		if (choice.backend === "sqlite") {
			throw new Error(
				"Redis is for many nodes, and SQLite is for one: choose Elasticsearch, or the embedded cache.",
			);
		}
		const storage = elasticsearchStorage(options);
		return { storage, ...redis(options), dataFolder: null };
	}
	const { config, clock, log } = options;
	const { dataFolder } = config.server;
	// Login tokens outlive a restart, whatever the store: without Redis they are kept here.
	const database = createDatabase({
		folder: dataFolder,
		...(options.writerThread === undefined
			? {}
			: { writerThread: options.writerThread }),
	});
	const storage =
		choice.backend === "sqlite"
			? sqliteStorage(database, options)
			: elasticsearchStorage(options);
	const cache = createEmbeddedCache({ database, clock });
	return { storage, cache, bus: createLocalBus({ log }), dataFolder };
}

/** The embedded store in that database, as the configuration wants it. */
export function sqliteStorage(
	database: Database,
	{ config, clock, ids }: Pick<PortOptions, "config" | "clock" | "ids">,
): Storage {
	return createSqliteStorage(database, {
		clock,
		ids,
		searchTimeoutMs: config.limits.searchTimeout,
		commonMapping: config.services.storageEngine.commonMapping,
		defaultSettings: config.services.storageEngine.defaultSettings,
	});
}

/** The store in the Elasticsearch that the configuration names. */
export function elasticsearchStorage({
	config,
	ids,
	log,
}: Pick<PortOptions, "config" | "ids" | "log">): Storage {
	const { storageEngine } = config.services;
	return createElasticsearchStorage({
		client: storageEngine.client,
		namespace: storageEngine.namespace,
		requestTimeoutMs: storageEngine.requestTimeout,
		searchTimeoutMs: config.limits.searchTimeout,
		commonMapping: storageEngine.commonMapping,
		defaultSettings: storageEngine.defaultSettings,
		generateMissingAliases: storageEngine.generateMissingAliases,
		ids,
		log,
	});
}

function redis(options: PortOptions): Pick<Ports, "cache" | "bus"> {
	const { clock, ids, log } = options;
	const { internalCache } = options.config.services;
	const { node, database, namespace } = internalCache;
	const settings: RedisSettings = {
		node,
		database,
		options: internalCache.options,
		commandTimeoutMs: internalCache.requestTimeout,
	};
	const { keyPrefix } = settings.options;
	const prefix = [
		typeof keyPrefix === "string" ? keyPrefix : "",
		namespace === "" ? "" : `${namespace}/`,
	].join("");
	return {
		cache: createRedisCache({ settings, prefix, log }),
		bus: createRedisBus({ settings, prefix, clock, ids, log }),
	};
}
