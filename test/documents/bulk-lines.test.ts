import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseBulkLines } from "../../src/documents/bulk-lines.ts";
import { isError } from "../support/assert-error.ts";

describe("the lines of a bulk", () => {
	it("are actions, each with what it writes", () => {
		assert.deepEqual(
			parseBulkLines([
				{ index: { _id: "a", _index: "elsewhere", _type: "_doc" } },
				{ x: 1 },
				{ create: {} },
				{ x: 2 },
				{ delete: { _id: 3 } },
			]),
			[
				{
					action: "index",
					id: "a",
					source: { x: 1 },
					write: { kind: "createOrReplace", id: "a", content: { x: 1 } },
				},
				{
					action: "create",
					id: undefined,
					source: { x: 2 },
					write: { kind: "create", id: undefined, content: { x: 2 } },
				},
				{ action: "delete", id: "3", write: { kind: "delete", id: "3" } },
			],
		);
	});

	it("keep members like __proto__ as data", () => {
		const [item] = parseBulkLines(
			JSON.parse('[{"index":{}},{"__proto__":{"polluted":true}}]'),
		);
		assert.ok(Object.hasOwn(item?.source ?? {}, "__proto__"));
		assert.equal(({} as { polluted?: boolean }).polluted, undefined);
	});

	it("that ask for an action by an inherited name are refused", () => {
		const refused = isError("services.storage.unexpected_bad_request");
		for (const line of [{ constructor: {} }, { toString: {} }, []]) {
			assert.throws(() => parseBulkLines([line, {}]), refused);
		}
		assert.throws(() => parseBulkLines([]), refused);
	});
});
