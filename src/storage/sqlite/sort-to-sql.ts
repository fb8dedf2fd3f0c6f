import { createError } from "../../errors/gateway-error.ts";
import { metersOf } from "../../search/geo-distance.ts";
import type { Scalar, Sort, SortDistance } from "../../search/query.ts";
import { badRequest, INTEGER_BOUNDS, toKeyword } from "./field-types.ts";
import { and, FALSE, type Fragment, or, sql, TRUE } from "./fragment.ts";
import { nestedRows, noNestedField } from "./nested-to-sql.ts";
import { fieldOf, fieldsOf, pathOf } from "./query-fields.ts";
import { type QueryContext, queryToSql } from "./query-to-sql.ts";
import { isOnlyNested, type LeafField } from "./resolve-field.ts";
import { moments, toComparable } from "./value-conditions.ts";

/** The column that holds the values of a sort key; the score has one in any case. */
export function keyColumn(sort: Sort, index: number): "score" | `k${number}` {
	return sort.field === "_score" ? "score" : `k${index}`;
}

/** The value that a row `d` is sorted by (other than its score); null when it has none. Throws `unexpected_bad_request` for a field that cannot be sorted by. */
export function sortKey(sort: Sort, context: QueryContext): Fragment {
	if (sort.field === "_doc") return sql`d.number`;
	if (sort.distance !== undefined)
		return distanceKey(sort, sort.distance, context);
	const rows = rowsOf(sort, context);
	const field = fieldOf(sort.field, rows.context);
	if (field.kind === "id") return sql`d.id`;
	if (field.kind === "none") return unmappedKey(sort, context);
	if (field.kind === "object" || field.kind === "text" || field.kind === "geo")
		throw badRequest(
			`the field [${sort.field}] cannot be sorted by; a keyword field can`,
		);
	if (field.kind === "presence")
		throw createError(
			"services.storage.invalid_query_keyword",
			`sort.${sort.field}`,
		);
	assertNumericType(sort, field);
	const value = rows.value(field, oneValue(sort, field));
	const { missing } = sort;
	return missing === undefined ||
		missing === "_last" ||
		missing === "_first" ||
		missing === null
		? value
		: sql`coalesce(${value}, ${toSortValue(missing, field, context)})`;
}

/** What a hit tells of a sort value. JSON has no infinity, and a float is as short as it can be. */
export function shownValue(
	value: string | number | null,
	sort: Sort,
	context: QueryContext,
): string | number | null {
	if (typeof value !== "number") return value;
	if (sort.distance !== undefined)
		return Number.isFinite(value) ? value : String(value);
	if (Number.isInteger(value) || sort.field === "_score") return value;
	const field = fieldOf(sort.field, {
		...context,
		...(sort.nested && {
			nested: { path: sort.nested.path, fields: sql``, from: sql``, depth: 0 },
		}),
	});
	const isFloat =
		field.kind === "number" &&
		"definition" in field &&
		field.definition.type === "float";
	return isFloat ? shortest(value) : value;
}

/** Nine digits tell any float from any other. */
function shortest(value: number): number {
	const float = Math.fround(value);
	for (let digits = 1; digits < 9; digits++) {
		const short = Number(float.toPrecision(digits));
		if (Math.fround(short) === float) return short;
	}
	return Number(float.toPrecision(9));
}

const NO_VALUE = sql`NULL`;

/** Of the objects of a nested field, those of other fields have no value; documents must have the field. */
function unmappedKey(sort: Sort, context: QueryContext): Fragment {
	if (sort.nested !== undefined || sort.unmappedType !== undefined)
		return NO_VALUE;
	throw badRequest(
		isOnlyNested(sort.field, context.mappings)
			? `it is mandatory to set the [nested] context on the nested sort field: [${sort.field}].`
			: `No mapping found for [${sort.field}] in order to sort on`,
	);
}

/** Where the values of a sort are. */
interface SortRows {
	readonly context: QueryContext;
	/** One value of all that the document has: `aggregate` is of `v.value`. */
	readonly value: (field: LeafField, aggregate: Fragment) => Fragment;
}

function rowsOf({ nested }: Sort, context: QueryContext): SortRows {
	const select = (from: Fragment, where: Fragment) => {
		return (field: LeafField, aggregate: Fragment) =>
			sql`(SELECT ${aggregate} FROM ${from} json_each(${fieldsOf(inner)}, ${pathOf(field.key)}) AS v WHERE ${where})`;
	};
	let inner = context;
	if (nested === undefined) return { context, value: select(sql``, TRUE) };
	const rows = nestedRows(nested.path, context);
	if (rows === undefined) throw noNestedField(nested.path);
	inner = rows.context;
	const where =
		nested.filter === undefined ? TRUE : queryToSql(nested.filter, inner).where;
	return { context: inner, value: select(sql`${rows.from}, `, where) };
}

/** Of several values the one that comes first in the wanted order counts, as in Elasticsearch. */
function oneValue(sort: Sort, field: LeafField): Fragment {
	const mode = sort.mode ?? (sort.order === "asc" ? "min" : "max");
	if (mode === "min") return sql`min(v.value)`;
	if (mode === "max") return sql`max(v.value)`;
	if (field.kind === "keyword")
		throw badRequest(
			"we only support AVG, MEDIAN and SUM on number based fields",
		);
	if (mode === "median" && sort.nested !== undefined)
		throw badRequest("Unsupported sort mode: MEDIAN");
	const type = String(field.definition.type);
	// Of whole numbers that is one already.
	if (mode === "sum")
		return type === "float"
			? inType(sql`sum(v.value)`, type)
			: sql`sum(v.value)`;
	const value =
		mode === "avg"
			? sql`avg(v.value)`
			: sql`median_of(json_group_array(v.value))`;
	return inType(value, type);
}

/**
 * Elasticsearch reckons with doubles, and then sorts by a value of the field's type: whole numbers as Java rounds, floats of half the
 * digits. A page that begins after such a value would otherwise begin with the hit that has it.
 */
function inType(value: Fragment, type: string): Fragment {
	if (type === "double") return value;
	return type === "float"
		? sql`as_float(${value})`
		: sql`floor(${value} + 0.5)`;
}

const NUMERIC_TYPES = new Set(["long", "double", "date", "date_nanos"]);

/** Only the type that the field has anyway is answered. */
function assertNumericType({ numericType }: Sort, field: LeafField): void {
	if (numericType === undefined) return;
	if (!NUMERIC_TYPES.has(numericType) || field.kind === "keyword")
		throw badRequest(
			`[numeric_type] option cannot be set to [${numericType}] on a field of type [${String(field.definition.type)}]`,
		);
	const own =
		field.kind === "date"
			? "date"
			: INTEGER_BOUNDS.has(String(field.definition.type)) ||
					field.kind === "boolean"
				? "long"
				: "double";
	if (own !== numericType)
		throw createError(
			"services.storage.invalid_query_keyword",
			"sort.numeric_type",
		);
}

/** Elasticsearch takes what has no place for infinitely far away. */
const FARTHEST = sql`9e999`;

function distanceKey(
	sort: Sort,
	distance: SortDistance,
	context: QueryContext,
): Fragment {
	const rows = rowsOf(sort, context);
	const field = fieldOf(sort.field, rows.context);
	if (field.kind === "none" && distance.ignoreUnmapped) return FARTHEST;
	if (field.kind === "none")
		throw badRequest(
			`failed to find mapper for [${sort.field}] for geo distance based sort`,
		);
	if (field.kind !== "geo")
		throw badRequest(
			`unable to apply geo distance sort to field [${sort.field}]`,
		);
	const mode = sort.mode ?? (sort.order === "asc" ? "min" : "max");
	if (mode === "median" && sort.nested !== undefined)
		throw badRequest("Unsupported sort mode: MEDIAN");
	const meters = rows.value(
		field,
		sql`meters_to(json_group_array(v.value), ${JSON.stringify({ from: distance.from, type: distance.type, mode })})`,
	);
	return sql`coalesce(${meters} / ${metersOf(distance.unit) ?? 1}, ${FARTHEST})`;
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
	if (sort.distance !== undefined) {
		// Infinity, which JSON does not have, is written as a text.
		const meters = Number(value);
		if (Number.isNaN(meters))
			throw badRequest("[search_after] needs a number for [_geo_distance]");
		return meters;
	}
	const field = fieldOf(sort.field, rowsOf(sort, context).context);
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
