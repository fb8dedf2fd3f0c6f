import assert from "node:assert/strict";
import { copyFile } from "node:fs/promises";
import path from "node:path";
import { describe, it } from "node:test";
import { systemClock } from "../../../src/lib/clock.ts";
import { randomIds } from "../../../src/lib/ids.ts";
import { packageRoot } from "../../../src/lib/package-root.ts";
import { parseQuery } from "../../../src/search/parse-query.ts";
import { Connection } from "../../../src/sqlite/connection.ts";
import { createDatabase } from "../../../src/sqlite/database.ts";
import { migrate } from "../../../src/sqlite/schema.ts";
import { checkDatabase } from "../../../src/storage/sqlite/check-database.ts";
import { indexAgain } from "../../../src/storage/sqlite/index-again.ts";
import { IndexWriter } from "../../../src/storage/sqlite/index-writer.ts";
import { createSqliteStorage } from "../../../src/storage/sqlite/sqlite-storage.ts";
import { FIXTURE } from "../../sqlite/formats/fixture.ts";
import { tempFolder } from "../../support/temp-folder.ts";

const DOCUMENTS = 1_300;
const FORMAT_1 = path.join(packageRoot, "test", "sqlite", "formats", "v1.db");

describe("a database of format 1", () => {
	it("is found by its words and values once it is opened", async () => {
		const folder = await oldDatabase();
		await assertFound(folder);
	});

	it("goes on where it was interrupted", async () => {
		const folder = await oldDatabase();
		const file = path.join(folder, "portico.db");
		const connection = new Connection(file);
		migrate(connection, file);
		const indexes = new IndexWriter(connection);
		connection.exec("BEGIN");
		assert.equal(indexAgain(connection, indexes, 500), true);
		indexes.save();
		connection.exec("COMMIT");
		connection.close();
		await assertFound(folder);
	});
});

/** The kept file, with documents enough for several steps, and one that no longer fits its mappings. */
async function oldDatabase(): Promise<string> {
	const folder = await tempFolder("again");
	const file = path.join(folder, "portico.db");
	await copyFile(FORMAT_1, file);
	const connection = new Connection(file);
	connection.exec("BEGIN");
	for (let n = 0; n < DOCUMENTS; n++)
		connection.run(
			`INSERT INTO documents (collection, id, version, revision, fields, content)
				SELECT collection, ?, 1, 1, jsonb('{}'), ? FROM documents LIMIT 1`,
			`old-${n}`,
			JSON.stringify({ color: `color-${n % 10}`, text: `number ${n}` }),
		);
	connection.run(
		"UPDATE documents SET content = ? WHERE id = 'old-7'",
		JSON.stringify({ color: { no: "text" } }),
	);
	connection.exec("COMMIT");
	connection.close();
	return folder;
}

async function assertFound(folder: string): Promise<void> {
	const storage = createSqliteStorage(createDatabase({ folder }), {
		clock: systemClock,
		ids: randomIds,
	});
	await storage.open();
	const total = async (dsl: object) => {
		const query = parseQuery(dsl);
		const request = { query, sort: [], from: 0, size: 10 };
		return (await storage.search([FIXTURE], request)).total;
	};
	assert.equal(await total({ match: { text: "number" } }), DOCUMENTS - 1);
	assert.equal(await total({ match_phrase: { text: "number 1299" } }), 1);
	assert.equal(await total({ term: { color: "color-3" } }), DOCUMENTS / 10);
	assert.equal(await total({ match: { text: "thing" } }), 1);
	assert.equal((await storage.get(FIXTURE, "old-7"))?.version, 1);
	await storage.close();
	const connection = new Connection(path.join(folder, "portico.db"));
	assert.deepEqual([...checkDatabase(connection)], []);
	connection.close();
}
