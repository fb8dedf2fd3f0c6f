import assert from "node:assert/strict";
import { it } from "node:test";
import type { Storage, Target } from "../../../src/storage/storage.ts";
import { backends } from "../../support/backends.ts";
import { makeStorage } from "./test-kit.ts";

const TIMEOUT_MS = 120_000;
const CALLERS = 200;
const OUTCOMES = [
	"ok",
	"services.storage.document_already_exists",
	"services.storage.not_found",
	"services.storage.strict_mapping_rejection",
	"services.storage.unexpected_bad_request",
];

if (backends().includes("elasticsearch")) {
	const url = process.env.ELASTICSEARCH_URL ?? "";
	const test = (
		name: string,
		run: (kit: {
			storage: Storage;
			target: Target;
			bulks(): Promise<number>;
		}) => Promise<void>,
	) =>
		it(name, { timeout: TIMEOUT_MS }, async () => {
			const { storage, namespace } = await makeStorage(url);
			const target: Target = {
				scope: "public",
				index: "gathered",
				collection: "things",
			};
			await storage.createCollection(target, {
				mappings: { dynamic: "strict", properties: { n: { type: "long" } } },
			});
			await storage.write(target, [
				{ kind: "create", id: "taken", content: { n: 0 } },
			]);
			const indice = encodeURIComponent(`${namespace}&gathered.things`);
			const bulks = async () => {
				const reply = await fetch(`${url}/${indice}/_stats/bulk`);
				const { _all } = (await reply.json()) as {
					_all: { primaries: { bulk: { total_operations: number } } };
				};
				return _all.primaries.bulk.total_operations;
			};
			try {
				await run({ storage, target, bulks });
			} finally {
				await storage.deleteIndex("public", target.index);
				await storage.close();
			}
		});

	test("concurrent writes of one document each travel together, and each caller gets what its own came to", async ({
		storage,
		target,
		bulks,
	}) => {
		const before = await bulks();
		const results = await Promise.all(
			Array.from({ length: CALLERS }, (_, n) => write(storage, target, n)),
		);
		results.forEach((outcome, n) => {
			assert.equal(outcome, OUTCOMES[n % OUTCOMES.length], `caller ${n}`);
		});
		const sent = (await bulks()) - before;
		assert.ok(sent < CALLERS / 10, `${sent} requests`);
		for (let n = 0; n < CALLERS; n += OUTCOMES.length) {
			const found = await storage.get(target, `new-${n}`);
			assert.deepEqual(found?.content, { n });
			assert.equal(found.version, 1);
		}
		const taken = await storage.get(target, "taken");
		assert.deepEqual(taken?.content, { n: 0 });
	});

	test("a write that Elasticsearch cannot read does not fail those that came with it", async ({
		storage,
		target,
	}) => {
		// A primary term of 0 makes Elasticsearch refuse the whole request.
		const unreadable = storage.write(target, [
			{
				kind: "createOrReplace",
				id: "taken",
				content: { n: 1 },
				ifRevision: "5:0",
			},
		]);
		const others = Array.from({ length: 10 }, (_, n) =>
			storage.write(target, [
				{ kind: "create", id: `other-${n}`, content: { n } },
			]),
		);
		assert.equal((await unreadable)[0]?.ok, false);
		for (const other of others) assert.equal((await other)[0]?.ok, true);
	});

	test("concurrent reads of one document each are answered each its own, the missing too", async ({
		storage,
		target,
	}) => {
		const ids = Array.from({ length: CALLERS }, (_, n) => `read-${n}`);
		await storage.write(
			target,
			ids
				.filter((_, n) => n % 2 === 0)
				.map((id, n) => ({ kind: "create", id, content: { n } }) as const),
		);
		const found = await Promise.all(ids.map((id) => storage.get(target, id)));
		const there = await Promise.all(
			ids.map((id) => storage.exists(target, id)),
		);
		ids.forEach((id, n) => {
			assert.equal(found[n]?.id, n % 2 === 0 ? id : undefined);
			assert.equal(there[n], n % 2 === 0);
		});
		const nowhere = { ...target, collection: "nowhere" };
		const missing = await Promise.allSettled(
			ids.map((id) => storage.get(nowhere, id)),
		);
		for (const result of missing)
			assert.equal(
				result.status === "rejected" && result.reason.id,
				"services.storage.unknown_collection",
			);
	});
}

/** The nth caller writes one document; each kind comes to another outcome. */
async function write(
	storage: Storage,
	target: Target,
	n: number,
): Promise<string | undefined> {
	const operation = (
		[
			{ kind: "create", id: `new-${n}`, content: { n } },
			{ kind: "create", id: "taken", content: { n } },
			{ kind: "delete", id: `missing-${n}` },
			{ kind: "create", id: `strict-${n}`, content: { unknown: n } },
			{ kind: "create", id: `bad-${n}`, content: { n: "no number" } },
		] as const
	)[n % OUTCOMES.length];
	assert.ok(operation !== undefined);
	const [outcome] = await storage.write(target, [operation]);
	return outcome?.ok ? "ok" : outcome?.error.id;
}
