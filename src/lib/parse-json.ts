/** Nesting that no client needs, and that the recursive functions of the platform still walk without running out of stack. */
const DEPTH_MAX = 1000;

/**
 * `JSON.parse` for text from outside: also rejects, with a SyntaxError, what is nested deeper than `depthMax`. Writing such
 * a value back (an echoed `volatile` is enough) would overflow the stack.
 */
export function parseJson(text: string, depthMax = DEPTH_MAX): unknown {
	// Text that nests d levels deep has at least d opening and d closing characters.
	if (text.length > 2 * depthMax) assertDepth(text, depthMax);
	return JSON.parse(text);
}

/** One pass over the text; what stands in strings does not count. Malformed text is left to the parser. */
function assertDepth(text: string, depthMax: number): void {
	let depth = 0;
	for (let at = 0; at < text.length; at++) {
		switch (text.charCodeAt(at)) {
			case 0x22: // "
				at = endOfString(text, at);
				break;
			case 0x5b: // [
			case 0x7b: // {
				if (++depth > depthMax) {
					throw new SyntaxError(
						`JSON is nested deeper than ${depthMax} levels`,
					);
				}
				break;
			case 0x5d: // ]
			case 0x7d: // }
				depth--;
				break;
		}
	}
}

/** The place of the quote that closes the string opened at `start`; the end of the text when none does. */
function endOfString(text: string, start: number): number {
	let quote = text.indexOf('"', start + 1);
	while (quote !== -1) {
		let backslashes = 0;
		while (text.charCodeAt(quote - 1 - backslashes) === 0x5c) backslashes++;
		if (backslashes % 2 === 0) return quote;
		quote = text.indexOf('"', quote + 1);
	}
	return text.length;
}
