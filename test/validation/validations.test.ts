import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import type { DocumentRules } from "../../src/documents/documents.ts";
import { compileFilters } from "../../src/koncorde/compile-filters.ts";
import { randomIds } from "../../src/lib/ids.ts";
import type { JsonObject } from "../../src/lib/json.ts";
import { Scrolls } from "../../src/scrolls/scrolls.ts";
import { collections } from "../../src/security/collections.ts";
import { writeOne } from "../../src/security/documents.ts";
import type { Storage } from "../../src/storage/storage.ts";
import { Validations } from "../../src/validation/validations.ts";
import { isError } from "../support/assert-error.ts";
import { overrideStorage } from "../support/override-storage.ts";
import { startSecurity, type TestSecurity } from "../support/security.ts";
import { later } from "../support/settle.ts";

const place = { index: "i", collection: "c" } as const;
const target = { scope: "public", ...place } as const;
const wantsNumber = { fields: { n: { type: "integer", mandatory: true } } };
const wantsText = { fields: { n: { type: "string", mandatory: true } } };

function createNode(
	{ clock, cache, store, security }: TestSecurity,
	storage: Storage = store,
): Validations {
	return new Validations({
		storage,
		clock,
		scrolls: new Scrolls({
			storage,
			cache,
			ids: randomIds,
			rules: { defaultMs: 15_000, maxMs: 60_000 },
		}),
		news: security.invalidation,
		compileFilters,
	});
}

async function start(test: TestContext, wrap = (storage: Storage) => storage) {
	const one = await startSecurity(test);
	const node = createNode(one, wrap(one.store));
	return { one, node, other: createNode(one.otherNode()) };
}

const isRight = async (node: Validations, content: JsonObject) =>
	((await node.rulesOf(target))?.check(content) ?? null) === null;

describe("the specification of a collection", () => {
	it("is read once, and then at hand without waiting, also where there is none", async (test) => {
		let reads = 0;
		const { node } = await start(test, (storage) =>
			overrideStorage(storage, {
				get: (...asked) => {
					reads += 1;
					return storage.get(...asked);
				},
			}),
		);
		assert.equal(await node.rulesOf(target), null);
		assert.equal(node.rulesOf(target), null);
		assert.equal(reads, 1);
		await node.update(place, wantsNumber, {});
		const rules = await node.rulesOf(target);
		assert.ok(rules !== null);
		assert.equal(node.rulesOf(target), rules);
		await node.validate(place, {}, {});
		assert.equal(reads, 2);
	});

	it("holds on every node as soon as its change is answered", async (test) => {
		const { node, other } = await start(test);
		assert.equal(await isRight(other, {}), true);
		await node.update(place, wantsNumber, {});
		assert.equal(await isRight(other, { n: "x" }), false);
		await node.update(place, wantsText, {});
		assert.equal(await isRight(other, { n: "x" }), true);
		await node.delete(place, {});
		assert.equal(await isRight(other, {}), true);
	});

	it("does not come back when it is changed while a node reads it", async (test) => {
		const read = later();
		const reading = later();
		let waits = true;
		const { node, other } = await start(test, (storage) =>
			overrideStorage(storage, {
				async get(...asked) {
					const found = await storage.get(...asked);
					if (waits) {
						waits = false;
						reading.resolve();
						await read.promise;
					}
					return found;
				},
			}),
		);
		const rules = node.rulesOf(target) as Promise<DocumentRules | null>;
		await reading.promise;
		await other.update(place, wantsNumber, {});
		read.resolve();
		assert.notEqual((await rules)?.check({ n: "x" }) ?? null, null);
		assert.equal(await isRight(node, { n: "x" }), false);
	});

	it("is of public collections only", async (test) => {
		const { node } = await start(test);
		await node.update(place, wantsNumber, {});
		assert.equal(node.rulesOf({ ...target, scope: "private" }), null);
	});

	it("is not looked for under names that no collection can have", async (test) => {
		const ask = () => assert.fail("the store was asked");
		const { node } = await start(test, (storage) =>
			overrideStorage(storage, { get: ask, write: ask }),
		);
		for (const none of [
			{ index: "a#b", collection: "c" },
			{ index: "i", collection: "x".repeat(100_000) },
		]) {
			await assert.rejects(
				node.get(none, {}),
				isError("validation.assert.not_found"),
			);
			await node.delete(none, {});
			assert.equal((await node.validate(none, {}, {})).valid, true);
			assert.equal(await node.rulesOf({ scope: "public", ...none }), null);
		}
	});

	for (const validation of [
		undefined,
		"strict",
		{ fields: { n: { type: "ghost" } } },
		{ validators: [{ ghost: { n: 1 } }] },
	]) {
		it(`stops writes when what is stored is ${JSON.stringify(validation)}, until it is written again`, async (test) => {
			const { one, node } = await start(test);
			const content = { ...place, ...(validation && { validation }) };
			await writeOne(one.store, collections.validations.target, {
				kind: "createOrReplace",
				id: "i#c",
				content: content as JsonObject,
			});
			await assert.rejects(
				async () => node.rulesOf(target),
				isError("validation.assert.incorrect_validation_format", ["i", "c"]),
			);
			await node.update(place, wantsNumber, {});
			assert.equal(await isRight(node, { n: 1 }), true);
		});
	}

	it("fills in default values before it looks at a document", async (test) => {
		const { node } = await start(test);
		const n = { type: "integer", mandatory: true, defaultValue: 1 };
		await node.update(place, { strict: true, fields: { n } }, {});
		const report = await node.validate(place, { n: null }, {});
		assert.deepEqual(report, { valid: true, errorMessages: {} });
	});

	it("keeps dates by the clock of the server", async (test) => {
		const { one, node } = await start(test);
		const past = { type: "date", typeOptions: { range: { max: "NOW" } } };
		await node.update(place, { fields: { past } }, {});
		const soon = one.clock.now() + 60_000;
		assert.equal(await isRight(node, { past: soon }), false);
		one.clock.advance(60_000);
		assert.equal(await isRight(node, { past: soon }), true);
	});
});
