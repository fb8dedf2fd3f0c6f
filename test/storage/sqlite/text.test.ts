import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isErrorId } from "../../../src/errors/gateway-error.ts";
import { minimumShouldMatch } from "../../../src/storage/sqlite/minimum-should-match.ts";
import { tokens } from "../../../src/storage/sqlite/tokens.ts";

/** As the standard analyser of a real Elasticsearch 9.5 cuts them. */
const TEXTS: readonly (readonly [text: string, words: readonly string[]])[] = [
	["The QUICK brown-fox, jumped!", ["the", "quick", "brown", "fox", "jumped"]],
	[
		"don't stop; it's 3.14 or 1,000",
		["don't", "stop", "it's", "3.14", "or", "1,000"],
	],
	["foo_bar a.b end. 9.", ["foo_bar", "a.b", "end", "9"]],
	[
		"http://a.b/c e-mail@x.com c++",
		["http", "a.b", "c", "e", "mail", "x.com", "c"],
	],
	["été Über İstanbul ΣΑΣ", ["été", "über", "istanbul", "σασ"]],
	["日本 ひら カタカナ 한국어", ["日", "本", "ひ", "ら", "カタカナ", "한국어"]],
	["  _ -- ! ", []],
	["x".repeat(300), ["x".repeat(255), "x".repeat(45)]],
];

const REQUIRED: readonly (readonly [
	clauses: number,
	wanted: string | number,
	required: number,
])[] = [
	[4, 2, 2],
	[4, "3", 3],
	[4, -1, 3],
	[4, "75%", 3],
	[5, "50%", 2],
	[4, "-25%", 3],
	[5, "-30%", 4],
	[2, "2<75%", 2],
	[4, "2<75%", 3],
	[3, "2<-25% 9<-3", 3],
	[12, "2<-25% 9<-3", 9],
	[4, "3 < 90%", 3],
	[2, -5, 0],
	[2, 5, 5],
];

describe("text", () => {
	it("is cut into words as Elasticsearch cuts it", () => {
		for (const [text, words] of TEXTS)
			assert.deepEqual(tokens(text), words, text);
	});
});

describe("minimum_should_match", () => {
	it("is calculated as Elasticsearch does", () => {
		for (const [clauses, wanted, required] of REQUIRED)
			assert.equal(
				minimumShouldMatch(clauses, wanted),
				required,
				`${wanted} of ${clauses}`,
			);
	});

	it("is refused when it is none", () => {
		for (const wanted of ["", "x", "50 %", "2<", "1.5", "<3"])
			assert.throws(
				() => minimumShouldMatch(5, wanted),
				(error) => isErrorId(error, "services.storage.unexpected_bad_request"),
				wanted,
			);
	});
});
