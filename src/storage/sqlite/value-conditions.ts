/** Conditions on `v.value`, one value of a field, as it is indexed (`index-document.ts`). */
import { createError, type GatewayError } from "../../errors/gateway-error.ts";
import type { Query, RangeBounds, Scalar } from "../../search/query.ts";
import { type TimeZone, timeZone } from "./aggregations/time-zone.ts";
import {
	isKnownDateFormat,
	type Moments,
	parseDateExpression,
} from "./dates.ts";
import {
	badRequest,
	dateFormat,
	INTEGER_BOUNDS,
	toBoolean,
	toKeyword,
	toNumber,
} from "./field-types.ts";
import { and, FALSE, type Fragment, or, sql } from "./fragment.ts";
import type { QueryContext } from "./query-to-sql.ts";
import type { LeafField } from "./resolve-field.ts";

export const VALUE = sql`v.value`;

export function isTextual(field: LeafField): boolean {
	return field.kind === "text" || field.kind === "keyword";
}

export function textEquals(
	value: Fragment,
	wanted: Scalar,
	ignoresCase: boolean,
): Fragment {
	const text = toKeyword(present(wanted));
	// Elasticsearch ignores the case of the letters A to Z only, and so does SQLite's lower().
	return ignoresCase
		? sql`lower(${value}) = lower(${text})`
		: sql`${value} = ${text}`;
}

export function equals(
	wanted: Scalar,
	field: LeafField,
	context: QueryContext,
): Fragment {
	if (isTextual(field)) return textEquals(VALUE, wanted, false);
	assertNotGeo(field);
	if (field.kind === "date") {
		const { from, to } = moments(wanted, field, context, undefined);
		return sql`${VALUE} BETWEEN ${from} AND ${to}`;
	}
	const value = toComparable(wanted, field);
	return isPossible(value, field) ? sql`${VALUE} = ${value}` : FALSE;
}

/** However many the values are, they are one bound list. */
export function oneOf(
	wanted: readonly Scalar[],
	field: LeafField,
	context: QueryContext,
): Fragment {
	assertNotGeo(field);
	if (field.kind === "date")
		return or(wanted.map((value) => equals(value, field, context)));
	const values = isTextual(field)
		? wanted.map((value) => toKeyword(present(value)))
		: wanted
				.map((value) => assertInBounds(toComparable(value, field), field))
				.filter((value) => isPossible(value, field));
	// Whole numbers beyond 2^53 must be read as floats here too, as they are in the index.
	const texts = values.map((value) =>
		typeof value === "number" ? value.toExponential() : JSON.stringify(value),
	);
	return sql`${VALUE} IN (SELECT value FROM json_each(${`[${texts.join(",")}]`}))`;
}

export function within(
	bounds: RangeBounds,
	field: LeafField,
	context: QueryContext,
): Fragment {
	assertNotGeo(field);
	if (
		bounds.format !== undefined &&
		(field.kind !== "date" || !isKnownDateFormat(bounds.format))
	)
		throw createError("services.storage.invalid_query_keyword", "range.format");
	const at = (bound: Scalar, end: keyof Moments) => {
		if (field.kind === "date")
			return moments(
				bound,
				field,
				context,
				bounds.format ?? ownFormat(bound, field),
				timeZone(bounds.timeZone),
			)[end];
		return isTextual(field)
			? toKeyword(present(bound))
			: assertInBounds(toComparable(bound, field), field);
	};
	const { gt, gte, lt, lte } = bounds;
	// A date that names a whole day begins with it for `gte` and `lt`, and ends with it for `gt` and `lte`.
	return and([
		...(isGiven(gt) ? [sql`${VALUE} > ${at(gt, "to")}`] : []),
		...(isGiven(gte) ? [sql`${VALUE} >= ${at(gte, "from")}`] : []),
		...(isGiven(lt) ? [sql`${VALUE} < ${at(lt, "from")}`] : []),
		...(isGiven(lte) ? [sql`${VALUE} <= ${at(lte, "to")}`] : []),
	]);
}

function isGiven(bound: Scalar | undefined): bound is Exclude<Scalar, null> {
	return bound !== undefined && bound !== null;
}

function assertNotGeo(field: LeafField): void {
	if (field.kind === "geo")
		throw badRequest(
			`Geometry fields do not support exact searching, use dedicated geometry queries instead: [${field.name}]`,
		);
}

export function assertTextual(clause: string, field: LeafField): void {
	if (!isTextual(field))
		throw badRequest(
			`[${clause}] queries work on keyword and text fields only, and [${field.name}] is of type [${String(field.definition.type)}]`,
		);
}

export function beginsWith(
	query: Extract<Query, { kind: "prefix" }>,
	field: LeafField,
): Fragment {
	assertTextual("prefix", field);
	const text = toKeyword(query.value);
	const start = sql`substr(${VALUE}, 1, ${[...text].length})`;
	return query.caseInsensitive
		? sql`lower(${start}) = lower(${text})`
		: sql`${start} = ${text}`;
}

/** Of a number or boolean field. */
export function toComparable(wanted: Scalar, field: LeafField): number {
	const type = String(field.definition.type);
	// An empty text is false in a document, and nothing in a query.
	const value =
		field.kind === "boolean"
			? toBoolean(wanted === "" ? null : wanted)
			: toNumber(wanted, type);
	if (value === undefined) throw cannotHave(field, wanted);
	return value;
}

function assertInBounds(value: number, field: LeafField): number {
	if (!isInBounds(value, field)) throw cannotHave(field, value);
	return value;
}

function isInBounds(value: number, { definition }: LeafField): boolean {
	const bounds = INTEGER_BOUNDS.get(String(definition.type));
	return bounds === undefined || (value >= bounds[0] && value <= bounds[1]);
}

function cannotHave(
	{ name, definition }: LeafField,
	value: Scalar,
): GatewayError {
	return badRequest(
		`the field [${name}] of type [${String(definition.type)}] cannot have the value ${JSON.stringify(value)}`,
	);
}

/** A whole number never equals one with a fraction, or one that its type cannot hold. */
function isPossible(value: number, field: LeafField): boolean {
	const isWhole = INTEGER_BOUNDS.has(String(field.definition.type));
	return isInBounds(value, field) && (!isWhole || Number.isInteger(value));
}

/** In a range a number means milliseconds, whatever the field's format is; as in Elasticsearch. */
function ownFormat(bound: Scalar, field: LeafField): string {
	return typeof bound === "number"
		? "epoch_millis"
		: dateFormat(field.definition);
}

/** Of a date field. */
export function moments(
	wanted: Scalar,
	field: LeafField,
	context: QueryContext,
	format: string | undefined,
	zone?: TimeZone,
): Moments {
	const value = present(wanted);
	const found =
		typeof value === "boolean"
			? undefined
			: parseDateExpression(
					value,
					format ?? dateFormat(field.definition),
					context.now,
					zone,
				);
	if (found === undefined)
		throw badRequest(
			`failed to parse date field [${String(wanted)}] of [${field.name}]`,
		);
	return found;
}

export function present(value: Scalar): Exclude<Scalar, null> {
	if (value === null) throw badRequest("a value to look for cannot be null");
	return value;
}
