import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
	readDate,
	writeDate,
} from "../../../../src/storage/sqlite/aggregations/date-format.ts";
import { filterSource } from "../../../../src/storage/sqlite/aggregations/filter-source.ts";
import {
	numberFormat,
	toJavaDouble,
} from "../../../../src/storage/sqlite/aggregations/number-format.ts";
import {
	timeZone,
	UTC,
} from "../../../../src/storage/sqlite/aggregations/time-zone.ts";

describe("numbers as text", () => {
	for (const [value, text] of [
		[1, "1.0"],
		[-0.5, "-0.5"],
		[0.001, "0.001"],
		[0.0001, "1.0E-4"],
		[9_999_999, "9999999.0"],
		[1e7, "1.0E7"],
		[-1.25e21, "-1.25E21"],
	] as const)
		it(`writes ${value} as Java does`, () => {
			assert.equal(toJavaDouble(value), text);
		});

	for (const [pattern, value, text] of [
		["0.00", 1.005, "1.00"],
		["0", 2.5, "2"],
		["0", 3.5, "4"],
		["#,##0.##", 1_234_567.891, "1,234,567.89"],
		["#,##0.##", 1_000, "1,000"],
		["000", 7, "007"],
		["#.#", 0.25, ".2"],
		["$0.0", -3, "-$3.0"],
		["0%", 0.256, "26%"],
	] as const)
		it(`writes ${value} by ${pattern}`, () => {
			assert.equal(numberFormat(pattern)(value), text);
		});

	for (const pattern of ["0E0", "0;(0)", "", "abc"])
		it(`names what it does not know: ${JSON.stringify(pattern)}`, () => {
			assert.throws(() => numberFormat(pattern), /format/);
		});
});

describe("dates as text", () => {
	const at = Date.UTC(2024, 6, 5, 7, 8, 9, 10);
	for (const [format, zone, text] of [
		[
			"strict_date_optional_time||epoch_millis",
			"Z",
			"2024-07-05T07:08:09.010Z",
		],
		["date_time", "Europe/Paris", "2024-07-05T09:08:09.010+02:00"],
		["epoch_second", "Z", String(at / 1000)],
		["dd/MM/yyyy HH:mm", "-03:30", "05/07/2024 03:38"],
		["yyyy-MM-dd'T'HH 'o''clock'", "Z", "2024-07-05T07 o'clock"],
	] as const)
		it(`writes by ${format}`, () => {
			assert.equal(writeDate(format)(at, timeZone(zone)), text);
		});

	it("writes years beyond four digits with a sign", () => {
		const write = writeDate("yyyy");
		assert.equal(write(Date.UTC(12_024, 0, 1), UTC), "+12024");
	});

	it("reads what it writes", () => {
		assert.deepEqual(readDate("05/07/2024", "dd/MM/yyyy"), {
			ms: Date.UTC(2024, 6, 5),
			isUtc: false,
		});
		assert.equal(readDate("31/02/2024", "dd/MM/yyyy"), undefined);
		assert.equal(readDate("2024", "dd/MM/yyyy"), undefined);
	});

	for (const format of ["week_date", "EEEE", "yyyy-MM-dd G"])
		it(`names what it does not know: ${format}`, () => {
			assert.throws(() => writeDate(format), /format/);
		});
});

describe("filterSource", () => {
	const document = { a: 1, ab: 2, o: { k: "x", n: [1], p: { q: 1 } } };
	const filter = (includes: string[], excludes: string[] = []) =>
		filterSource(document, { includes, excludes });

	it("takes members with all that is in them", () => {
		assert.deepEqual(filter(["o"]), { o: document.o });
	});

	it("takes paths and patterns", () => {
		assert.deepEqual(filter(["a*", "o.p.q"]), {
			a: 1,
			ab: 2,
			o: { p: { q: 1 } },
		});
		// A star stands for one name, unless an exclusion has one too.
		assert.deepEqual(filter(["*.q"]), {});
		assert.deepEqual(filter(["o.*.q"]), { o: { p: { q: 1 } } });
	});

	it("leaves out what is excluded, also from what is included", () => {
		assert.deepEqual(filter([], ["o.p", "ab"]), {
			a: 1,
			o: { k: "x", n: [1] },
		});
		assert.deepEqual(filter(["o"], ["*.n"]), {
			o: { k: "x", p: { q: 1 } },
		});
	});
});
