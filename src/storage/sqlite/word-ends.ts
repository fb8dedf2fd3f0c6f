/**
 * Where words end: the rules of Unicode Standard Annex 29 as the standard tokeniser of Elasticsearch keeps them. Characters of
 * languages without spaces are words of their own (Chinese, Hiragana) or runs (Thai, Lao, …), and so are emoji.
 */
import { WORD_BREAK_RANGES } from "./word-break-ranges.ts";

type WordClass = keyof typeof WORD_BREAK_RANGES | "none";

/** The end of the word that begins at `from`; `from` itself where none does. It looks at nothing from `limit` on. */
export function wordEnd(text: string, from: number, limit: number): number {
	switch (classAt(text, from)) {
		case "letter":
		case "digit":
		case "hebrew":
		case "katakana":
		case "underscore":
			return lettersEnd(text, from, limit);
		case "letterEmoji":
			return Math.max(
				lettersEnd(text, from, limit),
				emojiEnd(text, from, limit),
			);
		case "han":
		case "hiragana":
			return afterMarks(text, after(text, from), limit);
		case "asian":
		case "asianMark":
			return asianEnd(text, from, limit);
		case "emoji":
			return emojiEnd(text, from, limit);
		case "modifier":
			return modifierEnd(text, from, limit);
		case "flag":
			return flagEnd(text, from, limit);
		case "mark":
			return joinersEnd(text, from, limit);
		default:
			return keycapEnd(text, from, limit);
	}
}

/** The character after the one at `at`. */
export function after(text: string, at: number): number {
	return at + ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);
}

/** What the part of a word that was read so far ends with. A `joiner` is a character that only belongs to it because of its neighbours. */
type Last =
	| "start"
	| "underscore"
	| "letter"
	| "hebrew"
	| "digit"
	| "katakana"
	| "joiner";

/** Letters and digits, with what may stand between them. Underscores alone are no word. */
function lettersEnd(text: string, from: number, limit: number): number {
	let end = from;
	let last: Last = "start";
	for (let at = from; at < limit; ) {
		const kind = toLast(classAt(text, at));
		const isJoiner = kind === undefined;
		const isTaken = isJoiner
			? joins(text, at, last, limit)
			: follows(last, kind) && after(text, at) <= limit;
		if (!isTaken) return end;
		const isQuoted: boolean =
			last === "hebrew" && classAt(text, at) === "singleQuote";
		at = afterMarks(text, after(text, at), limit);
		// What a joiner has led to takes no second one.
		if (isJoiner) last = "joiner";
		else last = last === "joiner" && kind === "hebrew" ? "letter" : kind;
		const isWord = end > from || last !== "underscore";
		if (isQuoted || (isWord && !isJoiner)) end = at;
	}
	return end;
}

function toLast(
	kind: WordClass,
): Exclude<Last, "start" | "joiner"> | undefined {
	switch (kind) {
		case "letterEmoji":
			return "letter";
		case "letter":
		case "hebrew":
		case "digit":
		case "katakana":
		case "underscore":
			return kind;
		default:
			return undefined;
	}
}

/** Katakana and other letters touch without becoming one word; an underscore joins all. */
function follows(last: Last, kind: Last): boolean {
	if (last === "start" || last === "underscore" || kind === "underscore")
		return true;
	return (last === "katakana") === (kind === "katakana");
}

/** Whether a character belongs to the word because of those before and after it, as the dot in 3.14. */
function joins(text: string, at: number, last: Last, limit: number): boolean {
	const joiner = classAt(text, at);
	const joined = afterMarks(text, after(text, at), limit);
	const next = joined < limit ? toLast(classAt(text, joined)) : undefined;
	if (last === "digit") return next === "digit" && DIGIT_JOINERS.has(joiner);
	if (last !== "letter" && last !== "hebrew") return false;
	const isBetween = next === "letter" || next === "hebrew";
	if (isBetween && LETTER_JOINERS.has(joiner)) return true;
	return (
		last === "hebrew" &&
		(joiner === "singleQuote" ||
			(joiner === "doubleQuote" && next === "hebrew"))
	);
}

const LETTER_JOINERS: ReadonlySet<WordClass> = new Set([
	"midLetter",
	"midBoth",
	"singleQuote",
]);
const DIGIT_JOINERS: ReadonlySet<WordClass> = new Set([
	"midDigit",
	"midBoth",
	"singleQuote",
]);

function asianEnd(text: string, from: number, limit: number): number {
	let end = from;
	while (end < limit && ASIAN.has(classAt(text, end)))
		end = afterMarks(text, after(text, end), limit);
	return end;
}

const ASIAN: ReadonlySet<WordClass> = new Set(["asian", "asianMark"]);

const ZERO_WIDTH_JOINER = "\u200d";
const EMOJI_STYLE = "\ufe0f";
const KEYCAP = "\u20e3";

/** One emoji with its marks, or several that joiners make one of. The selector of emoji style ends the marks. */
function emojiEnd(text: string, from: number, limit: number): number {
	for (let at = from; ; ) {
		const marked = afterMarks(text, after(text, at), limit, EMOJI_STYLE);
		const isStyled = text[marked] === EMOJI_STYLE && marked < limit;
		const end = isStyled ? marked + 1 : marked;
		const next = isStyled && text[end] === ZERO_WIDTH_JOINER ? end + 1 : end;
		const isJoined = text[next - 1] === ZERO_WIDTH_JOINER && next < limit;
		if (!isJoined || !EMOJI.has(classAt(text, next))) return end;
		at = next;
	}
}

/** Joiners before an emoji belong to it when there is nothing else that they could. */
function joinersEnd(text: string, from: number, limit: number): number {
	let at = from;
	while (at < limit && text[at] === ZERO_WIDTH_JOINER) at++;
	const kind = classAt(text, at);
	return kind === "emoji" || kind === "letterEmoji"
		? emojiEnd(text, at, limit)
		: from;
}

const EMOJI: ReadonlySet<WordClass> = new Set([
	"emoji",
	"letterEmoji",
	"modifier",
]);

/** Two letters of a flag; one alone is no word. */
function flagEnd(text: string, from: number, limit: number): number {
	const second = afterMarks(text, after(text, from), limit);
	return second < limit && classAt(text, second) === "flag"
		? afterMarks(text, after(text, second), limit)
		: from;
}

/** A skin colour without anybody to have it. */
function modifierEnd(text: string, from: number, limit: number): number {
	const marked = afterMarks(text, after(text, from), limit, EMOJI_STYLE);
	return text[marked] === EMOJI_STYLE ? marked : emojiEnd(text, from, limit);
}

/** `#` and `*` on a key of a telephone. */
function keycapEnd(text: string, from: number, limit: number): number {
	if (text[from] !== "#" && text[from] !== "*") return from;
	const cap = afterMarks(text, from + 1, limit, KEYCAP);
	return text[cap] === KEYCAP && cap < limit
		? afterMarks(text, cap + 1, limit, EMOJI_STYLE)
		: from;
}

/** Marks belong to the character before them; up to one that is named. */
function afterMarks(
	text: string,
	from: number,
	limit: number,
	except?: string,
): number {
	let at = from;
	while (
		at < limit &&
		text[at] !== except &&
		MARKS.has(classAt(text, at)) &&
		after(text, at) <= limit
	)
		at = after(text, at);
	return Math.min(at, limit);
}

const MARKS: ReadonlySet<WordClass> = new Set([
	"mark",
	"asianMark",
	"modifier",
]);

const CLASSES: readonly WordClass[] = [
	"none",
	...(Object.keys(WORD_BREAK_RANGES) as WordClass[]),
];

function classAt(text: string, at: number): WordClass {
	return CLASSES[CLASS_OF[text.codePointAt(at) ?? 0] ?? 0] ?? "none";
}

/** By code point, the place in `CLASSES`. */
const CLASS_OF = readRanges();

function readRanges(): Uint8Array {
	const classes = new Uint8Array(0x110000);
	Object.values(WORD_BREAK_RANGES).forEach((ranges, index) => {
		let at = 0;
		for (const range of ranges.split(" ")) {
			const [distance = "", more = "0"] = range.split(":");
			const first = at + Number.parseInt(distance, 36);
			at = first + Number.parseInt(more, 36);
			classes.fill(index + 1, first, at + 1);
		}
	});
	return classes;
}
