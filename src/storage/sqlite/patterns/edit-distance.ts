/**
 * How many characters have to be inserted, removed, replaced or (with `transpositions`) exchanged with their neighbour to make one
 * text of the other, no part being changed twice; `max` + 1 where it is more than `max`. Takes time proportional to the length times `max`.
 */
export function editDistance(
	a: readonly string[],
	b: readonly string[],
	{
		max,
		transpositions,
	}: { readonly max: number; readonly transpositions: boolean },
): number {
	if (Math.abs(a.length - b.length) > max) return max + 1;
	let beforeLast: number[] = [];
	let last = Array.from({ length: b.length + 1 }, (_, column) => column);
	let current: number[] = [];
	for (let row = 1; row <= a.length; row++) {
		// Further from the diagonal everything is beyond the limit.
		const first = Math.max(1, row - max);
		const end = Math.min(b.length, row + max);
		current[first - 1] = first === 1 ? row : Number.POSITIVE_INFINITY;
		if (row + max <= b.length) last[row + max] = Number.POSITIVE_INFINITY;
		for (let column = first; column <= end; column++) {
			let cost = Math.min(
				at(last, column - 1) + (a[row - 1] === b[column - 1] ? 0 : 1),
				at(last, column) + 1,
				at(current, column - 1) + 1,
			);
			const isSwapped =
				a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
			if (transpositions && row > 1 && column > 1 && isSwapped)
				cost = Math.min(cost, at(beforeLast, column - 2) + 1);
			current[column] = cost;
		}
		[beforeLast, last, current] = [last, current, beforeLast];
	}
	return Math.min(at(last, b.length), max + 1);
}

function at(row: readonly number[], column: number): number {
	return row[column] ?? Number.POSITIVE_INFINITY;
}
