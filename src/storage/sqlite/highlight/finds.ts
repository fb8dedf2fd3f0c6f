import type { Token } from "../tokens.ts";

/** A part of a query that is found in a text by itself: a word, words one after the other, words of a kind. */
export type Find =
	| { readonly kind: "word"; readonly test: (word: string) => boolean }
	| {
			readonly kind: "phrase";
			readonly words: readonly string[];
			/** The last word may go on. */
			readonly isBeginning: boolean;
	  };

/** A place in a text that was found, in UTF-16 units. */
export interface Place {
	readonly from: number;
	readonly to: number;
	/** Which of the finds. */
	readonly find: number;
}

/** Where the finds stand among the words of a text, in the order of the text. */
export function placesOf(
	tokens: readonly Token[],
	finds: readonly Find[],
): Place[] {
	const places = finds.flatMap((find, index) =>
		tokens.flatMap((token, at) => {
			const end = endOf(tokens, at, find);
			return end === undefined
				? []
				: [{ from: token.from, to: end.to, find: index }];
		}),
	);
	return places.sort((a, b) => a.from - b.from || a.to - b.to);
}

/** The last word of the find, where it begins at this word. */
function endOf(
	tokens: readonly Token[],
	at: number,
	find: Find,
): Token | undefined {
	const token = tokens[at];
	if (token === undefined) return undefined;
	if (find.kind === "word") return find.test(token.word) ? token : undefined;
	const { words, isBeginning } = find;
	const last = words.length - 1;
	const fits = words.every((word, distance) => {
		const found = tokens[at + distance]?.word;
		return isBeginning && distance === last
			? found?.startsWith(word) === true
			: found === word;
	});
	return fits ? tokens[at + last] : undefined;
}
