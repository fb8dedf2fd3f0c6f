import type { Bus } from "../bus/bus.ts";
import { createLocalBus } from "../bus/local/local-bus.ts";
import type { Cache } from "../cache/cache.ts";
import { createEmbeddedCache } from "../cache/embedded/embedded-cache.ts";
import type { Config, StorageChoice } from "../config.ts";
import type { Clock } from "../lib/clock.ts";
import type { Ids } from "../lib/ids.ts";
import type { Log } from "../lib/log.ts";
import { createDatabase } from "../sqlite/database.ts";
import { createElasticsearchStorage } from "../storage/elasticsearch/elasticsearch-storage.ts";
import { createSqliteStorage } from "../storage/sqlite/sqlite-storage.ts";
import type { Storage } from "../storage/storage.ts";

export interface Ports {
	readonly storage: Storage;
	readonly cache: Cache;
	readonly bus: Bus;
	readonly dataFolder: string | null;
}

/** The adapters that the configuration asks for. Nothing is opened yet. */
export function createPorts(options: {
	readonly config: Config;
	readonly choice: StorageChoice;
	readonly clock: Clock;
	readonly ids: Ids;
	readonly log: Log;
}): Ports {
	const { config, choice, clock, ids, log } = options;
	const { dataFolder } = config.server;
	// Login tokens outlive a restart, whatever the store: without Redis they are kept here.
	const database = createDatabase({ folder: dataFolder });
	const cache = createEmbeddedCache({ database, clock });
	const bus = createLocalBus({ log });
	if (choice.backend === "sqlite") {
		const storage = createSqliteStorage(database, { clock, ids });
		return { storage, cache, bus, dataFolder };
	}
	const { storageEngine } = config.services;
	const storage = createElasticsearchStorage({
		client: storageEngine.client,
		namespace: storageEngine.namespace,
		requestTimeoutMs: storageEngine.requestTimeout,
		commonMapping: storageEngine.commonMapping,
		defaultSettings: storageEngine.defaultSettings,
		generateMissingAliases: storageEngine.generateMissingAliases,
		ids,
		log,
	});
	return { storage, cache, bus, dataFolder };
}
