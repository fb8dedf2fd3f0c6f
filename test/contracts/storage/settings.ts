import assert from "node:assert/strict";
import type { JsonObject } from "../../../src/lib/json.ts";
import {
	assertRejects,
	type ContractSuite,
	type StorageTest,
} from "./contract-suite.ts";

const BAD_REQUEST = "services.storage.unexpected_bad_request";
const NAME = { properties: { name: { type: "keyword" } } };
const OTHER_NAME = { properties: { name: { type: "integer" } } };

export function settings({ test }: ContractSuite): void {
	test("settings are told nested and as text, however they were given", async (t) => {
		for (const given of [
			{ max_result_window: 9_000, analysis: analysis() },
			{ index: { max_result_window: 9_000, analysis: analysis() } },
			{
				"index.max_result_window": 9_000,
				"index.analysis.analyzer.plain.type": "standard",
			},
		]) {
			const target = await t.collection({ settings: given });
			const told = await t.storage.getSettings(target);
			assert.equal(told.max_result_window, "9000");
			assert.deepEqual(told.analysis, analysis());
			assert.equal(told.number_of_shards, "1");
			assert.match(String(told.creation_date), /^\d{13}$/);
			assert.equal(typeof told.uuid, "string");
			assert.match(String(told.provided_name), /&ct-.*\.things$/);
		}
	});

	test("an update changes the settings that it names, and null takes them away", async (t) => {
		const { storage } = t;
		const target = await t.collection({
			settings: { refresh_interval: "5s", max_result_window: 9_000 },
		});
		await storage.updateCollection(target, {
			settings: { index: { refresh_interval: "7s" } },
		});
		const changed = await storage.getSettings(target);
		assert.equal(changed.refresh_interval, "7s");
		assert.equal(changed.max_result_window, "9000");
		await storage.updateCollection(target, {
			settings: { refresh_interval: null },
		});
		const { refresh_interval, max_result_window } =
			await storage.getSettings(target);
		assert.equal(refresh_interval, undefined);
		assert.equal(max_result_window, "9000");
	});

	test("settings stay when a collection is truncated", async (t) => {
		const { storage } = t;
		const target = await t.collection({ settings: { refresh_interval: "5s" } });
		await storage.truncateCollection(target);
		const { refresh_interval } = await storage.getSettings(target);
		assert.equal(refresh_interval, "5s");
	});

	test("settings that cannot change are refused, and so are those that the store sets", async (t) => {
		const target = await t.collection({ mappings: NAME });
		for (const given of [
			{ number_of_shards: 3 },
			{ index: { uuid: "x" } },
			{ "index.creation_date": "1" },
		]) {
			await assertUnchanged(t, () =>
				t.storage.updateCollection(target, { settings: given }),
			);
		}
		const other = { ...target, collection: "others" };
		await assertRejects(
			t.storage.createCollection(other, { settings: { uuid: "x" } }),
			BAD_REQUEST,
		);
		assert.equal(await t.storage.collectionExists(other), false);

		async function assertUnchanged(
			test: StorageTest,
			change: () => Promise<void>,
		): Promise<void> {
			const before = await test.storage.getSettings(target);
			await assertRejects(change(), BAD_REQUEST);
			assert.deepEqual(await test.storage.getSettings(target), before);
		}
	});

	test("where mappings are refused, settings stay as they were", async (t) => {
		const { storage } = t;
		const target = await t.collection({
			mappings: NAME,
			settings: { refresh_interval: "5s" },
		});
		const before = await storage.getSettings(target);
		await assertRejects(
			storage.updateCollection(target, {
				mappings: OTHER_NAME,
				settings: { refresh_interval: "7s", max_result_window: 9_000 },
			}),
			BAD_REQUEST,
		);
		const after = await storage.getSettings(target);
		assert.equal(after.refresh_interval, "5s");
		assert.equal(after.max_result_window, before.max_result_window);
	});
}

function analysis(): JsonObject {
	return { analyzer: { plain: { type: "standard" } } };
}
