import assert from "node:assert/strict";
import { assertFailed, type ContractSuite, written } from "./contract-suite.ts";

const CALLERS = 20;
const CONFLICT = "services.storage.document_already_exists";

export function concurrency({ test }: ContractSuite): void {
	test("of many that create one id, one succeeds", async (t) => {
		const target = await t.collection();
		const outcomes = await Promise.all(
			numbers().map((n) =>
				t.one(target, { kind: "create", id: "1", content: { n } }),
			),
		);
		const [winner, ...others] = outcomes.filter(({ ok }) => ok);
		assert.ok(winner);
		assert.deepEqual(others, []);
		for (const outcome of outcomes) {
			if (!outcome.ok) assertFailed(outcome, CONFLICT);
		}
		assert.deepEqual(await t.content(target, "1"), written(winner).after);
	});

	test("updates that retry on conflict all happen, each on top of another", async (t) => {
		const target = await t.collection();
		await t.put(target, [{ kind: "create", id: "1", content: {} }]);
		const outcomes = await Promise.all(
			numbers().map((n) =>
				t.one(target, {
					kind: "update",
					id: "1",
					changes: { [`k${n}`]: n },
					retryOnConflict: CALLERS,
				}),
			),
		);
		const done = outcomes.map(written);
		const document = await t.storage.get(target, "1");
		assert.equal(document?.version, CALLERS + 1);
		assert.equal(Object.keys(document?.content ?? {}).length, CALLERS);
		const inOrder = done.toSorted((a, b) => a.version - b.version);
		for (const [place, outcome] of inOrder.entries()) {
			assert.equal(outcome.version, place + 2);
			assert.deepEqual(
				outcome.before,
				place === 0 ? {} : inOrder[place - 1]?.after,
			);
		}
	});

	test("an update is never lost: it happens, or is refused as a conflict", async (t) => {
		const target = await t.collection();
		await t.put(target, [{ kind: "create", id: "1", content: {} }]);
		const outcomes = await Promise.all(
			numbers().map((n) =>
				t.one(target, { kind: "update", id: "1", changes: { [`k${n}`]: n } }),
			),
		);
		const document = await t.storage.get(target, "1");
		for (const [n, outcome] of outcomes.entries()) {
			if (!outcome.ok) assertFailed(outcome, CONFLICT);
			assert.equal(Object.hasOwn(document?.content ?? {}, `k${n}`), outcome.ok);
		}
	});

	test("of many that upsert one id, one creates and the others merge", async (t) => {
		const target = await t.collection();
		const outcomes = await Promise.all(
			numbers().map((n) =>
				t.one(target, {
					kind: "upsert",
					id: "1",
					changes: { [`k${n}`]: n },
					default: { first: n },
					retryOnConflict: CALLERS,
				}),
			),
		);
		const creators = outcomes.map(written).filter(({ created }) => created);
		assert.equal(creators.length, 1);
		const document = await t.storage.get(target, "1");
		assert.equal(Object.keys(document?.content ?? {}).length, CALLERS + 1);
		assert.equal(document?.content.first, creators[0]?.after?.first);
	});

	test("of many writes on condition of one revision, one succeeds", async (t) => {
		const target = await t.collection();
		const [created] = await t.put(target, [
			{ kind: "create", id: "1", content: {} },
		]);
		const ifRevision = created?.revision;
		const outcomes = await Promise.all(
			numbers().map((n) =>
				t.one(target, { kind: "replace", id: "1", content: { n }, ifRevision }),
			),
		);
		assert.equal(outcomes.filter(({ ok }) => ok).length, 1);
		assert.equal((await t.storage.get(target, "1"))?.version, 2);
	});

	test("of many that delete one document, one succeeds", async (t) => {
		const target = await t.collection();
		await t.put(target, [{ kind: "create", id: "1", content: { a: 1 } }]);
		const outcomes = await Promise.all(
			numbers().map(() => t.one(target, { kind: "delete", id: "1" })),
		);
		const [deleted, ...others] = outcomes.filter(({ ok }) => ok);
		assert.deepEqual(others, []);
		assert.deepEqual(written(deleted).before, { a: 1 });
	});
}

function numbers(): number[] {
	return Array.from({ length: CALLERS }, (_, n) => n);
}
