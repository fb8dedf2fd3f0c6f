import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { systemClock } from "../../../src/lib/clock.ts";
import { randomIds } from "../../../src/lib/ids.ts";
import { createDatabase } from "../../../src/sqlite/database.ts";
import { createSqliteStorage } from "../../../src/storage/sqlite/sqlite-storage.ts";
import type { Storage } from "../../../src/storage/storage.ts";
import { storageContract } from "../../contracts/storage.contract.ts";

storageContract("SQLite", async () => {
	const folder = await mkdtemp(path.join(tmpdir(), "portico-storage-"));
	const openStorage = async (): Promise<Storage> => {
		const storage = createSqliteStorage(createDatabase({ folder }), {
			clock: systemClock,
			ids: randomIds,
		});
		await storage.open();
		return storage;
	};
	let storage = await openStorage();
	return {
		storage,
		async reopen() {
			await storage.close();
			storage = await openStorage();
			return storage;
		},
		async close() {
			await storage.close();
			await rm(folder, { recursive: true });
		},
	};
});
