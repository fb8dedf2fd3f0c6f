import { createError } from "../errors/gateway-error.ts";
import type { Aggregation } from "./aggregations/aggregation.ts";
import { parseAggregations } from "./aggregations/parse-aggregations.ts";
import { parseQuery } from "./parse-query.ts";
import { parseSort } from "./parse-sort.ts";
import type { Scalar, SearchRequest, Sort } from "./query.ts";
import { malformed } from "./query-errors.ts";
import {
	defaultQueryLimits,
	QueryBudget,
	type QueryLimits,
} from "./query-limits.ts";
import { readScalar } from "./read-option.ts";

/** The page asked for by arguments. It wins over `from` and `size` of the body, which Kuzzle ignores too (recorded). */
export interface PageArguments {
	readonly from: number;
	readonly size: number;
}

/**
 * Reads the body of a search: `query`, `sort`, `search_after` and `aggregations` (or `aggs`). No body at all matches everything.
 *
 * Throws as `parseQuery`, and `services.storage.invalid_search_query` for another member:
 * to leave it out silently would give a wrong answer. What only a search for documents takes, `parseDocumentSearch` reads.
 */
export function parseSearchBody(
	body: unknown,
	page: PageArguments,
	limits: QueryLimits = defaultQueryLimits,
): SearchRequest {
	// An empty array passes for an empty body (recorded). Only own members count: an array inherits one called "sort".
	const {
		query,
		sort,
		search_after,
		aggs,
		aggregations,
		...others
	}: Record<string, unknown> = { ...(body as object | null | undefined) };
	for (const member of Object.keys(others))
		if (!WITHOUT_EFFECT.has(member))
			throw createError("services.storage.invalid_search_query", member);
	const sorts = parseSort(sort, new QueryBudget(limits));
	assertPage(page, search_after !== undefined, limits);
	return {
		query: parseQuery(query ?? {}, limits),
		sort: sorts,
		from: page.from,
		size: page.size,
		...readSearchAfter(search_after, sorts, limits),
		...readAggregations(aggs, aggregations, limits),
	};
}

function readAggregations(
	short: unknown,
	long: unknown,
	limits: QueryLimits,
): { aggregations?: readonly Aggregation[] } {
	if (short !== undefined && long !== undefined)
		throw malformed("[aggs] and [aggregations] are the same; give one of them");
	const dsl = short ?? long;
	return dsl === undefined
		? {}
		: { aggregations: parseAggregations(dsl, limits) };
}

/** Kuzzle takes these, and its answer is the same with and without. */
const WITHOUT_EFFECT = new Set([
	"from",
	"size",
	"explain",
	"search_timeout",
	"_name",
]);

function assertPage(
	page: PageArguments,
	isAfter: boolean,
	limits: QueryLimits,
): void {
	if (page.from < 0 || page.size < 0)
		throw malformed("[from] and [size] may not be negative");
	if (page.from + page.size > limits.resultWindowMax)
		throw malformed(
			`[from] and [size] together may be ${limits.resultWindowMax} at most; go on by [search_after] or by a scroll`,
		);
	if (isAfter && page.from > 0)
		throw malformed("[from] must be 0 with [search_after]");
}

function readSearchAfter(
	value: unknown,
	sorts: readonly Sort[],
	limits: QueryLimits,
): { searchAfter?: readonly Scalar[] } {
	if (value === undefined) return {};
	if (!Array.isArray(value) || value.length !== sorts.length || !sorts.length)
		throw malformed("[search_after] takes one value for each sort key");
	const budget = new QueryBudget(limits);
	return {
		searchAfter: value.map((item) =>
			item === null ? null : readScalar(item, "search_after", budget),
		),
	};
}
