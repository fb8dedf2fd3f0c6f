/** One hit for all documents with the same value of a field. */
import { badRequest } from "./field-types.ts";
import { type Fragment, sql } from "./fragment.ts";
import { fieldOf, fieldsOf, pathOf } from "./query-fields.ts";
import type { QueryContext } from "./query-to-sql.ts";

export const NOT_COLLAPSED = sql`NULL AS collapsed, 0 AS several`;

/** The value that a row `d` is collapsed by, and how many it has. Throws `unexpected_bad_request` for a field that cannot be collapsed by. */
export function collapseColumns(name: string, context: QueryContext): Fragment {
	const field = fieldOf(name, context);
	if (field.kind === "none")
		throw badRequest(`no mapping found for [${name}] in order to collapse on`);
	if (field.kind !== "keyword" && field.kind !== "number")
		throw badRequest(
			`collapse is not supported for the field [${name}]: it is neither a keyword nor a number`,
		);
	const values = sql`json_each(${fieldsOf(context)}, ${pathOf(field.key)}) AS v`;
	// A keyword that comes twice is kept once.
	const count =
		field.kind === "keyword" ? sql`count(DISTINCT v.value)` : sql`count(*)`;
	return sql`(SELECT min(v.value) FROM ${values}) AS collapsed, (SELECT ${count} FROM ${values}) AS several`;
}

/** Of these rows the first of each value, in this order. */
export function firstOfEach(rows: Fragment, order: Fragment): Fragment {
	return sql`SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY collapsed ORDER BY ${order}) AS nth, max(several) OVER () AS most
		FROM (${rows})) WHERE nth = 1`;
}

/** As Elasticsearch, which refuses a search that meets such a document, on whatever page. */
export function assertCollapsed(
	rows: readonly { readonly most?: number }[],
	field: string,
): void {
	if (rows.some(({ most = 0 }) => most > 1))
		throw badRequest(
			`failed to collapse: the collapse field [${field}] must be single valued`,
		);
}
