import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { renderProgress, size } from "../../src/cli/progress.ts";

const HALF = {
	title: "Moving",
	total: 2_000,
	documents: 1_000,
	bytes: 0,
	seconds: 2,
};

describe("the progress of a command", () => {
	it("tells count, rate, bytes and the share that is done", () => {
		assert.equal(
			renderProgress({ ...HALF, bytes: 1_234_567 }),
			`Moving  [${"#".repeat(12)}${"-".repeat(12)}] 50 %  1,000 of 2,000 documents  500/s  1.2 MB`,
		);
	});

	it("has no bar where nobody knows how much there is", () => {
		assert.equal(
			renderProgress({ ...HALF, total: undefined }),
			"Moving  1,000 documents  500/s",
		);
		assert.equal(
			renderProgress({ ...HALF, total: 0, documents: 0 }),
			"Moving  0 of 0 documents  0/s",
		);
	});

	it("does not leave its bar when there is more than was counted", () => {
		assert.match(
			renderProgress({ ...HALF, documents: 9_999 }),
			/#{24}\] 100 %/,
		);
	});

	it("writes sizes in the largest fitting unit", () => {
		assert.deepEqual([999, 1_000, 2_500_000_000].map(size), [
			"999 bytes",
			"1.0 kB",
			"2.5 GB",
		]);
	});
});
