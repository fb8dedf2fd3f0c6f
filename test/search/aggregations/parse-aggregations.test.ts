import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ErrorId } from "../../../src/errors/catalogue.ts";
import { GatewayError } from "../../../src/errors/gateway-error.ts";
import type { JsonObject } from "../../../src/lib/json.ts";
import { aggregationsToDsl } from "../../../src/search/aggregations/aggregations-to-dsl.ts";
import { parseAggregations } from "../../../src/search/aggregations/parse-aggregations.ts";
import { parseSearchBody } from "../../../src/search/parse-search-body.ts";

const BAD = "services.storage.unexpected_bad_request";
const FORBIDDEN = "services.storage.invalid_query_keyword";

describe("parseAggregations", () => {
	it("reads names, options, sub-aggregations and meta", () => {
		const parsed = parseAggregations({
			kinds: {
				terms: { field: "kind", size: "5", order: { "most.max": "DESC" } },
				aggs: { most: { stats: { field: "n", missing: 0 } } },
				meta: { any: ["thing"] },
			},
		});
		assert.deepEqual(parsed, [
			{
				name: "kinds",
				body: {
					kind: "terms",
					field: "kind",
					size: 5,
					minDocCount: 1,
					order: [{ by: "most.max", order: "desc" }],
					showTermDocCountError: false,
				},
				aggregations: [
					{
						name: "most",
						body: { kind: "stats", field: "n", missing: 0 },
						aggregations: [],
					},
				],
				meta: { any: ["thing"] },
			},
		]);
	});

	it("takes both names in a body, of which only one may be there", () => {
		const aggs = { a: { max: { field: "n" } } };
		const page = { from: 0, size: 0 };
		assert.deepEqual(
			parseSearchBody({ aggs }, page),
			parseSearchBody({ aggregations: aggs }, page),
		);
		assertError(() => parseSearchBody({ aggs, aggregations: aggs }, page), BAD);
	});
});

const WRITTEN: readonly JsonObject[] = [
	{ terms: { field: "k", include: ["a", "b"], exclude: "x.*", shard_size: 9 } },
	{ terms: { field: "k", include: { partition: 1, num_partitions: 4 } } },
	{ terms: { field: "k", order: [{ _count: "asc" }, { _key: "desc" }] } },
	{
		histogram: { field: "n", interval: 5, extended_bounds: { min: 0, max: 9 } },
	},
	{
		date_histogram: {
			field: "d",
			calendar_interval: "1M",
			time_zone: "Europe/Paris",
			offset: "-6h",
			hard_bounds: { min: "2024" },
		},
	},
	{ date_histogram: { field: "d", fixed_interval: "90m", keyed: true } },
	{ range: { field: "n", ranges: [{ to: 1 }, { from: 1, key: "rest" }] } },
	{
		date_range: {
			field: "d",
			time_zone: "+01:00",
			ranges: [{ from: "now/d" }],
		},
	},
	{ filter: { term: { k: "a" } } },
	{ filters: { filters: { b: { match_all: {} }, a: { term: { k: "a" } } } } },
	{ filters: { filters: [{ match_all: {} }], other_bucket: true } },
	{ missing: { field: "k" } },
	{ nested: { path: "p" } },
	{ reverse_nested: { path: "p" } },
	{ global: {} },
	{ extended_stats: { field: "n", sigma: 3 } },
	{ cardinality: { field: "k", precision_threshold: 100 } },
	{
		percentiles: { field: "n", percents: [50], tdigest: { compression: 200 } },
	},
	{
		top_hits: {
			size: 2,
			sort: [{ n: "desc" }],
			_source: { includes: ["a"], excludes: "b" },
		},
	},
	{
		composite: {
			size: 3,
			sources: [
				{ k: { terms: { field: "k", missing_bucket: true, order: "desc" } } },
				{ d: { date_histogram: { field: "d", fixed_interval: "1d" } } },
				{ n: { histogram: { field: "n", interval: 2 } } },
			],
			after: { k: null, d: 0, n: 4 },
		},
	},
	{
		significant_terms: { field: "k", background_filter: { term: { k: "a" } } },
	},
];

describe("aggregationsToDsl", () => {
	for (const body of WRITTEN)
		it(`writes what is read as the same: ${JSON.stringify(body)}`, () => {
			const parsed = parseAggregations({ a: body });
			assert.deepEqual(parseAggregations(aggregationsToDsl(parsed)), parsed);
		});
});

const REFUSED: readonly (readonly [
	what: string,
	aggs: unknown,
	id: ErrorId,
	message: RegExp,
])[] = [
	["no object", [], BAD, /must be an object/],
	["a name with brackets", { "a[b]": MAX() }, BAD, /Invalid aggregation name/],
	["no kind", { a: {} }, BAD, /Missing definition for aggregation \[a\]/],
	[
		"two kinds",
		{ a: { ...MAX(), min: { field: "n" } } },
		BAD,
		/Found two aggregation type definitions/,
	],
	[
		"an unknown kind",
		{ a: { foo: {} } },
		BAD,
		/Unknown aggregation type \[foo\]/,
	],
	[
		"an unknown option",
		{ a: { terms: { field: "k", siize: 1 } } },
		BAD,
		/unknown field \[siize\]/,
	],
	["no field", { a: { max: {} } }, BAD, /Required one of fields/],
	[
		"aggregations in a number",
		{ a: { ...MAX(), aggs: { b: MAX() } } },
		BAD,
		/cannot accept sub-aggregations/,
	],
	["no buckets", { a: { terms: { field: "k", size: 0 } } }, BAD, /size/],
	[
		"many hits",
		{ a: { top_hits: { size: 101 } } },
		BAD,
		/\[from\] \+ \[size\] must be 100/,
	],
	[
		"a month of fixed length",
		{ a: { date_histogram: { field: "d", fixed_interval: "1M" } } },
		BAD,
		/fixed_interval/,
	],
	["an empty filter", { a: { filter: {} } }, BAD, /empty clause/],
	[
		"a script",
		{ a: { max: { script: { source: "1" } } } },
		FORBIDDEN,
		/script\.source/,
	],
	[
		"a script in a composite",
		{
			a: {
				composite: { sources: [{ s: { terms: { script: { source: "1" } } } }] },
			},
		},
		FORBIDDEN,
		/script\.source/,
	],
	[
		"a scripted metric",
		{ a: { scripted_metric: { map_script: "state.x = 1" } } },
		FORBIDDEN,
		/map_script/,
	],
	[
		"a bucket script",
		{ a: { bucket_script: { buckets_path: {}, script: "1" } } },
		FORBIDDEN,
		/script/,
	],
	[
		"a terms look-up in a filter",
		{
			a: {
				filter: {
					terms: { k: { index: "%kuzzle.users", id: "x", path: "p" } },
				},
			},
		},
		FORBIDDEN,
		/terms\.index/,
	],
	[
		"a terms look-up in a filter of a kind that is passed on",
		{
			a: {
				significant_terms: {
					field: "k",
					background_filter: {
						terms: { k: { index: "i", id: "x", path: "p" } },
					},
				},
			},
		},
		FORBIDDEN,
		/terms\.index/,
	],
	[
		"a look-up deep in an aggregation that is passed on",
		{ a: { rare_terms: { field: "k", x: [{ _index: "%kuzzle.users" }] } } },
		FORBIDDEN,
		/_index/,
	],
	[
		"scripted fields of hits",
		{ a: { top_hits: { script_fields: { s: { script: { source: "1" } } } } } },
		FORBIDDEN,
		/script_fields/,
	],
];

function assertError(run: () => unknown, id: ErrorId): GatewayError {
	try {
		run();
	} catch (error) {
		if (!(error instanceof GatewayError)) throw error;
		assert.equal(error.id, id, error.message);
		return error;
	}
	assert.fail("it was not refused");
}

function MAX() {
	return { max: { field: "n" } };
}

describe("parseAggregations refuses", () => {
	for (const [what, aggs, id, message] of REFUSED)
		it(what, () => {
			assert.match(
				assertError(() => parseAggregations(aggs), id).message,
				message,
			);
		});

	it("what nests too deep, also 10,000 deep", () => {
		let aggs: JsonObject = { a: MAX() };
		for (let depth = 0; depth < 10_000; depth++)
			aggs = { a: { filter: { match_all: {} }, aggs } };
		const { message } = assertError(() => parseAggregations(aggs), BAD);
		assert.match(message, /nests deeper/);
	});

	it("more aggregations than a search may have", () => {
		const names = Array.from({ length: 2_000 }, (_, n) => [`a${n}`, MAX()]);
		const { message } = assertError(
			() => parseAggregations(Object.fromEntries(names)),
			BAD,
		);
		assert.match(message, /more than 1024 clauses/);
	});

	it("more clauses than a search may have, in all its filters", () => {
		const should = Array.from({ length: 600 }, () => ({ match_all: {} }));
		const aggs = {
			a: { filter: { bool: { should } } },
			b: { filter: { bool: { should } } },
		};
		assertError(() => parseAggregations(aggs), BAD);
	});
});
