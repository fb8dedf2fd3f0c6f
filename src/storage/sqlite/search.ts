/** A search: runs on the reader thread, inside one read transaction. */
import { createError } from "../../errors/gateway-error.ts";
import type { SearchRequest, Sort } from "../../search/query.ts";
import type { Connection } from "../../sqlite/connection.ts";
import { aggregate } from "./aggregations/aggregate.ts";
import type { Collection } from "./collections.ts";
import { FieldIndex } from "./field-index.ts";
import { badRequest } from "./field-types.ts";
import { type Fragment, list, sql, TRUE } from "./fragment.ts";
import { countOf, matching } from "./matching.ts";
import type { Place, SearchPage, SentHit } from "./messages.ts";
import {
	type CompiledQuery,
	type QueryContext,
	queryToSql,
	toFragment,
} from "./query-to-sql.ts";
import { PAGE_LENGTH_MAX, readHit, rowsOf } from "./read-rows.ts";
import type { SearchFunctions } from "./search-functions.ts";
import {
	afterValues,
	keyColumn,
	orderBy,
	shownValue,
	sortKey,
} from "./sort-to-sql.ts";

/** SQLite joins up to 500 selects. */
const COLLECTIONS_MAX = 400;

/** Elasticsearch's default for `index.max_result_window`. */
const WINDOW_MAX = 10_000;

const BY_SCORE: readonly Sort[] = [{ field: "_score", order: "desc" }];

interface Part {
	readonly collection: Collection;
	readonly context: QueryContext;
	readonly query: CompiledQuery;
}

interface Row {
	readonly place: number;
	readonly number: number;
	readonly score: number;
	readonly [key: `k${number}`]: string | number | null;
}

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
	functions.begin(timeoutMs);
	const parts = collections.map((collection) =>
		toPart(connection, collection, request, { now, functions }),
	);
	const rows =
		request.size === 0 || parts.length === 0
			? []
			: readPage(connection, parts, request);
	const page = {
		total: isWhole(rows, request)
			? rows.length
			: countMatches(connection, parts),
		hits: readHits(connection, rows, request.sort, parts),
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
	return { collection, context, query: queryToSql(request.query, context) };
}

function sortsOf({ sort }: SearchRequest): readonly Sort[] {
	return sort.length === 0 ? BY_SCORE : sort;
}

/** The page begins at the first match and did not fill up: it is all there is. */
function isWhole(
	rows: readonly Row[],
	{ from, size, searchAfter }: SearchRequest,
): boolean {
	return from === 0 && searchAfter === undefined && rows.length < size;
}

function readPage(
	connection: Connection,
	parts: readonly Part[],
	request: SearchRequest,
): Row[] {
	const sorts = sortsOf(request);
	const needsScore = sorts.some(({ field }) => field === "_score");
	const selects = parts.map(({ collection, context, query }, place) => {
		const score = needsScore ? query.score : 0;
		const keys = sorts.flatMap((sort, key) =>
			sort.field === "_score"
				? []
				: [sql`, ${sortKey(sort, context)} AS ${column(keyColumn(sort, key))}`],
		);
		return sql`SELECT ${place} AS place, d.number AS number, ${toFragment(score)} AS score ${list(keys, "")}
			FROM documents AS d WHERE ${matching(collection, query)}`;
	});
	const order = isInOneOrder(parts, sorts) ? sql`number` : orderBy(sorts);
	return rowsOf(
		connection,
		sql`SELECT * FROM (${list(selects, " UNION ALL ")}) WHERE ${afterPage(parts, sorts, request)}
			ORDER BY ${order} LIMIT ${request.size} OFFSET ${request.from}`,
	);
}

/** All have the same score, so they come as they are found, and the search ends with the page. */
function isInOneOrder(
	[first, ...others]: readonly Part[],
	sorts: readonly Sort[],
): boolean {
	return (
		others.length === 0 &&
		typeof first?.query.score === "number" &&
		sorts.every(({ field }) => field === "_score")
	);
}

function column(name: string): Fragment {
	return { sql: name, values: [] };
}

function afterPage(
	parts: readonly Part[],
	sorts: readonly Sort[],
	request: SearchRequest,
): Fragment {
	const [first] = parts;
	if (request.searchAfter === undefined || first === undefined) return TRUE;
	if (request.from > 0)
		throw badRequest("[from] must be 0 with [search_after]");
	if (request.sort.length === 0)
		throw badRequest("[search_after] needs a sort");
	return afterValues(sorts, request.searchAfter, first.context);
}

function countMatches(connection: Connection, parts: readonly Part[]): number {
	if (parts.length === 0) return 0;
	const counts = parts.map(({ collection, query }) =>
		countOf(collection, query),
	);
	const [row] = rowsOf<{ n: number }>(
		connection,
		sql`SELECT sum(n) AS n FROM (${list(counts, " UNION ALL ")})`,
	);
	return row?.n ?? 0;
}

function readHits(
	connection: Connection,
	rows: readonly Row[],
	sorts: readonly Sort[],
	parts: readonly Part[],
): SentHit[] {
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
		length += hit.content.length;
		if (length > PAGE_LENGTH_MAX)
			throw createError("services.storage.get_limit_exceeded");
		return hit;
	});
}
