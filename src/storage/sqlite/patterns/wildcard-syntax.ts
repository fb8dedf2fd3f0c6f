import {
	ANY_CHARACTER,
	ANY_TEXT,
	character,
	type PatternNode,
} from "./pattern-tree.ts";

export interface WildcardOptions {
	readonly ignoresCase: boolean;
	/** Whether that is so for what stands behind a backslash too: Elasticsearch does it on keywords, and not on texts. */
	readonly ignoresEscapedCase: boolean;
}

/** `*` is any text, `?` any character; a backslash takes the next character as it is. */
export function parseWildcard(
	pattern: string,
	{ ignoresCase, ignoresEscapedCase }: WildcardOptions,
): PatternNode {
	const parts: PatternNode[] = [];
	const characters = [...pattern];
	for (let i = 0; i < characters.length; i++) {
		const char = characters[i] as string;
		if (char === "*") {
			// Several in a row mean what one does.
			if (parts.at(-1) !== ANY_TEXT) parts.push(ANY_TEXT);
		} else if (char === "?") parts.push(ANY_CHARACTER);
		else {
			const isEscape = char === "\\" && i + 1 < characters.length;
			const plain = isEscape ? (characters[++i] as string) : char;
			const folds = ignoresCase && (ignoresEscapedCase || !isEscape);
			parts.push(character(plain.codePointAt(0) ?? 0, folds));
		}
	}
	return { kind: "all", parts };
}
