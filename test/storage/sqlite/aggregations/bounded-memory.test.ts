import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Digest } from "../../../../src/storage/sqlite/aggregations/digest.ts";
import { DistinctCount } from "../../../../src/storage/sqlite/aggregations/distinct-count.ts";
import { BucketLimits } from "../../../../src/storage/sqlite/aggregations/limits.ts";

/** The same numbers from 0 to 1 each time, in no order. */
function* spread(count: number): Iterable<number> {
	for (let n = 0; n < count; n++) yield (n * 0.618_033_988_749_895) % 1;
}

describe("DistinctCount", () => {
	it("is exact while there are few", () => {
		const distinct = new DistinctCount();
		for (let n = 0; n < 40_000; n++) distinct.add(n % 20_000);
		assert.equal(distinct.value, 20_000);
	});

	it("is off by a few percent at most when there are many", () => {
		const distinct = new DistinctCount();
		for (let n = 0; n < 300_000; n++) distinct.add(`value ${n}`);
		assert.ok(
			Math.abs(distinct.value - 300_000) < 9_000,
			String(distinct.value),
		);
	});
});

describe("Digest", () => {
	it("is exact while there are few, and goes straight from one to the next", () => {
		const digest = new Digest();
		for (const value of [7, 1, 3, 1]) digest.add(value);
		assert.deepEqual(
			[0, 0.5, 0.75, 1].map((part) => digest.quantile(part)),
			[1, 2, 4, 7],
		);
	});

	it("has no quantile without values", () => {
		assert.ok(Number.isNaN(new Digest().quantile(0.5)));
	});

	it("is near when there are many, and nearest at both ends", () => {
		const digest = new Digest();
		for (const value of spread(200_000)) digest.add(value);
		for (const part of [0.001, 0.01, 0.25, 0.5, 0.9, 0.999]) {
			const tolerance = 0.02 * Math.sqrt(part * (1 - part)) + 0.001;
			const found = digest.quantile(part);
			assert.ok(Math.abs(found - part) < tolerance, `${part}: ${found}`);
		}
		assert.ok(digest.quantile(0) < 0.001);
		assert.ok(digest.quantile(1) > 0.999);
	});
});

describe("BucketLimits", () => {
	it("refuses more buckets than may be answered", () => {
		const limits = new BucketLimits();
		limits.answered(65_536);
		assert.throws(() => limits.answered(1), /too many buckets.*\[65536\]/);
	});

	it("refuses more buckets than may be counted at a time", () => {
		const limits = new BucketLimits();
		limits.collected(1_000_000);
		limits.released(1);
		limits.collected(1);
		assert.throws(() => limits.collected(1), /too many buckets/);
	});
});
