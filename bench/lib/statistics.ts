/** Of an even number of values, the mean of the two in the middle. NaN of none. */
export function median(values: readonly number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = Math.floor(sorted.length / 2);
	const upper = sorted[middle] ?? Number.NaN;
	const lower = sorted.length % 2 === 0 ? sorted[middle - 1] : upper;
	return (upper + (lower ?? upper)) / 2;
}

/** Smallest and largest. */
export function spread(values: readonly number[]): readonly [number, number] {
	return [Math.min(...values), Math.max(...values)];
}
