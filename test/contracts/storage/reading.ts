import assert from "node:assert/strict";
import {
	assertRejects,
	type ContractSuite,
	MATCH_ALL,
	request,
} from "./contract-suite.ts";

export function reading({ test }: ContractSuite): void {
	test("get sees every write that was answered, refreshed or not", async (t) => {
		const target = await t.collection();
		for (let n = 1; n <= 10; n++) {
			await t.put(target, [
				{ kind: "createOrReplace", id: "1", content: { n } },
			]);
			assert.deepEqual(
				await t.storage
					.get(target, "1")
					.then((found) => [found?.version, found?.content]),
				[n, { n }],
			);
			assert.equal(await t.storage.exists(target, "1"), true);
		}
		await t.put(target, [{ kind: "delete", id: "1" }]);
		assert.equal(await t.storage.get(target, "1"), null);
		assert.equal(await t.storage.exists(target, "1"), false);
	});

	test("mGet and mExists answer in the order of the ids, repeated or missing ones too", async (t) => {
		const target = await t.collection();
		await t.put(
			target,
			["a", "b", "c"].map(
				(id) => ({ kind: "create", id, content: { id } }) as const,
			),
		);
		const ids = ["c", "ghost", "a", "c", "b"];
		const found = await t.storage.mGet(target, ids);
		assert.deepEqual(
			found.map((document) => document?.id ?? null),
			["c", null, "a", "c", "b"],
		);
		assert.deepEqual(found[2], await t.storage.get(target, "a"));
		assert.deepEqual(await t.storage.mExists(target, ids), [
			true,
			false,
			true,
			true,
			true,
		]);
		assert.deepEqual(await t.storage.mGet(target, []), []);
		assert.deepEqual(await t.storage.mExists(target, []), []);
	});

	test("reading from an index or a collection that is not there is refused", async (t) => {
		const { storage } = t;
		const { index } = await t.collection();
		const noCollection = {
			scope: "public",
			index,
			collection: "ghost",
		} as const;
		const noIndex = t.target("ghost");
		for (const read of [
			(target: typeof noIndex) => storage.get(target, "1"),
			(target: typeof noIndex) => storage.exists(target, "1"),
			(target: typeof noIndex) => storage.mGet(target, ["1", "2"]),
			(target: typeof noIndex) => storage.mExists(target, ["1", "2"]),
			(target: typeof noIndex) => storage.search([target], request()),
			(target: typeof noIndex) =>
				storage
					.scan([target], { query: MATCH_ALL })
					[Symbol.asyncIterator]()
					.next(),
		]) {
			await assertRejects(
				read(noCollection),
				"services.storage.unknown_collection",
				[index, "ghost"],
			);
			await assertRejects(read(noIndex), "services.storage.unknown_index", [
				noIndex.index,
			]);
		}
	});

	test("a write that waits for its refresh is found by search at once", async (t) => {
		const target = await t.collection();
		await t.put(target, [{ kind: "create", id: "1", content: {} }], {
			refresh: "wait_for",
		});
		assert.deepEqual(await t.find(target, MATCH_ALL), ["1"]);
		await t.put(
			target,
			[
				{ kind: "create", id: "2", content: {} },
				{ kind: "create", id: "3", content: {} },
				{ kind: "delete", id: "1" },
			],
			{ refresh: "wait_for" },
		);
		assert.deepEqual(await t.find(target, MATCH_ALL), ["2", "3"]);
		await t.put(target, [{ kind: "update", id: "2", changes: { a: 1 } }], {
			refresh: "wait_for",
		});
		await t.put(target, [{ kind: "delete", id: "3" }], { refresh: "wait_for" });
		assert.deepEqual(await t.find(target, MATCH_ALL), ["2"]);
		const { hits } = await t.storage.search([target], request());
		assert.deepEqual(hits[0]?.content, { a: 1 });
	});

	test("after a refresh, search sees all writes that were answered", async (t) => {
		const target = await t.collection();
		await t.put(target, [
			{ kind: "create", id: "1", content: {} },
			{ kind: "create", id: "2", content: {} },
		]);
		await t.storage.refresh(target);
		assert.deepEqual(await t.find(target, MATCH_ALL), ["1", "2"]);
		await t.put(target, [{ kind: "delete", id: "1" }]);
		await t.storage.refresh(target);
		assert.deepEqual(await t.find(target, MATCH_ALL), ["2"]);
	});
}
