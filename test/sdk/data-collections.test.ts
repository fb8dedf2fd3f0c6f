import assert from "node:assert/strict";
import { it } from "node:test";
import { eventually } from "../support/eventually.ts";
import { withSdk } from "./with-sdk.ts";

/** The methods of the stock SDK's `index` and `collection` controllers, as their documentation shows them. */
withSdk("the SDK's index and collection methods", (stage, protocol) => {
	const suffix = protocol.toLowerCase();
	const mappings = {
		dynamic: "strict",
		_meta: { area: "Panipokhari" },
		properties: { plate: { type: "keyword" } },
	} as const;

	it("makes, lists and deletes indexes", async () => {
		const { connect, admin } = stage();
		const { index } = await connect({ token: admin });
		const [one, two, three] = ["one", "two", "three"].map(
			(name) => `${name}-${suffix}`,
		) as [string, string, string];
		for (const name of [one, two, three]) await index.create(name);
		assert.equal(await index.exists(one), true);
		assert.equal(await index.exists("ghost"), false);
		const listed = await index.list();
		for (const name of [one, two, three]) assert.ok(listed.includes(name));
		await index.delete(one);
		assert.equal(await index.exists(one), false);
		assert.deepEqual(await index.mDelete([two, three, "ghost"]), [two, three]);
		await assert.rejects(index.delete(one), {
			id: "services.storage.unknown_index",
		});
	});

	it("counts what indexes hold", async () => {
		const { connect, admin } = stage();
		const kuzzle = await connect({ token: admin });
		const name = `counted-${suffix}`;
		await kuzzle.collection.create(name, "taxis", { mappings });
		const { indexes } = await kuzzle.index.stats();
		const own = indexes.find((each: { name: string }) => each.name === name);
		assert.equal(own.collections[0].name, "taxis");
		assert.equal(own.collections[0].documentCount, 0);
	});

	it("makes collections and tells of them", async () => {
		const { connect, admin } = stage();
		const { collection } = await connect({ token: admin });
		const name = `made-${suffix}`;
		assert.equal(await collection.exists(name, "taxis"), false);
		await collection.create(name, "taxis", { mappings });
		await collection.create(name, "buses", {});
		assert.equal(await collection.exists(name, "taxis"), true);
		assert.deepEqual(await collection.getMapping(name, "taxis"), mappings);
		const meta = await collection.getMapping(name, "taxis", {
			includeKuzzleMeta: true,
		});
		assert.ok(Object.hasOwn(meta.properties ?? {}, "_kuzzle_info"));
		const { collections } = await collection.list(name);
		assert.deepEqual(collections, [
			{ name: "buses", type: "stored" },
			{ name: "taxis", type: "stored" },
		]);
		const page = await collection.list(name, { from: 1, size: 1 });
		assert.deepEqual(page.collections, [{ name: "taxis", type: "stored" }]);
	});

	it("changes mappings, and finds what was written before", async () => {
		const { connect, admin } = stage();
		const kuzzle = await connect({ token: admin });
		const { collection } = kuzzle;
		const name = `changed-${suffix}`;
		await collection.create(name, "taxis", {});
		await kuzzle.document.create(name, "taxis", { plate: "AB-1" }, "d");
		await collection.update(name, "taxis", {
			mappings: { dynamic: "true", properties: { plate: { type: "keyword" } } },
		});
		await eventually("the document is found by its plate", async () => {
			await collection.refresh(name, "taxis");
			const query = { query: { term: { plate: "AB-1" } } };
			return (await kuzzle.document.count(name, "taxis", query)) === 1;
		});
		const after = await collection.updateMapping(name, "taxis", {
			properties: { seats: { type: "integer" } },
		});
		assert.deepEqual(Object.keys(after.properties).sort(), [
			"_kuzzle_info",
			"plate",
			"seats",
		]);
	});

	it("empties collections and deletes them", async () => {
		const { connect, admin } = stage();
		const kuzzle = await connect({ token: admin });
		const { collection } = kuzzle;
		const name = `emptied-${suffix}`;
		await collection.create(name, "taxis", { mappings });
		await kuzzle.document.create(name, "taxis", { plate: "AB-1" }, "d");
		await collection.truncate(name, "taxis");
		assert.equal(await kuzzle.document.exists(name, "taxis", "d"), false);
		assert.deepEqual(await collection.getMapping(name, "taxis"), mappings);
		await collection.delete(name, "taxis");
		assert.equal(await collection.exists(name, "taxis"), false);
		assert.equal(await kuzzle.index.exists(name), true);
		await assert.rejects(collection.truncate(name, "taxis"), {
			id: "services.storage.unknown_collection",
		});
	});
});
