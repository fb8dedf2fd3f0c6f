/** A deep, frozen copy of plain objects and lists. Anything else in it (bytes, functions) stays as it is. */
export function copyFrozen<T>(value: T): T {
	if (Array.isArray(value)) return Object.freeze(value.map(copyFrozen)) as T;
	if (!isPlainObject(value)) return value;
	const copy = Object.entries(value).map(([name, member]) => [
		name,
		copyFrozen(member),
	]);
	return Object.freeze(Object.fromEntries(copy)) as T;
}

/** True for `{…}`, also without a prototype; false for lists and for instances of a class, such as bytes. */
export function isPlainObject(
	value: unknown,
): value is Record<string, unknown> {
	if (typeof value !== "object" || value === null) return false;
	const prototype: unknown = Object.getPrototypeOf(value);
	return prototype === null || prototype === Object.prototype;
}
