import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { GatewayError, isErrorId } from "../../src/errors/gateway-error.ts";
import { koncordeToDsl } from "../../src/search/koncorde-to-dsl.ts";
import { parseQuery } from "../../src/search/parse-query.ts";
import { parseSearchBody } from "../../src/search/parse-search-body.ts";
import type { Query } from "../../src/search/query.ts";
import { toDsl } from "../../src/search/to-dsl.ts";

/** Every place where a clause may stand inside another one. */
const AROUND: readonly ((inner: object) => object)[] = [
	(inner) => ({ bool: { must: inner } }),
	(inner) => ({ bool: { filter: [{ match_all: {} }, inner] } }),
	(inner) => ({ bool: { should: [inner] } }),
	(inner) => ({ bool: { must_not: [inner], adjust_pure_negative: false } }),
	(inner) => ({ constant_score: { filter: inner } }),
	(inner) => ({ dis_max: { queries: [{ term: { a: 1 } }, inner] } }),
	(inner) => ({
		boosting: {
			positive: inner,
			negative: { match_all: {} },
			negative_boost: 1,
		},
	}),
	(inner) => ({
		boosting: {
			positive: { match_all: {} },
			negative: inner,
			negative_boost: 1,
		},
	}),
	(inner) => ({ nested: { path: "a", query: inner } }),
	(inner) => ({ has_child: { type: "a", query: inner } }),
	(inner) => ({ has_parent: { parent_type: "a", query: inner } }),
	(inner) => ({ function_score: { query: inner } }),
	(inner) => ({ function_score: { functions: [{ filter: inner }] } }),
	(inner) => ({
		script_score: { query: inner, script: { id: "stored", params: {} } },
	}),
	(inner) => ({ span_multi: { match: inner } }),
	(inner) => ({ span_near: { clauses: [inner], slop: 1 } }),
	(inner) => ({ span_not: { include: inner, exclude: inner } }),
];

const FORBIDDEN: readonly object[] = [
	{ terms: { a: { index: "%kuzzle.users", id: "1", path: "x" } } },
	{ terms: { a: {}, boost: 1 } },
	{ geo_shape: { g: { indexed_shape: { index: "x", id: "1" } } } },
	{ shape: { g: { indexed_shape: { id: "1" } } } },
	{ percolate: { field: "q", index: "x", id: "1" } },
	{ more_like_this: { like: { _index: "x", _id: "1" } } },
	{ wrapper: { query: "e30=" } },
	{ script: { script: "1" } },
	{ script: { script: { id: "stored" } } },
	{ script_score: { query: { match_all: {} }, script: "1" } },
	{ function_score: { script_score: { script: { source: "1" } } } },
	{ terms_set: { a: { minimum_should_match_script: { source: "1" } } } },
];

const HARMLESS: readonly object[] = [
	{ match_all: {} },
	{ term: { index: "a field may be called so" } },
	{ terms: { script: ["x"] } },
	{ prefix: { _index: "x" } },
	{ match_phrase: { a_script: "x" } },
	{ query_string: { query: "script:1" } },
];

const around = fc.array(fc.constantFrom(...AROUND), { maxLength: 5 });
const wrap = (layers: readonly ((inner: object) => object)[], leaf: object) =>
	layers.reduce((inner, layer) => layer(inner), leaf);

/** Half-right queries: known words in places where they may or may not belong. */
const { clause: halfRight } = fc.letrec<{ clause: unknown; part: unknown }>(
	(tie) => {
		const clauses = fc.constantFrom(
			...["bool", "term", "terms", "ids", "range", "match", "exists", "prefix"],
			...["match_all", "nested", "function_score", "more_like_this"],
			...["wildcard", "regexp", "fuzzy", "dis_max", "boosting"],
			...["geo_distance", "geo_bounding_box", "geo_polygon"],
			...["geo_shape", "multi_match", "constant_score", "__proto__", "zz"],
		);
		const members = fc.constantFrom(
			...["must", "filter", "should", "must_not", "values", "query", "field"],
			...["value", "boost", "path", "functions", "like", "gte", "lt", "from"],
			...["queries", "positive", "negative", "points", "distance", "top_left"],
			...["script", "operator", "a", "__proto__", "constructor", "format"],
		);
		const scalar = fc.oneof(
			fc.string(),
			fc.integer(),
			fc.boolean(),
			fc.constant(null),
		);
		return {
			clause: fc
				.tuple(
					clauses,
					fc.oneof(
						fc.dictionary(members, tie("part"), { maxKeys: 2 }),
						tie("part"),
					),
				)
				.map(([name, argument]) => Object.fromEntries([[name, argument]])),
			part: fc.oneof(
				{ depthSize: "small", maxDepth: 8 },
				scalar,
				tie("clause"),
				fc.array(tie("clause"), { maxLength: 2 }),
				fc.array(scalar, { maxLength: 3 }),
				fc.dictionary(members, scalar, { maxKeys: 2 }),
			),
		};
	},
);

describe("a query of a stranger", () => {
	it("reaches no other index and runs no script, however it is wrapped", () => {
		fc.assert(
			fc.property(around, fc.constantFrom(...FORBIDDEN), (layers, leaf) => {
				assert.throws(
					() => parseQuery(wrap(layers, leaf)),
					(error) => isErrorId(error, "services.storage.invalid_query_keyword"),
				);
			}),
			{ numRuns: 500 },
		);
	});

	it("passes where nothing in it is forbidden, wrapped the same way", () => {
		fc.assert(
			fc.property(around, fc.constantFrom(...HARMLESS), (layers, leaf) => {
				parseQuery(wrap(layers, leaf));
			}),
			{ numRuns: 500 },
		);
	});

	it("is read, or refused by a catalogued id of status 400", () => {
		const anything = fc.oneof(
			{ arbitrary: halfRight, weight: 9 },
			{ arbitrary: fc.jsonValue(), weight: 1 },
		);
		fc.assert(
			fc.property(anything, (dsl) => {
				const query = readOrRefuse(() => parseQuery(dsl));
				if (query !== undefined)
					assert.deepEqual(parseQuery(toDsl(query as Query)), query);
				readOrRefuse(() => koncordeToDsl(dsl));
				readOrRefuse(() => parseSearchBody(dsl, { from: 0, size: 10 }));
			}),
			{ numRuns: 2_000 },
		);
	});
});

describe("a query that would cost too much", () => {
	const tooMuch: Readonly<Record<string, unknown>> = {
		"bool nested 10,000 deep": deep((inner) => ({ bool: { must: inner } })),
		"nested 10,000 deep": deep((query) => ({ nested: { path: "a", query } })),
		"dis_max 10,000 deep": deep((queries) => ({ dis_max: { queries } })),
		"constant_score 10,000 deep": deep((filter) => ({
			constant_score: { filter },
		})),
		"a wildcard of a million characters": {
			wildcard: { a: "*a".repeat(500_000) },
		},
		"a regular expression of a million characters": {
			regexp: { a: "(a*)*".repeat(200_000) },
		},
		"a polygon of 10^5 points": {
			geo_polygon: {
				p: { points: Array.from({ length: 100_000 }, (_, i) => [i % 90, 1]) },
			},
		},
		"2,000 clauses in a dis_max": {
			dis_max: { queries: Array(2_000).fill({ match_all: {} }) },
		},
	};
	for (const [what, dsl] of Object.entries(tooMuch))
		it(`is refused: ${what}`, () => {
			assert.throws(
				() => parseQuery(dsl),
				(error) => isErrorId(error, "services.storage.unexpected_bad_request"),
			);
		});
});

function deep(around: (inner: object) => object): object {
	let inner: object = { match_all: {} };
	for (let i = 0; i < 10_000; i++) inner = around(inner);
	return inner;
}

function readOrRefuse(read: () => unknown): unknown {
	try {
		return read();
	} catch (error) {
		assert.ok(error instanceof GatewayError, String(error));
		assert.equal(error.status, 400);
		assert.notEqual(error.id, undefined);
		return undefined;
	}
}
