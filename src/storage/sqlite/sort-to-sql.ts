import { createError } from "../../errors/gateway-error.ts";
import type { Scalar, Sort } from "../../search/query.ts";
import { badRequest, toKeyword } from "./field-types.ts";
import { and, FALSE, type Fragment, or, sql } from "./fragment.ts";
import type { QueryContext } from "./query-to-sql.ts";
import { type LeafField, resolveField } from "./resolve-field.ts";
import { moments, toComparable } from "./value-conditions.ts";

/** The column that holds the values of a sort key; the score has one in any case. */
export function keyColumn(sort: Sort, index: number): "score" | `k${number}` {
	return sort.field === "_score" ? "score" : `k${index}`;
}

/** The value that a row `d` is sorted by (other than its score); null when it has none. Throws `unexpected_bad_request` for a field that cannot be sorted by. */
export function sortKey(sort: Sort, context: QueryContext): Fragment {
	if (sort.field === "_doc") return sql`d.number`;
	const field = resolveField(sort.field, context.mappings);
	if (field.kind === "id") return sql`d.id`;
	if (field.kind === "none")
		throw badRequest(
			`No mapping found for [${sort.field}] in order to sort on`,
		);
	if (field.kind === "object" || field.kind === "text")
		throw badRequest(
			`the field [${sort.field}] cannot be sorted by; a keyword field can`,
		);
	if (field.kind === "presence")
		throw createError(
			"services.storage.invalid_query_keyword",
			`sort.${sort.field}`,
		);
	// Of several values the one that comes first in the wanted order counts, as in Elasticsearch.
	const value = sql`(SELECT ${sort.order === "asc" ? sql`min(v.value)` : sql`max(v.value)`}
		FROM json_each(d.fields, ${`$."${field.key}"`}) AS v)`;
	const { missing } = sort;
	return missing === undefined ||
		missing === "_last" ||
		missing === "_first" ||
		missing === null
		? value
		: sql`coalesce(${value}, ${toSortValue(missing, field, context)})`;
}

/** For ORDER BY: by the columns of the keys, then by a stable order. */
export function orderBy(sorts: readonly Sort[]): Fragment {
	const keys = sorts.map((sort, index) => {
		const direction = sort.order === "asc" ? "ASC" : "DESC";
		return `${keyColumn(sort, index)} ${direction} NULLS ${sort.missing === "_first" ? "FIRST" : "LAST"}`;
	});
	return { sql: [...keys, "number ASC"].join(", "), values: [] };
}

/** The rows that come strictly after the given sort values, by the columns of the keys. */
export function afterValues(
	sorts: readonly Sort[],
	values: readonly Scalar[],
	context: QueryContext,
): Fragment {
	if (sorts.length === 0 || sorts.length !== values.length)
		throw badRequest(
			`[search_after] has ${values.length} values, and the sort has ${sorts.length}`,
		);
	return sorts.reduceRight<Fragment>((rest, sort, index) => {
		const key: Fragment = { sql: keyColumn(sort, index), values: [] };
		const value = toAfterValue(values[index] ?? null, sort, context);
		return or([
			follows(key, value, sort),
			and([sql`${key} IS ${value}`, rest]),
		]);
	}, FALSE);
}

function follows(
	key: Fragment,
	value: string | number | null,
	sort: Sort,
): Fragment {
	const isFirst = sort.missing === "_first";
	if (value === null) return isFirst ? sql`${key} IS NOT NULL` : FALSE;
	const beyond =
		sort.order === "asc"
			? sql`coalesce(${key} > ${value}, 0)`
			: sql`coalesce(${key} < ${value}, 0)`;
	return isFirst ? beyond : or([beyond, sql`${key} IS NULL`]);
}

function toAfterValue(
	value: Scalar,
	sort: Sort,
	context: QueryContext,
): string | number | null {
	if (value === null) return null;
	if (sort.field === "_score" || sort.field === "_doc") {
		if (typeof value !== "number")
			throw badRequest(`[search_after] needs a number for [${sort.field}]`);
		return value;
	}
	const field = resolveField(sort.field, context.mappings);
	if (field.kind === "id") return String(value);
	return "key" in field ? toSortValue(value, field, context) : null;
}

function toSortValue(
	value: Exclude<Scalar, null>,
	field: LeafField,
	context: QueryContext,
): string | number {
	if (field.kind === "date")
		// What a former page was sorted by are milliseconds, whatever the field's format is.
		return typeof value === "number"
			? value
			: moments(value, field, context, undefined).from;
	if (field.kind === "boolean" && typeof value === "number") return value;
	return field.kind === "keyword"
		? toKeyword(value)
		: toComparable(value, field);
}
