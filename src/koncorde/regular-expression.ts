import { RE2JS } from "re2js";

/** Characters of an expression: what it costs to compile grows with them. */
const SOURCE_MAX = 4_096;

/**
 * Makes a test of an expression in RE2's syntax, which answers in time that grows with the text alone. Flags are JavaScript's: `i`, `m`, `s`, `y`;
 * others are without effect. Throws when there is no such expression.
 */
export function compileExpression(
	source: string,
	flags: string,
): (text: string) => boolean {
	if (source.length > SOURCE_MAX)
		throw new Error(`it is longer than ${SOURCE_MAX} characters`);
	const plain = flags === "" ? compilePlain(source) : null;
	if (plain !== null) return plain;
	const translated = RE2JS.translateRegExp(source);
	const expression = RE2JS.compile(translated, toFlags(flags));
	if (!flags.includes("y")) return (text) => expression.test(text);
	const whole = RE2JS.compile(`\\A(?:${translated})`, toFlags(flags));
	return (text) => whole.test(text);
}

/** An expression without operators, with or without `^` and `$`, needs no machine. */
function compilePlain(source: string): ((text: string) => boolean) | null {
	const found = /^(\^?)([^\\^$.[\](){}|?*+]*)(\$?)$/.exec(source);
	if (found === null) return null;
	const [, start, wanted = "", end] = found;
	if (start && end) return (text) => text === wanted;
	if (start) return (text) => text.startsWith(wanted);
	if (end) return (text) => text.endsWith(wanted);
	return (text) => text.includes(wanted);
}

function toFlags(flags: string): number {
	return (
		(flags.includes("i") ? RE2JS.CASE_INSENSITIVE : 0) |
		(flags.includes("m") ? RE2JS.MULTILINE : 0) |
		(flags.includes("s") ? RE2JS.DOTALL : 0)
	);
}

/** Text that stands in whatever the expression matches. */
export interface RequiredText {
	readonly text: string;
	/** It stands at the beginning. */
	readonly atStart: boolean;
}

/**
 * Finds the longest text that an expression cannot match without, by reading only what is plain in it: letters, digits, escaped signs. Null
 * when there is none, or when case does not count.
 */
export function requiredText(
	source: string,
	flags: string,
): RequiredText | null {
	if (/[imsy]/.test(flags) || /[|]|\(\?|\\[QE]/.test(source)) return null;
	const runs: RequiredText[] = [];
	let run = "";
	let startsAt = -1;
	let depth = 0;
	const end = () => {
		if (run !== "") runs.push({ text: run, atStart: startsAt === 1 });
		run = "";
	};
	for (const { token, at } of tokensOf(source)) {
		if (/^[?*]|^\{/.test(token)) {
			run = run.slice(0, -1);
			end();
		} else if (token === "+") end();
		else if (token === "(") {
			depth += 1;
			end();
		} else if (token === ")") {
			depth -= 1;
			end();
		} else {
			const plain = depth === 0 ? plainOf(token) : null;
			if (plain === null) end();
			else {
				if (run === "") startsAt = source.startsWith("^") ? at : -1;
				run += plain;
			}
		}
	}
	end();
	return runs.reduce<RequiredText | null>(
		(best, next) =>
			best === null || next.text.length > best.text.length ? next : best,
		null,
	);
}

const ESCAPE =
	/\\(?:x[\da-f]{2}|u[\da-f]{4}|[xupP]\{[^}]*\}|[pP].|c.|[0-7]{1,3}|.)/;
const CLASS = /\[\^?\]?(?:\\.|\[:[a-z^]*:\]|[^\]])*\]/;
const REPETITION = /\{\d+(?:,\d*)?\}\??|[?*+]\??/;
const TOKEN = new RegExp(
	[ESCAPE, CLASS, REPETITION, /./].map(({ source }) => source).join("|"),
	"gsi",
);

function* tokensOf(source: string) {
	for (const match of source.matchAll(TOKEN))
		yield { token: match[0].replace(/^\+\??$/, "+"), at: match.index };
}

/** The character that a token stands for; null for classes, dots, anchors and escapes with a meaning. */
function plainOf(token: string): string | null {
	if (/^\\[^a-zA-Z0-9]$/.test(token)) return token.slice(1);
	return /^[^\\^$.[\](){}|?*+\uD800-\uDFFF]$/.test(token) ? token : null;
}
