/** The documents that a query finds, for the statements of a search. */
import type { Collection } from "./collections.ts";
import { type Fragment, sql, TRUE } from "./fragment.ts";
import type { CompiledQuery } from "./query-to-sql.ts";
import { WHILE_WANTED } from "./read-rows.ts";

/** Ends a search with what it has, once its time is over. */
const IN_TIME = sql`in_time()`;

/** For WHERE, on a row `d`. By its candidates where there are any: the plus keeps SQLite from walking the whole collection. */
export function matching(
	{ number }: Collection,
	{ where, candidates }: CompiledQuery,
): Fragment {
	return candidates === undefined
		? sql`d.collection = ${number} AND ${WHILE_WANTED} AND ${IN_TIME} AND ${where}`
		: sql`d.number IN (${candidates.select}) AND +d.collection = ${number} AND ${WHILE_WANTED} AND ${IN_TIME} AND ${candidates.rest}`;
}

/** A SELECT of one column `n`. Where an index knows all that match, no document is looked at. */
export function countOf(
	collection: Collection,
	query: CompiledQuery,
): Fragment {
	if (query.where === TRUE)
		return sql`SELECT count(*) AS n FROM documents AS d WHERE d.collection = ${collection.number}`;
	return query.candidates?.rest === TRUE
		? sql`SELECT count(DISTINCT number) AS n FROM (${query.candidates.select}) WHERE ${IN_TIME}`
		: sql`SELECT count(*) AS n FROM documents AS d WHERE ${matching(collection, query)}`;
}
