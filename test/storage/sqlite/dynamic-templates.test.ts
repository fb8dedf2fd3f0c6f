import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { GatewayError } from "../../../src/errors/gateway-error.ts";
import {
	fieldByTemplate,
	parseTemplates,
} from "../../../src/storage/sqlite/dynamic-templates.ts";
import { matchesPattern } from "../../../src/storage/sqlite/match-pattern.ts";

describe("dynamic templates on SQLite", () => {
	it("with a regular expression or a run-time field are refused, and told apart from mistakes", () => {
		for (const [template, what] of [
			[
				{ match_pattern: "regex", match: "^a", mapping: {} },
				"match_pattern: regex",
			],
			[{ match: "a", runtime: {}, mapping: {} }, "runtime"],
		] as const) {
			assert.throws(
				() => parseTemplates([{ it: template }]),
				(error) => {
					assert.ok(error instanceof GatewayError);
					assert.equal(error.id, "services.storage.unexpected_bad_request");
					assert.ok(error.message.includes(`[it] has [${what}]`));
					return true;
				},
			);
		}
	});

	it("put names into mappings as they are", () => {
		const templates = parseTemplates([
			{ it: { mapping: { type: "keyword", meta: { n: "<{name}>" } } } },
		]);
		const field = { name: "$&$1", path: "$&$1", type: "string" } as const;
		assert.deepEqual(fieldByTemplate(templates, field), {
			type: "keyword",
			meta: { n: "<$&$1>" },
		});
	});
});

describe("patterns of names", () => {
	for (const [pattern, text, expected] of [
		["a", "a", true],
		["a", "ab", false],
		["", "", true],
		["*", "", true],
		["*", "any.thing", true],
		["a*", "a", true],
		["a*", "ba", false],
		["*a", "ba", true],
		["*a", "ab", false],
		["a*a", "a", false],
		["a*a", "aa", true],
		["a*b*c", "a-b-c", true],
		["a*b*c", "a-c-b", false],
		["a*bc*c", "abc", false],
		["**", "x", true],
		["a.b*", "axb", false],
		["*.*", "a.b", true],
	] as const) {
		it(`${pattern} ${expected ? "matches" : "does not match"} "${text}"`, () => {
			assert.equal(matchesPattern(pattern, text), expected);
		});
	}

	it("takes no longer for many stars", () => {
		const pattern = "*a".repeat(20_000);
		assert.equal(matchesPattern(pattern, "a".repeat(19_999)), false);
		assert.equal(matchesPattern(pattern, "a".repeat(20_000)), true);
	});
});
