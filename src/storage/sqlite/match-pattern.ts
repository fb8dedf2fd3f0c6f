/** Whether the whole text is as the pattern says, in which `*` stands for anything. Takes time in proportion to both lengths. */
export function matchesPattern(pattern: string, text: string): boolean {
	const [first = "", ...rest] = pattern.split("*");
	const last = rest.pop();
	if (last === undefined) return text === pattern;
	if (!text.startsWith(first)) return false;
	let at = first.length;
	// Each piece is looked for where the one before it ended: the earliest place leaves the most to the others.
	for (const piece of rest) {
		const found = text.indexOf(piece, at);
		if (found === -1) return false;
		at = found + piece.length;
	}
	return text.length - last.length >= at && text.endsWith(last);
}
