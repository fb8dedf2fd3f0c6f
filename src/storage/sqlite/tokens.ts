import { after, wordEnd } from "./word-ends.ts";

/**
 * The words of a text, as Elasticsearch's standard analyser finds them: Unicode Standard Annex 29, in lower case, words
 * of more than 255 UTF-16 units cut.
 */
export function tokens(text: string): string[] {
	return tokensWithPlaces(text).map(({ word }) => word);
}

export interface Token {
	readonly word: string;
	/** Where it stands in the text, in UTF-16 units. */
	readonly from: number;
	readonly to: number;
}

/** As `tokens`, with where each word stands. */
export function tokensWithPlaces(text: string): Token[] {
	const found: Token[] = [];
	for (let at = 0; at < text.length; ) {
		const end = wordEnd(text, at, Math.min(text.length, at + TOKEN_LENGTH_MAX));
		if (end > at)
			found.push({ word: toLowerCase(text.slice(at, end)), from: at, to: end });
		at = end > at ? end : after(text, at);
	}
	return found;
}

/** The standard tokeniser cuts longer words. */
const TOKEN_LENGTH_MAX = 255;

/** Character by character, as the analyser does: JavaScript would look at the neighbours of these two. */
function toLowerCase(word: string): string {
	return word.replaceAll("İ", "i").replaceAll("Σ", "σ").toLowerCase();
}
