import assert from "node:assert/strict";
import path from "node:path";
import { Connection } from "../../src/sqlite/connection.ts";
import { checkDatabase } from "../../src/storage/sqlite/check-database.ts";

/** A database that was left behind is whole, and what documents are found by agrees with them. Opening it recovers it. */
export function assertWhole(dataFolder: string): void {
	const connection = new Connection(path.join(dataFolder, "portico.db"));
	try {
		const found = connection.get<Record<string, unknown>>(
			"PRAGMA integrity_check",
		);
		assert.equal(found?.integrity_check, "ok");
		assert.deepEqual([...checkDatabase(connection)], []);
	} finally {
		connection.close();
	}
}
