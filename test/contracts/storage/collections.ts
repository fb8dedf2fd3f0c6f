import assert from "node:assert/strict";
import type { Target } from "../../../src/storage/storage.ts";
import {
	assertFailed,
	assertRejects,
	type ContractSuite,
	MATCH_ALL,
	request,
	type StorageTest,
} from "./contract-suite.ts";

const INVALID_NAMES = [
	"",
	"_all",
	"Upper",
	"a b",
	"a*",
	"a,b",
	"a.b",
	"%a",
	"a\0b",
	"x".repeat(127),
];
const HIDDEN = "_kuzzle_keep";

export function collections({ test }: ContractSuite): void {
	test("a collection that was created exists and is listed, and brings its index along", async (t) => {
		const { storage } = t;
		const b = t.target("b");
		const a = { ...b, collection: "a" };
		assert.equal(await storage.collectionExists(b), false);
		await storage.createCollection(b);
		await storage.createCollection(a);
		assert.equal(await storage.indexExists("public", b.index), true);
		assert.equal(await storage.collectionExists(b), true);
		assert.equal(
			await storage.collectionExists({ ...b, scope: "private" }),
			false,
		);
		assert.deepEqual(await storage.listCollections("public", b.index), [
			"a",
			"b",
		]);
	});

	test("private collections are a world of their own", async (t) => {
		const target = await t.collection(undefined, "private");
		await t.put(target, [{ kind: "create", id: "1", content: { a: 1 } }]);
		assert.deepEqual(await t.content(target, "1"), { a: 1 });
		assert.deepEqual(await t.storage.listCollections("private", target.index), [
			"things",
		]);
		await assertRejects(
			t.storage.get({ ...target, scope: "public" }, "1"),
			"services.storage.unknown_index",
		);
		await t.storage.refresh(target);
		assert.deepEqual(await t.find(target, MATCH_ALL), ["1"]);
	});

	test("the collections of an index that is not there cannot be listed", async (t) => {
		const { storage } = t;
		const id = "services.storage.unknown_index";
		const index = t.indexName();
		await storage.createIndex("private", index);
		for (const name of [index, "ghost", "*", ""]) {
			await assertRejects(storage.listCollections("public", name), id, [name]);
		}
	});

	test("invalid collection names are refused, and leave nothing behind", async (t) => {
		const { storage } = t;
		const { index } = t.target();
		for (const collection of INVALID_NAMES) {
			const target = { scope: "public", index, collection } as const;
			const id = "services.storage.invalid_collection_name";
			await assertRejects(storage.createCollection(target), id, [collection]);
		}
		const hidden = { scope: "public", index, collection: HIDDEN } as const;
		const id = "services.storage.collection_reserved";
		await assertRejects(storage.createCollection(hidden), id, [HIDDEN]);
		assert.equal(await storage.indexExists("public", index), false);
	});

	test("the hidden collection is neither listed nor reached", async (t) => {
		const { storage } = t;
		const index = t.indexName();
		await storage.createIndex("public", index);
		const hidden = { scope: "public", index, collection: HIDDEN } as const;
		assert.deepEqual(await storage.listCollections("public", index), []);
		assert.equal(await storage.collectionExists(hidden), false);
		await assertUnreachable(t, hidden);
	});

	test("a name that is a pattern reaches no other collection", async (t) => {
		const { storage } = t;
		const target = await t.collection();
		const second = { ...target, collection: "thongs" };
		await storage.createCollection(second);
		await t.put(target, [{ kind: "create", id: "1", content: {} }]);
		for (const collection of [
			"th*",
			"*",
			"things,thongs",
			"_all",
			"-things",
			"",
		]) {
			await assertUnreachable(t, { ...target, collection });
		}
		await assertRejects(
			storage.get({ ...target, index: `${target.index.slice(0, -1)}*` }, "1"),
			"services.storage.unknown_index",
		);
		await assertRejects(
			storage.deleteIndex("public", `${target.index.slice(0, -1)}*`),
			"services.storage.unknown_index",
		);
		assert.ok(await storage.get(target, "1"));
	});

	test("creating a collection again keeps its documents", async (t) => {
		const target = await t.collection();
		await t.put(target, [{ kind: "create", id: "1", content: { a: 1 } }]);
		await t.storage.createCollection(target);
		await t.storage.createCollection(target, {
			mappings: { properties: { a: { type: "integer" } } },
		});
		assert.deepEqual(await t.content(target, "1"), { a: 1 });
	});

	test("several that create the same collection at once all succeed", async (t) => {
		const target = t.target();
		await Promise.all(
			Array.from({ length: 4 }, () => t.storage.createCollection(target)),
		);
		assert.deepEqual(await t.storage.listCollections("public", target.index), [
			"things",
		]);
		await t.put(target, [{ kind: "create", id: "1", content: { a: 1 } }]);
		assert.deepEqual(await t.content(target, "1"), { a: 1 });
	});

	test("collections made and removed at once in one index do not disturb each other", async (t) => {
		const { storage } = t;
		const index = t.indexName();
		await storage.createIndex("public", index);
		const names = ["a", "b", "c", "d"];
		const targets = names.map(
			(collection) => ({ scope: "public", index, collection }) as const,
		);
		await Promise.all(targets.map((each) => storage.createCollection(each)));
		assert.deepEqual(await storage.listCollections("public", index), names);
		await Promise.all(targets.map((each) => storage.deleteCollection(each)));
		assert.deepEqual(await storage.listCollections("public", index), []);
		assert.equal(await storage.indexExists("public", index), true);
	});

	test("deleting a collection removes its documents; the index stays", async (t) => {
		const { storage } = t;
		const target = await t.collection();
		const other = { ...target, collection: "others" };
		await storage.createCollection(other);
		await t.put(target, [{ kind: "create", id: "1", content: {} }]);
		await storage.deleteCollection(target);
		assert.equal(await storage.collectionExists(target), false);
		assert.deepEqual(await storage.listCollections("public", target.index), [
			"others",
		]);
		await storage.deleteCollection(other);
		assert.deepEqual(await storage.listCollections("public", target.index), []);
		assert.equal(await storage.indexExists("public", target.index), true);
		await storage.createCollection(target);
		assert.equal(await storage.get(target, "1"), null);
	});

	test("truncating removes the documents and keeps the mappings", async (t) => {
		const { storage } = t;
		const target = await t.collection({
			mappings: {
				dynamic: "strict",
				properties: { name: { type: "keyword" } },
			},
		});
		await t.put(target, [
			{ kind: "create", id: "1", content: { name: "a" } },
			{ kind: "create", id: "2", content: { name: "b" } },
		]);
		const before = await storage.getMappings(target);
		await storage.truncateCollection(target);
		assert.equal(await storage.get(target, "1"), null);
		assert.deepEqual(await storage.getMappings(target), before);
		await t.put(target, [{ kind: "create", id: "1", content: { name: "c" } }]);
		await storage.refresh(target);
		assert.deepEqual(await t.find(target, MATCH_ALL), ["1"]);
	});
}

/** Nothing reads, writes, changes or removes anything under that name. */
async function assertUnreachable(
	t: StorageTest,
	target: Target,
): Promise<void> {
	const { storage } = t;
	const id = "services.storage.unknown_collection";
	const props = [target.index, target.collection];
	await assertRejects(storage.get(target, "1"), id, props);
	await assertRejects(storage.mGet(target, ["1"]), id, props);
	await assertRejects(storage.search([target], request()), id, props);
	await assertRejects(storage.refresh(target), id, props);
	await assertRejects(storage.getMappings(target), id, props);
	await assertRejects(storage.getSettings(target), id, props);
	await assertRejects(storage.truncateCollection(target), id, props);
	await assertRejects(storage.deleteCollection(target), id, props);
	const outcome = await t.one(target, {
		kind: "createOrReplace",
		id: "1",
		content: { a: 1 },
	});
	assertFailed(outcome, id, props);
}
