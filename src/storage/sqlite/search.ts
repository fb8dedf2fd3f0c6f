/** A search: runs on the reader thread, inside one read transaction. */
import { createError } from "../../errors/gateway-error.ts";
import type { SearchRequest, Sort } from "../../search/query.ts";
import type { Connection } from "../../sqlite/connection.ts";
import type { Collection } from "./collections.ts";
import { badRequest } from "./field-types.ts";
import { type Fragment, list, sql, TRUE } from "./fragment.ts";
import type { SearchPage, SentHit } from "./messages.ts";
import {
	type CompiledQuery,
	type QueryContext,
	queryToSql,
	toFragment,
} from "./query-to-sql.ts";
import { PAGE_LENGTH_MAX, readHit, rowsOf, WHILE_WANTED } from "./read-rows.ts";
import { afterValues, keyColumn, orderBy, sortKey } from "./sort-to-sql.ts";

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
	{ request, now }: { request: SearchRequest; now: number },
): SearchPage {
	if (collections.length > COLLECTIONS_MAX)
		throw badRequest(
			`one search can read up to ${COLLECTIONS_MAX} collections`,
		);
	if (request.from + request.size > WINDOW_MAX)
		throw badRequest(
			`Result window is too large, [from] + [size] must be at most ${WINDOW_MAX}`,
		);
	const parts = collections.map((collection) => {
		const context = { mappings: collection.mappings, now };
		return { collection, context, query: queryToSql(request.query, context) };
	});
	const rows =
		request.size === 0 || parts.length === 0
			? []
			: readPage(connection, parts, request);
	return {
		total: isWhole(rows, request)
			? rows.length
			: countMatches(connection, parts),
		hits: readHits(connection, rows, request.sort),
	};
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
	const sorts = request.sort.length === 0 ? BY_SCORE : request.sort;
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
	return rowsOf(
		connection,
		sql`SELECT * FROM (${list(selects, " UNION ALL ")}) WHERE ${afterPage(parts, sorts, request)}
			ORDER BY ${orderBy(sorts)} LIMIT ${request.size} OFFSET ${request.from}`,
	);
}

function column(name: string): Fragment {
	return { sql: name, values: [] };
}

function matching(collection: Collection, query: CompiledQuery): Fragment {
	return sql`d.collection = ${collection.number} AND ${WHILE_WANTED} AND ${query.where}`;
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
	const counts = parts.map(
		({ collection, query }) =>
			sql`SELECT count(*) AS n FROM documents AS d WHERE ${matching(collection, query)}`,
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
): SentHit[] {
	const hasScore =
		sorts.length === 0 || sorts.some(({ field }) => field === "_score");
	let length = 0;
	return rows.map((row) => {
		const values = sorts.map((sort, key) => row[keyColumn(sort, key)] ?? null);
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
