import {
	LAST_CODE_POINT,
	type PatternNode,
	type Range,
} from "./pattern-tree.ts";

/** The character in all its cases, as Unicode folds them: `k` is also the Kelvin sign. */
export function foldedCharacter(char: string): PatternNode {
	const ranges: Range[] = [];
	const same = new RegExp(`^${escaped(char)}$`, "iu");
	const candidates = new Set([
		char,
		...(withLowerCase().get(char.toLowerCase()) ?? []),
		...(withUpperCase().get(char.toUpperCase()) ?? []),
	]);
	// Unicode folds it to two characters, and Java to the first of them.
	if (char === "İ") ranges.push([0x69, 0x69]);
	for (const candidate of candidates) {
		const point = candidate.codePointAt(0) ?? 0;
		if (candidate === char || same.test(candidate)) ranges.push([point, point]);
	}
	return { kind: "one", ranges };
}

type ByCase = ReadonlyMap<string, readonly string[]>;

let lower: ByCase | undefined;
let upper: ByCase | undefined;

function withLowerCase(): ByCase {
	lower ??= charactersBy((char) => char.toLowerCase());
	return lower;
}

function withUpperCase(): ByCase {
	upper ??= charactersBy((char) => char.toUpperCase());
	return upper;
}

/** All characters that have cases, by one of them. Made once, on the first use: it takes some ten milliseconds. */
function charactersBy(key: (char: string) => string): ByCase {
	const found = new Map<string, string[]>();
	const hasCases =
		/^[\p{Changes_When_Casemapped}\p{Changes_When_Casefolded}]$/u;
	for (let point = 0; point <= LAST_CASED; point++) {
		const char = String.fromCodePoint(point);
		if (!hasCases.test(char)) continue;
		const others = found.get(key(char));
		if (others === undefined) found.set(key(char), [char]);
		else others.push(char);
	}
	return found;
}

/** No character beyond the first supplementary plane has cases. */
const LAST_CASED = Math.min(0x1_ffff, LAST_CODE_POINT);

function escaped(char: string): string {
	return `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`;
}
