/**
 * Relevance as Lucene works it out for Elasticsearch's default similarity: BM25 with k1 = 1.2 and b = 0.75, lengths kept as one
 * byte, and the factor k1 + 1 of older versions.
 */
import type { FieldFigures } from "../field-index.ts";

const K1 = 1.2;
const B = 0.75;

/** What a word is worth in a field that holds it in so many of its documents. */
export function wordWeight(
	{ documents }: FieldFigures,
	documentFrequency: number,
): number {
	// The statistics may lag behind a document that is being written, never a score below 0.
	const all = Math.max(documents, documentFrequency);
	const rarity = Math.log(
		1 + (all - documentFrequency + 0.5) / (documentFrequency + 0.5),
	);
	return (K1 + 1) * rarity;
}

/** What a document gets of the weight, 0 to 1, by how often the word is in it and how long its text is. */
export function saturation(
	frequency: number,
	length: number,
	averageLength: number,
): number {
	const relativeLength = keptLength(length) / averageLength;
	return frequency / (frequency + K1 * (1 - B + B * relativeLength));
}

export function averageLength({ documents, terms }: FieldFigures): number {
	return documents === 0 ? 1 : terms / documents;
}

/** As Lucene's SmallFloat keeps a length in one byte: exactly up to 40, then with four significant bits. */
export function keptLength(length: number): number {
	return length < EXACT_BELOW
		? length
		: EXACT_BELOW + fourBits(length - EXACT_BELOW);
}

const EXACT_BELOW = 24;

function fourBits(value: number): number {
	const dropped = Math.max(0, 28 - Math.clz32(value));
	return (value >>> dropped) << dropped;
}
