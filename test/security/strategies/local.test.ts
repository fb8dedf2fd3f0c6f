import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { systemClock } from "../../../src/lib/clock.ts";
import { randomIds } from "../../../src/lib/ids.ts";
import { createDatabase } from "../../../src/sqlite/database.ts";
import { createSqliteStorage } from "../../../src/storage/sqlite/sqlite-storage.ts";
import { localStrategyContract } from "../../contracts/local-strategy.contract.ts";

localStrategyContract("SQLite", async () => {
	const folder = await mkdtemp(path.join(tmpdir(), "portico-local-"));
	const database = createDatabase({ folder });
	const storage = createSqliteStorage(database, {
		clock: systemClock,
		ids: randomIds,
	});
	await storage.open();
	return {
		storage,
		async close() {
			await storage.close();
			await rm(folder, { recursive: true, force: true });
		},
	};
});
