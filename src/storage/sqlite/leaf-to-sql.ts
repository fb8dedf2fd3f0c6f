import { createError, type GatewayError } from "../../errors/gateway-error.ts";
import type { Query } from "../../search/query.ts";
import type { Candidates } from "./candidates.ts";
import { badRequest, toKeyword } from "./field-types.ts";
import { FALSE, type Fragment, or, sql, TRUE } from "./fragment.ts";
import { averageLength, saturation, wordWeight } from "./full-text/bm25.ts";
import { anyWord, wordQuery, wordsQuery } from "./full-text/text-query.ts";
import { minimumShouldMatch } from "./minimum-should-match.ts";
import { matchesPattern } from "./patterns/text-pattern.ts";
import { fieldOf, fieldsOf, pathOf } from "./query-fields.ts";
import type {
	CompiledQuery,
	NestedScope,
	QueryContext,
} from "./query-to-sql.ts";
import { WHILE_WANTED } from "./read-rows.ts";
import type { Field, LeafField } from "./resolve-field.ts";
import { tokens } from "./tokens.ts";
import {
	assertTextual,
	beginsWith,
	equals,
	isTextual,
	oneOf,
	present,
	textEquals,
	VALUE,
	within,
} from "./value-conditions.ts";

export type LeafQuery = Extract<
	Query,
	{
		kind:
			| "match"
			| "term"
			| "terms"
			| "range"
			| "exists"
			| "prefix"
			| "wildcard"
			| "regexp"
			| "fuzzy";
	}
>;

/** A query that looks at one field. Of a list of values, one has to fit. */
export function leafToSql(
	query: LeafQuery,
	context: QueryContext,
): CompiledQuery {
	const field = fieldOf(query.field, context);
	if (field.kind === "none") return { where: FALSE, score: 0 };
	if (query.kind === "exists")
		return { where: exists(field, context), score: 1 };
	if (field.kind === "id") return onId(query);
	// An object has no values of its own, so nothing is found; as in Elasticsearch.
	if (field.kind === "object") return { where: FALSE, score: 0 };
	if (field.kind === "presence") throw cannotAnswer(query, field);
	if (query.kind === "match" && field.kind === "text")
		return matchText(field, query, context);
	if (query.kind === "term") return term(field, query, context);
	const condition = conditionOf(query, field, context);
	return {
		where: anyValue(field, condition, context),
		score: query.kind === "match" ? termScore(field, condition, context) : 1,
		candidates: valueCandidates(field, condition, context),
	};
}

/** On one value of the field. */
function conditionOf(
	query: Exclude<LeafQuery, { kind: "term" | "exists" }>,
	field: LeafField,
	context: QueryContext,
): Fragment {
	switch (query.kind) {
		case "match":
			return equals(query.query, field, context);
		case "terms":
			return oneOf(query.values, field, context);
		case "range":
			return within(query.bounds, field, context);
		case "prefix":
			return beginsWith(query, field);
		case "wildcard":
		case "regexp":
		case "fuzzy":
			assertTextual(query.kind, field);
			return matchesPattern(VALUE, query, field.kind === "text");
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

function exists(field: Field, context: QueryContext): Fragment {
	if (field.kind === "id") return TRUE;
	if (field.kind === "none") return FALSE;
	const keys = field.kind === "object" ? field.keys : [field.key];
	return or(
		keys.map(
			(key) => sql`json_type(${fieldsOf(context)}, ${pathOf(key)}) IS NOT NULL`,
		),
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

/** The condition is on `v.value`, one value of the field. */
export function anyValue(
	field: LeafField,
	condition: Fragment,
	context: QueryContext,
): Fragment {
	if (condition === FALSE) return FALSE;
	if (isInTexts(field, context)) return anyWord(field, condition, context);
	return sql`EXISTS (SELECT 1 FROM json_each(${fieldsOf(context)}, ${pathOf(field.key)}) AS v WHERE ${condition})`;
}

/** The words of a document's texts are in a table of their own; those of objects in nested fields stand in the JSON. */
function isInTexts(field: LeafField, { nested }: QueryContext): boolean {
	return field.kind === "text" && nested === undefined;
}

/** By the table of values, where the field has some: it holds what the JSON does. */
function valueCandidates(
	field: LeafField,
	condition: Fragment,
	{ index, nested }: QueryContext,
): Candidates | undefined {
	if (field.kind === "text" || nested !== undefined) return undefined;
	const figures = index.field(field.key);
	if (figures === undefined || condition === FALSE) return undefined;
	const select = sql`SELECT v.document AS number FROM field_values AS v WHERE v.field = ${figures.number} AND ${condition}`;
	return { select, rest: TRUE };
}

function term(
	field: LeafField,
	query: Extract<Query, { kind: "term" }>,
	context: QueryContext,
): CompiledQuery {
	const { value, caseInsensitive } = query;
	if (isInTexts(field, context) && !caseInsensitive)
		return wordQuery(field, toKeyword(present(value)), context);
	const condition = isTextual(field)
		? textEquals(VALUE, value, caseInsensitive)
		: equals(value, field, context);
	const isExactText = field.kind === "text" && !caseInsensitive;
	return {
		where: anyValue(field, condition, context),
		score: isExactText
			? frequencyScore(field, [String(value)], context)
			: caseInsensitive
				? 1
				: termScore(field, condition, context),
		candidates: valueCandidates(field, condition, context),
	};
}

/** Keywords and booleans are terms to Elasticsearch, whose rareness counts; other values all count alike. */
function termScore(
	field: LeafField,
	condition: Fragment,
	context: QueryContext,
): number {
	const isTerm = field.kind === "keyword" || field.kind === "boolean";
	if (!isTerm || !context.isScored) return 1;
	if (context.nested !== undefined)
		return nestedTermScore(field, condition, context, context.nested);
	const figures = context.index.field(field.key);
	const candidates = valueCandidates(field, condition, context);
	if (figures === undefined || candidates === undefined) return 1;
	const frequency = context.index.value(
		sql`SELECT count(*) AS n FROM (${candidates.select})`,
	);
	return (
		wordWeight(figures, frequency) * saturation(1, 1, averageLength(figures))
	);
}

/** The objects of nested fields are documents to Elasticsearch; no index holds them, so all of the collection are counted. */
function nestedTermScore(
	field: LeafField,
	condition: Fragment,
	context: QueryContext,
	{ from }: NestedScope,
): number {
	const { index } = context;
	const [figures] = index.rows<NestedFigures>(
		sql`SELECT count(*) AS documents, total(terms) AS terms, total(has) AS frequency FROM (
			SELECT (SELECT count(DISTINCT v.value) FROM json_each(${fieldsOf(context)}, ${pathOf(field.key)}) AS v) AS terms,
				${anyValue(field, condition, context)} AS has
			FROM documents AS d, ${from} WHERE d.collection = ${index.collection} AND ${WHILE_WANTED}
		) WHERE terms > 0`,
	);
	if (figures === undefined) return 1;
	const counted = { ...figures, number: 0 };
	return (
		wordWeight(counted, figures.frequency) *
		saturation(1, 1, averageLength(counted))
	);
}

interface NestedFigures {
	readonly documents: number;
	readonly terms: number;
	readonly frequency: number;
}

function matchText(
	field: LeafField,
	query: Extract<Query, { kind: "match" }>,
	context: QueryContext,
): CompiledQuery {
	const words = tokens(String(present(query.query)));
	if (words.length === 0) return { where: FALSE, score: 0 };
	const required =
		query.operator === "and" || words.length === 1
			? words.length
			: minimumShouldMatch(words.length, query.minimumShouldMatch ?? 1);
	if (isInTexts(field, context))
		return wordsQuery(field, words, Math.max(1, required), context);
	return {
		where: hasWords(field, words, Math.max(1, required), context),
		score: frequencyScore(field, words, context),
	};
}

function hasWords(
	field: LeafField,
	words: readonly string[],
	required: number,
	context: QueryContext,
): Fragment {
	if (required > words.length) return FALSE;
	const wanted = JSON.stringify(words);
	if (required === 1)
		return anyValue(
			field,
			sql`${VALUE} IN (SELECT value FROM json_each(${wanted}))`,
			context,
		);
	return sql`(SELECT count(*) FROM json_each(${wanted}) AS w
		WHERE w.value IN (SELECT v.value FROM json_each(${fieldsOf(context)}, ${pathOf(field.key)}) AS v)) >= ${required}`;
}

/** The part of BM25 that looks at the document alone (k1 = 1.2, b = 0): how rare a word is does not count yet. */
function frequencyScore(
	field: LeafField,
	words: readonly string[],
	context: QueryContext,
): Fragment {
	return sql`(SELECT total(n * 2.2 / (n + 1.2)) FROM (
		SELECT count(*) AS n FROM json_each(${fieldsOf(context)}, ${pathOf(field.key)}) AS v
		WHERE v.value IN (SELECT value FROM json_each(${JSON.stringify(words)})) GROUP BY v.value))`;
}
