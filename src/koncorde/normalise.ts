import type { Condition, Filter } from "./filter.ts";

/**
 * Brings a filter into a form in which equal ones are equal: "not" stands before conditions only, "and" and "or" hold neither their own kind
 * nor the same part twice, and their parts are in one order.
 */
export function normalise(filter: Filter): Filter {
	return simplify(filter, false);
}

/** Two normalised filters have the same key when they are the same. */
export function keyOf(filter: Filter): string {
	return JSON.stringify(filter);
}

/** How many conditions a filter is made of. */
export function countConditions(filter: Filter): number {
	switch (filter.kind) {
		case "and":
		case "or":
			return filter.parts.reduce((sum, part) => sum + countConditions(part), 0);
		case "not":
			return countConditions(filter.part);
		case "select":
			return Math.max(1, countConditions(filter.query));
		default:
			return 1;
	}
}

function simplify(filter: Filter, isNegated: boolean): Filter {
	switch (filter.kind) {
		case "not":
			return simplify(filter.part, !isNegated);
		case "and":
		case "or":
			return join(
				(filter.kind === "and") === isNegated ? "or" : "and",
				filter.parts.map((part) => simplify(part, isNegated)),
			);
		case "everything":
			return isNegated ? { kind: "nothing" } : filter;
		case "nothing":
			return isNegated ? { kind: "everything" } : filter;
		default: {
			const condition = simplifyCondition(filter);
			return isNegated ? { kind: "not", part: condition } : condition;
		}
	}
}

function simplifyCondition(condition: Condition): Condition {
	if (condition.kind === "select")
		return { ...condition, query: normalise(condition.query) };
	return condition.kind === "equals" && condition.value === 0
		? { ...condition, value: 0 }
		: condition;
}

function join(kind: "and" | "or", parts: readonly Filter[]): Filter {
	const neutral = kind === "and" ? "everything" : "nothing";
	const decisive = kind === "and" ? "nothing" : "everything";
	const different = new Map<string, Filter>();
	for (const part of parts) {
		if (part.kind === decisive) return part;
		if (part.kind === neutral) continue;
		for (const inner of part.kind === kind ? part.parts : [part])
			different.set(keyOf(inner), inner);
	}
	const sorted = [...different]
		.sort(([a], [b]) => (a < b ? -1 : 1))
		.map(([, part]) => part);
	const [only] = sorted;
	if (only === undefined) return { kind: neutral };
	return sorted.length === 1 ? only : { kind, parts: sorted };
}
