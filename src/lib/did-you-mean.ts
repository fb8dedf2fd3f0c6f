/** The candidate that a person most likely meant, or undefined when none is near. Pure; case is ignored. */
export function didYouMean(
	word: string,
	candidates: Iterable<string>,
): string | undefined {
	const wanted = word.slice(0, WORD_LENGTH_MAX).toLowerCase();
	let best: string | undefined;
	let bestDistance = Math.max(1, Math.floor(wanted.length / 3)) + 1;
	for (const candidate of candidates) {
		const distance = editDistance(wanted, candidate.toLowerCase());
		if (distance >= bestDistance) continue;
		best = candidate;
		bestDistance = distance;
	}
	return best;
}

/** The word may come from a client: what lies beyond this length adds work, not sense. */
const WORD_LENGTH_MAX = 128;

/** Edits from one word to the other (insert, drop, change, swap of neighbours): the restricted Damerau-Levenshtein distance. */
function editDistance(from: string, to: string): number {
	let beforeLast: number[] = [];
	let last = Array.from({ length: to.length + 1 }, (_, column) => column);
	for (let row = 1; row <= from.length; row++) {
		const current = [row];
		for (let column = 1; column <= to.length; column++) {
			const same = from[row - 1] === to[column - 1];
			let cost = Math.min(
				at(current, column - 1) + 1,
				at(last, column) + 1,
				at(last, column - 1) + (same ? 0 : 1),
			);
			const swapped =
				row > 1 &&
				column > 1 &&
				from[row - 1] === to[column - 2] &&
				from[row - 2] === to[column - 1];
			if (swapped) cost = Math.min(cost, at(beforeLast, column - 2) + 1);
			current.push(cost);
		}
		beforeLast = last;
		last = current;
	}
	return at(last, to.length);
}

function at(row: readonly number[], column: number): number {
	return row[column] ?? Number.POSITIVE_INFINITY;
}
