import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { DateInterval } from "../../../../src/search/aggregations/aggregation.ts";
import { rounding } from "../../../../src/storage/sqlite/aggregations/rounding.ts";

const CASES: readonly (readonly [
	what: string,
	interval: Partial<DateInterval> & Pick<DateInterval, "every">,
	at: string,
	begin: string,
	next: string,
])[] = [
	[
		"a month",
		{ every: "month" },
		"2024-02-29T12:00Z",
		"2024-02-01T00:00Z",
		"2024-03-01T00:00Z",
	],
	[
		"a quarter before 1970",
		{ every: "quarter" },
		"1969-12-31T23:59Z",
		"1969-10-01T00:00Z",
		"1970-01-01T00:00Z",
	],
	[
		"a week, which begins on Monday",
		{ every: "week" },
		"2024-03-03T12:00Z",
		"2024-02-26T00:00Z",
		"2024-03-04T00:00Z",
	],
	[
		"a day of 23 hours",
		{ every: "day", timeZone: "Europe/Paris" },
		"2024-03-31T12:00Z",
		"2024-03-30T23:00Z",
		"2024-03-31T22:00Z",
	],
	[
		"a day of 25 hours",
		{ every: "day", timeZone: "Europe/Paris" },
		"2024-10-27T12:00Z",
		"2024-10-26T22:00Z",
		"2024-10-27T23:00Z",
	],
	[
		"a day whose midnight was skipped",
		{ every: "day", timeZone: "America/Sao_Paulo" },
		"2018-11-04T12:00Z",
		"2018-11-04T03:00Z",
		"2018-11-05T02:00Z",
	],
	[
		"an hour that comes twice: the second",
		{ every: "hour", timeZone: "Europe/Paris" },
		"2024-10-27T01:30Z",
		"2024-10-27T01:00Z",
		"2024-10-27T02:00Z",
	],
	[
		"a clock that changes by half an hour",
		{ every: "day", timeZone: "Australia/Lord_Howe" },
		"2024-10-06T00:00Z",
		"2024-10-05T13:30Z",
		"2024-10-06T13:00Z",
	],
	[
		"an offset",
		{ every: "day", offsetMs: 6 * 3_600_000 },
		"2024-01-02T05:00Z",
		"2024-01-01T06:00Z",
		"2024-01-02T06:00Z",
	],
	[
		"a fixed time in a zone",
		{ every: 12 * 3_600_000, timeZone: "+05:45" },
		"2024-01-01T20:00Z",
		"2024-01-01T18:15Z",
		"2024-01-02T06:15Z",
	],
];

describe("rounding", () => {
	for (const [what, interval, at, begin, next] of CASES)
		it(what, () => {
			const steps = rounding({ offsetMs: 0, ...interval });
			const found = steps.round(Date.parse(at));
			assert.equal(iso(found), iso(Date.parse(begin)));
			assert.equal(iso(steps.next(found)), iso(Date.parse(next)));
		});

	it("refuses a zone that there is none of", () => {
		assert.throws(
			() => rounding({ every: "day", offsetMs: 0, timeZone: "Nowhere/X" }),
			/Unknown time-zone ID: Nowhere\/X/,
		);
	});
});

function iso(ms: number): string {
	return new Date(ms).toISOString();
}
