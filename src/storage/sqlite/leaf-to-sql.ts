import { createError, type GatewayError } from "../../errors/gateway-error.ts";
import type { Query, RangeBounds, Scalar } from "../../search/query.ts";
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
import { and, FALSE, type Fragment, or, sql, TRUE } from "./fragment.ts";
import { minimumShouldMatch } from "./minimum-should-match.ts";
import type { CompiledQuery, QueryContext } from "./query-to-sql.ts";
import { type LeafField, resolveField } from "./resolve-field.ts";
import { tokens } from "./tokens.ts";

export type LeafQuery = Extract<
	Query,
	{ kind: "match" | "term" | "terms" | "range" | "exists" | "prefix" }
>;

/** A query that looks at one field. Of a list of values, one has to fit. */
export function leafToSql(
	query: LeafQuery,
	context: QueryContext,
): CompiledQuery {
	const field = resolveField(query.field, context.mappings);
	if (field.kind === "none") return { where: FALSE, score: 0 };
	if (query.kind === "exists") return { where: exists(field), score: 1 };
	if (field.kind === "id") return onId(query);
	// An object has no values of its own, so nothing is found; as in Elasticsearch.
	if (field.kind === "object") return { where: FALSE, score: 0 };
	if (field.kind === "presence") throw cannotAnswer(query, field);
	switch (query.kind) {
		case "match":
			return field.kind === "text"
				? matchText(field, query)
				: {
						where: anyValue(field, equals(query.query, field, context)),
						score: 1,
					};
		case "term":
			return term(field, query, context);
		case "terms":
			return {
				where: anyValue(field, oneOf(query.values, field, context)),
				score: 1,
			};
		case "range":
			return {
				where: anyValue(field, within(query.bounds, field, context)),
				score: 1,
			};
		case "prefix":
			return { where: anyValue(field, beginsWith(query, field)), score: 1 };
	}
}

function cannotAnswer(
	query: LeafQuery,
	{ name, definition }: LeafField,
): GatewayError {
	const type = String(definition.type);
	return createError(
		"services.storage.invalid_query_keyword",
		`${query.kind} (on the field "${name}" of type "${type}")`,
	);
}

function exists(field: ReturnType<typeof resolveField>): Fragment {
	if (field.kind === "id") return TRUE;
	if (field.kind === "none") return FALSE;
	const keys = field.kind === "object" ? field.keys : [field.key];
	return or(
		keys.map((key) => sql`json_type(d.fields, ${pathOf(key)}) IS NOT NULL`),
	);
}

function onId(query: LeafQuery): CompiledQuery {
	if (query.kind === "term")
		return {
			where: textEquals(sql`d.id`, query.value, query.caseInsensitive),
			score: 1,
		};
	if (query.kind === "match")
		return { where: sql`d.id = ${String(query.query)}`, score: 1 };
	throw badRequest(`the field [_id] does not support [${query.kind}] queries`);
}

function pathOf(key: string): string {
	return `$."${key}"`;
}

/** The condition is on `v.value`, one value of the field. */
function anyValue(field: LeafField, condition: Fragment): Fragment {
	if (condition === FALSE) return FALSE;
	return sql`EXISTS (SELECT 1 FROM json_each(d.fields, ${pathOf(field.key)}) AS v WHERE ${condition})`;
}

const VALUE = sql`v.value`;

function term(
	field: LeafField,
	query: Extract<Query, { kind: "term" }>,
	context: QueryContext,
): CompiledQuery {
	if (!isTextual(field)) {
		return {
			where: anyValue(field, equals(query.value, field, context)),
			score: 1,
		};
	}
	const condition = textEquals(VALUE, query.value, query.caseInsensitive);
	const where = anyValue(field, condition);
	const isExactText = field.kind === "text" && !query.caseInsensitive;
	return {
		where,
		score: isExactText ? frequencyScore(field, [String(query.value)]) : 1,
	};
}

function isTextual(field: LeafField): boolean {
	return field.kind === "text" || field.kind === "keyword";
}

function textEquals(
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

function equals(
	wanted: Scalar,
	field: LeafField,
	context: QueryContext,
): Fragment {
	if (isTextual(field)) return textEquals(VALUE, wanted, false);
	if (field.kind === "date") {
		const { from, to } = moments(wanted, field, context, undefined);
		return sql`${VALUE} BETWEEN ${from} AND ${to}`;
	}
	const value = toComparable(wanted, field);
	return isPossible(value, field) ? sql`${VALUE} = ${value}` : FALSE;
}

/** However many the values are, they are one bound list. */
function oneOf(
	wanted: readonly Scalar[],
	field: LeafField,
	context: QueryContext,
): Fragment {
	const values = wanted
		.map((value) => {
			if (isTextual(field)) return toKeyword(present(value));
			// In a list, unlike alone, a day is its first moment only; as in Elasticsearch.
			return field.kind === "date"
				? moments(value, field, context, undefined).from
				: toComparable(value, field);
		})
		.filter((value) => isPossible(value, field));
	// Whole numbers beyond 2^53 must be read as floats here too, as they are in the index.
	const texts = values.map((value) =>
		typeof value === "number" ? value.toExponential() : JSON.stringify(value),
	);
	return sql`${VALUE} IN (SELECT value FROM json_each(${`[${texts.join(",")}]`}))`;
}

function within(
	bounds: RangeBounds,
	field: LeafField,
	context: QueryContext,
): Fragment {
	if (
		bounds.format !== undefined &&
		(field.kind !== "date" || !isKnownDateFormat(bounds.format))
	)
		throw createError("services.storage.invalid_query_keyword", "range.format");
	const at = (bound: Scalar, end: keyof Moments) => {
		if (field.kind === "date")
			return moments(bound, field, context, bounds.format)[end];
		return isTextual(field)
			? toKeyword(present(bound))
			: toComparable(bound, field);
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

function beginsWith(
	query: Extract<Query, { kind: "prefix" }>,
	field: LeafField,
): Fragment {
	if (!isTextual(field))
		throw badRequest(
			`[prefix] queries work on keyword and text fields only, and [${field.name}] is of type [${String(field.definition.type)}]`,
		);
	const text = toKeyword(query.value);
	const start = sql`substr(${VALUE}, 1, ${[...text].length})`;
	return query.caseInsensitive
		? sql`lower(${start}) = lower(${text})`
		: sql`${start} = ${text}`;
}

function matchText(
	field: LeafField,
	query: Extract<Query, { kind: "match" }>,
): CompiledQuery {
	const words = tokens(String(present(query.query)));
	if (words.length === 0) return { where: FALSE, score: 0 };
	const required =
		query.operator === "and"
			? words.length
			: minimumShouldMatch(words.length, query.minimumShouldMatch ?? 1);
	return {
		where: hasWords(field, words, Math.max(1, required)),
		score: frequencyScore(field, words),
	};
}

function hasWords(
	field: LeafField,
	words: readonly string[],
	required: number,
): Fragment {
	if (required > words.length) return FALSE;
	const wanted = JSON.stringify(words);
	if (required === 1)
		return anyValue(
			field,
			sql`${VALUE} IN (SELECT value FROM json_each(${wanted}))`,
		);
	return sql`(SELECT count(*) FROM json_each(${wanted}) AS w
		WHERE w.value IN (SELECT v.value FROM json_each(d.fields, ${pathOf(field.key)}) AS v)) >= ${required}`;
}

/** The part of BM25 that looks at the document alone (k1 = 1.2, b = 0): how rare a word is does not count yet. */
function frequencyScore(field: LeafField, words: readonly string[]): Fragment {
	return sql`(SELECT total(n * 2.2 / (n + 1.2)) FROM (
		SELECT count(*) AS n FROM json_each(d.fields, ${pathOf(field.key)}) AS v
		WHERE v.value IN (SELECT value FROM json_each(${JSON.stringify(words)})) GROUP BY v.value))`;
}

/** Of a number or boolean field. */
export function toComparable(wanted: Scalar, field: LeafField): number {
	const type = String(field.definition.type);
	// An empty text is false in a document, and nothing in a query.
	const value =
		field.kind === "boolean"
			? toBoolean(wanted === "" ? null : wanted)
			: toNumber(wanted, type);
	const [least, greatest] = INTEGER_BOUNDS.get(type) ?? [
		Number.NEGATIVE_INFINITY,
		Number.POSITIVE_INFINITY,
	];
	if (value === undefined || value < least || value > greatest)
		throw badRequest(
			`the field [${field.name}] of type [${type}] cannot have the value ${JSON.stringify(wanted)}`,
		);
	return value;
}

/** A whole number never equals one with a fraction. */
function isPossible(value: string | number, field: LeafField): boolean {
	return (
		typeof value === "string" ||
		!INTEGER_BOUNDS.has(String(field.definition.type)) ||
		Number.isInteger(value)
	);
}

/** Of a date field. */
export function moments(
	wanted: Scalar,
	field: LeafField,
	context: QueryContext,
	format: string | undefined,
): Moments {
	const value = present(wanted);
	const found =
		typeof value === "boolean"
			? undefined
			: parseDateExpression(
					value,
					format ?? dateFormat(field.definition),
					context.now,
				);
	if (found === undefined)
		throw badRequest(
			`failed to parse date field [${String(wanted)}] of [${field.name}]`,
		);
	return found;
}

function present(value: Scalar): Exclude<Scalar, null> {
	if (value === null) throw badRequest("a value to look for cannot be null");
	return value;
}
