/**
 * The language of `simple_query_string`, as Lucene reads it: `+` and, `|` or, `-` not, phrases in quotes, groups in parentheses,
 * `word*` for a prefix. Nothing is an error: what makes no sense is passed over.
 */
import { createError } from "../../../errors/gateway-error.ts";
import type { Query } from "../../../search/query.ts";
import { badRequest } from "../field-types.ts";

type Operator = "or" | "and";

/** How the parts of the text become queries. Undefined: the part has no words, and is passed over. */
export interface SimpleParts {
	word(text: string): Query | undefined;
	prefix(text: string): Query | undefined;
	phrase(text: string): Query | undefined;
}

/** How deep groups may nest. */
const DEPTH_MAX = 32;
/** Of one group. */
const PARTS_MAX = 1_024;

/** Undefined: there is nothing to look for. Throws `invalid_query_keyword` for `~`, which makes words and phrases fuzzy. */
export function parseSimpleQueryString(
	text: string,
	defaultOperator: Operator,
	parts: SimpleParts,
	depth = 0,
): Query | undefined {
	const tree = new Tree(defaultOperator);
	const closers = groupEnds(text);
	for (let at = 0; at < text.length; ) {
		const character = text.charAt(at);
		if (character === "-") {
			tree.nots++;
			at++;
			continue;
		}
		if (character === "(" || character === '"') {
			const end = character === "(" ? closers.get(at) : quoteEnd(text, at);
			const inner = end === undefined ? "" : text.slice(at + 1, end);
			if (end !== undefined && inner === "") tree.operator = undefined;
			else if (end !== undefined && character === '"')
				tree.add(parts.phrase(withoutEscapes(inner)));
			else if (end !== undefined)
				tree.add(
					depth < DEPTH_MAX
						? parseSimpleQueryString(inner, defaultOperator, parts, depth + 1)
						: undefined,
				);
			at = end === undefined ? at + 1 : end + 1;
			if (character === '"' && end !== undefined) assertExact(text, at);
		} else if (character === "+" || character === "|") {
			tree.setOperator(character === "+" ? "and" : "or");
			at++;
		} else if (character === ")" || isSpace(character)) at++;
		else {
			const end = wordEnd(text, at);
			tree.add(toWord(text.slice(at, end), parts));
			at = end;
		}
		tree.nots = 0;
	}
	return tree.top;
}

/** What was read so far. An operator other than the last one takes all before it as its first part. */
class Tree {
	top: Query | undefined;
	nots = 0;
	operator: Operator | undefined;
	readonly #defaultOperator: Operator;
	#previous: Operator | undefined;
	#parts: Query[] = [];
	#count = 0;
	#depth = 0;

	constructor(defaultOperator: Operator) {
		this.#defaultOperator = defaultOperator;
	}

	/** The first of several holds; at the beginning there is nothing to join. */
	setOperator(operator: Operator): void {
		if (this.top !== undefined) this.operator ??= operator;
	}

	add(part: Query | undefined): void {
		if (part === undefined) return;
		const query = this.nots % 2 === 1 ? not(part) : part;
		if (this.top === undefined) this.top = query;
		else {
			const operator = this.operator ?? this.#defaultOperator;
			if (this.#previous !== operator) {
				this.#depth++;
				this.#parts = [this.top];
			}
			this.#count++;
			if (this.#count > PARTS_MAX || this.#depth > DEPTH_MAX)
				throw badRequest(
					`[simple_query_string] takes ${PARTS_MAX} parts, and operators that change ${DEPTH_MAX} times`,
				);
			this.#parts = [...this.#parts, query];
			this.#previous = operator;
			this.top = join(this.#parts, operator);
		}
		this.operator = undefined;
	}
}

function not(query: Query): Query {
	const matchAll: Query = { kind: "match_all" };
	return { ...EMPTY, should: [matchAll], mustNot: [query] };
}

function join(queries: readonly Query[], operator: Operator): Query {
	return operator === "and"
		? { ...EMPTY, must: queries }
		: { ...EMPTY, should: queries };
}

const EMPTY = {
	kind: "bool",
	must: [],
	filter: [],
	should: [],
	mustNot: [],
} as const;

function toWord(word: string, parts: SimpleParts): Query | undefined {
	if (/(?<!\\)(?:\\\\)*~/.test(word)) throw fuzzy();
	const isPrefix = word.length > 1 && /(?<!\\)(?:\\\\)*\*$/.test(word);
	return isPrefix
		? parts.prefix(withoutEscapes(word.slice(0, -1)))
		: parts.word(withoutEscapes(word));
}

/** `"a phrase"~2` finds the words farther apart. */
function assertExact(text: string, at: number): void {
	if (text[at] === "~") throw fuzzy();
}

function fuzzy(): Error {
	return createError(
		"services.storage.invalid_query_keyword",
		"simple_query_string (with ~)",
	);
}

/** By the place of each opening parenthesis, that of the one that closes it. */
function groupEnds(text: string): ReadonlyMap<number, number> {
	const ends = new Map<number, number>();
	const open: number[] = [];
	for (let at = 0; at < text.length; at++) {
		if (text[at] === "\\") at++;
		else if (text[at] === "(") open.push(at);
		else if (text[at] === ")") {
			const begin = open.pop();
			if (begin !== undefined) ends.set(begin, at);
		}
	}
	return ends;
}

function quoteEnd(text: string, from: number): number | undefined {
	for (let at = from + 1; at < text.length; at++) {
		if (text[at] === "\\") at++;
		else if (text[at] === '"') return at;
	}
	return undefined;
}

function wordEnd(text: string, from: number): number {
	for (let at = from; at < text.length; at++) {
		const character = text.charAt(at);
		if (character === "\\") at++;
		else if ('"|+()'.includes(character) || isSpace(character)) return at;
	}
	return text.length;
}

function isSpace(character: string): boolean {
	return " \t\n\r".includes(character);
}

function withoutEscapes(text: string): string {
	return text.replace(/\\(.?)/gsu, "$1");
}
