import { existsSync } from "node:fs";
import path from "node:path";
import type { Config, StorageChoice } from "../config.ts";
import { systemClock } from "../lib/clock.ts";
import { randomIds } from "../lib/ids.ts";
import type { Log } from "../lib/log.ts";
import { createDatabase } from "../sqlite/database.ts";
import type { Storage } from "../storage/storage.ts";
import { elasticsearchStorage, sqliteStorage } from "./ports.ts";

export interface OpenStoreOptions {
	readonly config: Config;
	readonly backend: StorageChoice["backend"];
	readonly log: Log;
	/** An embedded store that is not there is not made, but refused. */
	readonly mustExist: boolean;
}

/** A store by itself, for commands that copy it: nothing is seeded in it, so a new one stays empty. Close it. */
export async function openStore(options: OpenStoreOptions): Promise<Storage> {
	const { config, backend, log } = options;
	const parts = { config, log, clock: systemClock, ids: randomIds };
	if (backend === "elasticsearch")
		return await opened(elasticsearchStorage(parts));
	const folder = config.server.dataFolder;
	if (options.mustExist) assertDatabase(folder);
	return await opened(sqliteStorage(createDatabase({ folder }), parts));
}

async function opened(storage: Storage): Promise<Storage> {
	try {
		await storage.open();
		return storage;
	} catch (error) {
		await storage.close().catch(() => {});
		throw error;
	}
}

/** Throws where the folder holds no database. Answers its file. */
export function assertDatabase(folder: string): string {
	const file = path.resolve(folder, "portico.db");
	if (existsSync(file)) return file;
	throw new Error(
		`There is no database in ${path.resolve(folder)}. Name the data folder of the server: --data FOLDER`,
	);
}
