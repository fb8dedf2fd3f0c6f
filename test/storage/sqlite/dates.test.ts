import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
	DEFAULT_DATE_FORMAT,
	parseDate,
	parseDateExpression,
} from "../../../src/storage/sqlite/dates.ts";

/** As a real Elasticsearch 9.5 reads them: the first and the last millisecond. */
const DATES: readonly (readonly [
	value: string | number,
	from: string,
	to: string,
])[] = [
	[
		"2024-05-05T10:20:30.123Z",
		"2024-05-05T10:20:30.123Z",
		"2024-05-05T10:20:30.123Z",
	],
	[
		"2024-05-05T10:20:30",
		"2024-05-05T10:20:30.000Z",
		"2024-05-05T10:20:30.999Z",
	],
	["2024-05-05T10:20", "2024-05-05T10:20:00.000Z", "2024-05-05T10:20:59.999Z"],
	["2024-05-05T10", "2024-05-05T10:00:00.000Z", "2024-05-05T10:59:59.999Z"],
	[
		"2024-05-05T10:20:30+02:00",
		"2024-05-05T08:20:30.000Z",
		"2024-05-05T08:20:30.999Z",
	],
	["2024-02-29", "2024-02-29T00:00:00.000Z", "2024-02-29T23:59:59.999Z"],
	["2024-02", "2024-02-01T00:00:00.000Z", "2024-02-01T23:59:59.999Z"],
	["2024", "2024-01-01T00:00:00.000Z", "2024-01-01T23:59:59.999Z"],
	["0099", "0099-01-01T00:00:00.000Z", "0099-01-01T23:59:59.999Z"],
	[1_714_903_810_000, "2024-05-05T10:10:10.000Z", "2024-05-05T10:10:10.000Z"],
	["1714903810000", "2024-05-05T10:10:10.000Z", "2024-05-05T10:10:10.000Z"],
	[-1, "1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"],
];

const EXPRESSIONS: readonly (readonly [
	value: string,
	from: string,
	to: string,
])[] = [
	["now", "2024-03-31T12:34:56.789Z", "2024-03-31T12:34:56.789Z"],
	["now-1M", "2024-02-29T12:34:56.789Z", "2024-02-29T12:34:56.789Z"],
	["now+1y-2d", "2025-03-29T12:34:56.789Z", "2025-03-29T12:34:56.789Z"],
	["now/d", "2024-03-31T00:00:00.000Z", "2024-03-31T23:59:59.999Z"],
	["now/w", "2024-03-25T00:00:00.000Z", "2024-03-31T23:59:59.999Z"],
	["now/M", "2024-03-01T00:00:00.000Z", "2024-03-31T23:59:59.999Z"],
	["now-1h/h", "2024-03-31T11:00:00.000Z", "2024-03-31T11:59:59.999Z"],
	["2024-01-15||/y", "2024-01-01T00:00:00.000Z", "2024-12-31T23:59:59.999Z"],
	["2024-01-31||+1M", "2024-02-29T00:00:00.000Z", "2024-02-29T00:00:00.000Z"],
];

describe("dates", () => {
	it("are read as Elasticsearch reads them", () => {
		for (const [value, from, to] of DATES)
			assertMoments(parseDate(value, DEFAULT_DATE_FORMAT), from, to, value);
	});

	it("take the formats that are known", () => {
		const second = parseDate("1714903810", "epoch_second");
		assertMoments(
			second,
			"2024-05-05T10:10:10.000Z",
			"2024-05-05T10:10:10.999Z",
			"epoch_second",
		);
		const slashes = parseDate(
			"2015/09/02 10:11:12",
			"yyyy/MM/dd HH:mm:ss||yyyy/MM/dd",
		);
		assertMoments(
			slashes,
			"2015-09-02T10:11:12.000Z",
			"2015-09-02T10:11:12.999Z",
			"slashes",
		);
	});

	it("that are none are refused", () => {
		for (const value of [
			"",
			"soon",
			"2024-13-01",
			"2023-02-29",
			"2024-1-1",
			"2024-01-01T25:00",
			"2024-01-01 10:00",
		])
			assert.equal(parseDate(value, DEFAULT_DATE_FORMAT), undefined, value);
	});

	it("may be calculated in queries", () => {
		const now = Date.parse("2024-03-31T12:34:56.789Z");
		for (const [value, from, to] of EXPRESSIONS)
			assertMoments(
				parseDateExpression(value, DEFAULT_DATE_FORMAT, now),
				from,
				to,
				value,
			);
		for (const value of [
			"nowhere",
			"now-",
			"now/q",
			"now+1",
			"soon||+1d",
			"now-99999999999y",
		])
			assert.equal(
				parseDateExpression(value, DEFAULT_DATE_FORMAT, now),
				undefined,
				value,
			);
	});
});

function assertMoments(
	found: { from: number; to: number } | undefined,
	from: string,
	to: string,
	value: string | number,
): void {
	assert.ok(found, String(value));
	assert.equal(new Date(found.from).toISOString(), from, String(value));
	assert.equal(new Date(found.to).toISOString(), to, String(value));
}
