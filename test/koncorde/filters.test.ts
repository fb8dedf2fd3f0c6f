import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { compileFilters } from "../../src/koncorde/compile-filters.ts";
import { DocumentView } from "../../src/koncorde/document-view.ts";
import { FilterIndex } from "../../src/koncorde/filter-index.ts";
import { BoxIndex } from "../../src/koncorde/index/box-index.ts";
import { IntervalIndex } from "../../src/koncorde/index/interval-index.ts";
import {
	countConditions,
	keyOf,
	normalise,
} from "../../src/koncorde/normalise.ts";
import { parseFilter } from "../../src/koncorde/parse-filter.ts";
import { requiredText } from "../../src/koncorde/regular-expression.ts";
import { isInBox } from "../../src/koncorde/sphere.ts";
import { isError } from "../support/assert-error.ts";

const keyOfText = (filter: unknown) => keyOf(normalise(parseFilter(filter)));

describe("filters that mean the same", () => {
	const same: readonly (readonly [unknown, unknown])[] = [
		[{ exists: "a" }, { exists: { field: "a" } }],
		[{ not: { exists: "a" } }, { missing: "a" }],
		[{ or: [{ equals: { a: 1 } }] }, { equals: { a: 1 } }],
		[{ bool: { must: [{ exists: "a" }] } }, { exists: "a" }],
		[{ not: { not: { exists: "a" } } }, { exists: "a" }],
		[
			{ and: [{ exists: "b" }, { exists: "a" }] },
			{ and: [{ exists: "a" }, { exists: "b" }] },
		],
		[{ and: [{ exists: "a" }, { exists: "a" }] }, { exists: "a" }],
		[
			{ in: { a: ["x", "y"] } },
			{ or: [{ equals: { a: "y" } }, { equals: { a: "x" } }] },
		],
		[{ ids: { values: ["x"] } }, { equals: { _id: "x" } }],
		[{ range: { a: { gt: 1, lt: 2 } } }, { range: { a: { lt: 2, gt: 1 } } }],
		[{ nothing: true }, { nothing: {} }],
		[
			{ geoBoundingBox: { p: { top: 1, left: -1, bottom: -1, right: 1 } } },
			{
				geoBoundingBox: {
					p: { top_left: "1,-1", bottomRight: { lat: -1, lon: 1 } },
				},
			},
		],
		[
			{ not: { and: [{ exists: "a" }, { missing: "b" }] } },
			{ or: [{ missing: "a" }, { exists: "b" }] },
		],
	];
	for (const [one, other] of same)
		it(`${JSON.stringify(one)} and ${JSON.stringify(other)}`, () => {
			assert.equal(keyOfText(one), keyOfText(other));
		});

	it("are others than those that do not", () => {
		assert.notEqual(
			keyOfText({ equals: { a: 1 } }),
			keyOfText({ equals: { a: "1" } }),
		);
		assert.notEqual(
			keyOfText({ range: { a: { gt: 1 } } }),
			keyOfText({ range: { a: { gte: 1 } } }),
		);
	});
});

describe("a filter", () => {
	it("counts its conditions, also those of lists of values", () => {
		const values = Array.from({ length: 101 }, (_, index) => `${index}`);
		assert.equal(
			countConditions(normalise(parseFilter({ in: { a: values } }))),
			101,
		);
		const filter = {
			and: [
				{ exists: "a" },
				{ not: { or: [{ exists: "b" }, { exists: "c" }] } },
			],
		};
		assert.equal(countConditions(normalise(parseFilter(filter))), 3);
	});

	it("says what is wrong with it", () => {
		const wrong: readonly (readonly [unknown, RegExp])[] = [
			[{ ghost: {} }, /"ghost" is an unknown keyword/],
			[
				{ and: [{ range: { a: { gt: 2, lt: 1 } } }] },
				/"and\.range\.a" must have a lower boundary/,
			],
			[
				{ geoDistance: { p: [1, 2], distance: "1 parsec" } },
				/"geoDistance\.distance" must be a number with its unit/,
			],
			[{ equals: { a: 1 }, exists: "a" }, /exactly 1 property, and has 2/],
			[[1], /must be an object/],
		];
		for (const [filter, message] of wrong)
			assert.throws(
				() => parseFilter(filter),
				(error: Error) =>
					isError("api.assert.koncorde_dsl_error")(error) &&
					message.test(error.message),
			);
	});

	it("that is hostile is refused after little work", () => {
		let deep: unknown = { exists: "a" };
		for (let depth = 0; depth < 10_000; depth++) deep = { not: deep };
		const points = Array.from({ length: 100_000 }, (_, index) => [
			index % 80,
			index % 170,
		]);
		for (const filter of [
			deep,
			{ regexp: { a: "x".repeat(100_000) } },
			{ regexp: { a: "((x{1000}){1000}){1000}" } },
			{ geoPolygon: { p: { points } } },
		])
			assert.throws(
				() => parseFilter(filter),
				isError("api.assert.koncorde_dsl_error"),
			);
	});

	it("with an expression that explodes elsewhere answers", () => {
		const test = compileFilters([{ regexp: { a: "^(a+)+$" } }]);
		assert.equal(test({ a: `${"a".repeat(50_000)}!` }), false);
		assert.equal(test({ a: "a".repeat(50_000) }), true);
	});

	it("is not fooled by names that objects inherit", () => {
		const test = compileFilters([{ exists: "constructor" }]);
		assert.equal(test({}), false);
		const polluting = JSON.parse('{"__proto__": {"a": 1}}');
		assert.equal(compileFilters([{ exists: "a" }])(polluting), false);
		assert.equal(
			compileFilters([{ equals: { "__proto__.a": 1 } }])(polluting),
			true,
		);
		assert.equal(
			compileFilters([{ match: { a: { toString: 1 } } }])({ a: {} }),
			false,
		);
	});
});

describe("an index", () => {
	it("of intervals finds what a list would, whatever comes and goes", () => {
		const bound = fc.integer({ min: -50, max: 50 });
		const step = fc.oneof(
			fc.record({ low: bound, width: fc.nat(40) }),
			fc.record({ forget: fc.nat(500) }),
		);
		fc.assert(
			fc.property(
				fc.array(step, { maxLength: 400, size: "max" }),
				bound,
				(steps, at) => {
					const index = new IntervalIndex<object>();
					const list: { low: number; high: number }[] = [];
					for (const one of steps) {
						if ("forget" in one) {
							const [gone] = list.splice(one.forget % (list.length || 1), 1);
							if (gone !== undefined) index.delete(gone, gone);
							continue;
						}
						const item = { low: one.low, high: one.low + one.width };
						list.push(item);
						index.add(item, item);
					}
					const found: object[] = [];
					index.meet(at, (item) => found.push(item));
					const expected = list.filter(
						({ low, high }) => low <= at && at <= high,
					);
					assert.equal(found.length, expected.length);
					assert.deepEqual(new Set(found), new Set(expected));
				},
			),
			{ numRuns: 200 },
		);
	});

	it("of boxes finds all that hold the point", () => {
		const degrees = (most: number) =>
			fc.double({ min: -most, max: most, noNaN: true });
		fc.assert(
			fc.property(
				fc.array(
					fc.tuple(degrees(89), degrees(179), degrees(30), degrees(30)),
					{ maxLength: 30 },
				),
				degrees(89),
				degrees(540),
				(corners, lat, lon) => {
					const boxes = corners.map(([bottom, left, height, width]) => ({
						bottom,
						left,
						top: bottom + Math.abs(height),
						right: left + Math.abs(width),
					}));
					const index = new BoxIndex<object>();
					for (const box of boxes) index.add(box, box);
					const found = new Set<object>();
					index.meet({ lat, lon }, (box) => found.add(box));
					for (const box of boxes)
						if (isInBox(box, { lat, lon })) assert.ok(found.has(box));
					for (const box of boxes) index.delete(box, box);
					assert.ok(index.isEmpty);
				},
			),
		);
	});

	it("looks at few filters, however many there are", () => {
		const index = new FilterIndex();
		const kinds = [
			(n: number) => ({ equals: { name: `n${n}` } }),
			(n: number) => ({ range: { size: { gte: n, lt: n + 1 } } }),
			(n: number) => ({ regexp: { code: `^code-${n}-` } }),
			(n: number) => ({
				geoDistance: {
					place: { lat: (n % 80) + 0.5, lon: Math.floor(n / 80) + 0.5 },
					distance: "1km",
				},
			}),
		];
		for (let n = 0; n < 2_000; n++)
			for (const kind of kinds) {
				const filter = normalise(parseFilter(kind(n)));
				index.add(keyOf(filter), filter);
			}
		const found = index.match(
			new DocumentView({
				name: "n7",
				size: 8.5,
				code: "code-9-x",
				place: { lat: 10.5, lon: 0.5 },
			}),
		);
		assert.equal(found.length, 4);
	});
});

it("the text that an expression requires stands in all that it matches", () => {
	const cases: readonly (readonly [string, string, string | null])[] = [
		["^item-12", "", "item-12"],
		["ab?cd", "", "cd"],
		["x+yz", "", "yz"],
		["a{2}bc", "", "bc"],
		["a\\.b", "", "a.b"],
		["\\x41bc", "", "bc"],
		["\\pLbc", "", "bc"],
		["\\u0041b", "", "b"],
		["[abc]de(fgh)", "", "de"],
		["a|b", "", null],
		["(?i)abc", "", null],
		["abc", "i", null],
		[".*", "", null],
		["a*", "", null],
	];
	for (const [source, flags, text] of cases)
		assert.equal(requiredText(source, flags)?.text ?? null, text, source);
	assert.equal(requiredText("^ab", "")?.atStart, true);
	assert.equal(requiredText("^a?b", "")?.atStart, false);
	assert.equal(requiredText("ab", "")?.atStart, false);
});
