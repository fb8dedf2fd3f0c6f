import assert from "node:assert/strict";
import type { JsonObject } from "../../../src/lib/json.ts";
import type {
	WriteOperation,
	WrittenDocument,
} from "../../../src/storage/storage.ts";
import { assertFailed, type ContractSuite, written } from "./contract-suite.ts";

const TAKEN = "services.storage.document_already_exists";
const NOT_FOUND = "services.storage.not_found";
const BAD_REQUEST = "services.storage.unexpected_bad_request";

export function documents({ test }: ContractSuite): void {
	test("create makes a document, and refuses a taken id", async (t) => {
		const target = await t.collection();
		const content = { a: 1, list: [1, { b: null }], text: "é" };
		const created = written(
			await t.one(target, { kind: "create", id: "1", content }),
		);
		assert.equal(created.id, "1");
		assert.equal(created.version, 1);
		assert.equal(created.created, true);
		assert.equal(created.before, null);
		assert.deepEqual(created.after, content);
		const taken = await t.one(target, {
			kind: "create",
			id: "1",
			content: { a: 2 },
		});
		assertFailed(taken, TAKEN, []);
		assert.equal(taken.id, "1");
		const found = await t.storage.get(target, "1");
		assert.deepEqual(found, {
			id: "1",
			version: 1,
			revision: created.revision,
			content,
		});
	});

	test("create without an id makes one", async (t) => {
		const target = await t.collection();
		const create = { kind: "create", content: { a: 1 } } as const;
		const outcomes = await t.put(target, [create, create]);
		const ids = outcomes.map(({ id }) => id);
		assert.equal(new Set(ids).size, 2);
		for (const id of ids) {
			assert.match(id, /^[\w-]{1,64}$/);
			assert.deepEqual(await t.content(target, id), { a: 1 });
		}
	});

	test("createOrReplace makes or replaces a document as a whole", async (t) => {
		const target = await t.collection();
		const first = written(
			await t.one(target, {
				kind: "createOrReplace",
				id: "1",
				content: { a: 1, b: 1 },
			}),
		);
		assert.equal(first.created, true);
		assert.equal(first.version, 1);
		assertBefore(first, null);
		const second = written(
			await t.one(target, {
				kind: "createOrReplace",
				id: "1",
				content: { a: 2 },
			}),
		);
		assert.equal(second.created, false);
		assert.equal(second.version, 2);
		assert.notEqual(second.revision, first.revision);
		assertBefore(second, { a: 1, b: 1 });
		assert.deepEqual(second.after, { a: 2 });
		assert.deepEqual(await t.content(target, "1"), { a: 2 });
	});

	test("replace refuses a missing id", async (t) => {
		const target = await t.collection();
		const replace = { kind: "replace", id: "1", content: { a: 2 } } as const;
		const { index, collection } = target;
		assertFailed(await t.one(target, replace), NOT_FOUND, [
			"1",
			index,
			collection,
		]);
		assert.equal(await t.storage.get(target, "1"), null);
		await t.put(target, [{ kind: "create", id: "1", content: { a: 1, b: 1 } }]);
		const replaced = written(await t.one(target, replace));
		assert.equal(replaced.created, false);
		assert.equal(replaced.version, 2);
		assertBefore(replaced, { a: 1, b: 1 });
		assert.deepEqual(replaced.after, { a: 2 });
		assert.deepEqual(await t.content(target, "1"), { a: 2 });
	});

	test("update merges objects, and replaces arrays and scalars", async (t) => {
		const target = await t.collection();
		const before = {
			kept: 1,
			scalar: 1,
			list: [1, 2],
			object: { kept: 1, changed: 1, deep: { a: 1 } },
			gone: { a: 1 },
			becomes: 1,
		};
		await t.put(target, [{ kind: "create", id: "1", content: before }]);
		const changes = {
			scalar: "2",
			list: [3],
			object: { changed: { x: 1 }, deep: { b: 2 }, added: null },
			gone: null,
			becomes: { y: [] },
			fresh: {},
		};
		const updated = written(
			await t.one(target, { kind: "update", id: "1", changes }),
		);
		const after = {
			kept: 1,
			scalar: "2",
			list: [3],
			object: { kept: 1, changed: { x: 1 }, deep: { a: 1, b: 2 }, added: null },
			gone: null,
			becomes: { y: [] },
			fresh: {},
		};
		assert.equal(updated.version, 2);
		assert.equal(updated.created, false);
		assert.deepEqual(updated.before, before);
		assert.deepEqual(updated.after, after);
		assert.deepEqual(await t.content(target, "1"), after);
	});

	test("update refuses a missing id", async (t) => {
		const target = await t.collection();
		const outcome = await t.one(target, {
			kind: "update",
			id: "x",
			changes: { a: 1 },
		});
		assertFailed(outcome, NOT_FOUND, ["x", target.index, target.collection]);
		assert.equal(outcome.id, "x");
		assert.equal(await t.storage.get(target, "x"), null);
	});

	test("each write counts the version up by one, even one that changes nothing", async (t) => {
		const target = await t.collection();
		await t.put(target, [{ kind: "create", id: "1", content: { a: 1 } }]);
		const revisions = new Set<string>();
		for (const version of [2, 3, 4]) {
			const outcome = written(
				await t.one(target, { kind: "update", id: "1", changes: { a: 1 } }),
			);
			assert.equal(outcome.version, version);
			revisions.add(outcome.revision);
		}
		assert.equal(revisions.size, 3);
		assert.equal((await t.storage.get(target, "1"))?.version, 4);
	});

	test("upsert creates from the default and the changes, or merges the changes", async (t) => {
		const target = await t.collection();
		const upsert = {
			kind: "upsert",
			id: "1",
			changes: { a: 1, object: { x: 1 } },
			default: { a: 0, b: 0, object: { y: 0 } },
		} as const;
		const created = written(await t.one(target, upsert));
		assert.equal(created.created, true);
		assert.equal(created.version, 1);
		assert.equal(created.before, null);
		const expected = { a: 1, b: 0, object: { x: 1, y: 0 } };
		assert.deepEqual(created.after, expected);
		assert.deepEqual(await t.content(target, "1"), expected);
		const merged = written(
			await t.one(target, { ...upsert, changes: { c: 2 }, default: { b: 9 } }),
		);
		assert.equal(merged.created, false);
		assert.equal(merged.version, 2);
		assert.deepEqual(merged.before, expected);
		assert.deepEqual(merged.after, { ...expected, c: 2 });
		assert.deepEqual(await t.content(target, "1"), { ...expected, c: 2 });
	});

	test("delete removes a document and answers what it was", async (t) => {
		const target = await t.collection();
		const [created] = await t.put(target, [
			{ kind: "create", id: "1", content: { a: 1 } },
		]);
		const deleted = written(await t.one(target, { kind: "delete", id: "1" }));
		assert.equal(deleted.created, false);
		assert.deepEqual(deleted.before, { a: 1 });
		assert.equal(deleted.after, undefined);
		assert.equal(await t.storage.get(target, "1"), null);
		const again = await t.one(target, { kind: "delete", id: "1" });
		assertFailed(again, NOT_FOUND, ["1", target.index, target.collection]);
		const [anew] = await t.put(target, [
			{ kind: "create", id: "1", content: { a: 1 } },
		]);
		assert.equal(anew?.created, true);
		assert.notEqual(anew?.revision, created?.revision);
	});

	test("a write on condition of a revision happens only while that revision holds", async (t) => {
		const target = await t.collection();
		const [first] = await t.put(target, [
			{ kind: "create", id: "1", content: { a: 1 } },
		]);
		const stale = first?.revision ?? "";
		const [second] = await t.put(target, [
			{ kind: "update", id: "1", changes: { b: 1 }, ifRevision: stale },
		]);
		const conditional: WriteOperation[] = [
			{ kind: "update", id: "1", changes: { c: 1 }, ifRevision: stale },
			{
				kind: "update",
				id: "1",
				changes: { c: 1 },
				ifRevision: stale,
				retryOnConflict: 5,
			},
			{ kind: "replace", id: "1", content: { c: 1 }, ifRevision: stale },
			{
				kind: "createOrReplace",
				id: "1",
				content: { c: 1 },
				ifRevision: stale,
			},
			{ kind: "delete", id: "1", ifRevision: stale },
		];
		for (const operation of conditional) {
			assertFailed(await t.one(target, operation), TAKEN, []);
		}
		for (const outcome of await t.storage.write(target, conditional)) {
			assertFailed(outcome, TAKEN, []);
		}
		assert.deepEqual(await t.content(target, "1"), { a: 1, b: 1 });
		const read = await t.storage.get(target, "1");
		assert.equal(read?.revision, second?.revision);
		let revision = read?.revision ?? "";
		for (const kind of ["replace", "createOrReplace"] as const) {
			const [done] = await t.put(target, [
				{ kind, id: "1", content: { d: 1 }, ifRevision: revision },
			]);
			revision = done?.revision ?? "";
		}
		await t.put(target, [{ kind: "delete", id: "1", ifRevision: revision }]);
		assert.equal(await t.storage.get(target, "1"), null);
		const gone = await t.one(target, {
			kind: "createOrReplace",
			id: "1",
			content: {},
			ifRevision: revision,
		});
		assertFailed(gone, TAKEN);
	});

	test("ids are any text of up to 512 bytes", async (t) => {
		const target = await t.collection();
		const ids = [
			"a b",
			"a/b",
			"../x",
			".",
			"..",
			"%2F",
			"é日本😀",
			'"quoted"',
			"__proto__",
			"constructor",
			"a,b*",
			"?x=1&y",
			"#",
			"_doc",
			"x".repeat(512),
		];
		await t.put(
			target,
			ids.map((id, n) => ({ kind: "create", id, content: { n } }) as const),
		);
		for (const [n, id] of ids.entries()) {
			assert.deepEqual(await t.content(target, id), { n });
			const updated = written(
				await t.one(target, { kind: "update", id, changes: { m: n } }),
			);
			assert.equal(updated.id, id);
		}
		const all = await t.storage.mGet(target, ids);
		assert.deepEqual(
			all.map((found) => found?.id),
			ids,
		);
		const deleted = await t.one(target, { kind: "delete", id: "a/b" });
		assert.deepEqual(written(deleted).before, { n: 1, m: 1 });
	});

	test("an id that is empty, too long or no valid Unicode is refused, and finds nothing", async (t) => {
		const target = await t.collection();
		for (const id of ["", "x".repeat(513), "é".repeat(257), "a\ud83d"]) {
			const operations: WriteOperation[] = [
				{ kind: "create", id, content: {} },
				{ kind: "createOrReplace", id, content: {} },
				{ kind: "upsert", id, changes: {}, default: {} },
			];
			for (const operation of operations) {
				assertFailed(await t.one(target, operation), BAD_REQUEST);
			}
			const [fine, refused] = await t.storage.write(target, [
				{ kind: "createOrReplace", id: "fine", content: {} },
				...operations,
			]);
			assert.equal(fine?.ok, true);
			assertFailed(refused, BAD_REQUEST);
			assert.equal(await t.storage.get(target, id), null);
			assert.equal(await t.storage.exists(target, id), false);
			assert.deepEqual(await t.storage.mExists(target, [id, "fine"]), [
				false,
				true,
			]);
		}
	});
}

/** An adapter need not read what it replaces; what it says must be true. */
function assertBefore(
	outcome: WrittenDocument,
	expected: JsonObject | null,
): void {
	if (outcome.before !== undefined) assert.deepEqual(outcome.before, expected);
}
