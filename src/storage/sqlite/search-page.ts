/** The rows of one page of a search, in their order. */
import type { SearchRequest, Sort } from "../../search/query.ts";
import type { Connection } from "../../sqlite/connection.ts";
import {
	assertCollapsed,
	collapseColumns,
	firstOfEach,
	NOT_COLLAPSED,
} from "./collapse.ts";
import type { Collection } from "./collections.ts";
import { badRequest } from "./field-types.ts";
import { type Fragment, list, sql, TRUE } from "./fragment.ts";
import { countOf, matching } from "./matching.ts";
import {
	type CompiledQuery,
	type QueryContext,
	toFragment,
} from "./query-to-sql.ts";
import { rowsOf } from "./read-rows.ts";
import { afterValues, keyColumn, orderBy, sortKey } from "./sort-to-sql.ts";

/** A collection that is searched, and what the search means in it. */
export interface Part {
	readonly collection: Collection;
	readonly context: QueryContext;
	/** What is computed on. */
	readonly query: CompiledQuery;
	/** What is answered: those of them that the post filter matches. */
	readonly hits: CompiledQuery;
}

export interface Row {
	readonly place: number;
	readonly number: number;
	readonly score: number;
	/** What it is collapsed by; null for nothing. */
	readonly collapsed: string | number | null;
	readonly [key: `k${number}`]: string | number | null;
}

const BY_SCORE: readonly Sort[] = [{ field: "_score", order: "desc" }];

export function sortsOf({
	sort,
}: Pick<SearchRequest, "sort">): readonly Sort[] {
	return sort.length === 0 ? BY_SCORE : sort;
}

export function readPage(
	connection: Connection,
	parts: readonly Part[],
	request: SearchRequest,
): Row[] {
	if (request.size === 0 || parts.length === 0) return [];
	const sorts = sortsOf(request);
	const { collapse } = request;
	const needsScore = sorts.some(({ field }) => field === "_score");
	const selects = parts.map(({ collection, context, hits }, place) => {
		const score = needsScore ? hits.score : 0;
		const keys = sorts.flatMap((sort, key) =>
			sort.field === "_score"
				? []
				: [sql`, ${sortKey(sort, context)} AS ${column(keyColumn(sort, key))}`],
		);
		const group =
			collapse === undefined
				? NOT_COLLAPSED
				: collapseColumns(collapse.field, context);
		return sql`SELECT ${place} AS place, d.number AS number, ${toFragment(score)} AS score, ${group} ${list(keys, "")}
			FROM documents AS d WHERE ${matching(collection, hits)}`;
	});
	const all = list(selects, " UNION ALL ");
	const order = isInOneOrder(parts, sorts) ? sql`number` : orderBy(sorts);
	const rows = rowsOf<Row & { readonly most?: number }>(
		connection,
		sql`SELECT * FROM (${collapse === undefined ? all : firstOfEach(all, order)}) WHERE ${afterPage(parts, sorts, request)}
			ORDER BY ${order} LIMIT ${request.from + request.size}`,
	);
	if (collapse !== undefined) assertCollapsed(rows, collapse.field);
	// Not by OFFSET: SQLite, which makes joins of EXISTS, would skip a row once for each of its values that fits.
	return rows.slice(request.from);
}

export function countMatches(
	connection: Connection,
	parts: readonly Part[],
): number {
	if (parts.length === 0) return 0;
	const counts = parts.map(({ collection, hits }) => countOf(collection, hits));
	const [row] = rowsOf<{ n: number }>(
		connection,
		sql`SELECT sum(n) AS n FROM (${list(counts, " UNION ALL ")})`,
	);
	return row?.n ?? 0;
}

/** All have the same score, so they come as they are found, and the search ends with the page. */
function isInOneOrder(
	[first, ...others]: readonly Part[],
	sorts: readonly Sort[],
): boolean {
	return (
		others.length === 0 &&
		typeof first?.hits.score === "number" &&
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
	const { collapse } = request;
	if (
		collapse !== undefined &&
		(sorts.length > 1 || sorts[0]?.field !== collapse.field)
	)
		throw badRequest(
			"Cannot use [collapse] in conjunction with [search_after] unless the search is sorted on the same field. Multiple sort fields are not allowed.",
		);
	return afterValues(sorts, request.searchAfter, first.context);
}
