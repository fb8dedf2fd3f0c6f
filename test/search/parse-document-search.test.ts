import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ErrorId } from "../../src/errors/catalogue.ts";
import { isErrorId } from "../../src/errors/gateway-error.ts";
import { parseDocumentSearch } from "../../src/search/parse-document-search.ts";
import { parseSearchBody } from "../../src/search/parse-search-body.ts";

const page = { from: 0, size: 10 };

describe("parseDocumentSearch", () => {
	it("reads a body without its own members as parseSearchBody does", () => {
		for (const body of [undefined, {}, { query: { term: { a: 1 } } }])
			assert.deepEqual(
				parseDocumentSearch(body, page),
				parseSearchBody(body, page),
			);
	});

	it("reads what to tell of a document", () => {
		const read = (body: object) => parseDocumentSearch(body, page).source;
		assert.equal(read({ _source: false }), false);
		assert.deepEqual(read({ _source: "a" }), { includes: ["a"], excludes: [] });
		assert.deepEqual(
			read({ _source: { include: ["a"] }, _source_excludes: "b" }),
			{ includes: ["a"], excludes: ["b"] },
		);
		assert.equal(
			read({ fields: ["a", { field: "b", format: "c" }] }),
			undefined,
		);
	});

	const BAD = "services.storage.unexpected_bad_request";
	const MEMBER = "services.storage.invalid_search_query";
	const FORBIDDEN = "services.storage.invalid_query_keyword";
	const REFUSED: readonly [body: object, id: ErrorId][] = [
		[{ min_score: 1 }, MEMBER],
		[{ docvalue_fields: ["a"] }, MEMBER],
		[{ stored_fields: ["a"] }, MEMBER],
		[{ rescore: {} }, MEMBER],
		[{ _source: 3 }, BAD],
		[{ _source: { only: "a" } }, BAD],
		[{ fields: [3] }, BAD],
		[{ post_filter: "x" }, "api.assert.invalid_type"],
		[{ post_filter: { script: { script: "1" } } }, FORBIDDEN],
		[{ highlight: 3 }, BAD],
		[{ highlight: { fields: { a: { ghost: 1 } } } }, BAD],
		[{ highlight: { pre_tags: ["a"], fields: { a: {} } } }, BAD],
		[{ highlight: { fields: { a: { fragment_size: -1 } } } }, BAD],
		[
			{ highlight: { fields: { a: { highlight_query: { wrapper: {} } } } } },
			FORBIDDEN,
		],
		[{ collapse: {} }, BAD],
		[{ collapse: { field: "a", inner_hits: {} } }, BAD],
		[{ collapse: { field: "a", inner_hits: { name: "b", size: 101 } } }, BAD],
		[
			{
				collapse: {
					field: "a",
					inner_hits: { name: "b", sort: { c: { nested: { filter: {} } } } },
				},
			},
			FORBIDDEN,
		],
		[{ suggest: "x" }, BAD],
		[{ suggest: { a: { phrase: { field: "t", collate: {} } } } }, FORBIDDEN],
		[{ suggest: { a: { completion: { index: "x" } } } }, FORBIDDEN],
	];
	for (const [body, id] of REFUSED)
		it(`refuses ${JSON.stringify(body)}`, () => {
			assert.throws(
				() => parseDocumentSearch(body, page),
				(error) => isErrorId(error, id),
			);
		});
});
