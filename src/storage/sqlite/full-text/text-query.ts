import type { FieldFigures } from "../field-index.ts";
import { badRequest } from "../field-types.ts";
import { and, FALSE, type Fragment, or, sql, sum, TRUE } from "../fragment.ts";
import type { CompiledQuery, QueryContext } from "../query-to-sql.ts";
import type { LeafField } from "../resolve-field.ts";
import { averageLength, saturation, wordWeight } from "./bm25.ts";
import {
	frequencyIn,
	type Occurrences,
	readOccurrences,
	readPhraseOccurrences,
} from "./occurrences.ts";
import { fieldWord, phraseExpression } from "./text-words.ts";

const NOTHING: CompiledQuery = { where: FALSE, score: 0 };

/** Words in one expression: the parser of FTS5 nests only so deep. */
const WORDS_PER_EXPRESSION = 100;

/** Documents that have so many of the words in the field. A word that is asked for twice counts twice. */
export function wordsQuery(
	field: LeafField,
	words: readonly string[],
	required: number,
	context: QueryContext,
): CompiledQuery {
	const figures = context.index.field(field.key);
	if (figures === undefined || words.length === 0 || required > words.length)
		return NOTHING;
	const { number } = figures;
	const phrases = words.map((word) => phraseExpression(number, [word]));
	const score = scoreOf(field, context, () => {
		const counts = new Map<string, number>();
		for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
		return [...counts].map(([word, count]) => {
			const occurrences = readOccurrences(context.index, number, word);
			const weight = wordWeight(figures, occurrences.documents.length);
			return { occurrences, weight: weight * count };
		});
	});
	return { ...matching(phrases, required), score };
}

/** Documents with exactly this word: what is no word as the tokeniser makes them is in none. */
export function wordQuery(
	field: LeafField,
	word: string,
	context: QueryContext,
): CompiledQuery {
	return NO_WORD.test(word) ? NOTHING : wordsQuery(field, [word], 1, context);
}

/** Characters that the table would part words at, and capital letters, which it would take for small ones. */
const NO_WORD = /^$|[\0- A-Z`\\\x7f]/;

function matching(
	phrases: readonly string[],
	required: number,
): Omit<CompiledQuery, "score"> {
	const isEach = required === phrases.length;
	const found = expressions([...new Set(phrases)], isEach ? "AND" : "OR").map(
		foundBy,
	);
	const [only] = found;
	const candidates =
		found.length === 1 && only !== undefined ? { select: only } : undefined;
	if (isEach || required <= 1) {
		const parts = found.map(isIn);
		const where = isEach ? and(parts) : or(parts);
		return {
			where,
			...(candidates && { candidates: { ...candidates, rest: TRUE } }),
		};
	}
	const where = hasEnough(phrases, required);
	return {
		where,
		...(candidates && { candidates: { ...candidates, rest: where } }),
	};
}

/** However often a word is asked for, it is looked for once. */
function hasEnough(phrases: readonly string[], required: number): Fragment {
	const counts = new Map<string, number>();
	for (const phrase of phrases)
		counts.set(phrase, (counts.get(phrase) ?? 0) + 1);
	const found = [...counts].map(
		([phrase, count]) => sql`(${isIn(foundBy(phrase))}) * ${count}`,
	);
	return sql`${sum(found)} >= ${required}`;
}

function expressions(
	phrases: readonly string[],
	operator: "AND" | "OR",
): string[] {
	const joined: string[] = [];
	for (let from = 0; from < phrases.length; from += WORDS_PER_EXPRESSION)
		joined.push(
			phrases.slice(from, from + WORDS_PER_EXPRESSION).join(` ${operator} `),
		);
	return joined;
}

/** Documents that have the words one after the other. */
export function phraseQuery(
	field: LeafField,
	words: readonly string[],
	context: QueryContext,
): CompiledQuery {
	if (words.length === 1) return wordsQuery(field, words, 1, context);
	assertLength(words);
	return phrasesQuery(field, [words], context);
}

/**
 * Documents that have the beginning of a phrase in the field: its last word may go on. As in Elasticsearch only so many words
 * that begin with it are looked for, in the order of their letters.
 */
export function phrasePrefixQuery(
	field: LeafField,
	words: readonly string[],
	expansionsMax: number,
	context: QueryContext,
): CompiledQuery {
	const figures = context.index.field(field.key);
	if (figures === undefined || words.length === 0) return NOTHING;
	assertLength(words);
	const begin = words.slice(0, -1);
	const ends = wordsFrom(
		figures.number,
		words.at(-1) ?? "",
		expansionsMax,
		context,
	);
	if (ends.length === 0) return NOTHING;
	if (begin.length === 0) return wordsQuery(field, ends, 1, context);
	const phrases = ends.map((end) => [...begin, end]);
	return phrasesQuery(field, phrases, context);
}

function assertLength(words: readonly string[]): void {
	if (words.length > PHRASE_LENGTH_MAX)
		throw badRequest(`a phrase may have ${PHRASE_LENGTH_MAX} words at most`);
}

const PHRASE_LENGTH_MAX = 1_024;

/** Phrases that differ in their last word: they count as one. */
function phrasesQuery(
	field: LeafField,
	phrases: readonly (readonly string[])[],
	context: QueryContext,
): CompiledQuery {
	const figures = context.index.field(field.key);
	const [first] = phrases;
	if (figures === undefined || first === undefined || first.length === 0)
		return NOTHING;
	const { number } = figures;
	const expression = phrases.map((phrase) => phraseExpression(number, phrase));
	const score = scoreOf(
		field,
		context,
		() => {
			const words = [
				...first.slice(0, -1),
				...phrases.map((phrase) => phrase.at(-1) ?? ""),
			];
			const weight = words.reduce(
				(total, word) =>
					total + wordWeight(figures, documentFrequency(number, word, context)),
				0,
			);
			return phrases.map((phrase) => ({
				occurrences: readPhraseOccurrences(context.index, number, phrase),
				weight,
			}));
		},
		"together",
	);
	return { ...matching(expression, 1), score };
}

function documentFrequency(
	field: number,
	word: string,
	{ index }: QueryContext,
): number {
	return index.value(
		sql`SELECT doc AS n FROM text_terms WHERE term = ${fieldWord(field, word)}`,
	);
}

function wordsFrom(
	field: number,
	start: string,
	limit: number,
	{ index }: QueryContext,
): string[] {
	const prefix = fieldWord(field, start);
	const rows = index.rows<{ term: string }>(
		sql`SELECT term FROM text_terms WHERE term >= ${prefix} AND term < ${`${prefix}\u{10ffff}`} LIMIT ${limit}`,
	);
	const begin = fieldWord(field, "").length;
	return rows.map(({ term }) => term.slice(begin));
}

/** Documents with a word in the field that the condition on `v.value` is true of. */
export function anyWord(
	field: LeafField,
	condition: Fragment,
	context: QueryContext,
): Fragment {
	const figures = context.index.field(field.key);
	if (figures === undefined || condition === FALSE) return FALSE;
	const prefix = fieldWord(figures.number, "");
	const end = `${prefix.slice(0, -1)}}`;
	return isIn(
		sql`SELECT p.doc FROM (SELECT term, substr(term, ${prefix.length + 1}) AS value FROM text_terms
			WHERE term >= ${prefix} AND term < ${end}) AS v CROSS JOIN text_places AS p ON p.term = v.term WHERE ${condition}`,
	);
}

interface Part {
	readonly occurrences: Occurrences;
	readonly weight: number;
}

/** Nothing is read before the first document is scored. `together`: what the parts find counts as one thing found more often. */
function scoreOf(
	field: LeafField,
	context: QueryContext,
	read: () => readonly Part[],
	counting: "apart" | "together" = "apart",
): Fragment | number {
	if (!context.isScored) return 0;
	const average = averageLength(context.index.field(field.key) as FieldFigures);
	let parts: readonly Part[] | undefined;
	const score = (document: number, length: number): number => {
		parts ??= read();
		const frequencies = parts.map(({ occurrences }) =>
			frequencyIn(occurrences, document),
		);
		if (counting === "together") {
			const all = frequencies.reduce((total, count) => total + count, 0);
			return (parts[0]?.weight ?? 0) * saturation(all, length, average);
		}
		return parts.reduce(
			(total, { weight }, place) =>
				total + weight * saturation(frequencies[place] ?? 0, length, average),
			0,
		);
	};
	const length = sql`d.fields ->> ${`$."${field.key}"`}`;
	return context.index.score(score, length);
}

function foundBy(expression: string): Fragment {
	return sql`SELECT rowid AS number FROM texts WHERE texts MATCH ${expression}`;
}

function isIn(select: Fragment): Fragment {
	return sql`d.number IN (${select})`;
}
