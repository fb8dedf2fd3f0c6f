import { createError } from "../errors/gateway-error.ts";
import { isObject } from "../lib/json.ts";
import type { ItemCounts } from "./specification.ts";
import { assertKnown, assertOrder, readCount } from "./types/field-type.ts";

/** Reads `multivalued: {value, minCount, maxCount}` of a field; null where the field takes one value. Throws what is wrong with it. */
export function readItemCounts(
	given: unknown,
	path: string,
): ItemCounts | null {
	if (given === undefined || given === null) return null;
	const name = `${path}.multivalued`;
	if (!isObject(given)) {
		throw createError("validation.assert.invalid_type", name, "object");
	}
	assertKnown(given, ["value", "minCount", "maxCount"], name);
	const { value, minCount, maxCount } = given;
	if (value === undefined) {
		throw createError("validation.assert.missing_value", `${name}.value`);
	}
	if (typeof value !== "boolean") {
		const flag = `${name}.value`;
		throw createError("validation.assert.invalid_type", flag, "boolean");
	}
	if (!value) {
		assertNoCounts(given, path);
		return null;
	}
	const min =
		minCount === undefined ? 0 : readCount(minCount, `${name}.minCount`);
	const max =
		maxCount === undefined
			? Number.POSITIVE_INFINITY
			: readCount(maxCount, `${name}.maxCount`);
	assertOrder(name, min, max);
	return { min, max };
}

function assertNoCounts(
	given: Readonly<Record<string, unknown>>,
	path: string,
): void {
	for (const option of ["minCount", "maxCount"]) {
		if (given[option] !== undefined) {
			throw createError("validation.assert.not_multivalued", path, option);
		}
	}
}
