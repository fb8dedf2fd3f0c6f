import { createError } from "../../errors/gateway-error.ts";
import { isObject } from "../../lib/json.ts";
import type { CheckValue } from "../specification.ts";

/** A type of a specification (docs.kuzzle.io: data validation, fields specification). */
export interface FieldType {
	/** The `typeOptions` that it knows. */
	readonly options: readonly string[];
	/** Whether fields may be described below it. */
	readonly hasMembers?: boolean;
	readonly takesArrays?: boolean;
	/** Reads the options, none of which is unknown. Throws the error of a wrong one; `field` is the name that it bears. */
	compile(options: TypeOptions, field: string): CheckValue;
}

export type TypeOptions = Readonly<Record<string, unknown>>;

/** A type without options. */
export function plain(
	accepts: (value: unknown) => boolean,
	message: string,
): FieldType {
	const check: CheckValue = (value) => (accepts(value) ? null : message);
	return { options: [], compile: () => check };
}

/** Of `range` and `length`: null where it is left out. */
export interface Bounds<T> {
	readonly min: T | null;
	readonly max: T | null;
}

/** An option `{min, max}`, either of which may be left out. `read` throws for what is no bound. */
export function readBounds<T>(
	value: unknown,
	name: string,
	read: (bound: unknown, name: string) => T,
): Bounds<T> {
	if (value === undefined) return { min: null, max: null };
	if (!isObject(value)) {
		throw createError("validation.assert.invalid_type", name, "object");
	}
	assertKnown(value, ["min", "max"], name);
	const boundOf = (bound: unknown, end: string) =>
		bound === undefined ? null : read(bound, `${name}.${end}`);
	return { min: boundOf(value.min, "min"), max: boundOf(value.max, "max") };
}

/** Bounds that are numbers. Throws where the lower one is the greater. */
export function readNumberBounds(
	value: unknown,
	name: string,
	read: (bound: unknown, name: string) => number,
): Bounds<number> {
	const bounds = readBounds(value, name, read);
	assertOrder(name, bounds.min, bounds.max);
	return bounds;
}

export function assertOrder(
	name: string,
	min: number | null,
	max: number | null,
): void {
	if (min === null || max === null || min <= max) return;
	throw createError(
		"validation.assert.invalid_range",
		name,
		String(min),
		String(max),
	);
}

export function assertKnown(
	value: Readonly<Record<string, unknown>>,
	known: readonly string[],
	name: string,
): void {
	if (Object.keys(value).every((key) => known.includes(key))) return;
	throw createError("validation.assert.unexpected_properties", name, known);
}

export function readNumber(value: unknown, name: string): number {
	if (typeof value === "number") return value;
	throw createError("validation.assert.invalid_type", name, "number");
}

/** A whole number that is not negative. */
export function readCount(value: unknown, name: string): number {
	if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) {
		return value;
	}
	throw createError("validation.assert.invalid_type", name, "integer");
}

export function readFlag(value: unknown, name: string): boolean {
	if (value === undefined) return false;
	if (typeof value === "boolean") return value;
	throw createError("validation.assert.invalid_type", name, "boolean");
}

/** A list of texts that is not empty; undefined when it is left out. */
export function readTexts(
	value: unknown,
	name: string,
): readonly string[] | undefined {
	if (value === undefined) return undefined;
	if (
		Array.isArray(value) &&
		value.length > 0 &&
		value.every((item) => typeof item === "string")
	) {
		return value;
	}
	throw createError(
		"validation.assert.invalid_type",
		name,
		"an array of texts, not empty",
	);
}
