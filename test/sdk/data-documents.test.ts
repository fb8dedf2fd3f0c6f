import assert from "node:assert/strict";
import { before, it } from "node:test";
import sdk from "kuzzle-sdk";
import { withSdk } from "./with-sdk.ts";

interface Taxi {
	plate?: string;
	seats?: number;
}

/** The methods of the stock SDK's `document` controller that read and write, and its batches, as their documentation shows them. */
withSdk("the SDK's document methods", (stage, protocol) => {
	const index = `nyc-${protocol.toLowerCase()}`;
	const collection = "taxis";
	const connect = () => stage().connect({ token: stage().admin });

	before(async () => {
		const kuzzle = await connect();
		await kuzzle.index.create(index);
		await kuzzle.collection.create(index, collection, {
			mappings: { properties: { plate: { type: "keyword" } } },
		});
		kuzzle.disconnect();
	});

	it("creates a document, reads it, and deletes it", async () => {
		const { document } = await connect();
		const made = await document.create(
			index,
			collection,
			{ plate: "a" },
			"one",
		);
		assert.deepEqual([made._id, made._version], ["one", 1]);
		assert.equal(made._source.plate, "a");
		const named = await document.create(index, collection, { plate: "b" });
		assert.match(named._id, /^[\w-]{20}$/);
		const read = await document.get(index, collection, "one");
		assert.deepEqual(read, made);
		assert.equal(await document.exists(index, collection, "one"), true);
		assert.equal(await document.delete(index, collection, "one"), "one");
		assert.equal(await document.exists(index, collection, "one"), false);
		await assert.rejects(document.get(index, collection, "one"), {
			id: "services.storage.not_found",
			status: 404,
		});
	});

	it("replaces and changes a document", async () => {
		const { document } = await connect();
		const id = "changed";
		const content = { plate: "a", driver: { name: "ann", age: 30 } };
		const first = await document.createOrReplace(
			index,
			collection,
			id,
			content,
		);
		assert.equal(first._version, 1);
		const replaced = await document.replace(index, collection, id, content);
		assert.equal(replaced._version, 2);
		const changed = await document.update(
			index,
			collection,
			id,
			{ driver: { age: 31 } },
			{ retryOnConflict: 3, source: true },
		);
		assert.deepEqual(changed._source.driver, { name: "ann", age: 31 });
		const { result } = await (await connect()).query({
			controller: "document",
			action: "deleteFields",
			index,
			collection,
			_id: id,
			body: { fields: ["driver.name"] },
			source: true,
		});
		assert.deepEqual(result._source.driver, { age: 31 });
	});

	it("upserts a document", async () => {
		const { document } = await connect();
		const upsert = () =>
			document.upsert<Taxi>(
				index,
				collection,
				"upserted",
				{ plate: "a" },
				{ default: { plate: "z", seats: 4 }, source: true },
			);
		const made = await upsert();
		assert.equal(made._version, 1);
		const { plate, seats } = made._source;
		assert.deepEqual({ plate, seats }, { plate: "a", seats: 4 });
		assert.equal((await upsert())._version, 2);
	});

	it("writes, reads and deletes several documents", async () => {
		const { document } = await connect();
		const list = (...plates: string[]) =>
			plates.map((plate) => ({ _id: `many-${plate}`, body: { plate } }));
		const ids = ["many-a", "many-b", "many-c"];
		const idsOf = (answer: { readonly successes: readonly unknown[] }) =>
			answer.successes.map((each) => (each as { _id: string })._id);

		const made = await document.mCreate(index, collection, list("a", "b"));
		assert.deepEqual(idsOf(made), ids.slice(0, 2));
		const again = await document.mCreate(index, collection, list("b", "c"));
		assert.deepEqual(idsOf(again), ["many-c"]);
		assert.equal(again.errors[0]?.status, 400);
		const replaced = await document.mReplace(
			index,
			collection,
			list("a", "ghost"),
		);
		assert.deepEqual(idsOf(replaced), ["many-a"]);
		const either = await document.mCreateOrReplace(
			index,
			collection,
			list("a", "b"),
		);
		assert.equal(either.successes.length, 2);
		const changed = await document.mUpdate(index, collection, [
			{ _id: "many-a", body: { seats: 4 } },
		]);
		assert.deepEqual(idsOf(changed), ["many-a"]);
		const upserted = await document.mUpsert<Taxi>(index, collection, [
			{ _id: "many-a", changes: { seats: 5 } },
			{ _id: "many-d", changes: { seats: 6 }, default: { plate: "d" } },
		]);
		assert.equal(upserted.errors.length, 0);

		const read = await document.mGet(index, collection, [...ids, "ghost"]);
		assert.deepEqual(idsOf(read), ids);
		assert.deepEqual(read.errors, ["ghost"]);
		const deleted = await document.mDelete(index, collection, [
			...ids,
			"ghost",
		]);
		assert.deepEqual(deleted.successes, ids);
		assert.equal(deleted.errors.length, 1);
		await assert.rejects(
			document.mDelete(index, collection, ["ghost"], { strict: true }),
			{ id: "api.process.incomplete_multiple_request" },
		);
	});

	it("gathers single calls into batches", async () => {
		const kuzzle = await connect();
		const batch = new sdk.BatchController(kuzzle, { interval: 5 });
		try {
			const made = await Promise.all(
				Array.from({ length: 20 }, (_, n) =>
					batch.create(index, collection, { n }, `batch-${n}`),
				),
			);
			assert.deepEqual(
				made.map(({ _id }) => _id),
				Array.from({ length: 20 }, (_, n) => `batch-${n}`),
			);
			const [read, changed, gone] = await Promise.all([
				batch.get(index, collection, "batch-1"),
				batch.update(index, collection, "batch-2", { n: 20 }),
				batch.delete(index, collection, "batch-4"),
			]);
			assert.deepEqual(read._source.n, 1);
			assert.equal(changed._version, 2);
			assert.equal(gone, "batch-4");
			assert.equal(await batch.exists(index, collection, "batch-4"), false);
		} finally {
			await batch.dispose();
		}
	});
});
