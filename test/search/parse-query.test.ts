import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ErrorId } from "../../src/errors/catalogue.ts";
import { GatewayError } from "../../src/errors/gateway-error.ts";
import { parseQuery } from "../../src/search/parse-query.ts";
import type { Query } from "../../src/search/query.ts";
import { defaultQueryLimits } from "../../src/search/query-limits.ts";

const bool = (parts: Partial<Extract<Query, { kind: "bool" }>>): Query => ({
	kind: "bool",
	must: [],
	filter: [],
	should: [],
	mustNot: [],
	...parts,
});
const term = (field: string, value: string | number | boolean): Query => ({
	kind: "term",
	field,
	value,
	caseInsensitive: false,
});

/** What is written, and the tree it means. */
const READ: readonly [dsl: object, query: Query][] = [
	[{}, { kind: "match_all" }],
	[{ match_all: {} }, { kind: "match_all" }],
	[{ match_all: { boost: 2, _name: "n" } }, { kind: "match_all", boost: 2 }],
	[{ match_none: {} }, { kind: "match_none" }],
	[
		{ match: { t: "red car" } },
		{ kind: "match", field: "t", query: "red car", operator: "or" },
	],
	[
		{
			match: { t: { query: 3, operator: "AND", minimum_should_match: "75%" } },
		},
		{
			kind: "match",
			field: "t",
			query: 3,
			operator: "and",
			minimumShouldMatch: "75%",
		},
	],
	[
		{ match_phrase: { script: "a field may be called so" } },
		{
			kind: "match_phrase",
			field: "script",
			query: "a field may be called so",
		},
	],
	[
		{
			match_phrase_prefix: { t: { query: "a b", max_expansions: 5, slop: 0 } },
		},
		{
			kind: "match_phrase_prefix",
			field: "t",
			query: "a b",
			expansionsMax: 5,
		},
	],
	[
		{ match_bool_prefix: { t: { query: "a b", operator: "and" } } },
		{ kind: "match_bool_prefix", field: "t", query: "a b", operator: "and" },
	],
	[
		{ multi_match: { query: "x", fields: ["a", "b^2"], lenient: true } },
		{
			kind: "multi_match",
			query: "x",
			fields: [
				{ field: "a", boost: 1 },
				{ field: "b", boost: 2 },
			],
			type: "best_fields",
			operator: "or",
			tieBreaker: 0,
			expansionsMax: 50,
			lenient: true,
		},
	],
	[
		{ query_string: { query: "a:x AND b:y", default_field: "t" } },
		{
			kind: "query_string",
			query: "a:x AND b:y",
			fields: [{ field: "t", boost: 1 }],
			defaultOperator: "or",
		},
	],
	[
		{ simple_query_string: { query: "x + y", default_operator: "AND" } },
		{
			kind: "simple_query_string",
			query: "x + y",
			fields: [],
			defaultOperator: "and",
		},
	],
	[{ term: { a: 1 } }, term("a", 1)],
	[{ term: { "a.b": { value: true } } }, term("a.b", true)],
	[
		{ term: { a: { value: "X", case_insensitive: true, boost: 1.5 } } },
		{
			kind: "term",
			field: "a",
			value: "X",
			caseInsensitive: true,
			boost: 1.5,
		},
	],
	[{ term: { _id: "x" } }, { kind: "ids", values: ["x"] }],
	[
		{ terms: { a: ["x", 1, false] } },
		{ kind: "terms", field: "a", values: ["x", 1, false] },
	],
	[
		{ terms: { a: [], boost: 2, _name: "n" } },
		{ kind: "terms", field: "a", values: [], boost: 2 },
	],
	[
		{ terms: { boost: ["fields may be called so"] } },
		{
			kind: "terms",
			field: "boost",
			values: ["fields may be called so"],
		},
	],
	[{ terms: { _id: ["x", 7] } }, { kind: "ids", values: ["x", "7"] }],
	[{ ids: { values: ["x", 7] } }, { kind: "ids", values: ["x", "7"] }],
	[{ ids: { values: "x" } }, { kind: "ids", values: ["x"] }],
	[
		{ range: { a: { gt: 1, lte: "x", format: "yyyy" } } },
		{
			kind: "range",
			field: "a",
			bounds: { gt: 1, lte: "x", format: "yyyy" },
		},
	],
	[
		{ range: { a: { from: 1, to: 2, include_upper: false } } },
		{ kind: "range", field: "a", bounds: { gte: 1, lt: 2 } },
	],
	[
		{ range: { a: { gte: 1, gt: 2, lt: null, to: null } } },
		{ kind: "range", field: "a", bounds: { gt: 2 } },
	],
	[{ exists: { field: "a" } }, { kind: "exists", field: "a" }],
	[
		{ prefix: { a: "x" } },
		{ kind: "prefix", field: "a", value: "x", caseInsensitive: false },
	],
	[
		{ prefix: { a: { value: "x", case_insensitive: true } } },
		{ kind: "prefix", field: "a", value: "x", caseInsensitive: true },
	],
	[
		{ range: { t: { gte: "now", time_zone: "+01:00" } } },
		{ kind: "range", field: "t", bounds: { gte: "now", timeZone: "+01:00" } },
	],
	[
		{ wildcard: { a: "ev*" } },
		{ kind: "wildcard", field: "a", value: "ev*", caseInsensitive: false },
	],
	[
		{ wildcard: { a: { wildcard: "ev*", case_insensitive: true, boost: 2 } } },
		{
			kind: "wildcard",
			field: "a",
			value: "ev*",
			caseInsensitive: true,
			boost: 2,
		},
	],
	[
		{ regexp: { a: { value: "x.*", flags: "NONE" } } },
		{
			kind: "regexp",
			field: "a",
			value: "x.*",
			flags: "NONE",
			caseInsensitive: false,
		},
	],
	[
		{ fuzzy: { a: "x" } },
		{
			kind: "fuzzy",
			field: "a",
			value: "x",
			fuzziness: "AUTO",
			prefixLength: 0,
			transpositions: true,
		},
	],
	[
		{
			fuzzy: {
				a: {
					value: "x",
					fuzziness: 1,
					prefix_length: 2,
					transpositions: false,
				},
			},
		},
		{
			kind: "fuzzy",
			field: "a",
			value: "x",
			fuzziness: 1,
			prefixLength: 2,
			transpositions: false,
		},
	],
	[
		{ constant_score: { filter: { term: { a: 1 } }, boost: 2 } },
		{ kind: "constant_score", query: term("a", 1), boost: 2 },
	],
	[
		{ dis_max: { queries: [{ term: { a: 1 } }], tie_breaker: 0.3 } },
		{ kind: "dis_max", queries: [term("a", 1)], tieBreaker: 0.3 },
	],
	[
		{
			boosting: {
				positive: { term: { a: 1 } },
				negative: { term: { b: 2 } },
				negative_boost: 0.5,
			},
		},
		{
			kind: "boosting",
			positive: term("a", 1),
			negative: term("b", 2),
			negativeBoost: 0.5,
		},
	],
	[
		{ nested: { path: "i", query: { term: { "i.v": 2 } } } },
		{
			kind: "nested",
			path: "i",
			query: term("i.v", 2),
			scoreMode: "avg",
			ignoreUnmapped: false,
		},
	],
	[
		{ geo_distance: { distance: "2km", p: "45,1.5" } },
		{
			kind: "geo_distance",
			field: "p",
			center: { lat: 45, lon: 1.5 },
			meters: 2000,
			ignoreUnmapped: false,
		},
	],
	[
		{
			geo_bounding_box: {
				p: { top_left: [170, 10], bottom_right: [-170, 0] },
				ignore_unmapped: true,
			},
		},
		{
			kind: "geo_bounding_box",
			field: "p",
			top: 10,
			left: 170,
			bottom: 0,
			right: -170,
			ignoreUnmapped: true,
		},
	],
	[
		{ geo_polygon: { p: { points: [[0, 1], "3,2", { lat: 5, lon: 4 }] } } },
		{
			kind: "geo_polygon",
			field: "p",
			points: [
				{ lat: 1, lon: 0 },
				{ lat: 3, lon: 2 },
				{ lat: 5, lon: 4 },
			],
			ignoreUnmapped: false,
		},
	],
	// Elasticsearch has it no more: between two distances.
	[
		{ geo_distance_range: { p: [1, 2], from: "1m", to: "3m", boost: 2 } },
		bool({
			filter: [
				{
					kind: "geo_distance",
					field: "p",
					center: { lat: 2, lon: 1 },
					meters: 3,
					ignoreUnmapped: false,
				},
			],
			mustNot: [
				{
					kind: "geo_distance",
					field: "p",
					center: { lat: 2, lon: 1 },
					meters: 1,
					ignoreUnmapped: false,
				},
			],
			boost: 2,
		}),
	],
	[{ bool: {} }, bool({})],
	[
		{
			bool: {
				must: { term: { a: 1 } },
				filter: [{ term: { b: 2 } }, { bool: { must_not: [] } }],
				should: [{ match_all: {} }],
				must_not: { exists: { field: "c" } },
				minimum_should_match: 1,
				adjust_pure_negative: true,
				boost: 0,
			},
		},
		bool({
			must: [term("a", 1)],
			filter: [term("b", 2), bool({})],
			should: [{ kind: "match_all" }],
			mustNot: [{ kind: "exists", field: "c" }],
			minimumShouldMatch: 1,
			boost: 0,
		}),
	],
	[JSON.parse('{"term":{"__proto__":"x"}}'), term("__proto__", "x")],
	[{ term: { constructor: "x" } }, term("constructor", "x")],
];

/** Known and harmless, but for Elasticsearch alone: the clause passes as it came. */
const NATIVE: readonly object[] = [
	{ match: { t: { query: "x", fuzziness: "AUTO" } } },
	{ prefix: { t: { value: "x", rewrite: "constant_score" } } },
	{ bool: { must_not: [{ term: { a: 1 } }], adjust_pure_negative: false } },
	{ match_phrase_prefix: { t: { query: "x", slop: 1 } } },
	{ wildcard: { a: { value: "x*", rewrite: "constant_score" } } },
	{ regexp: { a: { value: "x.*", max_determinized_states: 100 } } },
	{ fuzzy: { a: { value: "x", max_expansions: 3 } } },
	{ geo_distance: { distance: "1km", "p.lat": 45, "p.lon": 1.5 } },
	{
		geo_distance: {
			distance: "1km",
			p: [361, 0],
			validation_method: "COERCE",
		},
	},
	{ range: { t: { gte: 1, relation: "within" } } },
	{ span_term: { script: "a field may be called so" } },
	{ geo_shape: { g: { shape: { type: "point", coordinates: [1, 2] } } } },
	{
		function_score: {
			query: { match_all: {} },
			functions: [{ filter: { term: { a: 1 } }, weight: 2 }],
			script_score: { script: { id: "stored", params: { a: 1 } } },
		},
	},
	{ more_like_this: { fields: ["t"], like: ["some text"] } },
];

const BAD = "services.storage.unexpected_bad_request";
const FORBIDDEN = "services.storage.invalid_query_keyword";
const lookup = { a: { index: "%kuzzle.users", id: "admin", path: "x" } };

/** Refused, by which id, and, where it is forbidden, under which name. */
const REFUSED: readonly [dsl: unknown, id: ErrorId, keyword?: string][] = [
	["x", "api.assert.invalid_type"],
	[[], "api.assert.invalid_type"],
	[null, "api.assert.invalid_type"],
	[{ zz: {} }, BAD],
	[{ constructor: {} }, BAD],
	[JSON.parse('{"__proto__":{"term":{"a":1}}}'), BAD],
	[{ term: { a: 1 }, match_all: {} }, BAD],
	[{ term: { a: 1, b: 2 } }, BAD],
	[{ term: {} }, BAD],
	[{ term: "x" }, BAD],
	[{ term: { a: null } }, BAD],
	[{ term: { a: [1] } }, BAD],
	[{ term: { a: { value: 1, zz: 1 } } }, BAD],
	[{ term: { a: { value: { index: "x" } } } }, BAD],
	[{ term: { a: Number.POSITIVE_INFINITY } }, BAD],
	[{ term: { "": 1 } }, BAD],
	[{ term: { a: { value: 1, boost: "high" } } }, BAD],
	[{ terms: { a: "x" } }, BAD],
	[{ terms: { a: [null] } }, BAD],
	[{ terms: { a: ["x"], b: ["y"] } }, BAD],
	[{ terms: {} }, BAD],
	[{ ids: {} }, BAD],
	[{ ids: { values: [{}] } }, BAD],
	[{ match: { a: { query: "x", operator: "xor" } } }, BAD],
	[{ match: { a: {} } }, BAD],
	[{ range: { a: 1 } }, BAD],
	[{ range: { a: { gte: {} } } }, BAD],
	[{ range: { a: { zz: 1 } } }, BAD],
	[{ exists: {} }, BAD],
	[{ exists: "a" }, BAD],
	[{ exists: { field: ["a"] } }, BAD],
	[{ prefix: { a: {} } }, BAD],
	[{ bool: { must: {} } }, BAD],
	[{ bool: { must: "x" } }, BAD],
	[{ bool: { mustNot: [] } }, BAD],
	[{ bool: [] }, BAD],
	[{ nested: { path: "a", query: { zz: {} } } }, BAD],
	[{ function_score: { functions: ["x"] } }, BAD],
	[{ terms: lookup }, FORBIDDEN, "terms.index"],
	[{ terms: { boost: lookup.a } }, FORBIDDEN, "terms.index"],
	[{ bool: { filter: [{ terms: lookup }] } }, FORBIDDEN, "terms.index"],
	[{ nested: { path: "a", query: { terms: lookup } } }, FORBIDDEN],
	[{ constant_score: { filter: { terms: lookup } } }, FORBIDDEN],
	[{ dis_max: { queries: [{ terms: lookup }] } }, FORBIDDEN],
	[{ boosting: { negative: { terms: lookup } } }, FORBIDDEN],
	[{ function_score: { query: { terms: lookup } } }, FORBIDDEN],
	[
		{ function_score: { functions: [{ filter: { terms: lookup } }] } },
		FORBIDDEN,
	],
	[{ function_score: { functions: { filter: { terms: lookup } } } }, FORBIDDEN],
	[{ span_multi: { match: { terms: lookup } } }, FORBIDDEN],
	[
		{ bool: { adjust_pure_negative: false, must: { terms: lookup } } },
		FORBIDDEN,
	],
	[
		{ geo_shape: { g: { indexed_shape: { index: "x", id: "1" } } } },
		FORBIDDEN,
		"indexed_shape",
	],
	[{ percolate: { field: "q", index: "x", id: "1" } }, FORBIDDEN, "percolate"],
	[{ wrapper: { query: "eyJ0ZXJtIjp7fX0=" } }, FORBIDDEN, "wrapper"],
	[
		{ more_like_this: { like: [{ _index: "x", _id: "1" }] } },
		FORBIDDEN,
		"more_like_this.like",
	],
	[{ more_like_this: { like: { _id: "1" } } }, FORBIDDEN],
	[{ more_like_this: { like: "x", unlike: [{ doc: {} }] } }, FORBIDDEN],
	[{ more_like_this: { ids: ["1"] } }, FORBIDDEN, "more_like_this.ids"],
	[{ more_like_this: { docs: [] } }, FORBIDDEN, "more_like_this.docs"],
	// The two names that a real server gives (recorded).
	[{ script: { script: { source: "1" } } }, FORBIDDEN, "script.script"],
	[
		{ script_score: { query: { match_all: {} }, script: "1" } },
		FORBIDDEN,
		"script.0",
	],
	[
		{ function_score: { script_score: { script: { source: "1" } } } },
		FORBIDDEN,
		"script.source",
	],
	[
		{ function_score: { functions: [{ script_score: { script: "1" } }] } },
		FORBIDDEN,
		"script.0",
	],
	[
		{
			script_score: {
				query: { match_all: {} },
				script: { id: "a", source: "1" },
			},
		},
		FORBIDDEN,
		"script.source",
	],
	[
		{ script_score: { query: { match_all: {} }, script: { params: {} } } },
		FORBIDDEN,
	],
	[
		{ terms_set: { a: { terms: [], minimum_should_match_script: "1" } } },
		FORBIDDEN,
		"minimum_should_match_script.0",
	],
	[
		{ intervals: { a: { match: { query: "x", filter: { script: {} } } } } },
		FORBIDDEN,
	],
	...[
		{ script_fields: { x: { script: { id: "a" } } } },
		{ sort: { _script: { type: "number", script: { id: "a" } } } },
		{ sort: [{ f: { nested: { filter: { terms: lookup } } } }] },
		{ sort: [{ f: { nested: { filter: { wrapper: { query: "e30=" } } } } }] },
		{ highlight: { highlight_query: { match_all: {} } } },
	].map((inner_hits): [unknown, ErrorId] => [
		{ nested: { path: "a", query: { match_all: {} }, inner_hits } },
		FORBIDDEN,
	]),
];

describe("parseQuery", () => {
	for (const [dsl, query] of READ)
		it(`reads ${JSON.stringify(dsl)}`, () => {
			assert.deepEqual(parseQuery(dsl), query);
		});

	for (const dsl of NATIVE)
		it(`passes on ${JSON.stringify(dsl)}`, () => {
			const [[clause, argument] = []] = Object.entries(dsl);
			assert.deepEqual(parseQuery(dsl), { kind: "native", clause, argument });
		});

	for (const [dsl, id, keyword] of REFUSED)
		it(`refuses ${JSON.stringify(dsl)}`, () => {
			const error = refusal(() => parseQuery(dsl));
			assert.equal(error.id, id);
			if (keyword !== undefined) assert.deepEqual(error.props, [keyword]);
		});

	it("names the argument that is no object", () => {
		const error = refusal(() => parseQuery("x", defaultQueryLimits, "body"));
		assert.deepEqual(error.props, ["body", "object"]);
		assert.deepEqual(refusal(() => parseQuery("x")).props, [
			"body.query",
			"object",
		]);
	});
});

describe("the limits of a query", () => {
	const nest = (levels: number, inner: unknown): unknown =>
		levels === 0 ? inner : { bool: { must: nest(levels - 1, inner) } };
	const { depthMax, clausesMax, valuesMax, textLengthMax } = defaultQueryLimits;

	it("hold the depth of clauses", () => {
		assert.equal(
			parseQuery(nest(depthMax - 1, { match_all: {} })).kind,
			"bool",
		);
		assertLimited(nest(depthMax, { match_all: {} }));
	});

	it("hold the depth of what is not clauses", () => {
		const deep = JSON.parse(`${"[".repeat(100_000)}${"]".repeat(100_000)}`);
		assertLimited({ geo_polygon: { g: { points: deep } } });
		assertLimited({ term: { a: deep } });
		assertLimited({ bool: { must: deep } });
	});

	it("hold the number of clauses, wherever they stand", () => {
		const many = (count: number) =>
			Array.from({ length: count }, () => ({ match_all: {} }));
		assert.ok(parseQuery({ bool: { should: many(clausesMax - 1) } }));
		assertLimited({ bool: { should: many(clausesMax) } });
		assertLimited({
			bool: { must: many(clausesMax / 2), should: many(clausesMax / 2) },
		});
		assertLimited({ dis_max: { queries: many(clausesMax) } });
	});

	it("hold the number of values of the whole query", () => {
		const values = Array.from({ length: valuesMax }, (_, i) => i);
		assert.ok(parseQuery({ terms: { a: values } }));
		assertLimited({ terms: { a: [...values, 1] } });
		assertLimited({ ids: { values: [...values, 1] } });
		assertLimited({
			bool: { should: [{ terms: { a: values } }, { terms: { b: [1] } }] },
		});
		assertLimited({ match_phrase: { a: { query: [...values, 1] } } });
		assertLimited({
			multi_match: Object.fromEntries([...values, -1].map((i) => [i, 1])),
		});
	});

	it("hold the length of texts", () => {
		const long = "x".repeat(textLengthMax + 1);
		assert.ok(parseQuery({ term: { a: long.slice(1) } }));
		for (const dsl of [
			{ term: { a: long } },
			{ term: { [long]: 1 } },
			{ match: { a: long } },
			{ terms: { a: [long] } },
			{ range: { a: { gte: long } } },
			{ range: { a: { format: long } } },
			{ bool: { minimum_should_match: long } },
			{ wildcard: { a: long } },
			{ wildcard: { [long]: "a" } },
			{ multi_match: { query: "x", fields: [long] } },
		])
			assertLimited(dsl);
	});

	it("keep what a client sent out of the message, beyond its first characters", () => {
		const name = "z".repeat(100_000);
		assert.ok(refusal(() => parseQuery({ [name]: {} })).message.length < 500);
	});
});

function assertLimited(dsl: unknown): void {
	assert.equal(refusal(() => parseQuery(dsl)).id, BAD);
}

function refusal(run: () => unknown): GatewayError {
	try {
		run();
	} catch (error) {
		assert.ok(error instanceof GatewayError, String(error));
		return error;
	}
	throw new assert.AssertionError({ message: "It was not refused." });
}
