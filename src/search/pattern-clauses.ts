import { assertDeterminizedStates, assertPatternSize } from "./pattern-size.ts";
import type { Query } from "./query.ts";
import { malformed } from "./query-errors.ts";
import type { QueryBudget } from "./query-limits.ts";
import {
	assertOptions,
	readBoost,
	readFieldOf,
	readFlag,
	readScalar,
} from "./read-option.ts";

/** Undefined from any of these: the clause has an option that only Elasticsearch answers. */

export function parseWildcard(
	argument: Record<string, unknown>,
	budget: QueryBudget,
): Query | undefined {
	const { field, options } = readFieldOf("wildcard", argument, "value", budget);
	const known = ["value", "wildcard", "case_insensitive"];
	if (assertOptions("wildcard", options, known, ["rewrite"])) return undefined;
	return {
		kind: "wildcard",
		field,
		value: String(readScalar(options.value ?? options.wildcard, field, budget)),
		caseInsensitive: readFlag(options.case_insensitive, "case_insensitive"),
		...readBoost(options.boost),
	};
}

export function parseRegexp(
	argument: Record<string, unknown>,
	budget: QueryBudget,
): Query | undefined {
	const { field, options } = readFieldOf("regexp", argument, "value", budget);
	const known = ["value", "flags", "case_insensitive"];
	const native = ["rewrite", "flags_value", "max_determinized_states"];
	const isNative = assertOptions("regexp", options, known, native);
	assertDeterminizedStates(options.max_determinized_states);
	const value = String(readScalar(options.value, field, budget));
	assertPatternSize(value);
	if (isNative) return undefined;
	return {
		kind: "regexp",
		field,
		value,
		...readFlags(options.flags, budget),
		caseInsensitive: readFlag(options.case_insensitive, "case_insensitive"),
		...readBoost(options.boost),
	};
}

function readFlags(value: unknown, budget: QueryBudget): { flags?: string } {
	if (value === undefined) return {};
	if (typeof value !== "string") throw malformed("[flags] must be a text");
	budget.text(value);
	return { flags: value };
}

export function parseFuzzy(
	argument: Record<string, unknown>,
	budget: QueryBudget,
): Query | undefined {
	const { field, options } = readFieldOf("fuzzy", argument, "value", budget);
	const known = ["value", "fuzziness", "prefix_length", "transpositions"];
	if (assertOptions("fuzzy", options, known, ["rewrite", "max_expansions"]))
		return undefined;
	const { transpositions } = options;
	return {
		kind: "fuzzy",
		field,
		value: String(readScalar(options.value, field, budget)),
		fuzziness: readFuzziness(options.fuzziness, budget),
		prefixLength: readPrefixLength(options.prefix_length),
		transpositions:
			transpositions === undefined
				? true
				: readFlag(transpositions, "transpositions"),
		...readBoost(options.boost),
	};
}

function readFuzziness(value: unknown, budget: QueryBudget): string | number {
	if (value === undefined) return "AUTO";
	if (typeof value !== "string" && typeof value !== "number")
		throw malformed("[fuzziness] must be a number or a text");
	if (typeof value === "string") budget.text(value);
	return value;
}

function readPrefixLength(value: unknown): number {
	if (value === undefined) return 0;
	if (!Number.isSafeInteger(value) || (value as number) < 0)
		throw malformed("[prefix_length] must be an integer that is not negative");
	return value as number;
}
