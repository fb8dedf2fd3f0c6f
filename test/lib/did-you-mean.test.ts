import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { didYouMean } from "../../src/lib/did-you-mean.ts";

describe("didYouMean", () => {
	const names = ["start", "config", "admin create", "port"];
	const rows: [string, string | undefined][] = [
		["strat", "start"],
		["START", "start"],
		["confg", "config"],
		["admin creat", "admin create"],
		["prot", "port"],
		["zebra", undefined],
		["", undefined],
	];
	for (const [word, meant] of rows)
		it(`"${word}" means ${meant ?? "nothing known"}`, () => {
			assert.equal(didYouMean(word, names), meant);
		});

	it("takes the nearest, and of equals the first", () => {
		assert.equal(
			didYouMean("limit", ["limiter", "limits", "limita"]),
			"limits",
		);
	});

	it("looks at the beginning of a very long word only", () => {
		assert.equal(didYouMean("x".repeat(1_000_000), names), undefined);
	});
});
