import type { FieldIndex } from "../field-index.ts";
import { sql } from "../fragment.ts";
import { fieldWord } from "./text-words.ts";

/** In which documents a word stands and how often, in the order of their numbers. */
export interface Occurrences {
	readonly documents: Float64Array;
	readonly frequencies: Uint32Array;
}

/** Of one word of a field. */
export function readOccurrences(
	index: FieldIndex,
	field: number,
	word: string,
): Occurrences {
	return gather(readPlaces(index, field, word).documents);
}

/** Of words one after the other. */
export function readPhraseOccurrences(
	index: FieldIndex,
	field: number,
	words: readonly string[],
): Occurrences {
	const known = new Map<string, Places>();
	for (const word of words)
		if (!known.has(word)) known.set(word, readPlaces(index, field, word));
	const [first, ...others] = words.map((word) => known.get(word) as Places);
	if (first === undefined) return gather([]);
	let kept = first.documents.map((_, place) => place);
	others.forEach((places, distance) => {
		kept = followedBy(first, kept, places, distance + 1);
	});
	return gather(kept.map((place) => first.documents[place] as number));
}

/** How often a word, or a phrase, stands in a document. */
export function frequencyIn(
	{ documents, frequencies }: Occurrences,
	document: number,
): number {
	let low = 0;
	let high = documents.length - 1;
	while (low <= high) {
		const middle = (low + high) >> 1;
		const found = documents[middle] as number;
		if (found === document) return frequencies[middle] as number;
		if (found < document) low = middle + 1;
		else high = middle - 1;
	}
	return 0;
}

interface Places {
	readonly documents: readonly number[];
	readonly offsets: readonly number[];
}

/** As JSON: a million rows one by one would take a second. The index gives them in order. */
function readPlaces(index: FieldIndex, field: number, word: string): Places {
	const [row] = index.rows<{ documents: string; offsets: string }>(
		sql`SELECT json_group_array(doc) AS documents, json_group_array("offset") AS offsets
			FROM text_places WHERE term = ${fieldWord(field, word)}`,
	);
	return {
		documents: JSON.parse(row?.documents ?? "[]"),
		offsets: JSON.parse(row?.offsets ?? "[]"),
	};
}

/** Those places of `first`, of the kept ones, that have one of `places` at the distance. Both are in order. */
function followedBy(
	first: Places,
	kept: readonly number[],
	places: Places,
	distance: number,
): number[] {
	let at = 0;
	return kept.filter((place) => {
		const document = first.documents[place] as number;
		const offset = (first.offsets[place] as number) + distance;
		while (isBefore(places, at, document, offset)) at++;
		return places.documents[at] === document && places.offsets[at] === offset;
	});
}

function isBefore(
	{ documents, offsets }: Places,
	at: number,
	document: number,
	offset: number,
): boolean {
	const found = documents[at];
	return (
		found !== undefined &&
		(found < document ||
			(found === document && (offsets[at] as number) < offset))
	);
}

function gather(documents: readonly number[]): Occurrences {
	const different: number[] = [];
	const frequencies: number[] = [];
	for (const document of documents) {
		if (different.at(-1) === document)
			frequencies[frequencies.length - 1] = (frequencies.at(-1) ?? 0) + 1;
		else {
			different.push(document);
			frequencies.push(1);
		}
	}
	return {
		documents: Float64Array.from(different),
		frequencies: Uint32Array.from(frequencies),
	};
}
