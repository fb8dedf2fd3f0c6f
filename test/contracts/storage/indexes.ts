import assert from "node:assert/strict";
import {
	assertRejects,
	type ContractSuite,
	sorted,
	written,
} from "./contract-suite.ts";

const INVALID_NAMES = [
	"",
	"_all",
	"Upper",
	"a b",
	"a\tb",
	"a\nb",
	"a\rb",
	"a/b",
	"a\\b",
	"a*",
	"a?",
	'a"',
	"a<",
	"a>",
	"a|",
	"a,b",
	"a+",
	"a#",
	"a:b",
	"a.b",
	"&a",
	"%a",
	"a\0b",
	"x".repeat(127),
	"é".repeat(64),
	"a\ud83d",
];

export function indexes({ test }: ContractSuite): void {
	test("an index that was created exists and is listed, in its scope only", async (t) => {
		const { storage } = t;
		const [b, a] = sorted([t.indexName(), t.indexName()]).reverse();
		assert.ok(a && b);
		assert.equal(await storage.indexExists("public", a), false);
		await storage.createIndex("public", b);
		await storage.createIndex("public", a);
		assert.equal(await storage.indexExists("public", a), true);
		assert.equal(await storage.indexExists("private", a), false);
		const names = await storage.listIndexes("public");
		assert.ok(names.includes(a) && names.includes(b));
		assert.deepEqual(names, sorted(names));
		assert.ok(!(await storage.listIndexes("private")).includes(a));
		assert.deepEqual(await storage.listCollections("public", a), []);
	});

	test("an index name that is taken, in either scope, is refused", async (t) => {
		const { storage } = t;
		const publicName = t.indexName();
		const privateName = t.indexName();
		await storage.createIndex("public", publicName);
		await storage.createIndex("private", privateName);
		const id = "services.storage.index_already_exists";
		await assertRejects(storage.createIndex("public", publicName), id, [
			"public",
			publicName,
		]);
		await assertRejects(storage.createIndex("private", publicName), id);
		await assertRejects(storage.createIndex("public", privateName), id);
		const inOtherScope = {
			scope: "public",
			index: privateName,
			collection: "c",
		} as const;
		await assertRejects(storage.createCollection(inOtherScope), id);
		assert.equal(await storage.indexExists("public", privateName), false);
	});

	test("invalid index names are refused wherever an index would be created", async (t) => {
		for (const index of INVALID_NAMES) {
			const id = "services.storage.invalid_index_name";
			await assertRejects(t.storage.createIndex("public", index), id, [index]);
			const target = { scope: "public", index, collection: "c" } as const;
			await assertRejects(t.storage.createCollection(target), id, [index]);
			assert.equal(await t.storage.indexExists("public", index), false);
		}
	});

	test("names may be long, and hold dashes, underscores, digits and other alphabets", async (t) => {
		const { storage } = t;
		const base = t.indexName();
		for (const tail of ["-_1", "é日本", "x".repeat(126 - base.length)]) {
			const index = `${base}${tail}`;
			const target = {
				scope: "public",
				index,
				collection: `c${tail}`,
			} as const;
			const short = { ...target, collection: target.collection.slice(0, 40) };
			await storage.createCollection(short);
			await t.put(short, [{ kind: "create", id: "1", content: { a: 1 } }]);
			assert.deepEqual(await storage.listCollections("public", index), [
				short.collection,
			]);
			await storage.deleteIndex("public", index);
		}
	});

	test("deleting an index removes its collections and documents, and nothing else", async (t) => {
		const { storage } = t;
		const target = await t.collection();
		const other = await t.collection();
		// A name that begins with the deleted one is another name.
		const longer = { ...target, index: `${target.index}-2` };
		await storage.createCollection(longer);
		await t.put(target, [{ kind: "create", id: "1", content: {} }]);
		await t.put(longer, [{ kind: "create", id: "1", content: {} }]);
		await storage.deleteIndex("public", target.index);
		assert.equal(await storage.indexExists("public", target.index), false);
		assert.equal(await storage.collectionExists(target), false);
		assert.equal(await storage.collectionExists(other), true);
		assert.ok(await storage.get(longer, "1"));
		await storage.createCollection(target);
		assert.equal(await storage.get(target, "1"), null);
		await storage.deleteIndex("public", longer.index);
	});

	test("deleting an index that is not there is refused", async (t) => {
		const { storage } = t;
		const index = t.indexName();
		const id = "services.storage.unknown_index";
		await assertRejects(storage.deleteIndex("public", index), id, [index]);
		await storage.createIndex("private", index);
		await assertRejects(storage.deleteIndex("public", index), id, [index]);
		assert.equal(await storage.indexExists("private", index), true);
	});

	test("of two that create the same index at once, one succeeds", async (t) => {
		const index = t.indexName();
		const results = await Promise.allSettled(
			Array.from({ length: 4 }, () => t.storage.createIndex("public", index)),
		);
		const succeeded = results.filter(({ status }) => status === "fulfilled");
		assert.equal(succeeded.length, 1);
		for (const result of results) {
			if (result.status === "fulfilled") continue;
			await assertRejects(
				Promise.reject(result.reason),
				"services.storage.index_already_exists",
			);
		}
		assert.equal(await t.storage.indexExists("public", index), true);
	});

	test("everything is listed at once, as it is listed one by one", async (t) => {
		const { storage } = t;
		const empty = t.indexName();
		await storage.createIndex("public", empty);
		const target = await t.collection();
		await storage.createCollection({ ...target, collection: "others" });
		const hidden = await t.collection(undefined, "private");
		const listed = await storage.listEverything("public");
		assert.deepEqual(
			listed.map(({ index }) => index),
			await storage.listIndexes("public"),
		);
		const find = (index: string) => listed.find((each) => each.index === index);
		assert.deepEqual(find(empty)?.collections, []);
		assert.deepEqual(find(target.index)?.collections, ["others", "things"]);
		assert.equal(find(hidden.index), undefined);
	});

	test("documents and bytes are counted by collection", async (t) => {
		const { storage } = t;
		const empty = t.indexName();
		await storage.createIndex("public", empty);
		const target = await t.collection();
		await storage.createCollection({ ...target, collection: "others" });
		const documents = ["1", "2", "3"].map(
			(id) =>
				({ kind: "create", id, content: { a: "x".repeat(1_000) } }) as const,
		);
		await t.put(target, documents);
		await t.put(target, [{ kind: "delete", id: "2" }]);
		await storage.refresh(target);
		const measured = await storage.measureCollections("public");
		const find = (index: string) =>
			measured.find((each) => each.index === index)?.collections;
		assert.deepEqual(find(empty), []);
		const [others, things, ...more] = find(target.index) ?? [];
		assert.equal(more.length, 0);
		assert.equal(others?.collection, "others");
		assert.equal(others.documents, 0);
		assert.equal(things?.collection, "things");
		assert.equal(things.documents, 2);
		assert.ok(things.bytes > others.bytes);
	});

	test("health and info answer", async (t) => {
		const health = await t.storage.health();
		assert.notEqual(health.status, "red", health.reason);
		const info = await t.storage.info();
		assert.equal(info.type, t.storage.backend);
		assert.equal(typeof info.version, "string");
	});

	test("opening once more does no harm", async (t) => {
		const target = await t.collection();
		await t.put(target, [{ kind: "create", id: "1", content: { a: 1 } }]);
		await t.storage.open();
		assert.deepEqual(await t.content(target, "1"), { a: 1 });
	});

	test("everything is still there after a restart", async (t) => {
		const mappings = { properties: { name: { type: "keyword" } } };
		const target = await t.collection({ mappings });
		const empty = t.indexName();
		await t.storage.createIndex("private", empty);
		const outcome = written(
			await t.one(target, { kind: "create", id: "1", content: { name: "a" } }),
		);
		if (!(await t.reopen())) return;
		const { storage } = t;
		assert.equal(await storage.indexExists("private", empty), true);
		const found = await storage.get(target, "1");
		assert.deepEqual(found, {
			id: "1",
			version: outcome.version,
			revision: outcome.revision,
			content: { name: "a" },
		});
		const kept = await storage.getMappings(target);
		assert.deepEqual(kept.properties.name, { type: "keyword" });
		await storage.refresh(target);
		const query = {
			kind: "term",
			field: "name",
			value: "a",
			caseInsensitive: false,
		} as const;
		assert.deepEqual(await t.find(target, query), ["1"]);
	});
}
