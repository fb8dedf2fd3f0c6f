/** Patterns that one text of a field has to match, and the SQL function that looks at it. */
import type { Query } from "../../../search/query.ts";
import type { Connection } from "../../../sqlite/connection.ts";
import { badRequest, toKeyword } from "../field-types.ts";
import { type Fragment, sql } from "../fragment.ts";
import { Automaton } from "./automaton.ts";
import { editDistance } from "./edit-distance.ts";
import { parseRegexp } from "./regexp-syntax.ts";
import { parseWildcard } from "./wildcard-syntax.ts";

export type PatternQuery = Extract<
	Query,
	{ kind: "wildcard" | "regexp" | "fuzzy" }
>;

export type TextTest = (text: string) => boolean;

/** Throws `unexpected_bad_request` or `invalid_query_keyword` for a pattern that is not answered. */
export function matchesPattern(
	value: Fragment,
	query: PatternQuery,
	isText: boolean,
): Fragment {
	const { boost, field, ...pattern } = query;
	const written = JSON.stringify({ ...pattern, isText });
	// Read here too, so that a wrong pattern is refused also where there is no text to look at.
	textTest(written);
	return sql`matches_pattern(${value}, ${written})`;
}

export function defineTextPattern(connection: Connection): void {
	connection.define("matches_pattern", (value, written) =>
		textTest(String(written))(String(value)) ? 1 : 0,
	);
}

/** The tests made last, by the pattern as it is written: a statement asks for its own once for each value. */
const made = new Map<string, TextTest>();
const MADE_MAX = 64;

function textTest(written: string): TextTest {
	const known = made.get(written);
	if (known !== undefined) return known;
	const { isText, ...query } = JSON.parse(written) as PatternQuery & {
		readonly isText: boolean;
	};
	const test = toTest(query, isText);
	if (made.size >= MADE_MAX)
		for (const oldest of made.keys()) {
			made.delete(oldest);
			break;
		}
	made.set(written, test);
	return test;
}

/** `isText`: of the words of a text. Throws as `matchesPattern`. */
export function toTest(query: PatternQuery, isText: boolean): TextTest {
	const value = toKeyword(query.value);
	switch (query.kind) {
		case "wildcard": {
			// Not even the empty text, as in Elasticsearch.
			if (value === "") return () => false;
			const options = {
				ignoresCase: query.caseInsensitive,
				ignoresEscapedCase: !isText,
			};
			const pattern = new Automaton(parseWildcard(value, options));
			return (text) => pattern.matches(text);
		}
		case "regexp": {
			const { flags, caseInsensitive } = query;
			const options = {
				ignoresCase: caseInsensitive,
				...(flags === undefined ? {} : { flags }),
			};
			const pattern = new Automaton(parseRegexp(value, options));
			return (text) => pattern.matches(text);
		}
		case "fuzzy":
			return fuzzyTest(value, query);
	}
}

function fuzzyTest(
	value: string,
	query: Extract<Query, { kind: "fuzzy" }>,
): TextTest {
	const wanted = [...value];
	const max = editsOf(query.fuzziness, wanted.length);
	const options = { max, transpositions: query.transpositions };
	const prefix = wanted.slice(0, query.prefixLength).join("");
	return (text) => {
		if (max === 0) return text === value;
		if (!text.startsWith(prefix)) return false;
		// A text of as few characters as there are changes has nothing in common with the wanted one.
		if (Math.abs(text.length - value.length) > 2 * max) return false;
		return editDistance([...text], wanted, options) <= max;
	};
}

/** `AUTO` is none up to 2 characters, one up to 5 and else two; `AUTO:low,high` sets the two lengths. */
function editsOf(fuzziness: string | number, length: number): number {
	const auto = /^AUTO(?::(\d{1,4}),(\d{1,4}))?$/i.exec(String(fuzziness));
	if (auto !== null) {
		const low = Number(auto[1] ?? 3);
		const high = Number(auto[2] ?? 6);
		if (low > high)
			throw badRequest(`fuzziness wasn't a valid AUTO:low,high [${fuzziness}]`);
		if (length < low) return 0;
		return length < high ? 1 : 2;
	}
	const edits = Number(fuzziness);
	if (edits !== 0 && edits !== 1 && edits !== 2)
		throw badRequest(`Invalid fuzziness value: ${String(fuzziness)}`);
	return edits;
}
