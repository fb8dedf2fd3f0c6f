import assert from "node:assert/strict";
import type { Query, RangeBounds, Scalar } from "../../../src/search/query.ts";
import {
	type ContractSuite,
	MATCH_ALL,
	request,
	sorted,
} from "./contract-suite.ts";
import { FIXTURE_IDS, fixture } from "./search-fixture.ts";

type Row = readonly [meaning: string, query: Query, found: string];

const MATCH_NONE: Query = { kind: "match_none" };

export function searching({ test }: ContractSuite): void {
	for (const [section, rows] of Object.entries(QUERIES)) {
		test(`search: ${section}`, async (t) => {
			const target = await fixture(t);
			for (const [meaning, query, found] of rows) {
				assert.equal((await t.find(target, query)).join(" "), found, meaning);
			}
		});
	}

	test("a hit is the document, with where it was found and how well it fits", async (t) => {
		const target = await fixture(t);
		const { hits, total } = await t.storage.search(
			[target],
			request({ query: term("name", "alpha") }),
		);
		assert.equal(total, 1);
		const { index, collection, score, sort, ...document } =
			hits[0] ?? assert.fail();
		assert.deepEqual(document, await t.storage.get(target, "d1"));
		assert.deepEqual([index, collection], [target.index, target.collection]);
		assert.equal(typeof score, "number");
		assert.ok(sort === undefined || sort.length === 0);
	});

	test("the total counts all matches, whatever the page", async (t) => {
		const target = await fixture(t);
		for (const [from, size, length] of [
			[0, 0, 0],
			[0, 2, 2],
			[4, 10, 2],
			[6, 10, 0],
			[500, 1, 0],
		] as const) {
			const { hits, total } = await t.storage.search(
				[target],
				request({ from, size }),
			);
			assert.equal(total, 6);
			assert.equal(hits.length, length);
		}
	});

	test("pages by from and size neither overlap nor leave out", async (t) => {
		const target = await fixture(t);
		const ids: string[] = [];
		for (let from = 0; from < 6; from += 2) {
			const { hits } = await t.storage.search(
				[target],
				request({ from, size: 2 }),
			);
			ids.push(...hits.map(({ id }) => id));
		}
		assert.deepEqual(sorted(ids), FIXTURE_IDS);
	});

	test("a page that ends beyond 10,000 documents is refused", async (t) => {
		const target = await fixture(t);
		for (const page of [
			{ from: 9_999, size: 2 },
			{ from: 1, size: 10_000 },
		]) {
			await assert.rejects(t.storage.search([target], request(page)), {
				id: "services.storage.unexpected_bad_request",
			});
		}
		await t.storage.search([target], request({ size: 10_000 }));
		await t.storage.search([target], request({ from: 9_990, size: 10 }));
	});

	test("several collections are searched as one", async (t) => {
		const first = await fixture(t);
		const second = await fixture(t);
		const third = { ...second, collection: "others" };
		await t.storage.createCollection(third);
		await t.put(third, [{ kind: "create", id: "d9", content: {} }], {
			refresh: "wait_for",
		});
		const { hits, total } = await t.storage.search(
			[first, second, third],
			request({ size: 100 }),
		);
		assert.equal(total, 13);
		for (const target of [first, second, third]) {
			const own = hits.filter(
				(hit) =>
					hit.index === target.index && hit.collection === target.collection,
			);
			assert.equal(own.length, target === third ? 1 : 6);
		}
		const some = await t.storage.search(
			[first, third],
			request({ query: { kind: "ids", values: ["d9", "d1"] } }),
		);
		assert.deepEqual(sorted(some.hits.map(({ id }) => id)), ["d1", "d9"]);
	});
}

const QUERIES: Record<string, readonly Row[]> = {
	"everything and nothing": [
		["match_all", MATCH_ALL, "d1 d2 d3 d4 d5 d6"],
		["match_none", MATCH_NONE, ""],
	],
	"term on keywords": [
		["the exact value", term("name", "alpha"), "d1"],
		["another case is another value", term("name", "beta"), ""],
		["case may be ignored", term("name", "BETA", true), "d2"],
		["any element of an array", term("tags", "blue"), "d1 d2"],
		["a single value where others hold arrays", term("tags", "green"), "d4"],
		["a field of an object", term("address.city", "Paris"), "d1"],
		["a multi-field", term("body.raw", "Hello World"), "d1"],
	],
	"term on text": [
		["a word, as it was analysed", term("title", "quick"), "d1 d2"],
		["the value itself is not analysed", term("title", "Quick"), ""],
		["nor cut into words", term("title", "quick brown"), ""],
		["a text with multi-fields", term("body", "hello"), "d1 d2"],
	],
	"term on numbers, booleans and dates": [
		["a whole number", term("count", 2), "d2"],
		["an element of an array", term("count", 40), "d4"],
		["a fraction", term("price", 2.5), "d2"],
		["a number of an object", term("address.zip", 34000), "d3"],
		["a number given as text", term("count", "3"), "d3"],
		["true", term("ok", true), "d1 d3"],
		["false", term("ok", false), "d2"],
		[
			"a date given as text, stored as number",
			term("at", "2024-01-02T00:00:00.000Z"),
			"d2",
		],
		["a date given as number, stored as text", term("at", 1704067200000), "d1"],
	],
	"terms and ids": [
		["any of the values", terms("name", ["alpha", "gamma", "nobody"]), "d1 d3"],
		["any of the numbers", terms("count", [1, 4]), "d1 d4"],
		["no value", terms("name", []), ""],
		["a word of a text", terms("title", ["fox", "nothing"]), "d1 d6"],
		[
			"ids, repeated and missing",
			{ kind: "ids", values: ["d2", "d9", "d2"] },
			"d2",
		],
		["no id", { kind: "ids", values: [] }, ""],
	],
	"ranges on numbers": [
		["greater", range("count", { gt: 2 }), "d3 d4 d5 d6"],
		["from, and less", range("count", { gte: 2, lt: 4 }), "d2 d3"],
		["up to", range("count", { lte: 1 }), "d1"],
		[
			"one element of an array is enough",
			range("count", { gte: 30, lte: 50 }),
			"d4",
		],
		[
			"but it must fit both bounds by itself",
			range("count", { gt: 10, lt: 30 }),
			"",
		],
		["negative", range("price", { gte: -10, lt: 0 }), "d3"],
		["large", range("price", { gt: 1e9 }), "d4"],
		["bounds given as text", range("count", { gte: "3" }), "d3 d4 d5 d6"],
		[
			"a fraction against whole numbers",
			range("count", { gt: 1.5, lte: 3.2 }),
			"d2 d3",
		],
	],
	"ranges on dates and keywords": [
		[
			"from a day to the next",
			range("at", {
				gte: "2024-01-02T00:00:00.000Z",
				lt: "2024-01-03T00:00:00.000Z",
			}),
			"d2",
		],
		[
			"days without time",
			range("at", { gte: "2024-01-02", lt: "2024-01-03" }),
			"d2",
		],
		["milliseconds", range("at", { gt: 1704153600000 }), "d3 d4"],
		[
			"milliseconds as text, by format",
			range("at", { lte: "1704153600000", format: "epoch_millis" }),
			"d1 d2",
		],
		[
			"an offset",
			range("at", { gte: "2024-01-02T02:00:00.000+02:00", lt: "2024-01-03" }),
			"d2",
		],
		["keywords, by their bytes", range("name", { gte: "b" }), "d3 d6"],
		["upper case comes before lower case", range("name", { lt: "a" }), "d2"],
	],
	exists: [
		["null is no value", exists("name"), "d1 d2 d3 d4 d6"],
		[
			"nor are an empty array and an array of nulls",
			exists("tags"),
			"d1 d2 d4 d5",
		],
		["a text", exists("title"), "d1 d2 d3 d4 d6"],
		["a boolean, also false", exists("ok"), "d1 d2 d3"],
		["a field of an object", exists("address.city"), "d1 d2"],
		["an object, by any of its fields", exists("address"), "d1 d2 d3"],
	],
	prefix: [
		["of a keyword", prefix("name", "alph"), "d1 d4"],
		["in another case", prefix("name", "Alph"), ""],
		["with the case ignored", prefix("name", "ALPH", true), "d1 d4"],
		["of an element of an array", prefix("tags", "re"), "d1 d5"],
		["of a word of a text", prefix("title", "qui"), "d1 d2"],
		["with signs that are patterns elsewhere", prefix("name", "al%"), ""],
		["with signs that are patterns elsewhere", prefix("name", "al_h"), ""],
		["with signs that are patterns elsewhere", prefix("name", "al*"), ""],
	],
	"match on text": [
		["any word", match("title", "quick dog"), "d1 d2"],
		[
			"all words, whatever case and order",
			match("title", "brown QUICK", "and"),
			"d1 d2",
		],
		["all words", match("title", "quick fox", "and"), "d1"],
		["at least two", match("title", "quick brown fox", "or", 2), "d1 d2"],
		[
			"at least two, of which none has more than one",
			match("title", "fox bread lazy", "or", 2),
			"",
		],
		[
			"at least half",
			match("title", "quick brown fox lazy", "or", "50%"),
			"d1 d2",
		],
		["letters with accents", match("title", "DÉJÀ"), "d4"],
		["without a word", match("title", "!!!"), ""],
		["commas are no part of words", match("title", "thinking"), "d2"],
	],
	"match on other fields is exact": [
		["a keyword", match("name", "alpha"), "d1"],
		["a keyword is not cut into words", match("name", "alpha gamma"), ""],
		["a keyword of an array", match("tags", "red"), "d1 d5"],
		["a multi-field", match("body.raw", "Hello World"), "d1"],
		["a number", match("count", 3), "d3"],
		["a boolean", match("ok", true), "d1 d3"],
	],
	bool: [
		[
			"must",
			bool({ must: [term("ok", true), range("count", { gt: 1 })] }),
			"d3",
		],
		["filter", bool({ filter: [term("ok", true), term("count", 1)] }), "d1"],
		[
			"should alone: one must match",
			bool({ should: [term("count", 1), term("count", 2)] }),
			"d1 d2",
		],
		[
			"should beside must: none must match",
			bool({ must: [term("ok", true)], should: [term("count", 9)] }),
			"d1 d3",
		],
		[
			"should beside filter: none must match",
			bool({ filter: [term("ok", true)], should: [term("count", 9)] }),
			"d1 d3",
		],
		["must_not", bool({ mustNot: [exists("ok"), term("count", 5)] }), "d4 d6"],
		[
			"should and must_not",
			bool({ should: [term("tags", "red")], mustNot: [term("ok", true)] }),
			"d5",
		],
		[
			"at least two",
			bool({
				should: [term("tags", "blue"), term("ok", true), term("count", 2)],
				minimumShouldMatch: 2,
			}),
			"d1 d2",
		],
		[
			"at least one beside must",
			bool({
				must: [term("ok", true)],
				should: [term("count", 1)],
				minimumShouldMatch: 1,
			}),
			"d1",
		],
		[
			"more than there are",
			bool({ should: [term("count", 1)], minimumShouldMatch: 2 }),
			"",
		],
		["none of its clauses", bool({}), "d1 d2 d3 d4 d5 d6"],
		[
			"nested",
			bool({
				must: [
					bool({
						should: [
							term("count", 1),
							bool({ must: [term("count", 2), term("ok", false)] }),
						],
					}),
				],
				mustNot: [bool({ must: [term("count", 1)] })],
			}),
			"d2",
		],
		["match_none within", bool({ must: [MATCH_ALL, MATCH_NONE] }), ""],
	],
	"a field that is not mapped finds nothing": [
		["term", term("hidden", "x"), ""],
		["terms", terms("hidden", ["x"]), ""],
		["match", match("hidden", "x"), ""],
		["range", range("hidden", { gte: "a" }), ""],
		["exists", exists("hidden"), ""],
		["prefix", prefix("hidden", "x"), ""],
		["a field that nobody has", term("ghost.field", 1), ""],
		[
			"its absence matches all",
			bool({ mustNot: [exists("hidden")] }),
			"d1 d2 d3 d4 d5 d6",
		],
	],
};

export function term(
	field: string,
	value: Scalar,
	caseInsensitive = false,
): Query {
	return { kind: "term", field, value, caseInsensitive };
}

function terms(field: string, values: readonly Scalar[]): Query {
	return { kind: "terms", field, values };
}

function range(field: string, bounds: RangeBounds): Query {
	return { kind: "range", field, bounds };
}

function exists(field: string): Query {
	return { kind: "exists", field };
}

function prefix(field: string, value: string, caseInsensitive = false): Query {
	return { kind: "prefix", field, value, caseInsensitive };
}

function match(
	field: string,
	query: Scalar,
	operator: "or" | "and" = "or",
	minimumShouldMatch?: string | number,
): Query {
	return {
		kind: "match",
		field,
		query,
		operator,
		...(minimumShouldMatch === undefined ? {} : { minimumShouldMatch }),
	};
}

function bool(clauses: Partial<Extract<Query, { kind: "bool" }>>): Query {
	return {
		kind: "bool",
		must: [],
		filter: [],
		should: [],
		mustNot: [],
		...clauses,
	};
}
