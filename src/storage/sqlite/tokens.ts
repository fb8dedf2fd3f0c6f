/**
 * The words of a text, as Elasticsearch's standard analyser finds them (Unicode Standard Annex 29, without its rarer
 * rules): runs of letters, digits and underscores, in lower case. An apostrophe or a dot between letters and a dot or a
 * comma between digits belong to the word; each Chinese or Hiragana character is a word of its own.
 */
export function tokens(text: string): string[] {
	const found: string[] = [];
	for (const [word] of text.matchAll(WORD))
		for (let from = 0; from < word.length; from += TOKEN_LENGTH_MAX)
			found.push(toLowerCase(word.slice(from, from + TOKEN_LENGTH_MAX)));
	return found;
}

/** Character by character, as the analyser does: JavaScript would look at the neighbours of these two. */
function toLowerCase(word: string): string {
	return word.replaceAll("İ", "i").replaceAll("Σ", "σ").toLowerCase();
}

/** The standard tokeniser cuts longer words. */
const TOKEN_LENGTH_MAX = 255;

const ALONE = "\\p{Script=Han}\\p{Script=Hiragana}";
const PART = `(?:(?![${ALONE}])[\\p{L}\\p{N}\\p{M}_])`;
const BETWEEN_LETTERS = "(?<=\\p{L}\\p{M}*)['’.:·](?=\\p{L})";
const BETWEEN_DIGITS = "(?<=\\p{N})['’.,;](?=\\p{N})";
const WORD = new RegExp(
	`[${ALONE}]\\p{M}*|_*(?=[\\p{L}\\p{N}])${PART}+(?:(?:${BETWEEN_LETTERS}|${BETWEEN_DIGITS})${PART}+)*`,
	"gu",
);
