import {
	createError,
	type GatewayError,
} from "../../../errors/gateway-error.ts";
import { badRequest } from "../field-types.ts";
import { foldedCharacter } from "./case-folding.ts";
import {
	ANY_CHARACTER,
	ANY_TEXT,
	character,
	inverted,
	NOTHING,
	type PatternNode,
	type Range,
} from "./pattern-tree.ts";

export interface RegexpOptions {
	/** Names of optional operators, joined by `|`; default ALL. */
	readonly flags?: string;
	readonly ignoresCase: boolean;
}

/**
 * Reads a regular expression in the syntax of Lucene, which Elasticsearch takes. Throws `unexpected_bad_request` for one that is
 * malformed or too long, and `invalid_query_keyword` for the operators that are not answered here: `~`, `&` and `<`.
 */
export function parseRegexp(
	pattern: string,
	options: RegexpOptions,
): PatternNode {
	if (pattern.length > LENGTH_MAX)
		throw badRequest(
			`The length of regex [${pattern.length}] used in the Regexp Query request has exceeded the allowed maximum of [${LENGTH_MAX}]`,
		);
	return new Parser(pattern, options).parse();
}

/** Elasticsearch's default for `index.max_regex_length`. */
const LENGTH_MAX = 1_000;

/** How deep groups may nest. */
const DEPTH_MAX = 100;

const REPEAT_MAX = 1_000;

/** Recursive descent; each method reads one rule of the grammar, loosest first. */
class Parser {
	readonly #text: readonly string[];
	readonly #flags: ReadonlySet<string>;
	readonly #ignoresCase: boolean;
	#at = 0;
	#depth = 0;

	constructor(pattern: string, { flags, ignoresCase }: RegexpOptions) {
		this.#text = [...pattern];
		this.#flags = readFlags(flags);
		this.#ignoresCase = ignoresCase;
	}

	parse(): PatternNode {
		if (this.#text.length === 0) return { kind: "all", parts: [] };
		const pattern = this.#union();
		if (this.#more()) throw this.#malformed("end-of-string expected");
		return pattern;
	}

	#union(): PatternNode {
		const parts = [this.#concatenation()];
		while (this.#take("|")) parts.push(this.#concatenation());
		return parts.length === 1
			? (parts[0] as PatternNode)
			: { kind: "either", parts };
	}

	#concatenation(): PatternNode {
		const parts = [this.#repetition()];
		while (this.#more() && !this.#peek(")|")) {
			this.#refuse("&", "INTERSECTION");
			parts.push(this.#repetition());
		}
		return parts.length === 1
			? (parts[0] as PatternNode)
			: { kind: "all", parts };
	}

	#repetition(): PatternNode {
		const begin = this.#text[this.#at] ?? "";
		let part = this.#single();
		// Where there is nothing to repeat they stand for themselves, but repeated they mean something else to Lucene.
		if (QUANTIFIERS.includes(begin) && this.#peek(QUANTIFIERS))
			throw refused(begin);
		while (this.#peek(QUANTIFIERS)) {
			if (this.#take("?")) part = { kind: "repeat", part, min: 0, max: 1 };
			else if (this.#take("*")) part = repeated(part, { min: 0 });
			else if (this.#take("+")) part = repeated(part, { min: 1 });
			else part = repeated(part, this.#counts());
		}
		return part;
	}

	/** `{n}`, `{n,}` or `{n,m}`. */
	#counts(): { min: number; max?: number } {
		this.#next();
		const min = this.#integer();
		let max: number | undefined = min;
		if (this.#take(",")) max = this.#peek(DIGITS) ? this.#integer() : undefined;
		if (!this.#take("}")) throw this.#malformed("expected '}'");
		if (max === undefined) return { min };
		if (max < min) throw this.#malformed("invalid repetition range");
		return { min, max };
	}

	#integer(): number {
		let digits = "";
		while (this.#peek(DIGITS)) digits += this.#next();
		if (digits === "") throw this.#malformed("integer expected");
		const number = Number(digits);
		if (number > REPEAT_MAX)
			throw badRequest(
				`a regular expression may repeat a part ${REPEAT_MAX} times at most`,
			);
		return number;
	}

	#single(): PatternNode {
		this.#refuse("~", "COMPLEMENT");
		if (this.#take("[")) return this.#characterClass();
		if (this.#take(".")) return ANY_CHARACTER;
		if (this.#has("EMPTY") && this.#take("#")) return NOTHING;
		if (this.#has("ANYSTRING") && this.#take("@")) return ANY_TEXT;
		if (this.#take('"')) return this.#quotation();
		if (this.#take("(")) return this.#group();
		this.#refuse("<", "INTERVAL");
		return this.#characterOrShorthand();
	}

	#quotation(): PatternNode {
		const parts: PatternNode[] = [];
		while (this.#more() && !this.#peek('"'))
			parts.push(this.#character(this.#next()));
		if (!this.#take('"')) throw this.#malformed("expected '\"'");
		return { kind: "all", parts };
	}

	#group(): PatternNode {
		if (this.#take(")")) return { kind: "all", parts: [] };
		if (++this.#depth > DEPTH_MAX)
			throw badRequest(
				`a regular expression may nest ${DEPTH_MAX} groups at most`,
			);
		const inner = this.#union();
		this.#depth--;
		if (!this.#take(")")) throw this.#malformed("expected ')'");
		return inner;
	}

	#characterClass(): PatternNode {
		const isInverted = this.#take("^");
		const ranges: Range[] = [...this.#classMember()];
		while (this.#more() && !this.#peek("]"))
			ranges.push(...this.#classMember());
		if (!this.#take("]")) throw this.#malformed("expected ']'");
		return { kind: "one", ranges: isInverted ? inverted(ranges) : ranges };
	}

	#classMember(): readonly Range[] {
		const shorthand = this.#shorthand();
		if (shorthand !== undefined) return shorthand;
		const first = this.#plainCharacter();
		if (!this.#take("-")) return rangesOf(this.#character(first));
		const range: Range = [pointOf(first), pointOf(this.#plainCharacter())];
		if (range[1] < range[0]) throw this.#malformed("invalid range");
		return [range];
	}

	#characterOrShorthand(): PatternNode {
		const ranges = this.#shorthand();
		return ranges === undefined
			? this.#character(this.#plainCharacter())
			: { kind: "one", ranges };
	}

	/** `\d` and the like. */
	#shorthand(): readonly Range[] | undefined {
		if (!this.#peek("\\")) return undefined;
		const ranges = SHORTHANDS.get(this.#text[this.#at + 1] ?? "");
		if (ranges !== undefined) this.#at += 2;
		return ranges;
	}

	/** A backslash takes the next character as it is, unless that is a letter. Anything else stands for itself where nothing else fits. */
	#plainCharacter(): string {
		const isEscaped = this.#take("\\");
		const char = this.#next();
		if (isEscaped && /[a-z]/i.test(char))
			throw this.#malformed(`invalid character class \\${char}`);
		return char;
	}

	#character(char: string): PatternNode {
		return this.#ignoresCase
			? foldedCharacter(char)
			: character(pointOf(char), false);
	}

	#refuse(operator: string, flag: string): void {
		if (this.#has(flag) && this.#peek(operator)) throw refused(operator);
	}

	#has(flag: string): boolean {
		return this.#flags.has(flag);
	}

	#more(): boolean {
		return this.#at < this.#text.length;
	}

	/** True when the next character is one of these. */
	#peek(characters: string): boolean {
		const next = this.#text[this.#at];
		return next !== undefined && characters.includes(next);
	}

	#take(char: string): boolean {
		if (this.#text[this.#at] !== char) return false;
		this.#at++;
		return true;
	}

	#next(): string {
		const next = this.#text[this.#at++];
		if (next === undefined) throw this.#malformed("unexpected end-of-string");
		return next;
	}

	#malformed(reason: string) {
		return badRequest(
			`a regular expression is malformed at position ${this.#at}: ${reason}`,
		);
	}
}

const QUANTIFIERS = "?*+{";

function refused(operator: string): GatewayError {
	return createError(
		"services.storage.invalid_query_keyword",
		`regexp (the operator ${operator}; to look for the character itself, put a backslash before it)`,
	);
}

/** To Lucene nothing at all, repeated, is not even the empty text. */
function repeated(
	part: PatternNode,
	counts: { readonly min: number; readonly max?: number },
): PatternNode {
	return isNothing(part) && counts.max === undefined
		? NOTHING
		: { kind: "repeat", part, ...counts };
}

/** No text matches it. */
function isNothing(node: PatternNode): boolean {
	switch (node.kind) {
		case "one":
			return node.ranges.length === 0;
		case "all":
			return node.parts.some(isNothing);
		case "either":
			return node.parts.every(isNothing);
		case "repeat":
			return node.min > 0 && isNothing(node.part);
	}
}

const DIGITS = "0123456789";

const OPERATORS = [
	"COMPLEMENT",
	"EMPTY",
	"INTERSECTION",
	"INTERVAL",
	"ANYSTRING",
];

function readFlags(flags = "ALL"): ReadonlySet<string> {
	const names = flags === "" ? ["ALL"] : flags.toUpperCase().split("|");
	const taken = new Set<string>();
	for (const name of names) {
		if (name === "ALL") for (const operator of OPERATORS) taken.add(operator);
		else if (OPERATORS.includes(name)) taken.add(name);
		else if (name !== "NONE" && name !== "AUTOMATON")
			throw badRequest(`Unknown regexp flag [${name.slice(0, 64)}]`);
	}
	return taken;
}

const DIGIT: readonly Range[] = [[0x30, 0x39]];
const SPACE: readonly Range[] = [
	[0x09, 0x0a],
	[0x0d, 0x0d],
	[0x20, 0x20],
];
const WORD: readonly Range[] = [
	[0x30, 0x39],
	[0x41, 0x5a],
	[0x5f, 0x5f],
	[0x61, 0x7a],
];
const SHORTHANDS: ReadonlyMap<string, readonly Range[]> = new Map([
	["d", DIGIT],
	["D", inverted(DIGIT)],
	["s", SPACE],
	["S", inverted(SPACE)],
	["w", WORD],
	["W", inverted(WORD)],
]);

function pointOf(char: string): number {
	return char.codePointAt(0) ?? 0;
}

function rangesOf(node: PatternNode): readonly Range[] {
	return node.kind === "one" ? node.ranges : [];
}
