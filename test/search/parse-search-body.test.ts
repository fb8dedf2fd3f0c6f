import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ErrorId } from "../../src/errors/catalogue.ts";
import { isErrorId } from "../../src/errors/gateway-error.ts";
import { parseSearchBody } from "../../src/search/parse-search-body.ts";
import type { Sort } from "../../src/search/query.ts";

const page = { from: 0, size: 10 };

describe("parseSearchBody", () => {
	const empty = { query: { kind: "match_all" }, sort: [], ...page };
	for (const body of [undefined, null, {}, [], { query: {} }, { query: null }])
		it(`reads ${JSON.stringify(body)} as a search for everything`, () => {
			assert.deepEqual(parseSearchBody(body, page), empty);
		});

	it("takes the page from the arguments, whatever the body says", () => {
		const body = { from: 5, size: 1, query: {}, explain: true };
		assert.deepEqual(parseSearchBody(body, { from: 3, size: 7 }), {
			...empty,
			from: 3,
			size: 7,
		});
	});

	it("reads query, sort and search_after", () => {
		const body = {
			query: { term: { a: 1 } },
			sort: ["n", "_id"],
			search_after: [3, null],
		};
		assert.deepEqual(parseSearchBody(body, page), {
			query: { kind: "term", field: "a", value: 1, caseInsensitive: false },
			sort: [
				{ field: "n", order: "asc" },
				{ field: "_id", order: "asc" },
			],
			...page,
			searchAfter: [3, null],
		});
	});

	const SORTS: readonly [sort: unknown, read: Sort[]][] = [
		[null, []],
		[[], []],
		["n", [{ field: "n", order: "asc" }]],
		["_score", [{ field: "_score", order: "desc" }]],
		[{ n: "DESC" }, [{ field: "n", order: "desc" }]],
		[{ n: {} }, [{ field: "n", order: "asc" }]],
		[
			[{ n: { order: "desc", missing: "_first" } }, { m: { missing: 0 } }],
			[
				{ field: "n", order: "desc", missing: "_first" },
				{ field: "m", order: "asc", missing: 0 },
			],
		],
		[
			{ n: "asc", m: "desc" },
			[
				{ field: "n", order: "asc" },
				{ field: "m", order: "desc" },
			],
		],
		[
			{
				"a.b": {
					mode: "MAX",
					nested: { path: "a", filter: { exists: { field: "a.c" } } },
					unmapped_type: "long",
					numeric_type: "double",
				},
			},
			[
				{
					field: "a.b",
					order: "asc",
					mode: "max",
					nested: { path: "a", filter: { kind: "exists", field: "a.c" } },
					unmappedType: "long",
					numericType: "double",
				},
			],
		],
		[
			{ _geo_distance: { p: ["1,2", [4, 3]], unit: "km", order: "desc" } },
			[
				{
					field: "p",
					order: "desc",
					distance: {
						from: [
							{ lat: 1, lon: 2 },
							{ lat: 3, lon: 4 },
						],
						unit: "km",
						type: "arc",
						ignoreUnmapped: false,
					},
				},
			],
		],
	];
	for (const [sort, read] of SORTS)
		it(`reads the sort ${JSON.stringify(sort)}`, () => {
			assert.deepEqual(parseSearchBody({ sort }, page).sort, read);
		});

	const BAD = "services.storage.unexpected_bad_request";
	const MEMBER = "services.storage.invalid_search_query";
	const FORBIDDEN = "services.storage.invalid_query_keyword";
	const REFUSED: readonly [body: unknown, id: ErrorId, keyword?: string][] = [
		[{ zz: 1 }, MEMBER, "zz"],
		[{ script_fields: { x: { script: "1" } } }, MEMBER, "script_fields"],
		[{ suggest: {} }, MEMBER, "suggest"],
		[JSON.parse('{"__proto__":{}}'), MEMBER, "__proto__"],
		[["a"], MEMBER, "0"],
		[{ query: "x" }, "api.assert.invalid_type", "body.query"],
		[{ query: [] }, "api.assert.invalid_type", "body.query"],
		[{ query: { zz: {} } }, BAD],
		[{ sort: 3 }, BAD],
		[{ sort: [[["n"]]] }, BAD],
		[{ sort: "" }, BAD],
		[{ sort: { n: "up" } }, BAD],
		[{ sort: { n: null } }, BAD],
		[{ sort: { n: { missing: {} } } }, BAD],
		[{ sort: Array.from({ length: 2_000 }, () => "n") }, BAD],
		[{ sort: { n: { mode: "least" } } }, BAD],
		[{ sort: { n: { format: "x" } } }, FORBIDDEN, "sort.format"],
		[{ sort: { n: { nested: {} } } }, BAD],
		[
			{ sort: { n: { nested: { path: "a", max_children: 1 } } } },
			FORBIDDEN,
			"sort.nested.max_children",
		],
		[
			{ sort: { n: { nested: { filter: { terms: { a: {} } } } } } },
			FORBIDDEN,
			"terms.index",
		],
		[
			{ sort: { _script: { type: "number", script: { source: "1" } } } },
			FORBIDDEN,
			"_script.type",
		],
		[{ sort: { _geo_distance: {} } }, BAD],
		[{ sort: { _geo_distance: { p: [0, 91] } } }, BAD],
		[{ sort: { _geo_distance: { p: [0, 1], mode: "sum" } } }, BAD],
		[{ sort: { _geo_distance: { p: [0, 1], unit: "x" } } }, BAD],
		[{ search_after: [1] }, BAD],
		[{ search_after: [], sort: [] }, BAD],
		[{ search_after: [1], sort: ["a", "b"] }, BAD],
		[{ search_after: [{}], sort: ["a"] }, BAD],
		[{ search_after: 1, sort: ["a"] }, BAD],
	];
	for (const [body, id, keyword] of REFUSED)
		it(`refuses ${JSON.stringify(body).slice(0, 80)}`, () => {
			assert.throws(
				() => parseSearchBody(body, page),
				(error) =>
					isErrorId(error, id) &&
					(keyword === undefined || error.props?.[0] === keyword),
			);
		});

	it("holds the page inside the result window", () => {
		const read = (from: number, size: number) =>
			parseSearchBody({}, { from, size });
		assert.equal(read(9_990, 10).from, 9_990);
		for (const [from, size] of [
			[9_999, 2],
			[1, 10_001],
			[-1, 10],
			[0, -1],
		] as const)
			assert.throws(
				() => read(from, size),
				(error) => isErrorId(error, BAD),
			);
	});

	it("starts at 0 when it goes on after a document", () => {
		const body = { sort: ["a"], search_after: [1] };
		assert.throws(
			() => parseSearchBody(body, { from: 1, size: 1 }),
			(error) => isErrorId(error, BAD),
		);
	});
});
