import assert from "node:assert/strict";
import { copyFile, readdir } from "node:fs/promises";
import path from "node:path";
import { describe, it } from "node:test";
import { systemClock } from "../../src/lib/clock.ts";
import { randomIds } from "../../src/lib/ids.ts";
import { packageRoot } from "../../src/lib/package-root.ts";
import { Connection } from "../../src/sqlite/connection.ts";
import { createDatabase } from "../../src/sqlite/database.ts";
import { DatabaseFormatError, FORMAT } from "../../src/sqlite/schema.ts";
import { createSqliteStorage } from "../../src/storage/sqlite/sqlite-storage.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { FIXTURE, fixtureDocuments } from "./formats/fixture.ts";

const FORMATS = path.join(packageRoot, "test", "sqlite", "formats");

describe("the format of the database file", () => {
	it("has a file kept of each one that was released", async () => {
		const files = (await readdir(FORMATS))
			.filter((file) => file.endsWith(".db"))
			.sort();
		assert.deepEqual(
			files,
			Array.from({ length: FORMAT }, (_, n) => `v${n + 1}.db`),
		);
	});

	for (let format = 1; format <= FORMAT; format++)
		it(`opens one of format ${format}, with all that is in it`, async () => {
			const folder = await tempFolder("format");
			await copyFile(
				path.join(FORMATS, `v${format}.db`),
				path.join(folder, "portico.db"),
			);
			const storage = createSqliteStorage(createDatabase({ folder }), {
				clock: systemClock,
				ids: randomIds,
			});
			await storage.open();
			for (const { id, version, content } of fixtureDocuments) {
				const found = await storage.get(FIXTURE, id);
				assert.deepEqual(
					{ version: found?.version, content: found?.content },
					{ version, content },
				);
			}
			const term = {
				kind: "term",
				field: "color",
				value: "blue",
				caseInsensitive: false,
			} as const;
			const { hits } = await storage.search([FIXTURE], {
				query: term,
				sort: [],
				from: 0,
				size: 10,
			});
			assert.deepEqual(
				hits.map(({ id }) => id),
				["two"],
			);
			await storage.write(FIXTURE, [
				{ kind: "create", id: "new", content: { color: "blue" } },
			]);
			await storage.close();
			assert.equal(readFormat(path.join(folder, "portico.db")), FORMAT);
		});

	it("is refused when it is newer, naming both, and left as it is", async () => {
		const folder = await tempFolder("format");
		const file = path.join(folder, "portico.db");
		await copyFile(path.join(FORMATS, `v${FORMAT}.db`), file);
		setPragma(file, `user_version=${FORMAT + 6}`);
		const database = createDatabase({ folder });
		await assert.rejects(database.open(), (error) => {
			assert.ok(error instanceof DatabaseFormatError);
			assert.match(
				error.message,
				new RegExp(`format ${FORMAT + 6}\\b.*up to ${FORMAT}\\b`),
			);
			return true;
		});
		assert.equal(readFormat(file), FORMAT + 6);
		setPragma(file, `user_version=${FORMAT}`);
		// The refusal has let go of the folder.
		await database.open();
		await database.close();
	});

	it("is refused when another program wrote the file", async () => {
		const folder = await tempFolder("format");
		setPragma(
			path.join(folder, "portico.db"),
			"user_version=0; CREATE TABLE theirs (a)",
		);
		await assert.rejects(
			createDatabase({ folder }).open(),
			DatabaseFormatError,
		);
	});
});

function setPragma(file: string, pragma: string): void {
	const connection = new Connection(file);
	connection.exec(`PRAGMA ${pragma}`);
	connection.close();
}

function readFormat(file: string): number | undefined {
	const connection = new Connection(file);
	const row = connection.get<{ user_version: number }>("PRAGMA user_version");
	connection.close();
	return row?.user_version;
}
