import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
	findDateFormat,
	parseDate,
} from "../../src/validation/types/date-formats.ts";

/** 2021-03-04T05:06:07.089Z is a Thursday, the 63rd day of the year, in its ninth week. */
const DAY = Date.UTC(2021, 2, 4);
const MONTH = Date.UTC(2021, 2, 1);
const YEAR = Date.UTC(2021, 0, 1);
const WEEK_YEAR = Date.UTC(2021, 0, 4);
const WEEK = Date.UTC(2021, 2, 1);
const HOUR = 5 * 3_600_000;
const MINUTE = HOUR + 6 * 60_000;
const SECOND = MINUTE + 7_000;
const MOMENT = SECOND + 89;

/** Every format that the documentation lists: its text of that moment, and what it says of the moment. */
const rows: readonly [name: string, text: string, moment: number][] = [
	["strict_date_optional_time", "2021-03-04T05:06:07.089Z", DAY + MOMENT],
	["basic_date", "20210304", DAY],
	["basic_date_time", "20210304T050607.089Z", DAY + MOMENT],
	["basic_date_time_no_millis", "20210304T050607Z", DAY + SECOND],
	["basic_ordinal_date", "2021063", DAY],
	["basic_ordinal_date_time", "2021063T050607.089Z", DAY + MOMENT],
	["basic_ordinal_date_time_no_millis", "2021063T050607Z", DAY + SECOND],
	["basic_time", "050607.089Z", MOMENT],
	["basic_time_no_millis", "050607Z", SECOND],
	["basic_t_time", "T050607.089Z", MOMENT],
	["basic_t_time_no_millis", "T050607Z", SECOND],
	["?basic_week_date", "2021W094", DAY],
	["?basic_week_date_time", "2021W094T050607.089Z", DAY + MOMENT],
	["?basic_week_date_time_no_millis", "2021W094T050607Z", DAY + SECOND],
	["?date", "2021-03-04", DAY],
	["?date_hour", "2021-03-04T05", DAY + HOUR],
	["?date_hour_minute", "2021-03-04T05:06", DAY + MINUTE],
	["?date_hour_minute_second", "2021-03-04T05:06:07", DAY + SECOND],
	[
		"?date_hour_minute_second_fraction",
		"2021-03-04T05:06:07.0899",
		DAY + MOMENT,
	],
	["?date_hour_minute_second_millis", "2021-03-04T05:06:07.089", DAY + MOMENT],
	["?date_time", "2021-03-04T05:06:07.089Z", DAY + MOMENT],
	["?date_time_no_millis", "2021-03-04T06:06:07+01:00", DAY + SECOND],
	["?hour", "05", HOUR],
	["?hour_minute", "05:06", MINUTE],
	["?hour_minute_second", "05:06:07", SECOND],
	["?hour_minute_second_fraction", "05:06:07.089", MOMENT],
	["?hour_minute_second_millis", "05:06:07.089", MOMENT],
	["?ordinal_date", "2021-063", DAY],
	["?ordinal_date_time", "2021-063T05:06:07.089Z", DAY + MOMENT],
	["?ordinal_date_time_no_millis", "2021-063T05:06:07Z", DAY + SECOND],
	["?time", "05:06:07.089Z", MOMENT],
	["?time_no_millis", "05:06:07Z", SECOND],
	["?t_time", "T05:06:07.089Z", MOMENT],
	["?t_time_no_millis", "T05:06:07Z", SECOND],
	["?week_date", "2021-W09-4", DAY],
	["?week_date_time", "2021-W09-4T05:06:07.089Z", DAY + MOMENT],
	["?week_date_time_no_millis", "2021-W09-4T05:06:07Z", DAY + SECOND],
	["?weekyear", "2021", WEEK_YEAR],
	["?weekyear_week", "2021-W09", WEEK],
	["?weekyear_week_day", "2021-W09-4", DAY],
	["?year", "2021", YEAR],
	["?year_month", "2021-03", MONTH],
	["?year_month_day", "2021-03-04", DAY],
];

/** A question mark stands for the strict form and for the other. */
const formats = rows.flatMap(([name, text, moment]) =>
	name.startsWith("?")
		? ([
				[name.slice(1), text, moment],
				[`strict_${name.slice(1)}`, text, moment],
			] as const)
		: [[name, text, moment] as const],
);

describe("date formats", () => {
	for (const [name, text, moment] of formats) {
		it(`${name} reads ${text}`, () => {
			assert.equal(read(name, text), moment);
			assert.equal(read(name, `${text}x`), undefined);
			assert.equal(read(name, `x${text}`), undefined);
			assert.equal(read(name, ""), undefined);
		});
	}

	for (const name of [
		"date_optional_time",
		"strict_basic_date",
		"strict_ghost",
		"constructor",
		"yyyy-MM-dd",
		"",
	]) {
		it(`there is none named "${name}"`, () => {
			assert.equal(findDateFormat(name), undefined);
		});
	}

	it("read fewer digits where they are not strict", () => {
		assert.equal(read("date", "2021-3-4"), DAY);
		assert.equal(read("strict_date", "2021-3-4"), undefined);
	});

	for (const [name, text] of [
		["date", "2021-02-29"],
		["date", "2021-13-01"],
		["date", "2021-00-01"],
		["date", "2021-01-00"],
		["ordinal_date", "2021-366"],
		["ordinal_date", "2021-000"],
		["week_date", "2021-W53-1"],
		["week_date", "2021-W00-1"],
		["week_date", "2021-W01-8"],
		["hour", "24"],
		["hour_minute", "05:60"],
		["hour_minute_second", "05:06:60"],
	] as const) {
		it(`${name} refuses ${text}, which there is not`, () => {
			assert.equal(read(name, text), undefined);
		});
	}

	it("know leap years and long years", () => {
		assert.equal(read("date", "2020-02-29"), Date.UTC(2020, 1, 29));
		assert.equal(read("ordinal_date", "2020-366"), Date.UTC(2020, 11, 31));
		assert.equal(read("week_date", "2020-W53-5"), Date.UTC(2021, 0, 1));
		assert.equal(new Date(read("year", "0050") ?? 0).getUTCFullYear(), 50);
	});
});

function read(name: string, text: string): number | undefined {
	const format = findDateFormat(name);
	assert.ok(format !== undefined, name);
	return parseDate(text, format);
}
