import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isErrorId } from "../../src/errors/gateway-error.ts";
import { parseQuery } from "../../src/search/parse-query.ts";

const HUGE = "((a{1,50}){1,50}){1,50}b";
const BAD = "services.storage.unexpected_bad_request";

describe("patterns that stand for too much", () => {
	const REFUSED: readonly object[] = [
		{ regexp: { a: HUGE } },
		{ regexp: { a: { value: HUGE, rewrite: "constant_score" } } },
		{ regexp: { a: "a{2001}" } },
		{ regexp: { a: "a{50}{50}" } },
		{ regexp: { a: "([)}]{1,50}\\){1,50}(b{3}){50}){2,}{40}" } },
		{ regexp: { a: { value: "a", max_determinized_states: 10_001 } } },
		{ query_string: { query: `a:/${HUGE}/` } },
		{ query_string: { query: `"x/y" AND a:/${HUGE}/` } },
		{ query_string: { query: `n:[1 TO "]"] \\/ a:/${HUGE}c]?/` } },
		{ query_string: { query: "a", max_determinized_states: 1e9 } },
		{ intervals: { a: { regexp: { pattern: HUGE } } } },
		{ span_multi: { match: { regexp: { a: HUGE } } } },
	];
	for (const query of REFUSED)
		it(`are refused: ${JSON.stringify(query)}`, () => {
			assert.throws(
				() => parseQuery(query),
				(error) => isErrorId(error, BAD),
			);
		});

	const TAKEN: readonly object[] = [
		{ regexp: { a: "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}" } },
		{ regexp: { a: "(a{1,40}){1,40}" } },
		{ regexp: { a: { value: "a", max_determinized_states: 10_000 } } },
		{ query_string: { query: `"/${HUGE}/"` } },
		{ query_string: { query: "n:{1 TO 5} AND a:/b{3}/" } },
	];
	for (const query of TAKEN)
		it(`are not these: ${JSON.stringify(query)}`, () => {
			parseQuery(query);
		});

	it("are found in a text of any length at once", () => {
		for (const character of ["[", '"', "/", "{", "\\", "("]) {
			const text = `/{${character.repeat(32_000)}`;
			parseQuery({ query_string: { query: text } });
		}
	});
});
