import assert from "node:assert/strict";
import { type ContractSuite, MATCH_ALL, request } from "./contract-suite.ts";

export function aborts({ test }: ContractSuite): void {
	test("a call that was aborted before it started rejects with the reason, and does nothing", async (t) => {
		const { storage } = t;
		const target = await t.collection();
		await t.put(target, [{ kind: "create", id: "1", content: { a: 1 } }]);
		const reason = new Error("the caller is gone");
		const options = { signal: AbortSignal.abort(reason) };
		const fresh = t.target();
		const calls: Promise<unknown>[] = [
			storage.get(target, "1", options),
			storage.mGet(target, ["1"], options),
			storage.exists(target, "1", options),
			storage.mExists(target, ["1"], options),
			storage.search([target], request(), options),
			storage
				.scan([target], { query: MATCH_ALL }, options)
				[Symbol.asyncIterator]()
				.next(),
			storage.refresh(target, options),
			storage.write(
				target,
				[{ kind: "create", id: "2", content: {} }],
				options,
			),
			storage.write(
				target,
				[
					{ kind: "update", id: "1", changes: { a: 2 } },
					{ kind: "delete", id: "1" },
				],
				options,
			),
			storage.createIndex("public", fresh.index, options),
			storage.createCollection(fresh, {}, options),
			storage.updateCollection(
				target,
				{ mappings: { dynamic: "strict" } },
				options,
			),
			storage.truncateCollection(target, options),
			storage.deleteCollection(target, options),
			storage.deleteIndex("public", target.index, options),
			storage.listIndexes("public", options),
			storage.listCollections("public", target.index, options),
			storage.getMappings(target, options),
		];
		for (const result of await Promise.allSettled(calls)) {
			assert.equal(result.status, "rejected");
			assert.equal(result.status === "rejected" && result.reason, reason);
		}
		assert.deepEqual(
			await storage.get(target, "1").then((found) => found?.content),
			{ a: 1 },
		);
		assert.equal(await storage.get(target, "2"), null);
		assert.equal((await storage.getMappings(target)).dynamic, "false");
		assert.equal(await storage.indexExists("public", fresh.index), false);
	});

	test("a scan that is aborted between pages rejects with the reason", async (t) => {
		const target = await t.collection();
		await t.put(
			target,
			Array.from(
				{ length: 30 },
				(_, n) => ({ kind: "create", id: `${n}`, content: {} }) as const,
			),
		);
		await t.storage.refresh(target);
		const controller = new AbortController();
		const reason = new Error("enough");
		let pages = 0;
		const scan = async () => {
			for await (const page of t.storage.scan(
				[target],
				{ query: MATCH_ALL, pageSize: 10 },
				{ signal: controller.signal },
			)) {
				assert.equal(page.length, 10);
				pages++;
				controller.abort(reason);
			}
		};
		await assert.rejects(scan(), (error) => error === reason);
		assert.equal(pages, 1);
	});

	test("a signal that is never used does no harm, and one aborted afterwards neither", async (t) => {
		const target = await t.collection();
		const controller = new AbortController();
		const options = { signal: controller.signal };
		await t.put(target, [{ kind: "create", id: "1", content: {} }], options);
		assert.ok(await t.storage.get(target, "1", options));
		controller.abort();
		assert.ok(await t.storage.get(target, "1"));
	});
}
