import { createError } from "../../../errors/gateway-error.ts";
import type { FullTextQuery } from "../../../search/full-text-to-dsl.ts";
import type { BoostedField, Query, Scalar } from "../../../search/query.ts";
import { badRequest } from "../field-types.ts";
import { minimumShouldMatch } from "../minimum-should-match.ts";
import { fieldOf } from "../query-fields.ts";
import type { CompiledQuery, QueryContext } from "../query-to-sql.ts";
import type { LeafField } from "../resolve-field.ts";
import { present } from "../value-conditions.ts";
import {
	bestOf,
	type FullTextContext,
	NOTHING,
	wordsOf,
} from "./full-text-context.ts";
import { searchedFields } from "./searched-fields.ts";
import { phrasePrefixQuery, phraseQuery } from "./text-query.ts";
import { queryString, simpleQueryString } from "./typed-query-to-sql.ts";

type OfKind<Kind extends FullTextQuery["kind"]> = Extract<
	FullTextQuery,
	{ kind: Kind }
>;

/** Queries for the words of texts, but for `match`. `compile` is `queryToSql`, for what they are made of. */
export function fullTextToSql(
	query: FullTextQuery,
	given: QueryContext,
	compile: FullTextContext["compile"],
): CompiledQuery {
	const context: FullTextContext = { ...given, compile };
	switch (query.kind) {
		case "match_phrase":
			return phrase(query, context);
		case "match_phrase_prefix":
			return phrasePrefix(query, context);
		case "match_bool_prefix":
			return boolPrefix(query, context);
		case "multi_match":
			return multiMatch(query, context);
		case "simple_query_string":
			return simpleQueryString(query, context);
		case "query_string":
			return queryString(query, context);
	}
}

/** Undefined for a field that is no text: its value is looked for as a whole. */
function textOf(
	query: { readonly kind: string; readonly field: string },
	context: FullTextContext,
): LeafField | undefined {
	const field = fieldOf(query.field, context);
	if (field.kind !== "text") return undefined;
	if (context.nested !== undefined)
		throw createError(
			"services.storage.invalid_query_keyword",
			`${query.kind} (inside nested)`,
		);
	return field;
}

function wholeValue(
	{ field, query }: { readonly field: string; readonly query: Scalar },
	context: FullTextContext,
): CompiledQuery {
	return context.compile(
		{ kind: "match", field, query, operator: "or" },
		context,
	);
}

function phrase(
	query: OfKind<"match_phrase">,
	context: FullTextContext,
): CompiledQuery {
	const field = textOf(query, context);
	return field === undefined
		? wholeValue(query, context)
		: phraseQuery(field, wordsOf(query.query), context);
}

function phrasePrefix(
	query: OfKind<"match_phrase_prefix">,
	context: FullTextContext,
): CompiledQuery {
	const field = textOf(query, context);
	const words = wordsOf(query.query);
	if (field !== undefined)
		return phrasePrefixQuery(field, words, query.expansionsMax, context);
	if (fieldOf(query.field, context).kind === "none") return NOTHING;
	throw badRequest(
		`Can only use phrase prefix queries on text fields - not on [${query.field}]`,
	);
}

function boolPrefix(
	query: OfKind<"match_bool_prefix">,
	context: FullTextContext,
): CompiledQuery {
	const of = { field: query.field, caseInsensitive: false } as const;
	// What is no text is one word.
	const words =
		textOf(query, context) === undefined
			? [String(present(query.query))]
			: wordsOf(query.query);
	const last = words.pop();
	if (last === undefined) return NOTHING;
	const parts: Query[] = [
		...words.map((value) => ({ kind: "term", value, ...of }) as const),
		{ kind: "prefix", value: last, ...of },
	];
	const required =
		query.operator === "and" || parts.length === 1
			? parts.length
			: minimumShouldMatch(parts.length, query.minimumShouldMatch ?? 1);
	return context.compile(anyOf(parts, Math.max(1, required)), context);
}

function anyOf(should: readonly Query[], minimumShouldMatch: number): Query {
	return {
		kind: "bool",
		must: [],
		filter: [],
		should,
		mustNot: [],
		minimumShouldMatch,
	};
}

function multiMatch(
	query: OfKind<"multi_match">,
	context: FullTextContext,
): CompiledQuery {
	const { fields, isLenient } = searchedFields(query, context);
	const queries = fields.map((field) => inField(query, field));
	const { tieBreaker } = query;
	return context.compile(
		bestOf(queries, { tieBreaker, isLenient, context }),
		context,
	);
}

/** What it looks for in one of its fields. */
export function inField(
	query: OfKind<"multi_match">,
	{ field, boost }: BoostedField,
): Query {
	const { expansionsMax, operator, minimumShouldMatch } = query;
	const base = { field, query: query.query, boost };
	const words = {
		operator,
		...(minimumShouldMatch === undefined ? {} : { minimumShouldMatch }),
	};
	switch (query.type) {
		case "phrase":
			return { kind: "match_phrase", ...base };
		case "phrase_prefix":
			return { kind: "match_phrase_prefix", ...base, expansionsMax };
		case "bool_prefix":
			return { kind: "match_bool_prefix", ...base, ...words };
		default:
			return { kind: "match", ...base, ...words };
	}
}
