import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { parseQuery } from "../../src/search/parse-query.ts";
import type { Query } from "../../src/search/query.ts";
import { defaultQueryLimits } from "../../src/search/query-limits.ts";
import { toDsl } from "../../src/search/to-dsl.ts";

// `_id` is left out: a term on it is read as ids.
const field = fc.oneof(
	fc.string({ minLength: 1 }).filter((name) => name !== "_id"),
	fc.constantFrom(
		"a.b",
		"boost",
		"_name",
		"__proto__",
		"constructor",
		"script",
	),
);
const scalar = fc.oneof(
	fc.string(),
	fc.integer(),
	fc.double({ noNaN: true, noDefaultInfinity: true }),
	fc.boolean(),
);
const minimum = fc.oneof(fc.integer(), fc.string({ minLength: 1 }));
const boost = fc.double({ min: 0, max: 1e9, noNaN: true });

/** A generated tree may be larger than a client may send. */
const roomy = { ...defaultQueryLimits, clausesMax: 1e6, valuesMax: 1e6 };

/** fast-check would make some without a prototype, which nothing parsed from JSON is. */
const plain = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
	fc.record(model, { noNullPrototype: true });

const boostedFields = fc.uniqueArray(
	fc.record(
		{
			field: fc.constantFrom("a", "b.c", "t*", "constructor"),
			boost: fc.constantFrom(1, 2, 0.5),
		},
		{ noNullPrototype: true },
	),
	{ selector: ({ field }) => field },
);

const leaf: fc.Arbitrary<Query> = fc.oneof(
	plain({
		kind: fc.constantFrom("match_all" as const, "match_none" as const),
	}),
	fc.record(
		{
			kind: fc.constant("match" as const),
			field,
			query: scalar,
			operator: fc.constantFrom("or" as const, "and" as const),
			minimumShouldMatch: minimum,
		},
		{
			noNullPrototype: true,
			requiredKeys: ["kind", "field", "query", "operator"],
		},
	),
	plain({
		kind: fc.constant("match_phrase" as const),
		field,
		query: scalar,
	}),
	plain({
		kind: fc.constant("match_phrase_prefix" as const),
		field,
		query: scalar,
		expansionsMax: fc.integer({ min: 1, max: 1_024 }),
	}),
	plain({
		kind: fc.constant("match_bool_prefix" as const),
		field,
		query: scalar,
		operator: fc.constantFrom("or" as const, "and" as const),
	}),
	fc.record(
		{
			kind: fc.constant("multi_match" as const),
			query: scalar,
			fields: boostedFields,
			type: fc.constantFrom(
				"best_fields" as const,
				"most_fields" as const,
				"bool_prefix" as const,
			),
			operator: fc.constantFrom("or" as const, "and" as const),
			minimumShouldMatch: minimum,
			tieBreaker: fc.double({ min: 0, max: 1, noNaN: true }),
			expansionsMax: fc.constant(50),
			lenient: fc.boolean(),
		},
		{
			noNullPrototype: true,
			requiredKeys: [
				"kind",
				"query",
				"fields",
				"type",
				"operator",
				"tieBreaker",
				"expansionsMax",
			],
		},
	),
	plain({
		kind: fc.constantFrom(
			"query_string" as const,
			"simple_query_string" as const,
		),
		query: fc.string(),
		fields: boostedFields,
		defaultOperator: fc.constantFrom("or" as const, "and" as const),
	}),
	plain({
		kind: fc.constant("term" as const),
		field,
		value: scalar,
		caseInsensitive: fc.boolean(),
	}),
	plain({
		kind: fc.constant("terms" as const),
		field,
		values: fc.array(scalar),
	}),
	plain({
		kind: fc.constant("ids" as const),
		values: fc.array(fc.string()),
	}),
	plain({
		kind: fc.constant("range" as const),
		field,
		bounds: fc
			.tuple(
				fc.option(fc.tuple(fc.constantFrom("gt", "gte"), scalar)),
				fc.option(fc.tuple(fc.constantFrom("lt", "lte"), scalar)),
				fc.option(fc.tuple(fc.constant("format"), fc.string())),
				fc.option(fc.tuple(fc.constant("timeZone"), fc.string())),
			)
			.map((parts) =>
				Object.fromEntries(parts.filter((part) => part !== null)),
			),
	}),
	plain({ kind: fc.constant("exists" as const), field }),
	plain({
		kind: fc.constant("prefix" as const),
		field,
		value: fc.string(),
		caseInsensitive: fc.boolean(),
	}),
);

const degrees = (max: number) =>
	fc.double({ min: -max, max, noNaN: true }).map((value) => value + 0);
const point = plain({ lat: degrees(90), lon: degrees(180) });

const patternLeaf: fc.Arbitrary<Query> = fc.oneof(
	plain({
		kind: fc.constant("wildcard" as const),
		field,
		value: fc.string(),
		caseInsensitive: fc.boolean(),
	}),
	fc.record(
		{
			kind: fc.constant("regexp" as const),
			field,
			value: fc.string(),
			flags: fc.string(),
			caseInsensitive: fc.boolean(),
		},
		{
			noNullPrototype: true,
			requiredKeys: ["kind", "field", "value", "caseInsensitive"],
		},
	),
	plain({
		kind: fc.constant("fuzzy" as const),
		field,
		value: fc.string(),
		fuzziness: fc.oneof(fc.string(), fc.constantFrom(0, 1, 2)),
		prefixLength: fc.nat(),
		transpositions: fc.boolean(),
	}),
);

// Beside a geo field stand the options of its clause.
const geoField = field.filter((name) => !GEO_OPTIONS.has(name));
const GEO_OPTIONS = new Set(["boost", "_name"]);

const geoLeaf: fc.Arbitrary<Query> = fc.oneof(
	plain({
		kind: fc.constant("geo_distance" as const),
		field: geoField,
		center: point,
		meters: fc.double({ min: 0.001, max: 1e8, noNaN: true }),
		ignoreUnmapped: fc.boolean(),
	}),
	fc.tuple(geoField, point, point, fc.boolean()).map(
		([name, a, b, ignoreUnmapped]): Query => ({
			kind: "geo_bounding_box",
			field: name,
			top: Math.max(a.lat, b.lat),
			left: a.lon,
			bottom: Math.min(a.lat, b.lat),
			right: b.lon,
			ignoreUnmapped,
		}),
	),
	plain({
		kind: fc.constant("geo_polygon" as const),
		field: geoField,
		points: fc.array(point, { minLength: 4, maxLength: 6 }),
		ignoreUnmapped: fc.boolean(),
	}),
);

/** A tree of every kind but native, in the form in which `parseQuery` writes it. */
const { query } = fc.letrec<{ query: Query }>((tie) => ({
	query: fc
		.tuple(
			fc.oneof(
				{ depthSize: "small", maxDepth: 8 },
				leaf,
				patternLeaf,
				geoLeaf,
				plain({
					kind: fc.constant("constant_score" as const),
					query: tie("query"),
				}),
				plain({
					kind: fc.constant("dis_max" as const),
					queries: fc.array(tie("query"), { minLength: 1, maxLength: 3 }),
					tieBreaker: fc.constantFrom(0, 0.5),
				}),
				plain({
					kind: fc.constant("boosting" as const),
					positive: tie("query"),
					negative: tie("query"),
					negativeBoost: fc.constantFrom(0, 0.5, 2),
				}),
				plain({
					kind: fc.constant("nested" as const),
					path: field,
					query: tie("query"),
					scoreMode: fc.constantFrom("avg", "sum", "min", "max", "none"),
					ignoreUnmapped: fc.boolean(),
				}),
				fc.record(
					{
						kind: fc.constant("bool" as const),
						must: fc.array(tie("query"), { maxLength: 3 }),
						filter: fc.array(tie("query"), { maxLength: 3 }),
						should: fc.array(tie("query"), { maxLength: 3 }),
						mustNot: fc.array(tie("query"), { maxLength: 3 }),
						minimumShouldMatch: minimum,
					},
					{
						noNullPrototype: true,
						requiredKeys: ["kind", "must", "filter", "should", "mustNot"],
					},
				),
			),
			fc.option(boost, { nil: undefined }),
		)
		.filter(
			// Elasticsearch has no way to write a boost beside a terms field of that name.
			([tree, weight]) =>
				!(
					tree.kind === "terms" &&
					tree.field === "boost" &&
					weight !== undefined
				),
		)
		.map(([tree, weight]) =>
			weight === undefined ? tree : { ...tree, boost: weight },
		),
}));

describe("toDsl", () => {
	it("writes what parseQuery reads as the same tree", () => {
		fc.assert(
			fc.property(query, (tree) => {
				assert.deepEqual(parseQuery(toDsl(tree), roomy), tree);
			}),
		);
	});

	it("writes what survives the way over the wire", () => {
		fc.assert(
			fc.property(query, (tree) => {
				const dsl = toDsl(tree);
				const received = JSON.parse(JSON.stringify(dsl));
				assert.deepEqual(toDsl(parseQuery(received, roomy)), received);
			}),
		);
	});

	it("passes a clause that only Elasticsearch answers on as it came", () => {
		const dsl = {
			bool: {
				must: [{ span_term: { a: "x" } }],
				should: [{ function_score: { query: { term: { "i.v": 1 } } } }],
			},
		};
		assert.deepEqual(toDsl(parseQuery(dsl)), dsl);
	});

	it("leaves out what Elasticsearch before 7.10 does not know", () => {
		assert.deepEqual(toDsl(parseQuery({ prefix: { a: "x" } })), {
			prefix: { a: { value: "x" } },
		});
	});
});
