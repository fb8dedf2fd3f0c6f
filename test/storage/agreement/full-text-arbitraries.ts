import fc from "fast-check";
import type { JsonObject } from "../../../src/lib/json.ts";

/** Documents of few words, and queries for them. */

export const TEXT_PROPERTIES: JsonObject = {
	title: { type: "text", fields: { raw: { type: "keyword" } } },
	body: { type: "text" },
	tag: { type: "keyword" },
	count: { type: "integer" },
	open: { type: "boolean" },
};

const WORDS = ["a", "b", "bee", "bear", "c", "cat", "dog", "don't", "3.14"];
const word = fc.constantFrom(...WORDS);
const text = fc.array(word, { maxLength: 12 }).map((words) => words.join(" "));
const value = fc.oneof(text, fc.array(text, { maxLength: 3 }));
const tag = fc.constantFrom("a", "b", "bear", "a b");

export const textDocument = fc.record(
	{
		title: value,
		body: fc.oneof(
			value,
			text.map((words) => `${words} `.repeat(8)),
		),
		tag: fc.oneof(tag, fc.array(tag, { maxLength: 3 })),
		count: fc.integer({ min: 0, max: 5 }),
		open: fc.boolean(),
	},
	{ requiredKeys: [] },
) as fc.Arbitrary<JsonObject>;

const field = fc.constantFrom("title", "body", "tag");
const fields = fc.uniqueArray(
	fc.constantFrom("title", "title^2", "body", "tag^0.5", "t*"),
	{ minLength: 1, maxLength: 3 },
);
const operator = fc.constantFrom("or", "and");
const phrase = fc
	.array(word, { minLength: 1, maxLength: 4 })
	.map((words) => words.join(" "));
const boost = fc.constantFrom(1, 2, 0.3);

const leaf: fc.Arbitrary<object> = fc.oneof(
	fc
		.record({ field, query: phrase, operator, boost })
		.map(({ field, ...rest }) => ({ match: { [field]: rest } })),
	fc
		.record({ query: phrase, least: fc.constantFrom(1, 2, "50%", -1) })
		.map(({ query, least }) => ({
			match: { body: { query, minimum_should_match: least } },
		})),
	fc
		.record({ field, query: phrase, boost })
		.map(({ field, ...rest }) => ({ match_phrase: { [field]: rest } })),
	fc
		.record({ field: fc.constantFrom("title", "body"), query: phrase })
		.map(({ field, ...rest }) => ({ match_phrase_prefix: { [field]: rest } })),
	fc
		.record({ field, query: phrase, operator })
		.map(({ field, ...rest }) => ({ match_bool_prefix: { [field]: rest } })),
	fc
		.record({
			query: phrase,
			fields,
			operator,
			type: fc.constantFrom("best_fields", "most_fields", "bool_prefix"),
		})
		.map((options) => ({ multi_match: options })),
	fc
		.record({
			query: phrase,
			fields: fc.constant(["title", "body"]),
			type: fc.constantFrom("phrase", "phrase_prefix"),
		})
		.map((options) => ({ multi_match: options })),
	fc.record({ field, word }).map(({ field, word }) => ({
		term: { [field]: word },
	})),
	tag.map((value) => ({ term: { tag: value } })),
	fc.boolean().map((value) => ({ term: { open: value } })),
	fc
		.integer({ min: 0, max: 5 })
		.map((value) => ({ range: { count: { gte: value } } })),
	fc.record({ field, word }).map(({ field, word }) => ({
		prefix: { [field]: word.slice(0, 2) },
	})),
);

/**
 * Operators and words as somebody types them who has not read how. Parentheses are closed: an Elasticsearch that sees elsewhere
 * that nothing can match does not read the query, and does not complain.
 */
const typed = fc
	.array(
		fc.oneof(
			{ weight: 3, arbitrary: word },
			fc.constantFrom("AND", "OR", "NOT", "+a", "-b", "!c", "(a b)", '"a b"'),
			fc.constantFrom(
				"be*",
				"(a AND",
				"b)",
				"title:a",
				"tag:(a OR b)",
				"|",
				"+",
			),
			fc.constantFrom("bear^2", '"bear cat"^2', "count:[1 TO 3]", "count:>2"),
		),
		{ minLength: 1, maxLength: 6 },
	)
	.map((parts) => parts.join(" "));

const search: fc.Arbitrary<object> = fc.oneof(
	fc
		.record({
			query: typed,
			fields,
			default_operator: operator,
			lenient: fc.constant(true),
		})
		.chain((options) =>
			fc.constantFrom(
				{ query_string: options },
				{ simple_query_string: options },
			),
		),
	{ weight: 2, arbitrary: leaf },
);

export const textQuery: fc.Arbitrary<object> = fc.letrec((tie) => ({
	query: fc.oneof(
		{ maxDepth: 2, withCrossShrink: true },
		search,
		fc
			.record(
				{
					must: fc.array(tie("query"), { maxLength: 2 }),
					filter: fc.array(tie("query"), { maxLength: 2 }),
					should: fc.array(tie("query"), { maxLength: 3 }),
					must_not: fc.array(tie("query"), { maxLength: 1 }),
					minimum_should_match: fc.constantFrom(0, 1, 2),
				},
				{ requiredKeys: [] },
			)
			.map((bool) => ({ bool })),
		fc
			.record({
				queries: fc.array(tie("query"), { minLength: 1, maxLength: 3 }),
				tie_breaker: fc.constantFrom(0, 0.5),
			})
			.map((dis_max) => ({ dis_max })),
	),
})).query as fc.Arbitrary<object>;
