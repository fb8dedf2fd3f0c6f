/** When a value that is set now ends; undefined: never. Throws for a lifetime below 1 ms, which no caller means. */
export function expiryOf(
	ttlMs: number | undefined,
	now: number,
): number | undefined {
	if (ttlMs === undefined || ttlMs === Number.POSITIVE_INFINITY)
		return undefined;
	if (!(ttlMs >= 1))
		throw new RangeError(
			`A lifetime must be at least 1 ms, and this is ${ttlMs}.`,
		);
	return Math.min(Math.ceil(now + ttlMs), Number.MAX_SAFE_INTEGER);
}
