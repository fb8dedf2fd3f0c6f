import assert from "node:assert/strict";
import { it } from "node:test";
import { isErrorId } from "../../src/errors/gateway-error.ts";
import {
	initialSettings,
	normalizeSettings,
	toNestedSettings,
} from "../../src/storage/index-settings.ts";

it("a setting has one name, however it was written", () => {
	const expected = {
		"index.number_of_shards": 2,
		"index.analysis.analyzer.a.type": "custom",
	};
	const analysis = { analyzer: { a: { type: "custom" } } };
	assert.deepEqual(
		normalizeSettings({ number_of_shards: 2, analysis }),
		expected,
	);
	assert.deepEqual(
		normalizeSettings({ index: { number_of_shards: 2, analysis } }),
		expected,
	);
	assert.deepEqual(
		normalizeSettings({
			"index.number_of_shards": 2,
			"index.analysis": { "analyzer.a.type": "custom" },
		}),
		expected,
	);
	assert.deepEqual(normalizeSettings({ filter: ["a", "b"] }), {
		"index.filter": ["a", "b"],
	});
});

it("a new collection has some shards and copies, whatever it asks for", () => {
	assert.deepEqual(
		initialSettings({
			number_of_shards: 0,
			index: { number_of_replicas: 0, refresh_interval: 0 },
		}),
		{ "index.refresh_interval": 0 },
	);
	assert.deepEqual(initialSettings({ number_of_replicas: "0" }), {
		"index.number_of_replicas": "0",
	});
});

it("settings are told nested, as text", () => {
	assert.deepEqual(
		toNestedSettings({
			"index.number_of_shards": 1,
			analysis: { analyzer: { a: { type: "custom", filter: ["x", 2] } } },
			"index.blocks.write": true,
		}),
		{
			number_of_shards: "1",
			analysis: { analyzer: { a: { type: "custom", filter: ["x", "2"] } } },
			blocks: { write: "true" },
		},
	);
	const odd = toNestedSettings(JSON.parse('{"__proto__.polluted": 1}'));
	assert.deepEqual(Object.keys(odd), ["__proto__"]);
	assert.equal(({} as Record<string, unknown>).polluted, undefined);
});

it("names of too many parts are refused, however they are written", () => {
	const deep = Array.from({ length: 100_000 }, () => "a").join(".");
	let nested: Record<string, unknown> = {};
	for (let level = 0; level < 1_000; level++) nested = { a: nested };
	for (const settings of [{ [deep]: 1 }, nested]) {
		assert.throws(
			() => normalizeSettings(settings as never),
			(error) => isErrorId(error, "services.storage.unexpected_bad_request"),
		);
	}
});
