import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { judge } from "../../bench/lib/contest.ts";
import { renderTable } from "../../bench/lib/render-table.ts";
import { contestRow, verdict } from "../../bench/lib/row.ts";
import { median } from "../../bench/lib/statistics.ts";
import type { Sample } from "../../bench/load/plan.ts";

function sample(rate: number, busy: { load: number; server: number }): Sample {
	return {
		answers: rate * 2,
		seconds: 2,
		rate,
		loadBusy: busy.load,
		serverBusy: busy.server,
		serverMicroseconds: (busy.server / rate) * 1e6,
	};
}

const SERVER_IS_BUSY = { load: 0.5, server: 0.99 };
const LOAD_IS_BUSY = { load: 0.97, server: 0.6 };
const ABOUT = {
	figure: "a",
	what: "a call",
	opponent: "bare",
	target: { atLeast: 0.55 },
} as const;

describe("a contest", () => {
	it("is judged by the median of the rounds' ratios", () => {
		const contest = judge(
			[60, 50, 90].map((rate) => ({
				ours: sample(rate, SERVER_IS_BUSY),
				theirs: sample(100, SERVER_IS_BUSY),
			})),
		);
		const row = contestRow(contest, ABOUT);
		assert.equal(row.value, 0.6);
		assert.deepEqual(row.spread, [0.5, 0.9]);
		assert.equal(row.cpuRatio?.toFixed(2), "0.60");
		assert.equal(verdict(row), "met");
		assert.equal(verdict({ ...row, target: { atLeast: 0.61 } }), "MISSED");
		assert.equal(verdict({ ...row, target: { atMost: 0.61 } }), "met");
	});

	it("is void where the load was the limit on either side", () => {
		const rounds = (ours: typeof LOAD_IS_BUSY, theirs: typeof LOAD_IS_BUSY) =>
			[1, 2, 3].map(() => ({
				ours: sample(90, ours),
				theirs: sample(100, theirs),
			}));
		for (const contest of [
			judge(rounds(LOAD_IS_BUSY, SERVER_IS_BUSY)),
			judge(rounds(SERVER_IS_BUSY, LOAD_IS_BUSY)),
		]) {
			const row = contestRow(contest, ABOUT);
			assert.equal(verdict(row), "VOID");
			assert.match(
				renderTable([row]),
				/void, the load generator was the limit/,
			);
		}
	});
});

describe("the median", () => {
	it("is the middle value, or the mean of the two in the middle", () => {
		assert.equal(median([9, 1, 5]), 5);
		assert.equal(median([9, 1, 5, 7]), 6);
		assert.ok(Number.isNaN(median([])));
	});
});
