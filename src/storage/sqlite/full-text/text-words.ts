/**
 * How words are written in the table `texts`: each with the number of its field before it, so that one table serves all fields of
 * all collections, and how often a word occurs, and where, is told per field.
 */

/** Between the values of a field: no phrase reaches from one into the next. */
const GAP = "|";

export function fieldWord(field: number, word: string): string {
	return `${field.toString(36)}|${word}`;
}

/** For `texts.words`: all values of a field. */
export function fieldWords(
	field: number,
	values: readonly (readonly string[])[],
): string {
	return values
		.filter((words) => words.length > 0)
		.map((words) => words.map((word) => fieldWord(field, word)).join(" "))
		.join(` ${GAP} `);
}

/** For MATCH: words one after the other. */
export function phraseExpression(
	field: number,
	words: readonly string[],
): string {
	const phrase = words.map((word) => fieldWord(field, word)).join(" ");
	return `"${phrase.replaceAll('"', '""')}"`;
}
