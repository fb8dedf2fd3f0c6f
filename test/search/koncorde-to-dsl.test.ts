import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ErrorId } from "../../src/errors/catalogue.ts";
import { isErrorId } from "../../src/errors/gateway-error.ts";
import { koncordeToDsl } from "../../src/search/koncorde-to-dsl.ts";
import { parseQuery } from "../../src/search/parse-query.ts";
import { defaultQueryLimits } from "../../src/search/query-limits.ts";

const box = { p: { topLeft: [1, 2], bottomRight: [0, 3] } };
const inList = (path: string, value: unknown) => ({
	bool: {
		filter: [
			{ exists: { field: path } },
			{ range: { [path]: { gte: value, lte: value } } },
		],
	},
});

const WRITTEN: readonly [filter: object, dsl: object][] = [
	[{}, { match_all: {} }],
	[{ equals: { a: 1 } }, { term: { a: 1 } }],
	[{ in: { a: ["x", "y"] } }, { terms: { a: ["x", "y"] } }],
	[{ exists: "a.b" }, { exists: { field: "a.b" } }],
	[{ exists: { field: "a" } }, { exists: { field: "a" } }],
	[{ exists: 'a["x"]' }, inList("a", "x")],
	[{ exists: "a[3]" }, inList("a", 3)],
	[{ exists: "a[true]" }, inList("a", true)],
	[{ exists: 'a["]"]' }, inList("a", "]")],
	// A value that counts as false is no value.
	[{ exists: "a[0]" }, { exists: { field: "a" } }],
	[{ exists: 'a[""]' }, { exists: { field: "a" } }],
	[{ exists: "a[null]" }, { exists: { field: "a" } }],
	[{ exists: "a\\[0\\]" }, { exists: { field: "a[0]" } }],
	[{ exists: "a\\[0\\][1]" }, inList("a[0]", 1)],
	[{ missing: "a" }, { bool: { must_not: [{ exists: "a" }] } }],
	[
		{ missing: { field: "a" } },
		{ bool: { must_not: [{ exists: { field: "a" } }] } },
	],
	[{ ids: { values: ["x"] } }, { ids: { values: ["x"] } }],
	[{ range: { a: { gt: 1 } } }, { range: { a: { gt: 1 } } }],
	[{ geoBoundingBox: box }, { geo_bounding_box: box }],
	[
		{ geoDistance: { p: [1, 2], distance: "1m" } },
		{ geo_distance: { p: [1, 2], distance: "1m" } },
	],
	[
		{ geoDistanceRange: { p: [1, 2], from: "1m", to: "2m" } },
		{ geo_distance_range: { p: [1, 2], from: "1m", to: "2m" } },
	],
	[
		{ geoPolygon: { p: { points: [] } } },
		{ geo_polygon: { p: { points: [] } } },
	],
	[
		{ and: [{ equals: { a: 1 } }, {}] },
		{ bool: { filter: [{ term: { a: 1 } }, { match_all: {} }] } },
	],
	[
		{ or: [{ equals: { a: 1 } }, { not: { exists: "b" } }] },
		{
			bool: {
				should: [
					{ term: { a: 1 } },
					{ bool: { must_not: [{ exists: { field: "b" } }] } },
				],
			},
		},
	],
	[
		{ not: { in: { a: ["x"] } } },
		{ bool: { must_not: [{ terms: { a: ["x"] } }] } },
	],
	[{ regexp: { a: "x" } }, { regexp: { a: "x" } }],
	[{ match: { a: "x" } }, { match: { a: "x" } }],
	[{ select: { field: "a" } }, { select: { field: "a" } }],
	[{ nothing: true }, { nothing: true }],
	[{ term: { a: 1 } }, { term: { a: 1 } }],
	// Only the first keyword counts.
	[{ equals: { a: 1 }, bool: {}, zz: 1 }, { term: { a: 1 } }],
];

describe("koncordeToDsl", () => {
	for (const [filter, dsl] of WRITTEN)
		it(`writes ${JSON.stringify(filter)}`, () => {
			assert.deepEqual(koncordeToDsl(filter), dsl);
		});

	it("refuses bool, wherever it stands, as a real server does", () => {
		const bool = { bool: { must: [] } };
		for (const filter of [bool, { and: [bool] }, { not: { or: [bool] } }])
			assert.throws(() => koncordeToDsl(filter), {
				id: "api.assert.koncorde_restricted_keyword",
				props: ["operator", "bool"],
			});
	});

	const UNTRANSLATABLE: readonly unknown[] = [
		"x",
		null,
		[],
		{ exists: "a[1" },
		{ exists: "a[1]b" },
		{ exists: "a[x]" },
		{ exists: "a[]" },
		{ and: {} },
		{ or: "x" },
		{ and: ["x"] },
		{ not: [] },
	];
	for (const filter of UNTRANSLATABLE)
		it(`cannot write ${JSON.stringify(filter)}`, () => {
			assertRefused(
				() => koncordeToDsl(filter),
				"services.koncorde.elastic_translation_error",
			);
		});

	it("holds the depth", () => {
		const { depthMax } = defaultQueryLimits;
		const nest = (levels: number) => {
			let filter: object = {};
			for (let i = 1; i < levels; i++) filter = { not: filter };
			return filter;
		};
		assert.equal(parseQuery(koncordeToDsl(nest(depthMax))).kind, "bool");
		for (const levels of [depthMax + 1, 100_000])
			assertRefused(
				() => koncordeToDsl(nest(levels)),
				"services.koncorde.elastic_translation_error",
			);
	});

	it("lets nothing past the checks of parseQuery", () => {
		const lookup = { a: { index: "%kuzzle.users", id: "1", path: "x" } };
		for (const filter of [{ in: lookup }, { not: { in: lookup } }])
			assertRefused(
				() => parseQuery(koncordeToDsl(filter)),
				"services.storage.invalid_query_keyword",
			);
		for (const filter of [
			{ missing: "a" },
			{ equals: { a: null } },
			{ nothing: true },
			{ exists: "a[[1]]" },
		])
			assertRefused(
				() => parseQuery(koncordeToDsl(filter)),
				"services.storage.unexpected_bad_request",
			);
	});
});

function assertRefused(run: () => unknown, id: ErrorId): void {
	assert.throws(run, (error) => isErrorId(error, id));
}
