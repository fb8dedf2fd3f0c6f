import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseJson } from "../../src/lib/parse-json.ts";

const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;

describe("parseJson", () => {
	it("reads JSON; of two keys of one name the last counts", () => {
		assert.deepEqual(parseJson('{"a":1,"b":[true,null],"a":2}'), {
			a: 2,
			b: [true, null],
		});
	});

	it("rejects what is no JSON", () => {
		for (const text of ["", "{", "\ufeff{}", "{a:1}", "01"]) {
			assert.throws(() => parseJson(text), SyntaxError);
		}
	});

	it("rejects what is nested too deep, and nothing that is not", () => {
		assert.ok(parseJson(nested(1000)));
		assert.throws(() => parseJson(nested(1001)), /deeper than 1000/);
		assert.throws(() => parseJson(nested(200_000)), /deeper than 1000/);
		assert.ok(parseJson(`[${Array(5000).fill("{}").join(",")}]`));
		assert.throws(
			() => parseJson(`${'{"a":'.repeat(1001)}1${"}".repeat(1001)}`),
			/deeper/,
		);
	});

	it("does not count what stands in strings", () => {
		const text = "[".repeat(3000);
		assert.equal(parseJson(JSON.stringify(text)), text);
		const quoted = `\\"${text}\\\\`;
		assert.equal(parseJson(JSON.stringify(quoted)), quoted);
		assert.throws(() => parseJson(`["\\\\",${nested(2000)}]`), /deeper/);
	});

	it("leaves an unclosed string to the parser", () => {
		assert.throws(() => parseJson(`"${"[".repeat(3000)}`), /JSON/);
	});

	it("keeps __proto__ as a key like any other", () => {
		const value = parseJson('{"__proto__":{"a":1}}') as Record<string, unknown>;
		assert.deepEqual(Object.keys(value), ["__proto__"]);
		assert.equal(value.a, undefined);
	});
});
