import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { isErrorId } from "../../../src/errors/gateway-error.ts";
import { systemClock } from "../../../src/lib/clock.ts";
import { randomIds } from "../../../src/lib/ids.ts";
import type { JsonObject } from "../../../src/lib/json.ts";
import type { Query } from "../../../src/search/query.ts";
import { createDatabase, type Database } from "../../../src/sqlite/database.ts";
import {
	createSqliteStorage,
	type SqliteStorageOptions,
} from "../../../src/storage/sqlite/sqlite-storage.ts";
import type {
	Storage,
	Target,
	WrittenDocument,
} from "../../../src/storage/storage.ts";
import { NOTES } from "../../sqlite/programs/notes.ts";
import { tempFolder } from "../../support/temp-folder.ts";

const THINGS: Target = {
	scope: "public",
	index: "an-index",
	collection: "things",
};
const BAD_REQUEST = "services.storage.unexpected_bad_request";
const REFUSED = "services.storage.invalid_query_keyword";

describe("the SQLite store", () => {
	it("commits the writes of many callers together", async () => {
		const { storage, database } = await openStorage();
		await storage.createCollection(THINGS);
		const before = database.figures().groups;
		await Promise.all(
			Array.from({ length: 50 }, (_, n) =>
				storage.write(THINGS, [{ kind: "create", content: { n } }]),
			),
		);
		assert.equal(database.figures().groups - before, 1);
		await storage.close();
	});

	it("never gives a revision twice, not for a document that was deleted and made again, nor after a restart", async () => {
		const folder = await tempFolder("revisions");
		const revisions: string[] = [];
		for (let round = 0; round < 2; round++) {
			const { storage } = await openStorage({ folder });
			await storage.createCollection(THINGS);
			for (let n = 0; n < 3; n++) {
				const [made] = await storage.write(THINGS, [
					{ kind: "create", id: "1", content: {} },
					{ kind: "delete", id: "1" },
				]);
				assert.equal((made as WrittenDocument).version, 1);
				revisions.push((made as WrittenDocument).revision);
			}
			await storage.close();
		}
		assert.equal(new Set(revisions).size, revisions.length);
	});

	it("removes the documents of dropped collections in the background", async () => {
		const { storage, database } = await openStorage();
		const others = { ...THINGS, collection: "others" };
		await storage.createCollection(THINGS);
		await storage.createCollection(others);
		const many = Array.from(
			{ length: 1_200 },
			(_, n) => ({ kind: "create", id: `${n}`, content: { n } }) as const,
		);
		await storage.write(THINGS, many);
		await storage.write(others, many.slice(0, 10));
		await storage.truncateCollection(THINGS);
		await storage.write(THINGS, many.slice(0, 5));
		const count = () =>
			database.connection.get<{ n: number }>(
				"SELECT count(*) AS n FROM documents",
			)?.n;
		const dropped = () =>
			database.connection.get("SELECT 1 FROM dropped_collections");
		await until(() => count() === 15 && dropped() === undefined);
		await storage.deleteIndex("public", THINGS.index);
		await until(() => count() === 0 && dropped() === undefined);
		await storage.close();
	});

	it("keeps the indexes of several namespaces apart in one database", async () => {
		const database = createDatabase({ folder: await tempFolder("namespaces") });
		const [one, other] = [
			createStorage(database, { namespace: "one" }),
			createStorage(database, { namespace: "other" }),
		];
		await Promise.all([one.open(), other.open()]);
		await one.createCollection(THINGS);
		await one.write(THINGS, [{ kind: "create", id: "1", content: {} }]);
		assert.deepEqual(await other.listIndexes("public"), []);
		await other.createIndex("private", THINGS.index);
		await rejects(other.get(THINGS, "1"), "services.storage.unknown_index");
		await one.close();
		assert.deepEqual(await other.listIndexes("private"), [THINGS.index]);
		await other.close();
	});

	it("takes its common mapping from whoever makes it", async () => {
		const commonMapping = {
			dynamic: "strict",
			properties: { owner: { type: "keyword" } },
		} as const;
		const { storage } = await openStorage({ commonMapping });
		await storage.createCollection(THINGS, {
			mappings: { properties: { name: { type: "text" } } },
		});
		assert.deepEqual(await storage.getMappings(THINGS), {
			dynamic: "strict",
			properties: { name: { type: "text" }, owner: { type: "keyword" } },
		});
		await storage.close();
	});

	it("says so when it is closed", async () => {
		const { storage } = await openStorage();
		await storage.close();
		const away = "services.storage.not_connected";
		await rejects(storage.get(THINGS, "1"), away);
		await rejects(storage.listIndexes("public"), away);
		await rejects(storage.write(THINGS, [{ kind: "delete", id: "1" }]), away);
		await rejects(search(storage, { kind: "match_all" }), away);
		assert.equal((await storage.health()).status, "red");
	});

	it("does not claim to know what became of a write when its thread crashed", async () => {
		const { storage, database } = await openStorage();
		await storage.createCollection(THINGS);
		await database.load(NOTES);
		assert.equal((await storage.health()).status, "green");
		const crash = database.write(NOTES, { kind: "crash" }, 1).catch(() => {});
		const cut = await outcomeOf(
			storage.write(THINGS, [{ kind: "create", id: "1", content: {} }]),
		);
		await crash;
		await until(() => database.trouble() !== undefined);
		assert.ok(
			cut === undefined || isErrorId(cut, "portico.call.outcome_unknown"),
			String(cut),
		);
		await rejects(
			storage.write(THINGS, [{ kind: "delete", id: "1" }]),
			"services.storage.not_connected",
		);
		assert.match(String((await storage.health()).reason), /crashed on purpose/);
		await storage.close();
	});

	it("tells a caller who left during a write that its outcome is unknown", async () => {
		const { storage } = await openStorage();
		await storage.createCollection(THINGS);
		const controller = new AbortController();
		const write = storage.write(
			THINGS,
			[{ kind: "create", id: "1", content: { a: 1 } }],
			{
				signal: controller.signal,
			},
		);
		controller.abort();
		await rejects(write, "portico.call.outcome_unknown");
		await storage.write(THINGS, [{ kind: "create", id: "2", content: {} }]);
		assert.deepEqual((await storage.get(THINGS, "1"))?.content, { a: 1 });
		await storage.close();
	});

	it("refuses ids that it could not keep as they are", async () => {
		const { storage } = await openStorage();
		await storage.createCollection(THINGS);
		for (const id of ["", "a\0b", "\ud800", "é".repeat(257)]) {
			const [outcome] = await storage.write(THINGS, [
				{ kind: "create", id, content: {} },
			]);
			assert.ok(
				outcome?.ok === false && isErrorId(outcome.error, BAD_REQUEST),
				JSON.stringify(id),
			);
			assert.equal(await storage.get(THINGS, id), null);
			const [gone] = await storage.write(THINGS, [{ kind: "delete", id }]);
			assert.ok(
				gone?.ok === false &&
					isErrorId(gone.error, "services.storage.not_found"),
			);
		}
		await storage.write(THINGS, [{ kind: "create", id: "a", content: {} }]);
		assert.equal(await storage.exists(THINGS, "a\0b"), false);
		await storage.close();
	});

	it("lets no stranger grow mappings without end", async () => {
		const { storage } = await openStorage();
		await storage.createCollection(THINGS, { mappings: { dynamic: "true" } });
		const wide = Object.fromEntries(
			Array.from({ length: 1_001 }, (_, n) => [`f${n}`, n]),
		);
		let deep: JsonObject = { end: 1 };
		for (let level = 0; level < 25; level++) deep = { level: deep };
		for (const content of [wide, deep]) {
			const [outcome] = await storage.write(THINGS, [
				{ kind: "create", id: "1", content },
			]);
			assert.ok(outcome?.ok === false && isErrorId(outcome.error, BAD_REQUEST));
		}
		assert.equal(
			Object.keys((await storage.getMappings(THINGS)).properties).length,
			1,
		);
		await storage.close();
	});
});

describe("a query that SQLite cannot answer", () => {
	it("is refused by the name of its clause, wherever it is", async () => {
		const { storage } = await openStorage();
		await storage.createCollection(THINGS);
		const native: Query = {
			kind: "native",
			clause: "geo_distance",
			argument: {},
		};
		const nested: Query = {
			kind: "bool",
			must: [],
			filter: [
				{ kind: "bool", must: [], filter: [], should: [native], mustNot: [] },
			],
			should: [],
			mustNot: [],
		};
		await rejects(search(storage, native), REFUSED, ["geo_distance"]);
		await rejects(search(storage, nested), REFUSED, ["geo_distance"]);
		const scan = storage
			.scan([THINGS], { query: nested })
			[Symbol.asyncIterator]();
		await rejects(scan.next(), REFUSED, ["geo_distance"]);
		await storage.close();
	});

	it("is refused on fields whose type or analyser it does not know, but it can tell whether they have a value", async () => {
		const { storage } = await openStorage();
		await storage.createCollection(THINGS, {
			mappings: {
				properties: {
					place: { type: "geo_shape" },
					address: { type: "ip_range" },
					words: { type: "text", analyzer: "french" },
					at: { type: "date", format: "dd/MMM/uuuu" },
				},
			},
		});
		const content = {
			place: "POINT (2 1)",
			address: "::1/128",
			words: "les mots",
			at: "31/JAN/2024",
		};
		await storage.write(THINGS, [{ kind: "create", id: "1", content }]);
		for (const field of ["place", "address", "words", "at"]) {
			await rejects(
				search(storage, {
					kind: "term",
					field,
					value: "x",
					caseInsensitive: false,
				}),
				REFUSED,
			);
			await rejects(
				search(storage, { kind: "range", field, bounds: { gt: "x" } }),
				REFUSED,
			);
			assert.equal(await search(storage, { kind: "exists", field }), 1);
		}
		await rejects(
			search(storage, {
				kind: "term",
				field: "_index",
				value: "x",
				caseInsensitive: false,
			}),
			REFUSED,
		);
		await rejects(search(storage, { kind: "exists", field: "pl*" }), REFUSED);
		await storage.close();
	});

	it("is refused when it joins more than one statement can hold", async () => {
		const { storage } = await openStorage();
		const targets = await Promise.all(
			Array.from({ length: 40 }, async (_, n) => {
				const target = { ...THINGS, collection: `c${n}` };
				await storage.createCollection(target, {
					mappings: { properties: { name: { type: "keyword" } } },
				});
				return target;
			}),
		);
		const clause: Query = {
			kind: "term",
			field: "name",
			value: "x",
			caseInsensitive: false,
		};
		const query: Query = {
			kind: "bool",
			must: [],
			filter: [],
			should: new Array(1_000).fill(clause),
			mustNot: [],
		};
		await rejects(
			storage.search(targets, { query, sort: [], from: 0, size: 10 }),
			BAD_REQUEST,
		);
		assert.equal(
			(
				await storage.search(targets.slice(0, 5), {
					query,
					sort: [],
					from: 0,
					size: 10,
				})
			).total,
			0,
		);
		await storage.close();
	});
});

async function openStorage(
	options: Partial<SqliteStorageOptions> & { folder?: string } = {},
): Promise<{ storage: Storage; database: Database }> {
	const { folder = await tempFolder("sqlite"), ...rest } = options;
	const database = createDatabase({ folder });
	const storage = createStorage(database, rest);
	await storage.open();
	return { storage, database };
}

function createStorage(
	database: Database,
	options: Partial<SqliteStorageOptions>,
): Storage {
	return createSqliteStorage(database, {
		clock: systemClock,
		ids: randomIds,
		...options,
	});
}

/** How many match. */
async function search(storage: Storage, query: Query): Promise<number> {
	return (
		await storage.search([THINGS], { query, sort: [], from: 0, size: 10 })
	).total;
}

async function rejects(
	promise: Promise<unknown>,
	id: Parameters<typeof isErrorId>[1],
	props?: unknown[],
): Promise<void> {
	await assert.rejects(promise, (error) => {
		if (!isErrorId(error, id)) throw error;
		if (props !== undefined) assert.deepEqual(error.props, props);
		return true;
	});
}

async function outcomeOf(promise: Promise<unknown>): Promise<unknown> {
	return promise.then(
		() => undefined,
		(error: unknown) => error,
	);
}

/** The test runner's own limit ends what never comes. */
async function until(isSo: () => boolean): Promise<void> {
	while (!isSo()) await nextTurn();
}
