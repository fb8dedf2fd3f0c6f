import assert from "node:assert/strict";
import type { WriteOperation } from "../../../src/storage/storage.ts";
import {
	assertFailed,
	type ContractSuite,
	MATCH_ALL,
	sorted,
	written,
} from "./contract-suite.ts";

const TAKEN = "services.storage.document_already_exists";
const NOT_FOUND = "services.storage.not_found";

export function batches({ test }: ContractSuite): void {
	test("a batch answers one outcome per operation, in order, and a failure stops none", async (t) => {
		const target = await t.collection({
			mappings: { dynamic: "strict", properties: { n: { type: "integer" } } },
		});
		const { index, collection } = target;
		await t.put(target, [
			{ kind: "create", id: "a", content: { n: 1 } },
			{ kind: "create", id: "b", content: { n: 2 } },
		]);
		const outcomes = await t.storage.write(target, [
			{ kind: "create", id: "c", content: { n: 3 } },
			{ kind: "create", id: "a", content: { n: 4 } },
			{ kind: "update", id: "ghost", changes: { n: 5 } },
			{ kind: "update", id: "b", changes: { n: 6 } },
			{ kind: "create", id: "d", content: { zz: 7 } },
			{ kind: "delete", id: "ghost" },
			{ kind: "replace", id: "ghost", content: { n: 8 } },
			{ kind: "create", content: { n: 9 } },
			{ kind: "delete", id: "a" },
			{ kind: "upsert", id: "e", changes: { n: 10 }, default: {} },
		]);
		assert.deepEqual(
			outcomes.map(({ ok }) => ok),
			[true, false, false, true, false, false, false, true, true, true],
		);
		assertFailed(outcomes[1], TAKEN, []);
		assertFailed(outcomes[2], NOT_FOUND, ["ghost", index, collection]);
		assertFailed(outcomes[4], "services.storage.strict_mapping_rejection", [
			"zz",
			index,
			collection,
		]);
		assertFailed(outcomes[5], NOT_FOUND, ["ghost", index, collection]);
		assertFailed(outcomes[6], NOT_FOUND, ["ghost", index, collection]);
		assert.deepEqual(
			outcomes.map(({ id }) => id).filter((_, place) => place !== 7),
			["c", "a", "ghost", "b", "d", "ghost", "ghost", "a", "e"],
		);
		const made = written(outcomes[7]).id;
		assert.deepEqual(written(outcomes[8]).before, { n: 1 });
		await t.storage.refresh(target);
		assert.deepEqual(
			await t.find(target, MATCH_ALL),
			sorted(["b", "c", "e", made]),
		);
	});

	test("the operations of a batch on one document happen in order", async (t) => {
		const target = await t.collection();
		const operations: WriteOperation[] = [
			{ kind: "create", id: "1", content: { a: 1 } },
			{ kind: "update", id: "1", changes: { b: 2 } },
			{ kind: "create", id: "2", content: { other: true } },
			{ kind: "create", id: "1", content: { never: true } },
			{ kind: "replace", id: "1", content: { c: 3 } },
			{ kind: "upsert", id: "1", changes: { d: 4 }, default: { never: true } },
			{ kind: "delete", id: "1" },
			{ kind: "update", id: "1", changes: { never: true } },
			{ kind: "createOrReplace", id: "1", content: { e: 5 } },
			{ kind: "update", id: "1", changes: { f: 6 } },
		];
		const outcomes = await t.storage.write(target, operations);
		assert.deepEqual(
			outcomes.map(({ ok }) => ok),
			[true, true, true, false, true, true, true, false, true, true],
		);
		assertFailed(outcomes[3], TAKEN);
		assertFailed(outcomes[7], NOT_FOUND);
		assert.deepEqual(written(outcomes[1]).before, { a: 1 });
		assert.deepEqual(written(outcomes[1]).after, { a: 1, b: 2 });
		assert.deepEqual(written(outcomes[5]).after, { c: 3, d: 4 });
		assert.deepEqual(written(outcomes[6]).before, { c: 3, d: 4 });
		assert.equal(written(outcomes[8]).created, true);
		assert.deepEqual(await t.content(target, "1"), { e: 5, f: 6 });
		assert.deepEqual(await t.content(target, "2"), { other: true });
	});

	test("a batch may be large", async (t) => {
		const target = await t.collection();
		const creates = Array.from(
			{ length: 1_000 },
			(_, n) => ({ kind: "create", id: `d${n}`, content: { n } }) as const,
		);
		const outcomes = await t.put(target, creates);
		assert.deepEqual(
			outcomes.map(({ id }) => id),
			creates.map(({ id }) => id),
		);
		const updates = creates.map(
			({ id }, n) => ({ kind: "update", id, changes: { m: n } }) as const,
		);
		for (const [n, outcome] of (await t.put(target, updates)).entries()) {
			assert.deepEqual(outcome.after, { n, m: n });
		}
		const deleted = await t.put(
			target,
			creates.map(({ id }) => ({ kind: "delete", id }) as const),
		);
		assert.deepEqual(deleted[7]?.before, { n: 7, m: 7 });
		await t.storage.refresh(target);
		assert.deepEqual(await t.find(target, MATCH_ALL), []);
	});

	test("an empty batch does nothing", async (t) => {
		const target = await t.collection();
		assert.deepEqual(await t.storage.write(target, []), []);
	});

	test("a collection that is not there is not made by a write", async (t) => {
		const { index } = await t.collection();
		const noCollection = {
			scope: "public",
			index,
			collection: "ghost",
		} as const;
		const noIndex = t.target("ghost");
		const operations: WriteOperation[] = [
			{ kind: "create", content: { a: 1 } },
			{ kind: "create", id: "1", content: { a: 1 } },
			{ kind: "createOrReplace", id: "1", content: { a: 1 } },
			{ kind: "replace", id: "1", content: { a: 1 } },
			{ kind: "update", id: "1", changes: { a: 1 } },
			{ kind: "upsert", id: "1", changes: { a: 1 }, default: {} },
			{ kind: "delete", id: "1" },
		];
		for (const batch of [
			...operations.map((operation) => [operation]),
			operations,
		]) {
			for (const outcome of await t.storage.write(noCollection, batch)) {
				assertFailed(outcome, "services.storage.unknown_collection", [
					index,
					"ghost",
				]);
			}
			for (const outcome of await t.storage.write(noIndex, batch)) {
				assertFailed(outcome, "services.storage.unknown_index", [
					noIndex.index,
				]);
			}
		}
		assert.equal(await t.storage.collectionExists(noCollection), false);
		assert.equal(await t.storage.indexExists("public", noIndex.index), false);
	});
}
