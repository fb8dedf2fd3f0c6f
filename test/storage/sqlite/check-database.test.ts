import assert from "node:assert/strict";
import path from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { systemClock } from "../../../src/lib/clock.ts";
import { randomIds } from "../../../src/lib/ids.ts";
import type { JsonObject } from "../../../src/lib/json.ts";
import { Connection } from "../../../src/sqlite/connection.ts";
import { createDatabase } from "../../../src/sqlite/database.ts";
import { checkDatabase } from "../../../src/storage/sqlite/check-database.ts";
import { createSqliteStorage } from "../../../src/storage/sqlite/sqlite-storage.ts";
import type {
	Storage,
	Target,
	WriteOperation,
} from "../../../src/storage/storage.ts";
import { tempFolder } from "../../support/temp-folder.ts";

const THINGS: Target = {
	scope: "public",
	index: "check",
	collection: "things",
};
const OTHERS: Target = { ...THINGS, collection: "others" };

describe("the check of a database", () => {
	it("finds nothing wrong after any writes", async () => {
		const folder = await tempFolder("check");
		const storage = await open(folder);
		await fc.assert(
			fc.asyncProperty(fc.array(operation, { maxLength: 25 }), async (all) => {
				// Some are refused, in the middle of a group of others.
				await Promise.all(
					all.map((one, place) =>
						storage.write(place % 5 === 0 ? OTHERS : THINGS, [one]),
					),
				);
				assert.deepEqual(check(folder), []);
			}),
			{ numRuns: 8 },
		);
		await storage.truncateCollection(THINGS);
		assert.deepEqual(check(folder), []);
		await storage.close();
	});

	it("finds each thing that is wrong", async () => {
		const folder = await tempFolder("check");
		const storage = await open(folder);
		await storage.write(THINGS, [
			{ kind: "create", id: "1", content: { name: "a", text: "one two" } },
		]);
		await storage.close();
		for (const [damage, told] of DAMAGES) {
			const connection = new Connection(path.join(folder, "portico.db"));
			connection.exec("BEGIN");
			connection.exec(damage);
			const found = [...checkDatabase(connection)].map(({ what }) => what);
			connection.exec("ROLLBACK");
			connection.close();
			assert.ok(
				found.some((what) => told.test(what)),
				`${damage}: ${found.join("; ")}`,
			);
		}
		assert.deepEqual(check(folder), []);
	});
});

const DAMAGES: readonly (readonly [sql: string, told: RegExp])[] = [
	["DELETE FROM texts", /words of text are not in the index/],
	["DELETE FROM field_values", /value of name is not in the index/],
	[
		`UPDATE documents SET fields = jsonb('{"name":"b"}')`,
		/`fields` says of name/,
	],
	["UPDATE documents SET fields = jsonb('{}')", /statistics of/],
	["UPDATE documents SET revision = 1000", /revision/],
	["UPDATE indexed_fields SET terms = terms + 1", /statistics of/],
	["INSERT INTO field_values VALUES (1, 'x', 77)", /belong to no document/],
	["INSERT INTO field_values VALUES (1, 'x', 1)", /more or fewer values/],
	["INSERT INTO texts (rowid, words) VALUES (77, 'x')", /texts belong to no/],
];

const text = fc.constantFrom("one two", "two", "", "x ".repeat(50), "日本");
const content: fc.Arbitrary<JsonObject> = fc.record(
	{
		name: fc.oneof(
			fc.constantFrom("a", "b", "\ud800"),
			fc.constant(["a", "c"]),
		),
		text: fc.oneof(text, fc.array(text, { maxLength: 3 })),
		count: fc.oneof(fc.integer(), fc.double({ noNaN: true }), fc.constant("x")),
		other: fc.constant("unmapped"),
	},
	{ requiredKeys: [] },
) as fc.Arbitrary<JsonObject>;
const id = fc.constantFrom("1", "2", "3", "4");
const operation: fc.Arbitrary<WriteOperation> = fc.oneof(
	fc.record({ kind: fc.constant("create" as const), id, content }),
	fc.record({ kind: fc.constant("createOrReplace" as const), id, content }),
	fc.record({ kind: fc.constant("update" as const), id, changes: content }),
	fc.record({ kind: fc.constant("delete" as const), id }),
);

async function open(folder: string): Promise<Storage> {
	const storage = createSqliteStorage(createDatabase({ folder }), {
		clock: systemClock,
		ids: randomIds,
	});
	await storage.open();
	for (const target of [THINGS, OTHERS])
		await storage.createCollection(target, {
			mappings: {
				properties: {
					name: { type: "keyword" },
					text: { type: "text", fields: { raw: { type: "keyword" } } },
					count: { type: "double" },
				},
			},
		});
	return storage;
}

function check(folder: string): string[] {
	const connection = new Connection(path.join(folder, "portico.db"), {
		readOnly: true,
	});
	connection.exec("BEGIN");
	try {
		return [...checkDatabase(connection)].map(({ what }) => what);
	} finally {
		connection.close();
	}
}
