import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseDuration } from "../../src/lib/parse-duration.ts";

describe("parseDuration", () => {
	const rows: [string, number][] = [
		["6d", 6 * 86_400_000],
		["10h", 36_000_000],
		["1.5 hours", 5_400_000],
		["-1", -1],
		["250", 250],
		["", Number.NaN],
		["soon", Number.NaN],
		["6 days ago", Number.NaN],
		["1".repeat(101), Number.NaN],
	];
	for (const [text, expected] of rows) {
		it(`reads ${JSON.stringify(text.slice(0, 20))}`, () => {
			assert.equal(parseDuration(text), expected);
		});
	}
});
