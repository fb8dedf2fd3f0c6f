import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { isErrorId } from "../../../../src/errors/gateway-error.ts";
import { Automaton } from "../../../../src/storage/sqlite/patterns/automaton.ts";
import { editDistance } from "../../../../src/storage/sqlite/patterns/edit-distance.ts";
import { parseRegexp } from "../../../../src/storage/sqlite/patterns/regexp-syntax.ts";
import { parseWildcard } from "../../../../src/storage/sqlite/patterns/wildcard-syntax.ts";

const EXACT = { ignoresCase: false, ignoresEscapedCase: false };
const regexp = (pattern: string) =>
	new Automaton(parseRegexp(pattern, { ignoresCase: false }));

describe("patterns", () => {
	it("that make other engines try for ever take one step a character", () => {
		const text = `${"a".repeat(30_000)}!`;
		for (const pattern of [
			"(a*)*b",
			"(a|a)*b",
			"(a|aa)+",
			"((a+)+)+c",
			"(.*)*x",
		])
			assert.equal(regexp(pattern).matches(text), false, pattern);
		const wildcard = new Automaton(parseWildcard("*a".repeat(500), EXACT));
		assert.equal(wildcard.matches(text), false);
	});

	it("that would need too many steps are refused before they run", () => {
		for (const pattern of [
			"(a{1000}){1000}",
			"((((a{1,100}){1,100}){1,100}){1,100}){1,100}",
			"a{100000}",
			"(".repeat(500) + ")".repeat(500),
			"a".repeat(1_001),
		])
			assert.throws(
				() => regexp(pattern),
				(error) => isErrorId(error, "services.storage.unexpected_bad_request"),
				pattern.slice(0, 40),
			);
		assert.throws(
			() => new Automaton(parseWildcard("?".repeat(5_000), EXACT)),
			(error) => isErrorId(error, "services.storage.unexpected_bad_request"),
		);
	});

	it("match as JavaScript's own where both know the syntax", () => {
		const { pattern } = fc.letrec<{ pattern: string }>((tie) => ({
			pattern: fc
				.array(
					fc.tuple(
						fc.oneof(
							{ depthSize: "small", maxDepth: 3 },
							fc.constantFrom("a", "b", ".", "[ab]", "[^a]", "é", "😀"),
							tie("pattern").map((inner) => `(${inner})`),
						),
						fc.constantFrom("", "*", "+", "?", "{2}", "{1,2}", "{1,}"),
					),
					{ maxLength: 4 },
				)
				.map((parts) => parts.map((part) => part.join("")).join("")),
		}));
		const text = fc.string({
			unit: fc.constantFrom(..."aabbé😀\n"),
			maxLength: 8,
		});
		fc.assert(
			fc.property(pattern, fc.array(text), (source, texts) => {
				const ours = regexp(source);
				const theirs = new RegExp(`^(?:${source})$`, "su");
				for (const one of texts)
					assert.equal(ours.matches(one), theirs.test(one), source);
			}),
			{ numRuns: 1_000 },
		);
	});
});

describe("the distance of two texts", () => {
	it("is that of the whole table, wherever it is within the limit", () => {
		const text = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 7 });
		fc.assert(
			fc.property(text, text, fc.nat(3), fc.boolean(), (a, b, max, swaps) => {
				const found = editDistance(a, b, { max, transpositions: swaps });
				const whole = fullDistance(a, b, swaps);
				assert.equal(found, Math.min(whole, max + 1));
			}),
			{ numRuns: 2_000 },
		);
	});
});

/** The definition, without any short cut. */
function fullDistance(a: string[], b: string[], swaps: boolean): number {
	if (a.length === 0 || b.length === 0) return a.length + b.length;
	const [restA, restB] = [a.slice(1), b.slice(1)];
	const cost = a[0] === b[0] ? 0 : 1;
	const ways = [
		fullDistance(restA, restB, swaps) + cost,
		fullDistance(restA, b, swaps) + 1,
		fullDistance(a, restB, swaps) + 1,
	];
	if (swaps && a.length > 1 && b.length > 1 && a[0] === b[1] && a[1] === b[0])
		ways.push(fullDistance(a.slice(2), b.slice(2), swaps) + 1);
	return Math.min(...ways);
}
