import { malformed } from "./query-errors.ts";

/**
 * Throws for a regular expression whose bounded repetitions, written out, are longer than any engine should work on: an
 * engine does write them out, so that `((a{1,50}){1,50}){1,50}` is 125,000 places to keep. Other patterns pass; how they are
 * written is for the store to check.
 */
export function assertPatternSize(pattern: string): void {
	if (!pattern.includes("{")) return;
	if (writtenOut(pattern) > SIZE_MAX)
		throw malformed(
			`the repetitions of a pattern stand for more than ${SIZE_MAX} characters`,
		);
}

/** As `assertPatternSize`, for each `/pattern/` in a text of Lucene's query language. */
export function assertPatternSizes(text: string): void {
	if (!text.includes("/") || !text.includes("{")) return;
	for (let at = 0; at < text.length; at++) {
		const token = TOKENS.get(text[at] as string);
		if (token === undefined) continue;
		token.lastIndex = at;
		const found = token.exec(text);
		// What is not closed is refused as a whole by whoever reads the text.
		if (found === null) return;
		const [whole, pattern] = found;
		if (pattern !== undefined) assertPatternSize(pattern);
		at += whole.length - 1;
	}
}

const RANGE = /[[{](?:"(?:[^"\\]|\\.)*"|[^\]}"])*[\]}]/sy;

/** In which a slash means nothing, and patterns themselves. By their first character. */
const TOKENS: ReadonlyMap<string, RegExp> = new Map([
	["\\", /\\./sy],
	['"', /"(?:[^"\\]|\\.)*"/sy],
	["[", RANGE],
	["{", RANGE],
	["/", /\/((?:[^/\\]|\\.)*)\//sy],
]);

/** Elasticsearch's own default. A client that raised it could have it build automata of any size. */
const STATES_MAX = 10_000;

/** Throws for `max_determinized_states` above Elasticsearch's default. */
export function assertDeterminizedStates(value: unknown): void {
	if (value === undefined) return;
	if (!(Number(value) <= STATES_MAX))
		throw malformed(`[max_determinized_states] may be ${STATES_MAX} at most`);
}

/** As many steps as SQLite's own engine takes. */
const SIZE_MAX = 2_000;

const REPETITION = /\{(\d+)(?:(,)(\d*))?\}/y;

/** How many characters the pattern has with every group as often as its repetition allows. */
function writtenOut(pattern: string): number {
	/** Of the groups around the place, outermost first. */
	const sums = [0];
	/** The size of what a repetition would repeat. */
	let last = 0;
	const flush = () => {
		sums.push((sums.pop() ?? 0) + last);
		last = 0;
	};
	for (let at = 0; at < pattern.length; at++) {
		const character = pattern[at];
		if (character === "(") {
			flush();
			sums.push(0);
		} else if (character === ")" && sums.length > 1) {
			flush();
			last = sums.pop() ?? 0;
		} else if (character === "{") {
			REPETITION.lastIndex = at;
			const found = REPETITION.exec(pattern);
			if (found === null) continue;
			const [whole, least, comma, most] = found;
			const open = comma !== undefined && most === "";
			const times = Math.max(Number(least) + (open ? 1 : 0), Number(most ?? 0));
			last *= Math.max(1, times);
			at += whole.length - 1;
		} else if (character !== "*" && character !== "+" && character !== "?") {
			flush();
			last = 1;
			at = atomEnd(pattern, at);
		}
	}
	return sums.reduce((total, size) => total + size, last);
}

/** The last character of what begins here: of an escape, a class, or a single character. */
function atomEnd(pattern: string, at: number): number {
	if (pattern[at] === "\\") return at + 1;
	if (pattern[at] !== "[") return at;
	const end = /\[(?:[^\]\\]|\\.)*\]/sy;
	end.lastIndex = at;
	return at + (end.exec(pattern)?.[0].length ?? 1) - 1;
}
