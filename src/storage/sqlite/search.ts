/** A search: runs on the reader thread, inside one read transaction. */
import { createError } from "../../errors/gateway-error.ts";
import type { JsonObject } from "../../lib/json.ts";
import type { Query, SearchRequest } from "../../search/query.ts";
import type { SourceFilter } from "../../search/source-filter.ts";
import type { Connection } from "../../sqlite/connection.ts";
import { aggregate } from "./aggregations/aggregate.ts";
import { filterSource } from "./aggregations/filter-source.ts";
import type { Collection } from "./collections.ts";
import { FieldIndex } from "./field-index.ts";
import { badRequest } from "./field-types.ts";
import { createMarker, type Marker } from "./highlight/highlight.ts";
import type { Place, SearchPage, SentHit } from "./messages.ts";
import { type QueryContext, queryToSql } from "./query-to-sql.ts";
import { PAGE_LENGTH_MAX, readHit } from "./read-rows.ts";
import type { SearchFunctions } from "./search-functions.ts";
import {
	countMatches,
	type Part,
	type Row,
	readPage,
	sortsOf,
} from "./search-page.ts";
import { keyColumn, shownValue } from "./sort-to-sql.ts";

/** SQLite joins up to 500 selects. */
const COLLECTIONS_MAX = 400;

/** Elasticsearch's default for `index.max_result_window`. */
const WINDOW_MAX = 10_000;

export function search(
	connection: Connection,
	collections: readonly Collection[],
	{
		request,
		now,
		places,
		timeoutMs,
	}: {
		request: SearchRequest;
		now: number;
		places: readonly Place[];
		timeoutMs?: number | undefined;
	},
	functions: SearchFunctions,
): SearchPage {
	if (collections.length > COLLECTIONS_MAX)
		throw badRequest(
			`one search can read up to ${COLLECTIONS_MAX} collections`,
		);
	if (request.from + request.size > WINDOW_MAX)
		throw badRequest(
			`Result window is too large, [from] + [size] must be at most ${WINDOW_MAX}`,
		);
	if (request.suggest !== undefined)
		throw createError("services.storage.invalid_search_query", "suggest");
	if (request.collapse !== undefined && request.collapse.innerHits.length > 0)
		throw createError(
			"services.storage.invalid_search_query",
			"collapse.inner_hits",
		);
	functions.begin(timeoutMs);
	const parts = collections.map((collection) =>
		toPart(connection, collection, request, { now, functions }),
	);
	const rows = readPage(connection, parts, request);
	const page = {
		total: isWhole(rows, request)
			? rows.length
			: countMatches(connection, parts),
		hits: readHits(connection, rows, request, parts),
		...(request.aggregations === undefined
			? {}
			: {
					aggregations: aggregate(connection, parts, request.aggregations, {
						places,
						now,
					}),
				}),
	};
	return functions.isOver() ? { ...page, timedOut: true } : page;
}

function toPart(
	connection: Connection,
	collection: Collection,
	request: SearchRequest,
	{ now, functions }: { now: number; functions: SearchFunctions },
): Part {
	const context: QueryContext = {
		mappings: collection.mappings,
		now,
		index: new FieldIndex(connection, collection.number, functions.scorers),
		isScored:
			request.aggregations !== undefined ||
			sortsOf(request).some(({ field }) => field === "_score"),
	};
	const { query, postFilter } = request;
	const compiled = queryToSql(query, context);
	return {
		collection,
		context,
		query: compiled,
		hits:
			postFilter === undefined
				? compiled
				: queryToSql(bothOf(query, postFilter), context),
	};
}

/** Scored as the query alone. */
function bothOf(query: Query, filter: Query): Query {
	return {
		kind: "bool",
		must: [query],
		filter: [filter],
		should: [],
		mustNot: [],
	};
}

/** The page begins at the first match and did not fill up: it is all there is. */
function isWhole(
	rows: readonly Row[],
	{ from, size, searchAfter, collapse }: SearchRequest,
): boolean {
	return (
		from === 0 &&
		searchAfter === undefined &&
		collapse === undefined &&
		rows.length < size
	);
}

function readHits(
	connection: Connection,
	rows: readonly Row[],
	request: SearchRequest,
	parts: readonly Part[],
): SentHit[] {
	const { sort: sorts, source } = request;
	const markers = markersOf(connection, rows, request, parts);
	const hasScore =
		sorts.length === 0 || sorts.some(({ field }) => field === "_score");
	let length = 0;
	return rows.map((row) => {
		const context = parts[row.place]?.context;
		const values = sorts.map((sort, key) => {
			const value = row[keyColumn(sort, key)] ?? null;
			return context === undefined ? value : shownValue(value, sort, context);
		});
		const hit = readHit(connection, row.number, {
			place: row.place,
			score: hasScore ? row.score : null,
			...(sorts.length === 0 ? {} : { sort: values }),
		});
		const highlight = markers[row.place]?.(
			row.number,
			JSON.parse(hit.content) as JsonObject,
		);
		const told = {
			...withSource(hit, source),
			...(highlight === undefined ? {} : { highlight }),
		};
		length += told.content.length;
		if (length > PAGE_LENGTH_MAX)
			throw createError("services.storage.get_limit_exceeded");
		return told;
	});
}

/** By place; none where nothing is to be highlighted. */
function markersOf(
	connection: Connection,
	rows: readonly Row[],
	{ highlight, query }: SearchRequest,
	parts: readonly Part[],
): readonly Marker[] {
	if (highlight === undefined) return [];
	return parts.map(({ context }, place) => {
		const numbers = rows
			.filter((row) => row.place === place)
			.map(({ number }) => number);
		return createMarker(connection, highlight, { query, context, numbers });
	});
}

function withSource(hit: SentHit, source: SourceFilter | undefined): SentHit {
	if (source === undefined || source === true) return hit;
	if (source === false)
		return { ...hit, content: "{}", isWithoutContent: true };
	const content = JSON.parse(hit.content) as JsonObject;
	return { ...hit, content: JSON.stringify(filterSource(content, source)) };
}
