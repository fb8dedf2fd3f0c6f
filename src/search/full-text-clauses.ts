import {
	assertDeterminizedStates,
	assertPatternSizes,
} from "./pattern-size.ts";
import type { BoostedField, MultiMatchType, Query } from "./query.ts";
import { malformed, quoted } from "./query-errors.ts";
import type { QueryBudget } from "./query-limits.ts";
import {
	assertOptions,
	readBoost,
	readField,
	readFieldOf,
	readFlag,
	readMinimumShouldMatch,
	readOperator,
	readScalar,
} from "./read-option.ts";

/** Readers of the clauses that look for the words of a text. Undefined: as `parseLeaf`. */

type Options = Record<string, unknown>;

export function parseMatchPhrase(
	argument: Options,
	budget: QueryBudget,
): Query | undefined {
	const clause = "match_phrase";
	const { field, options } = readFieldOf(clause, argument, "query", budget);
	const known = ["query", "slop"];
	const native = ["analyzer", "zero_terms_query"];
	if (assertOptions(clause, options, known, native)) return undefined;
	if (hasSlop(options)) return undefined;
	return {
		kind: clause,
		field,
		query: readScalar(options.query, field, budget),
		...readBoost(options.boost),
	};
}

export function parseMatchPhrasePrefix(
	argument: Options,
	budget: QueryBudget,
): Query | undefined {
	const clause = "match_phrase_prefix";
	const { field, options } = readFieldOf(clause, argument, "query", budget);
	const known = ["query", "slop", "max_expansions"];
	const native = ["analyzer", "zero_terms_query"];
	if (assertOptions(clause, options, known, native)) return undefined;
	if (hasSlop(options)) return undefined;
	return {
		kind: clause,
		field,
		query: readScalar(options.query, field, budget),
		expansionsMax: readExpansions(options.max_expansions),
		...readBoost(options.boost),
	};
}

export function parseMatchBoolPrefix(
	argument: Options,
	budget: QueryBudget,
): Query | undefined {
	const clause = "match_bool_prefix";
	const { field, options } = readFieldOf(clause, argument, "query", budget);
	const known = ["query", "operator", "minimum_should_match"];
	const native = [
		"analyzer",
		"fuzziness",
		"fuzzy_rewrite",
		"fuzzy_transpositions",
		"max_expansions",
		"prefix_length",
	];
	if (assertOptions(clause, options, known, native)) return undefined;
	return {
		kind: clause,
		field,
		query: readScalar(options.query, field, budget),
		operator: readOperator(options.operator),
		...readMinimumShouldMatch(options.minimum_should_match, budget),
		...readBoost(options.boost),
	};
}

const TIE_BREAKERS: Record<MultiMatchType, number> = {
	best_fields: 0,
	most_fields: 1,
	phrase: 0,
	phrase_prefix: 0,
	bool_prefix: 1,
};

export function parseMultiMatch(
	argument: Options,
	budget: QueryBudget,
): Query | undefined {
	const clause = "multi_match";
	const known = [
		"query",
		"fields",
		"type",
		"operator",
		"minimum_should_match",
		"tie_breaker",
		"slop",
		"max_expansions",
		"lenient",
	];
	const native = [
		"analyzer",
		"auto_generate_synonyms_phrase_query",
		"fuzziness",
		"fuzzy_rewrite",
		"fuzzy_transpositions",
		"prefix_length",
		"zero_terms_query",
	];
	if (assertOptions(clause, argument, known, native)) return undefined;
	const type = argument.type ?? "best_fields";
	// The words of cross_fields are weighed by all fields together.
	if (type === "cross_fields" || hasSlop(argument)) return undefined;
	if (!isMultiMatchType(type))
		throw malformed(`[multi_match] has no type ${quoted(String(type))}`);
	return {
		kind: clause,
		query: readScalar(argument.query, clause, budget),
		fields: readFields(argument.fields, budget),
		type,
		operator: readOperator(argument.operator),
		...readMinimumShouldMatch(argument.minimum_should_match, budget),
		tieBreaker: readTieBreaker(argument.tie_breaker) ?? TIE_BREAKERS[type],
		expansionsMax: readExpansions(argument.max_expansions),
		...readLenient(argument.lenient),
		...readBoost(argument.boost),
	};
}

export function parseQueryString(
	argument: Options,
	budget: QueryBudget,
): Query | undefined {
	const clause = "query_string";
	const known = [
		"query",
		"fields",
		"default_field",
		"default_operator",
		"lenient",
		"analyze_wildcard",
		"allow_leading_wildcard",
	];
	const native = [
		"analyzer",
		"auto_generate_synonyms_phrase_query",
		"enable_position_increments",
		"escape",
		"fuzziness",
		"fuzzy_max_expansions",
		"fuzzy_prefix_length",
		"fuzzy_rewrite",
		"fuzzy_transpositions",
		"max_determinized_states",
		"minimum_should_match",
		"phrase_slop",
		"quote_analyzer",
		"quote_field_suffix",
		"rewrite",
		"tie_breaker",
		"time_zone",
		"type",
	];
	const isNative = assertOptions(clause, argument, known, native);
	assertDeterminizedStates(argument.max_determinized_states);
	if (typeof argument.query === "string") assertPatternSizes(argument.query);
	if (isNative) return undefined;
	if (argument.analyze_wildcard === true) return undefined;
	if (argument.allow_leading_wildcard === false) return undefined;
	const field = argument.default_field;
	if (field !== undefined && argument.fields !== undefined)
		throw malformed("[query_string] takes [fields] or [default_field]");
	return readTyped(clause, argument, argument.fields ?? field, budget);
}

export function parseSimpleQueryString(
	argument: Options,
	budget: QueryBudget,
): Query | undefined {
	const clause = "simple_query_string";
	const known = [
		"query",
		"fields",
		"default_operator",
		"lenient",
		"analyze_wildcard",
	];
	const native = [
		"analyzer",
		"auto_generate_synonyms_phrase_query",
		"flags",
		"fuzzy_max_expansions",
		"fuzzy_prefix_length",
		"fuzzy_transpositions",
		"minimum_should_match",
		"quote_field_suffix",
	];
	if (assertOptions(clause, argument, known, native)) return undefined;
	if (argument.analyze_wildcard === true) return undefined;
	return readTyped(clause, argument, argument.fields, budget);
}

function readTyped(
	clause: "query_string" | "simple_query_string",
	argument: Options,
	fields: unknown,
	budget: QueryBudget,
): Query {
	return {
		kind: clause,
		query: String(readScalar(argument.query, clause, budget)),
		fields: readFields(fields, budget),
		defaultOperator: readOperator(argument.default_operator),
		...readLenient(argument.lenient),
		...readBoost(argument.boost),
	};
}

/** `name` or `name^boost`. Of a name that comes twice the last boost holds, as in Elasticsearch. */
function readFields(value: unknown, budget: QueryBudget): BoostedField[] {
	if (value === undefined || value === null) return [];
	const names = [value].flat();
	budget.values(names.length);
	const boosts = new Map<string, number>();
	for (const name of names) {
		const [field, boost] = readField(name, budget).split("^", 2);
		const weight = boost === undefined ? 1 : Number(boost);
		if (!field || boost === "" || !Number.isFinite(weight) || weight < 0)
			throw malformed(`the field ${quoted(String(name))} cannot be read`);
		boosts.set(field, weight);
	}
	return [...boosts].map(([field, boost]) => ({ field, boost }));
}

function hasSlop({ slop }: Options): boolean {
	if (slop === undefined || slop === 0) return false;
	if (!Number.isSafeInteger(slop) || (slop as number) < 0)
		throw malformed("[slop] must be an integer that is not negative");
	return true;
}

/** Elasticsearch's own default. */
const EXPANSIONS_DEFAULT = 50;
const EXPANSIONS_MAX = 1_024;

function readExpansions(value: unknown): number {
	if (value === undefined) return EXPANSIONS_DEFAULT;
	if (!Number.isSafeInteger(value) || (value as number) < 1)
		throw malformed("[max_expansions] must be a positive integer");
	if ((value as number) > EXPANSIONS_MAX)
		throw malformed(`[max_expansions] may be ${EXPANSIONS_MAX} at most`);
	return value as number;
}

function readTieBreaker(value: unknown): number | undefined {
	if (value === undefined) return undefined;
	if (typeof value !== "number" || !(value >= 0 && value <= 1))
		throw malformed("[tie_breaker] must be a number from 0 to 1");
	return value;
}

function readLenient(value: unknown): { lenient?: boolean } {
	return value === undefined ? {} : { lenient: readFlag(value, "lenient") };
}

function isMultiMatchType(type: unknown): type is MultiMatchType {
	return typeof type === "string" && Object.hasOwn(TIE_BREAKERS, type);
}
