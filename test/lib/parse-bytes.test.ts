import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseBytes } from "../../src/lib/parse-bytes.ts";

describe("parseBytes", () => {
	const rows: [string | number, number | null][] = [
		["1MB", 1_048_576],
		["1mb", 1_048_576],
		["512 kb", 524_288],
		["1.5GB", 1_610_612_736],
		["10", 10],
		["10b", 10],
		[2048, 2048],
		[10.9, 10],
		["0.0001kb", 0],
		["", null],
		["MB", null],
		["-1MB", null],
		["1XB", null],
		["1e6", null],
		[-1, null],
		[Number.NaN, null],
		["999999999999999TB", null],
	];
	for (const [size, bytes] of rows)
		it(`${JSON.stringify(size)} is ${bytes}`, () => {
			assert.equal(parseBytes(size), bytes);
		});
});
