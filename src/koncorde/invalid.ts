import { createError, type GatewayError } from "../errors/gateway-error.ts";
import { isObject } from "../lib/json.ts";

/** Where in a filter something stands: the keywords and fields that lead to it, with dots between. */
export interface Place {
	readonly name: string;
	readonly depth: number;
}

export function invalid(name: string, reason: string): GatewayError {
	return createError("api.assert.koncorde_dsl_error", `"${name}" ${reason}.`);
}

export function assertObject(
	value: unknown,
	name: string,
): asserts value is Record<string, unknown> {
	if (!isObject(value)) throw invalid(name, "must be an object");
}

export function onlyEntry(
	object: Record<string, unknown>,
	name: string,
): readonly [string, unknown] {
	const [entry, ...others] = Object.entries(object);
	if (entry === undefined || others.length > 0)
		throw invalid(
			name,
			`must have exactly 1 property, and has ${Object.keys(object).length}`,
		);
	return entry;
}
