import assert from "node:assert/strict";
import { it } from "node:test";
import { reusableSettings } from "../../../src/storage/elasticsearch/settings.ts";

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
