import { isObject } from "../lib/json.ts";
import { assertDeterminizedStates, assertPatternSize } from "./pattern-size.ts";
import type { Query } from "./query.ts";
import {
	forbidden,
	forbiddenScript,
	malformed,
	quoted,
} from "./query-errors.ts";
import type { QueryBudget } from "./query-limits.ts";

interface NativeContext {
	/** How deep the clause stands. */
	readonly depth: number;
	readonly budget: QueryBudget;
	/** Reads a clause inside this one. */
	readonly parse: (part: unknown) => Query;
}

/**
 * Checks a clause that only Elasticsearch answers, with everything inside it, and passes it on as it came.
 * Throws `services.storage.invalid_query_keyword` for what could read another index or run a script.
 */
export function parseNative(
	clause: string,
	argument: unknown,
	context: NativeContext,
): Query {
	if (clause === "script") throw forbiddenScript(clause, argument);
	if (FORBIDDEN_CLAUSES.has(clause)) throw forbidden(clause);
	const shape = NATIVE.get(clause);
	if (shape === undefined)
		throw malformed(`there is no clause ${quoted(clause)}`);
	if (!isObject(argument))
		throw malformed(`${quoted(clause)} must be an object`);
	const members = Object.entries(argument);
	context.budget.values(members.length);
	for (const [key, value] of members) {
		context.budget.text(key);
		if (shape === "field")
			checkInside(value, context.depth + 1, context.budget);
		else if (shape.includes(key)) parseAll(value, context.parse);
		else checkOption(clause, key, value, context);
	}
	return { kind: "native", clause, argument };
}

/** They name documents of other indexes, or hide a query from this check (wrapper holds one as base64). */
const FORBIDDEN_CLAUSES = new Set(["percolate", "wrapper", "template"]);

/**
 * The clauses that pass, and how to read them. `"field"`: its keys are fields, beside options. A list: its keys are
 * options, and those listed hold clauses, which are read like any other.
 */
const NATIVE: ReadonlyMap<string, "field" | readonly string[]> = new Map<
	string,
	"field" | readonly string[]
>([
	// A bool, match or prefix with options that the tree does not hold.
	["bool", ["must", "filter", "should", "must_not"]],
	["match", "field"],
	["prefix", "field"],
	["range", "field"],
	["match_phrase", "field"],
	["match_phrase_prefix", "field"],
	["match_bool_prefix", "field"],
	["multi_match", []],
	["combined_fields", []],
	["query_string", []],
	["simple_query_string", []],
	["intervals", "field"],
	["wildcard", "field"],
	["regexp", "field"],
	["fuzzy", "field"],
	["terms_set", "field"],
	["constant_score", ["filter"]],
	["dis_max", ["queries"]],
	["boosting", ["positive", "negative"]],
	["function_score", ["query"]],
	["script_score", ["query"]],
	["nested", ["query"]],
	["has_child", ["query"]],
	["has_parent", ["query"]],
	["parent_id", []],
	["more_like_this", []],
	["distance_feature", []],
	["rank_feature", []],
	["geo_bounding_box", "field"],
	["geo_distance", "field"],
	["geo_polygon", "field"],
	["geo_shape", "field"],
	["geo_grid", "field"],
	["shape", "field"],
	["span_term", "field"],
	["span_gap", "field"],
	["span_first", ["match"]],
	["span_multi", ["match"]],
	["span_near", ["clauses"]],
	["span_or", ["clauses"]],
	["span_not", ["include", "exclude"]],
	["span_containing", ["little", "big"]],
	["span_within", ["little", "big"]],
	["span_field_masking", ["query"]],
	["field_masking_span", ["query"]],
]);

function parseAll(parts: unknown, parse: (part: unknown) => Query): void {
	for (const part of [parts].flat()) parse(part);
}

function checkOption(
	clause: string,
	key: string,
	value: unknown,
	context: NativeContext,
): void {
	if (clause === "function_score" && key === "functions") {
		checkFunctions(value, context);
		return;
	}
	if (clause === "more_like_this") checkLikeness(key, value);
	checkKey(key, value);
	checkInside(value, context.depth + 1, context.budget);
}

/** The functions of a function_score: each may hold a clause, its `filter`. */
function checkFunctions(functions: unknown, context: NativeContext): void {
	const list = [functions].flat();
	context.budget.values(list.length);
	for (const part of list) {
		if (!isObject(part)) throw malformed("[functions] must hold objects");
		const { filter, ...rest } = part;
		if (filter !== undefined) context.parse(filter);
		checkInside(rest, context.depth + 1, context.budget);
	}
}

/** Likeness to given text is harmless; likeness to a stored document names its index. */
function checkLikeness(key: string, value: unknown): void {
	const isByDocument =
		key === "docs" ||
		key === "ids" ||
		((key === "like" || key === "unlike") &&
			[value].flat().some((item) => typeof item === "object"));
	if (isByDocument) throw forbidden(`more_like_this.${key}`);
}

/**
 * Checks what is passed on as it came and is no clause, such as the options of an aggregation. Throws as `parseNative`.
 * `depth`: how deep it stands.
 */
export function checkNativeValue(
	value: unknown,
	depth: number,
	budget: QueryBudget,
): void {
	checkInside(value, depth, budget);
}

/** Walks JSON that is not read as clauses, within the limits. */
function checkInside(value: unknown, depth: number, budget: QueryBudget): void {
	budget.depth(depth);
	if (typeof value === "string") budget.text(value);
	if (typeof value !== "object" || value === null) return;
	if (Array.isArray(value)) {
		budget.values(value.length);
		for (const item of value) checkInside(item, depth + 1, budget);
		return;
	}
	const members = Object.entries(value);
	budget.values(members.length);
	for (const [key, member] of members) {
		budget.text(key);
		checkKey(key, member);
		checkInside(member, depth + 1, budget);
	}
}

/**
 * What no option may be called. Look-ups name an index (`index`, `_index`, `indexed_shape`); a highlight holds a query,
 * and the sort of inner hits may hold one, which are not read as clauses here. Of scripts only calls of stored ones pass: `{id, params}`.
 */
function checkKey(key: string, value: unknown): void {
	if (FORBIDDEN_KEYS.has(key) || FORBIDDEN_CLAUSES.has(key))
		throw forbidden(key);
	if (key === "max_determinized_states") assertDeterminizedStates(value);
	// The rule of an interval; a clause of this name is read as one.
	if (key === "regexp" && isObject(value) && typeof value.pattern === "string")
		assertPatternSize(value.pattern);
	// Of the terms of an aggregation.
	if ((key === "include" || key === "exclude") && typeof value === "string")
		assertPatternSize(value);
	const isScript = key === "script" || key.endsWith("_script");
	if (!isScript) return;
	const isCall =
		isObject(value) &&
		typeof value.id === "string" &&
		Object.keys(value).every((name) => name === "id" || name === "params");
	if (!isCall) throw forbiddenScript(key, value);
}

const FORBIDDEN_KEYS = new Set([
	"index",
	"_index",
	"indexed_shape",
	"highlight_query",
	"script_fields",
	"runtime_mappings",
]);
