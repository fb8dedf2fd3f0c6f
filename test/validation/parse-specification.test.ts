import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compileFilters } from "../../src/koncorde/compile-filters.ts";
import { parseSpecification } from "../../src/validation/parse-specification.ts";
import { specify, wrongPaths } from "./specify.ts";

const parse = (given: Readonly<Record<string, unknown>>) =>
	parseSpecification(given, compileFilters);
const integer = { type: "integer" };
const multivalued = (given: unknown) => ({ ...integer, multivalued: given });
const options = (type: string, typeOptions: unknown) => ({ type, typeOptions });

describe("specifications", () => {
	for (const given of [
		{},
		{ strict: "x" },
		{ fields: {} },
		{ fields: null },
		{ validators: [] },
		{ validators: [{ equals: { a: 1 } }, {}] },
		// Kuzzle keeps it, and asks for nothing.
		{ validators: { ghost: {} } },
		{ fields: { a: integer, b: { type: "anything", description: "any" } } },
		{ fields: { "o/a": integer, o: { type: "object" } } },
		{ fields: { a: multivalued({ value: false }) } },
		{ fields: { a: multivalued({ value: true, minCount: 0, maxCount: 0 }) } },
		{ fields: { a: options("date", { range: { min: "NOW", max: "2000" } }) } },
		{ fields: { ["__proto__"]: integer } },
	]) {
		it(`may be ${JSON.stringify(given)}`, () => {
			assert.deepEqual(parse(given).problems, undefined);
		});
	}

	const wrongs: readonly [given: Record<string, unknown>, word: RegExp][] = [
		[{ zz: 1 }, /unknown properties/],
		[{ fields: [] }, /expected object/],
		[{ fields: "a" }, /expected object/],
		[{ validators: [{ ghost: {} }] }, /not a valid Koncorde filter: .*ghost/],
		[{ validators: ["a"] }, /not a valid Koncorde filter/],
		[{ validators: [{ regexp: { a: "(" } }] }, /not a valid Koncorde filter/],
	];
	const wrongFields: readonly [field: unknown, word: RegExp][] = [
		["integer", /expected object/],
		[{}, /no type/],
		[{ type: "ghost" }, /unknown type "ghost"/],
		[{ type: "constructor" }, /unknown type/],
		[{ type: ["integer"] }, /unknown type/],
		[{ ...integer, zz: 1 }, /unknown properties/],
		[{ ...integer, mandatory: "yes" }, /f\.mandatory.*boolean/],
		[{ ...integer, description: 1 }, /f\.description.*string/],
		[multivalued(true), /f\.multivalued.*object/],
		[multivalued({}), /f\.multivalued\.value.*lacks/],
		[multivalued({ value: 1 }), /f\.multivalued\.value.*boolean/],
		[multivalued({ value: true, zz: 1 }), /unknown properties/],
		[multivalued({ value: true, minCount: -1 }), /minCount.*integer/],
		[multivalued({ value: true, maxCount: 1.5 }), /maxCount.*integer/],
		[multivalued({ value: true, minCount: 2, maxCount: 1 }), /range/],
		[multivalued({ value: false, minCount: 1 }), /one value only/],
		[multivalued({ value: false, maxCount: 1 }), /one value only/],
		[options("integer", []), /f\.typeOptions.*object/],
		[options("integer", { length: {} }), /unknown properties/],
		[options("boolean", { range: {} }), /unknown properties/],
		[options("integer", { range: 1 }), /range.*object/],
		[options("integer", { range: { zz: 1 } }), /unknown properties/],
		[options("integer", { range: { min: "1" } }), /range\.min.*number/],
		[options("numeric", { range: { min: 2, max: 1 } }), /range/],
		[options("string", { length: { min: -1 } }), /length\.min.*integer/],
		[options("string", { length: { min: 2, max: 1 } }), /range/],
		[options("email", { notEmpty: 1 }), /notEmpty.*boolean/],
		[options("enum", {}), /values/],
		[options("enum", { values: [] }), /values/],
		[options("enum", { values: [1] }), /values/],
		[options("date", { formats: [] }), /formats/],
		[options("date", { formats: "date" }), /formats/],
		[options("date", { formats: ["ghost"] }), /"ghost" is not a known date/],
		[options("date", { range: { min: 1 } }), /range\.min/],
		[options("date", { range: { min: "soon" } }), /"soon" is not a valid date/],
		[options("date", { range: { min: "2001", max: "2000" } }), /range/],
		[options("geo_shape", { shapeTypes: [] }), /shapeTypes/],
		[options("geo_shape", { shapeTypes: ["ghost"] }), /known geo shape/],
		[options("object", { strict: "yes" }), /strict.*boolean/],
	];
	for (const [given, word] of [
		...wrongs,
		...wrongFields.map(
			([f, word]) => [{ fields: { f } }, word] as (typeof wrongs)[number],
		),
	]) {
		it(`may not be ${JSON.stringify(given)}`, () => {
			const { problems = [] } = parse(given);
			assert.equal(problems.length, 1);
			assert.match(problems[0] ?? "", word);
		});
	}

	it("need the parent of a field, which must be able to hold it", () => {
		const missing = parse({ fields: { "o/a": integer } });
		assert.match(missing.problems?.[0] ?? "", /parent of the field "o\/a"/);
		const wrong = parse({ fields: { o: integer, "o/a": integer } });
		assert.match(wrong.problems?.[0] ?? "", /"o" cannot have children/);
	});

	it("are told all that is wrong with them, but not for ever", () => {
		const wrong = { type: "ghost" };
		const two = parse({ zz: 1, fields: { a: wrong, "a/b": wrong } });
		assert.equal(two.problems?.length, 3);
		const fields = Object.fromEntries(
			Array.from({ length: 1000 }, (_, i) => [`f${i}`, wrong]),
		);
		assert.equal(parse({ fields }).problems?.length, 100);
	});

	it("have filters of a bounded size", () => {
		const filter = { regexp: { a: "a?".repeat(2000) } };
		const { problems } = parse({ validators: Array(20).fill(filter) });
		assert.match(problems?.[0] ?? "", /more than 65536 characters/);
	});

	it("are read in time whatever their paths are", () => {
		const deep = Array.from({ length: 1000 }, (_, i) => i);
		const fields = Object.fromEntries(
			deep.map((depth) => [
				deep.slice(0, depth + 1).join("/"),
				{ type: "object" },
			]),
		);
		const specification = specify(fields, { strict: true });
		assert.deepEqual(wrongPaths(specification, { 0: { 1: { x: 1 } } }), [
			"0/1",
		]);
		assert.equal(
			parse({ fields: { ["/".repeat(100_000)]: {} } }).problems?.length,
			2,
		);
	});
});
