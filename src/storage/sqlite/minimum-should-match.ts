import { badRequest } from "./field-types.ts";

/**
 * How many of the optional clauses must match: a count, `-1` (all but one), `75%`, `-25%`, or conditions such as
 * `2<75%` (up to two: all, beyond: three quarters), as Elasticsearch's `minimum_should_match`.
 */
export function minimumShouldMatch(
	clauses: number,
	wanted: string | number,
): number {
	const text = String(wanted)
		.trim()
		.replaceAll(/\s*<\s*/g, "<");
	let required = clauses;
	for (const part of text.split(/\s+/)) {
		const [limit, rule] = part.includes("<")
			? part.split("<", 2)
			: [undefined, part];
		if (limit !== undefined && clauses <= readInteger(limit, text))
			return required;
		required = readRule(rule ?? "", clauses, text);
	}
	return Math.max(0, required);
}

function readRule(rule: string, clauses: number, text: string): number {
	const isPercentage = rule.endsWith("%");
	const value = readInteger(isPercentage ? rule.slice(0, -1) : rule, text);
	const count = isPercentage ? Math.trunc((clauses * value) / 100) : value;
	const isNegative = isPercentage ? value < 0 : count < 0;
	return isNegative ? clauses + count : count;
}

function readInteger(text: string, whole: string): number {
	if (!/^[+-]?\d{1,9}$/.test(text))
		throw badRequest(
			`[minimum_should_match] cannot be read: ${whole.slice(0, 64)}`,
		);
	return Number(text);
}
