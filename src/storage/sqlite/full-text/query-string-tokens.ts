/** The pieces of a `query_string` text. */
import type { RangeBounds } from "../../../search/query.ts";
import { refusedPart, unreadable } from "./query-string-errors.ts";

export type QueryToken =
	| { readonly kind: "and" | "or" | "+" | "-" | "(" | ")" }
	/** `*:*` */
	| { readonly kind: "all" }
	/** An operator with a space behind it is a word, though not one of several in a row. */
	| { readonly kind: "bare"; readonly text: string }
	| { readonly kind: "word" | "phrase" | "pattern"; readonly text: string }
	/** What comes next is looked for in this field only. */
	| { readonly kind: "field"; readonly text: string }
	| { readonly kind: "range"; readonly bounds: RangeBounds }
	| { readonly kind: "^"; readonly boost: number };

/** Tried in this order where the text stands. */
const RULES: readonly (readonly [
	expression: RegExp,
	toToken: (match: RegExpExecArray) => QueryToken | undefined,
])[] = [
	[/[ \t\n\r\u3000]+/y, () => undefined],
	[/\*:\*/y, () => ({ kind: "all" })],
	[/(?:AND(?![^ \t\n\r\u3000()])|&&)/y, () => ({ kind: "and" })],
	[/(?:OR(?![^ \t\n\r\u3000()])|\|\|)/y, () => ({ kind: "or" })],
	[/NOT(?![^ \t\n\r\u3000()])/y, () => ({ kind: "-" })],
	[
		/[+\-!][ \t\n\r\u3000]+/y,
		([text]) => ({ kind: "bare", text: text.charAt(0) }),
	],
	[/[-!]/y, () => ({ kind: "-" })],
	[/\+/y, () => ({ kind: "+" })],
	[/\(/y, () => ({ kind: "(" })],
	[/\)/y, () => ({ kind: ")" })],
	[/\^(\d+(?:\.\d+)?)/y, ([, boost]) => ({ kind: "^", boost: Number(boost) })],
	[
		/"((?:[^"\\]|\\.)*)"/sy,
		([, text = ""]) => ({ kind: "phrase", text: withoutEscapes(text) }),
	],
	[
		/([[{])\s*(\S+?)\s+TO\s+([^\s\]}]+)\s*([\]}])/y,
		([, open, from, to, close]) => ({
			kind: "range",
			bounds: {
				...bound(open === "[" ? "gte" : "gt", from),
				...bound(close === "]" ? "lte" : "lt", to),
			},
		}),
	],
	[
		/(>=|<=|>|<)((?:[^\s+\-!():^[\]"{}~*?\\/]|\\.)+)/y,
		([, sign = "", value]) => ({
			kind: "range",
			bounds: bound(SIGNS[sign] ?? "gt", value),
		}),
	],
	[
		/((?:[^\s+\-!():^[\]"{}~*?\\/]|\\.)(?:[^\s!():^[\]"{}~*?\\/]|\\.)*):/sy,
		([, text = ""]) => ({ kind: "field", text: withoutEscapes(text) }),
	],
	[
		/(?:[^\s+\-!():^[\]"{}~\\/]|\\.)(?:[^\s!():^[\]"{}~\\/]|\\.)*/sy,
		([text]) =>
			/(?<!\\)(?:\\\\)*[*?]/.test(text)
				? { kind: "pattern", text }
				: { kind: "word", text: withoutEscapes(text) },
	],
];

const SIGNS: Readonly<Record<string, keyof RangeBounds>> = {
	">": "gt",
	">=": "gte",
	"<": "lt",
	"<=": "lte",
};

export function queryTokens(text: string): QueryToken[] {
	const tokens: QueryToken[] = [];
	for (let at = 0; at < text.length; ) {
		const [end, token] = readToken(text, at);
		if (token !== undefined) tokens.push(token);
		at = end;
	}
	return tokens;
}

function readToken(
	text: string,
	at: number,
): readonly [end: number, token: QueryToken | undefined] {
	for (const [expression, toToken] of RULES) {
		expression.lastIndex = at;
		const match = expression.exec(text);
		if (match !== null) return [expression.lastIndex, toToken(match)];
	}
	if (text[at] === "~") throw refusedPart("with ~");
	if (text[at] === "/") throw refusedPart("a regular expression");
	throw unreadable(text);
}

/** An asterisk leaves the side open. */
function bound(side: keyof RangeBounds, text: string | undefined): RangeBounds {
	if (text === undefined || text === "*") return {};
	const value =
		text.length > 1 && text.startsWith('"') && text.endsWith('"')
			? text.slice(1, -1)
			: text;
	return { [side]: withoutEscapes(value) };
}

function withoutEscapes(text: string): string {
	return text.replace(/\\(.?)/gsu, "$1");
}
