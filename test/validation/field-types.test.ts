import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonValue } from "../../src/lib/json.ts";
import { fieldTypes } from "../../src/validation/types/field-types.ts";
import { problemsOf, specify } from "./specify.ts";

const NOW = Date.UTC(2026, 0, 15, 12);

interface Row {
	readonly type: string;
	readonly options?: Readonly<Record<string, JsonValue>>;
	readonly right: readonly JsonValue[];
	readonly wrong: readonly JsonValue[];
}

const shape = (type: string, coordinates: JsonValue) => ({ type, coordinates });
const square = [
	[0, 0],
	[0, 1],
	[1, 1],
	[0, 0],
];

const rows: readonly Row[] = [
	{ type: "anything", right: [1, "", {}, [1], false], wrong: [] },
	{ type: "boolean", right: [true, false], wrong: [0, "true", {}] },
	{ type: "integer", right: [0, -3, 2 ** 40], wrong: [1.5, "1", true, {}] },
	{
		type: "integer",
		options: { range: { min: 1, max: 10 } },
		right: [1, 10],
		wrong: [0, 11],
	},
	{ type: "numeric", right: [0, 1.5, -1e300], wrong: ["1", true, {}] },
	{
		type: "numeric",
		options: { range: { min: 0.5 } },
		right: [0.5, 1e9],
		wrong: [0.4],
	},
	{ type: "string", right: ["", "a"], wrong: [1, true, {}] },
	{
		type: "string",
		options: { length: { min: 2, max: 4 } },
		right: ["ab", "abcd"],
		wrong: ["a", "abcde", ""],
	},
	{ type: "object", right: [{}, { a: 1 }], wrong: ["{}", 1, true] },
	{
		type: "enum",
		options: { values: ["a", "b"] },
		right: ["a", "b"],
		wrong: ["c", "", 1, "toString"],
	},
	{
		type: "email",
		right: ["", "a@b.example", "a.b+c@d-e.f.example", "jürgen@bücher.example"],
		wrong: [
			"no",
			"a@b",
			"@b.example",
			"a@.example",
			"a@b..example",
			"a..b@c.example",
			"a b@c.example",
			"a@b@c.example",
			`${"a".repeat(65)}@b.example`,
			1,
		],
	},
	{
		type: "email",
		options: { notEmpty: true },
		right: ["a@b.example"],
		wrong: [""],
	},
	{
		type: "ip_address",
		right: ["", "1.2.3.4", "::1", "2001:db8::7"],
		wrong: ["1.2.3", "256.1.1.1", "1.2.3.4/8", "localhost", 1],
	},
	{ type: "ip_address", options: { notEmpty: true }, right: [], wrong: [""] },
	{
		type: "url",
		right: ["", "http://a.example", "https://a.example:8/b?c#d", "ftp://a.b"],
		wrong: [
			"x",
			"a.example",
			"http://",
			"javascript:alert(1)",
			"http://a b",
			1,
		],
	},
	{ type: "url", options: { notEmpty: true }, right: [], wrong: [""] },
	{
		type: "geo_point",
		right: [
			{ lat: 1, lon: 2 },
			{ latLon: [1, 2] },
			{ lat_lon: { lat: 1, lon: 2 } },
			[1, 2],
			[-170, 80],
			"1.5, 2",
			"POINT (170 45)",
			"u09tvw0",
		],
		wrong: [
			"x",
			"100,200",
			"POINT (45 170)",
			{ lat: 91, lon: 0 },
			{ lat: "1", lon: "2" },
			{ lat: 1 },
			[1],
			[1, 2, 3],
			["1", "2"],
			[100, 170],
			7,
			{ latLon: { latLon: [1, 2] } },
		],
	},
	{
		type: "geo_shape",
		right: [
			shape("point", [1, 2]),
			shape("Point", [1, 2, 3]),
			shape("linestring", [
				[1, 2],
				[3, 4],
			]),
			shape("polygon", [square]),
			shape("multipoint", [[1, 2]]),
			shape("multilinestring", [
				[
					[1, 2],
					[3, 4],
				],
			]),
			shape("multipolygon", [[square]]),
			shape("envelope", [
				[0, 10],
				[10, 0],
			]),
			{ ...shape("circle", [1, 2]), radius: "10m" },
			{
				type: "geometrycollection",
				geometries: [shape("point", [1, 2]), shape("polygon", [square])],
			},
		],
		wrong: [
			"POINT (1 2)",
			{},
			shape("ghost", [1, 2]),
			shape("constructor", [1, 2]),
			shape("point", [200, 2]),
			shape("point", "1,2"),
			shape("linestring", [[1, 2]]),
			shape("polygon", [square.slice(0, 3)]),
			shape("polygon", [
				[
					[0, 0],
					[0, 1],
					[1, 1],
					[2, 2],
				],
			]),
			shape("polygon", []),
			shape("envelope", [
				[0, 0],
				[10, 10],
			]),
			shape("circle", [1, 2]),
			{ ...shape("circle", [1, 2]), radius: "wide" },
			{ type: "geometrycollection", geometries: [] },
			{ type: "geometrycollection", geometries: [shape("point", [1])] },
		],
	},
	{
		type: "geo_shape",
		options: { shapeTypes: ["point", "circle"] },
		right: [shape("point", [1, 2])],
		wrong: [shape("polygon", [square])],
	},
	{
		type: "date",
		right: [0, NOW, "1700000000000", -1],
		wrong: ["not", "2020-01-01", "1e3", "", {}, true],
	},
	{
		type: "date",
		options: { formats: ["strict_date", "epoch_second"] },
		right: ["2020-01-01", 1_700_000_000, "1700000000"],
		wrong: ["2020-1-1", "2020-02-30", "2020-01-01T00:00:00Z"],
	},
	{
		type: "date",
		options: {
			formats: ["strict_date_optional_time"],
			range: { min: "2010-01-01", max: "NOW" },
		},
		right: ["2010-01-01", "2026-01-15T12:00:00Z", "2026-01-15T13:00:00+01:00"],
		wrong: ["2009-12-31", "2026-01-15T12:00:00.001Z", "2027"],
	},
	{
		type: "date",
		options: { range: { min: "T10:30:00" } },
		right: [Date.UTC(2026, 0, 15, 10, 30), NOW],
		wrong: [Date.UTC(2026, 0, 15, 10, 29), Date.UTC(2026, 0, 14, 12)],
	},
];

describe("types of fields", () => {
	it("each have a row", () => {
		const shown = new Set(rows.map(({ type }) => type));
		assert.deepEqual([...shown].sort(), [...fieldTypes.keys()].sort());
	});

	for (const { type, options = {}, right, wrong } of rows) {
		const specification = specify({ f: { type, typeOptions: options } });
		const name = `${type} ${JSON.stringify(options)}`;
		for (const value of right) {
			it(`${name} takes ${JSON.stringify(value)}`, () => {
				assert.deepEqual(problemsOf(specification, { f: value }, NOW), []);
			});
		}
		for (const value of wrong) {
			it(`${name} refuses ${JSON.stringify(value)}`, () => {
				const [problem, ...others] = problemsOf(
					specification,
					{ f: value },
					NOW,
				);
				assert.deepEqual(problem?.path, ["f"]);
				assert.match(problem?.message ?? "", /^[A-Z].*\.$/);
				assert.deepEqual(others, []);
			});
		}
	}

	it("refuses geometry collections that lie too deep in each other", () => {
		let value: JsonValue = shape("point", [1, 2]);
		for (let depth = 0; depth < 20_000; depth++) {
			value = { type: "geometrycollection", geometries: [value] };
		}
		const specification = specify({ f: { type: "geo_shape" } });
		const [problem] = problemsOf(specification, { f: value }, NOW);
		assert.match(problem?.message ?? "", /deep/);
	});
});
