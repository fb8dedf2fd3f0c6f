/** First and last code point. */
export type Range = readonly [first: number, last: number];

/** What a pattern means, whatever syntax it was written in. */
export type PatternNode =
	/** One character out of these. No range at all: nothing matches. */
	| { readonly kind: "one"; readonly ranges: readonly Range[] }
	/** One after the other; none is the empty text. */
	| { readonly kind: "all"; readonly parts: readonly PatternNode[] }
	| { readonly kind: "either"; readonly parts: readonly PatternNode[] }
	| {
			readonly kind: "repeat";
			readonly part: PatternNode;
			readonly min: number;
			/** Absent: without end. */
			readonly max?: number;
	  };

export const LAST_CODE_POINT = 0x10_ffff;

export const ANY_CHARACTER: PatternNode = {
	kind: "one",
	ranges: [[0, LAST_CODE_POINT]],
};

export const ANY_TEXT: PatternNode = {
	kind: "repeat",
	part: ANY_CHARACTER,
	min: 0,
};

export const NOTHING: PatternNode = { kind: "one", ranges: [] };

/** The character itself, and with `ignoresCase` its other case where it is one of A to Z: Elasticsearch looks at no more. */
export function character(
	codePoint: number,
	ignoresCase: boolean,
): PatternNode {
	const ranges: Range[] = [[codePoint, codePoint]];
	if (ignoresCase && codePoint < 128) {
		const text = String.fromCodePoint(codePoint);
		for (const other of [text.toLowerCase(), text.toUpperCase()])
			if (other !== text)
				ranges.push([other.charCodeAt(0), other.charCodeAt(0)]);
	}
	return { kind: "one", ranges };
}

/** All characters but these. */
export function inverted(ranges: readonly Range[]): Range[] {
	const gaps: Range[] = [];
	let next = 0;
	for (const [first, last] of [...ranges].sort((a, b) => a[0] - b[0])) {
		if (first > next) gaps.push([next, first - 1]);
		next = Math.max(next, last + 1);
	}
	if (next <= LAST_CODE_POINT) gaps.push([next, LAST_CODE_POINT]);
	return gaps;
}
