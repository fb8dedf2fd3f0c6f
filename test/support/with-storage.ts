import { systemClock } from "../../src/lib/clock.ts";
import { randomIds } from "../../src/lib/ids.ts";
import { createDatabase } from "../../src/sqlite/database.ts";
import { createSqliteStorage } from "../../src/storage/sqlite/sqlite-storage.ts";
import type { Storage } from "../../src/storage/storage.ts";
import { createStorage } from "../storage/elasticsearch/test-kit.ts";
import type { TestGateway } from "./gateway.ts";

/** The store of a gateway, through a storage of one's own. An embedded store is the gateway's alone while that runs: close it first. */
export async function withStorage<T>(
	gateway: TestGateway,
	run: (storage: Storage) => Promise<T>,
): Promise<T> {
	const storage = storageOf(gateway);
	try {
		await storage.open();
		return await run(storage);
	} finally {
		await storage.close();
	}
}

function storageOf({ namespace, dataFolder }: TestGateway): Storage {
	if (namespace !== null) {
		return createStorage(namespace.url, { namespace: namespace.name }).storage;
	}
	const database = createDatabase({ folder: dataFolder });
	return createSqliteStorage(database, { clock: systemClock, ids: randomIds });
}
