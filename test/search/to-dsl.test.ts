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

/** A tree of every kind but native, in the form in which `parseQuery` writes it. */
const { query } = fc.letrec<{ query: Query }>((tie) => ({
	query: fc
		.tuple(
			fc.oneof(
				{ depthSize: "small", maxDepth: 8 },
				leaf,
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
				must: [{ match_phrase: { a: "x" } }],
				should: [{ nested: { path: "i", query: { term: { "i.v": 1 } } } }],
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
