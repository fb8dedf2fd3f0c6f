import { createError } from "../errors/gateway-error.ts";
import { isObject } from "../lib/json.ts";
import { readCollapse } from "./collapse.ts";
import { readHighlight } from "./highlight.ts";
import { checkNativeValue } from "./native-clauses.ts";
import { parseQuery } from "./parse-query.ts";
import { type PageArguments, parseSearchBody } from "./parse-search-body.ts";
import type { SearchRequest } from "./query.ts";
import { malformed } from "./query-errors.ts";
import {
	defaultQueryLimits,
	QueryBudget,
	type QueryLimits,
} from "./query-limits.ts";
import {
	readPaths,
	readSourceFilter,
	type SourceFilter,
} from "./source-filter.ts";

/**
 * Reads the body of a search for documents: what `parseSearchBody` reads, and what only concerns which part of a document is
 * answered, and how: `_source`, `post_filter`, `highlight`, `collapse`, `suggest`. Throws as `parseSearchBody`.
 *
 * `fields` is checked and has no effect: what it asks for does not reach Kuzzle's answers (recorded).
 */
export function parseDocumentSearch(
	body: unknown,
	page: PageArguments,
	limits: QueryLimits = defaultQueryLimits,
): SearchRequest {
	const {
		post_filter,
		highlight,
		collapse,
		suggest,
		fields,
		_source,
		_source_includes,
		_source_excludes,
		...others
	}: Record<string, unknown> = { ...(body as object | null | undefined) };
	const request = parseSearchBody(others, page, limits);
	const budget = new QueryBudget(limits);
	checkFields(fields, budget);
	const source = narrowed(
		readSourceFilter(_source, budget),
		readPaths(_source_includes, budget),
		readPaths(_source_excludes, budget),
	);
	return {
		...request,
		...(source === undefined ? {} : { source }),
		...(post_filter === undefined || post_filter === null
			? {}
			: { postFilter: parseQuery(post_filter, limits, "body.post_filter") }),
		...(highlight === undefined || highlight === null
			? {}
			: { highlight: readHighlight(highlight, budget) }),
		...(collapse === undefined || collapse === null
			? {}
			: { collapse: readCollapse(collapse, budget) }),
		...readSuggest(suggest, budget),
	};
}

/** What the two other ways to say it add. */
function narrowed(
	source: SourceFilter | undefined,
	includes: readonly string[],
	excludes: readonly string[],
): SourceFilter | undefined {
	if (includes.length + excludes.length === 0 || source === false)
		return source;
	if (typeof source !== "object") return { includes, excludes };
	return {
		includes: [...source.includes, ...includes],
		excludes: [...source.excludes, ...excludes],
	};
}

function checkFields(fields: unknown, budget: QueryBudget): void {
	if (fields === undefined || fields === null) return;
	checkNativeValue(fields, 1, budget);
	for (const field of [fields].flat()) {
		const name = isObject(field) ? field.field : field;
		if (typeof name !== "string")
			throw malformed("[fields] must name fields by texts");
	}
}

/** Only Elasticsearch answers suggestions. */
function readSuggest(
	suggest: unknown,
	budget: QueryBudget,
): Pick<SearchRequest, "suggest"> {
	if (suggest === undefined || suggest === null) return {};
	if (!isObject(suggest)) throw malformed("[suggest] must be an object");
	for (const suggester of Object.values(suggest)) {
		const { phrase } = isObject(suggester) ? suggester : {};
		// It holds a query, as a template with a script in it.
		if (isObject(phrase) && phrase.collate !== undefined)
			throw createError(
				"services.storage.invalid_query_keyword",
				"suggest.phrase.collate",
			);
	}
	checkNativeValue(suggest, 1, budget);
	return { suggest };
}
