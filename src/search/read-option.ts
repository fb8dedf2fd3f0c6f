import { isObject } from "../lib/json.ts";
import type { Scalar } from "./query.ts";
import { malformed, quoted } from "./query-errors.ts";
import type { QueryBudget } from "./query-limits.ts";

/** Small readers of what clauses share. Each answers the members of the tree to be spread in, or throws. */

export function readBoost(value: unknown): { boost?: number } {
	if (value === undefined) return {};
	if (typeof value !== "number" || !Number.isFinite(value) || value < 0)
		throw malformed("[boost] must be a number that is not negative");
	return { boost: value };
}

export function readMinimumShouldMatch(
	value: unknown,
	budget: QueryBudget,
): { minimumShouldMatch?: string | number } {
	if (value === undefined) return {};
	if (Number.isSafeInteger(value))
		return { minimumShouldMatch: value as number };
	if (typeof value !== "string" || value === "")
		throw malformed("[minimum_should_match] must be an integer or a text");
	budget.text(value);
	return { minimumShouldMatch: value };
}

export function readOperator(value: unknown): "or" | "and" {
	if (value === undefined) return "or";
	const operator = typeof value === "string" ? value.toLowerCase() : value;
	if (operator !== "or" && operator !== "and")
		throw malformed('[operator] must be "or" or "and"');
	return operator;
}

export function readFlag(value: unknown, name: string): boolean {
	if (value === undefined) return false;
	if (typeof value !== "boolean")
		throw malformed(`${quoted(name)} must be a boolean`);
	return value;
}

export function readField(value: unknown, budget: QueryBudget): string {
	if (typeof value !== "string" || value === "")
		throw malformed("a field must be a text that is not empty");
	budget.text(value);
	return value;
}

/** Elasticsearch takes no null where a value is looked for. */
export function readScalar(
	value: unknown,
	what: string,
	budget: QueryBudget,
): Exclude<Scalar, null> {
	if (typeof value === "string") budget.text(value);
	else if (
		typeof value !== "boolean" &&
		!(typeof value === "number" && Number.isFinite(value))
	)
		throw malformed(
			`the value of ${quoted(what)} must be a text, a number or a boolean`,
		);
	return value;
}

/**
 * The one field of a clause, and what is said of it: `{field: {…}}`, or short `{field: value}`,
 * which is then read as `{[shortFor]: value}`. Null: the clause has no short form.
 */
export function readFieldOf(
	clause: string,
	argument: Record<string, unknown>,
	shortFor: string | null,
	budget: QueryBudget,
): { field: string; options: Record<string, unknown> } {
	const fields = Object.keys(argument);
	if (fields.length !== 1)
		throw malformed(`${quoted(clause)} takes exactly one field`);
	const field = readField(fields[0], budget);
	const value = argument[field];
	if (isObject(value)) return { field, options: value };
	if (shortFor === null)
		throw malformed(`${quoted(clause)} takes an object for its field`);
	return { field, options: { [shortFor]: value } };
}

/**
 * Throws on an option that is not known. Answers whether one of those is there that only Elasticsearch answers.
 * `boost` and `_name` are known everywhere.
 */
export function assertOptions(
	clause: string,
	options: Record<string, unknown>,
	known: readonly string[],
	onlyNative: readonly string[] = [],
): boolean {
	let native = false;
	for (const option of Object.keys(options)) {
		if (onlyNative.includes(option)) native = true;
		else if (
			option !== "boost" &&
			option !== "_name" &&
			!known.includes(option)
		)
			throw malformed(`${quoted(clause)} does not support ${quoted(option)}`);
	}
	return native;
}
