import { isObject } from "../lib/json.ts";
import {
	parseMatchBoolPrefix,
	parseMatchPhrase,
	parseMatchPhrasePrefix,
	parseMultiMatch,
	parseQueryString,
	parseSimpleQueryString,
} from "./full-text-clauses.ts";
import {
	parseGeoBoundingBox,
	parseGeoDistance,
	parseGeoDistanceRange,
	parseGeoPolygon,
} from "./geo-clauses.ts";
import { parseFuzzy, parseRegexp, parseWildcard } from "./pattern-clauses.ts";
import type { Query } from "./query.ts";
import { forbidden, malformed, quoted } from "./query-errors.ts";
import type { QueryBudget } from "./query-limits.ts";
import { parseRange } from "./range-clause.ts";
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

type ParseLeaf = (
	argument: Record<string, unknown>,
	budget: QueryBudget,
) => Query | undefined;

/**
 * Reads a clause of the tree that holds no other clause.
 * Undefined: the name is none of these, or the clause has an option that only Elasticsearch answers.
 */
export function parseLeaf(
	clause: string,
	argument: unknown,
	budget: QueryBudget,
): Query | undefined {
	const parse = LEAVES.get(clause);
	if (parse === undefined) return undefined;
	if (!isObject(argument))
		throw malformed(`${quoted(clause)} must be an object`);
	return parse(argument, budget);
}

const LEAVES: ReadonlyMap<string, ParseLeaf> = new Map<string, ParseLeaf>([
	["match_all", parseMatchAll],
	["match_none", parseMatchNone],
	["match", parseMatch],
	["match_phrase", parseMatchPhrase],
	["match_phrase_prefix", parseMatchPhrasePrefix],
	["match_bool_prefix", parseMatchBoolPrefix],
	["multi_match", parseMultiMatch],
	["query_string", parseQueryString],
	["simple_query_string", parseSimpleQueryString],
	["term", parseTerm],
	["terms", parseTerms],
	["ids", parseIds],
	["range", parseRange],
	["exists", parseExists],
	["prefix", parsePrefix],
	["wildcard", parseWildcard],
	["regexp", parseRegexp],
	["fuzzy", parseFuzzy],
	["geo_distance", parseGeoDistance],
	["geo_distance_range", parseGeoDistanceRange],
	["geo_bounding_box", parseGeoBoundingBox],
	["geo_polygon", parseGeoPolygon],
]);

function parseMatchAll(argument: Record<string, unknown>): Query {
	assertOptions("match_all", argument, []);
	return { kind: "match_all", ...readBoost(argument.boost) };
}

function parseMatchNone(argument: Record<string, unknown>): Query {
	assertOptions("match_none", argument, []);
	return { kind: "match_none", ...readBoost(argument.boost) };
}

function parseMatch(
	argument: Record<string, unknown>,
	budget: QueryBudget,
): Query | undefined {
	const { field, options } = readFieldOf("match", argument, "query", budget);
	const known = ["query", "operator", "minimum_should_match"];
	if (assertOptions("match", options, known, MATCH_ONLY_NATIVE))
		return undefined;
	return {
		kind: "match",
		field,
		query: readScalar(options.query, field, budget),
		operator: readOperator(options.operator),
		...readMinimumShouldMatch(options.minimum_should_match, budget),
		...readBoost(options.boost),
	};
}

const MATCH_ONLY_NATIVE = [
	"analyzer",
	"auto_generate_synonyms_phrase_query",
	"fuzziness",
	"fuzzy_rewrite",
	"fuzzy_transpositions",
	"lenient",
	"max_expansions",
	"prefix_length",
	"zero_terms_query",
];

function parseTerm(
	argument: Record<string, unknown>,
	budget: QueryBudget,
): Query {
	const { field, options } = readFieldOf("term", argument, "value", budget);
	assertOptions("term", options, ["value", "case_insensitive"]);
	const value = readScalar(options.value, field, budget);
	const caseInsensitive = readFlag(
		options.case_insensitive,
		"case_insensitive",
	);
	const boost = readBoost(options.boost);
	return field === "_id" && !caseInsensitive
		? { kind: "ids", values: [String(value)], ...boost }
		: { kind: "term", field, value, caseInsensitive, ...boost };
}

function parseTerms(
	argument: Record<string, unknown>,
	budget: QueryBudget,
): Query {
	// A list or an object makes a key the field; only else do these two names mean options.
	const isOption = (key: string) =>
		(key === "boost" || key === "_name") && typeof argument[key] !== "object";
	const fields = Object.keys(argument).filter((key) => !isOption(key));
	if (fields.length !== 1) throw malformed("[terms] takes exactly one field");
	const field = readField(fields[0], budget);
	const values = argument[field];
	// The values of a terms look-up come from a document of an index of the caller's choice.
	if (isObject(values)) throw forbidden("terms.index");
	if (!Array.isArray(values)) throw malformed("[terms] takes a list of values");
	budget.values(values.length);
	const scalars = values.map((value) => readScalar(value, field, budget));
	const boost = isOption("boost") ? readBoost(argument.boost) : {};
	return field === "_id"
		? { kind: "ids", values: scalars.map(String), ...boost }
		: { kind: "terms", field, values: scalars, ...boost };
}

function parseIds(
	argument: Record<string, unknown>,
	budget: QueryBudget,
): Query {
	assertOptions("ids", argument, ["values"]);
	if (argument.values === undefined) throw malformed("[ids] needs [values]");
	const values = [argument.values].flat();
	budget.values(values.length);
	return {
		kind: "ids",
		values: values.map((id) => String(readScalar(id, "ids", budget))),
		...readBoost(argument.boost),
	};
}

function parseExists(
	argument: Record<string, unknown>,
	budget: QueryBudget,
): Query {
	assertOptions("exists", argument, ["field"]);
	return {
		kind: "exists",
		field: readField(argument.field, budget),
		...readBoost(argument.boost),
	};
}

function parsePrefix(
	argument: Record<string, unknown>,
	budget: QueryBudget,
): Query | undefined {
	const { field, options } = readFieldOf("prefix", argument, "value", budget);
	const known = ["value", "case_insensitive"];
	if (assertOptions("prefix", options, known, ["rewrite"])) return undefined;
	return {
		kind: "prefix",
		field,
		value: String(readScalar(options.value, field, budget)),
		caseInsensitive: readFlag(options.case_insensitive, "case_insensitive"),
		...readBoost(options.boost),
	};
}
