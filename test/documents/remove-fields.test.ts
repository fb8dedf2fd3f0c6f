import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { removeFields } from "../../src/documents/remove-fields.ts";
import type { JsonObject } from "../../src/lib/json.ts";

const parse = (text: string) => JSON.parse(text) as JsonObject;

describe("fields that are taken out", () => {
	const content = parse(
		'{"a": 1, "deep": {"x": {"y": 1, "z": 2}, "w": 3}, "a.b": 4, "list": [{"x": 1}]}',
	);
	const rows: readonly [string[], JsonObject][] = [
		[[], content],
		[["ghost", "a.ghost", "deep.ghost.x", "list.0", "list.x", ""], content],
		[["a"], { deep: content.deep ?? null, "a.b": 4, list: [{ x: 1 }] }],
		[["a.b"], { a: 1, deep: content.deep ?? null, list: [{ x: 1 }] }],
		[["deep.x.y", "list"], { a: 1, deep: { x: { z: 2 }, w: 3 }, "a.b": 4 }],
		[["deep.x.y", "deep.x.z", "a", "a.b", "list"], { deep: { x: {}, w: 3 } }],
	];
	for (const [fields, left] of rows)
		it(`are ${JSON.stringify(fields)} and no others`, () => {
			const before = JSON.stringify(content);
			assert.deepEqual(removeFields(content, fields), left);
			assert.equal(JSON.stringify(content), before);
		});

	it("leave names of JavaScript alone, and can be such", () => {
		const hostile = parse(
			'{"__proto__": {"a": 1, "b": 2}, "constructor": {"prototype": {"x": 1}}}',
		);
		assert.equal(
			JSON.stringify(
				removeFields(hostile, ["__proto__.a", "constructor.prototype"]),
			),
			'{"__proto__":{"b":2},"constructor":{}}',
		);
		assert.equal(
			JSON.stringify(removeFields(hostile, ["__proto__", "toString"])),
			'{"constructor":{"prototype":{"x":1}}}',
		);
		assert.equal(({} as { a?: number }).a, undefined);
	});

	it("are never metadata", () => {
		const known = parse('{"_kuzzle_info": {"author": "ann"}, "a": 1}');
		assert.deepEqual(
			removeFields(known, ["_kuzzle_info", "_kuzzle_info.author", "a"]),
			{ _kuzzle_info: { author: "ann" } },
		);
	});
});
