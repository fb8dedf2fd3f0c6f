import assert from "node:assert/strict";
import { it } from "node:test";
import { updatedFields } from "../../src/documents/updated-fields.ts";

it("the fields that an update changes are those of everything that is no object", () => {
	assert.deepEqual(
		updatedFields({
			a: 1,
			deep: { x: null, y: { z: [1, { w: 1 }] } },
			empty: {},
			list: [],
			_kuzzle_info: { updatedAt: 1 },
		}),
		["a", "deep.x", "deep.y.z", "empty", "list"],
	);
	assert.deepEqual(updatedFields({}), []);
});
