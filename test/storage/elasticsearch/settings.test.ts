import assert from "node:assert/strict";
import { it } from "node:test";
import {
	normalizeSettings,
	reusableSettings,
} from "../../../src/storage/elasticsearch/settings.ts";

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

it("what Elasticsearch sets itself is not given back to it", () => {
	const settings = {
		index: {
			number_of_shards: "1",
			uuid: "x",
			provided_name: "y",
			creation_date: "1",
			version: { created: "8" },
		},
	};
	assert.deepEqual(reusableSettings(settings), {
		"index.number_of_shards": "1",
	});
});
