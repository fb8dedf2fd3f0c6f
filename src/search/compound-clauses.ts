import { isObject } from "../lib/json.ts";
import { readInnerHits } from "./inner-hits.ts";
import type { NestedScoreMode, Query } from "./query.ts";
import { malformed, quoted } from "./query-errors.ts";
import type { QueryBudget } from "./query-limits.ts";
import {
	assertOptions,
	readBoost,
	readField,
	readFlag,
	readMinimumShouldMatch,
} from "./read-option.ts";

type ParseInner = (part: unknown) => Query;

type ParseCompound = (
	argument: Record<string, unknown>,
	parse: ParseInner,
	budget: QueryBudget,
) => Query | undefined;

/**
 * Reads a clause of the tree that holds other clauses.
 * Undefined: the name is none of these, or the clause has an option that only Elasticsearch answers.
 */
export function parseCompound(
	clause: string,
	argument: unknown,
	parse: ParseInner,
	budget: QueryBudget,
): Query | undefined {
	const read = COMPOUNDS.get(clause);
	if (read === undefined) return undefined;
	if (!isObject(argument))
		throw malformed(`${quoted(clause)} must be an object`);
	return read(argument, parse, budget);
}

const COMPOUNDS: ReadonlyMap<string, ParseCompound> = new Map<
	string,
	ParseCompound
>([
	["bool", parseBool],
	["constant_score", parseConstantScore],
	["dis_max", parseDisMax],
	["boosting", parseBoosting],
	["nested", parseNested],
]);

function parseBool(
	argument: Record<string, unknown>,
	parse: ParseInner,
	budget: QueryBudget,
): Query | undefined {
	const { must, filter, should, must_not, ...options } = argument;
	const known = ["minimum_should_match", "adjust_pure_negative"];
	assertOptions("bool", options, known);
	const pure = options.adjust_pure_negative;
	if (pure !== undefined && pure !== true) return undefined;
	const list = (part: unknown) =>
		part === undefined ? [] : [part].flat().map(parse);
	return {
		kind: "bool",
		must: list(must),
		filter: list(filter),
		should: list(should),
		mustNot: list(must_not),
		...readMinimumShouldMatch(options.minimum_should_match, budget),
		...readBoost(options.boost),
	};
}

function parseConstantScore(
	argument: Record<string, unknown>,
	parse: ParseInner,
): Query {
	assertOptions("constant_score", argument, ["filter"]);
	if (argument.filter === undefined)
		throw malformed("[constant_score] requires a [filter]");
	return {
		kind: "constant_score",
		query: parse(argument.filter),
		...readBoost(argument.boost),
	};
}

function parseDisMax(
	argument: Record<string, unknown>,
	parse: ParseInner,
): Query {
	assertOptions("dis_max", argument, ["queries", "tie_breaker"]);
	const queries = [argument.queries ?? []].flat();
	if (queries.length === 0)
		throw malformed("[dis_max] requires [queries] with at least one clause");
	return {
		kind: "dis_max",
		queries: queries.map(parse),
		tieBreaker: readWeight(argument.tie_breaker ?? 0, "tie_breaker"),
		...readBoost(argument.boost),
	};
}

function parseBoosting(
	argument: Record<string, unknown>,
	parse: ParseInner,
): Query {
	const known = ["positive", "negative", "negative_boost"];
	assertOptions("boosting", argument, known);
	const read = (name: string) => {
		if (argument[name] === undefined)
			throw malformed(`[boosting] requires [${name}]`);
		return parse(argument[name]);
	};
	// What is forbidden in either is told before what is missing.
	if (argument.positive === undefined && argument.negative !== undefined)
		parse(argument.negative);
	return {
		kind: "boosting",
		positive: read("positive"),
		negative: read("negative"),
		negativeBoost: readWeight(argument.negative_boost, "negative_boost"),
		...readBoost(argument.boost),
	};
}

function readWeight(value: unknown, name: string): number {
	if (typeof value !== "number" || !Number.isFinite(value) || value < 0)
		throw malformed(`${quoted(name)} must be a number that is not negative`);
	return value;
}

const SCORE_MODES: readonly NestedScoreMode[] = [
	"avg",
	"sum",
	"min",
	"max",
	"none",
];

function parseNested(
	argument: Record<string, unknown>,
	parse: ParseInner,
	budget: QueryBudget,
): Query | undefined {
	const known = [
		"path",
		"query",
		"score_mode",
		"ignore_unmapped",
		"inner_hits",
	];
	assertOptions("nested", argument, known);
	if (argument.query === undefined)
		throw malformed("[nested] requires a [query]");
	const mode = argument.score_mode ?? "avg";
	const scoreMode = SCORE_MODES.find((known) => known === mode);
	if (scoreMode === undefined)
		throw malformed(`[score_mode] must be one of ${SCORE_MODES.join(", ")}`);
	return {
		kind: "nested",
		path: readField(argument.path, budget),
		query: parse(argument.query),
		scoreMode,
		ignoreUnmapped: readFlag(argument.ignore_unmapped, "ignore_unmapped"),
		...(argument.inner_hits === undefined
			? {}
			: { innerHits: readInnerHits(argument.inner_hits, budget) }),
		...readBoost(argument.boost),
	};
}
