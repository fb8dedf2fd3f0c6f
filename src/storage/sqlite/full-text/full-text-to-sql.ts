import { createError, isErrorId } from "../../../errors/gateway-error.ts";
import type { FullTextQuery } from "../../../search/full-text-to-dsl.ts";
import type { BoostedField, Query, Scalar } from "../../../search/query.ts";
import { badRequest } from "../field-types.ts";
import { FALSE } from "../fragment.ts";
import { minimumShouldMatch } from "../minimum-should-match.ts";
import { fieldOf } from "../query-fields.ts";
import {
	type CompiledQuery,
	type QueryContext,
	queryToSql,
} from "../query-to-sql.ts";
import type { LeafField } from "../resolve-field.ts";
import { tokens } from "../tokens.ts";
import { present } from "../value-conditions.ts";
import { parseQueryString, refusedPart } from "./query-string.ts";
import { searchedFields } from "./searched-fields.ts";
import { parseSimpleQueryString } from "./simple-query-string.ts";
import { phrasePrefixQuery, phraseQuery } from "./text-query.ts";

const NOTHING: CompiledQuery = { where: FALSE, score: 0 };

type OfKind<Kind extends FullTextQuery["kind"]> = Extract<
	FullTextQuery,
	{ kind: Kind }
>;

type TypedQuery = Extract<
	FullTextQuery,
	{ kind: "query_string" | "simple_query_string" }
>;

/** Queries for the words of texts, but for `match`. */
export function fullTextToSql(
	query: FullTextQuery,
	context: QueryContext,
): CompiledQuery {
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
	context: QueryContext,
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

function wordsOf(query: Scalar): string[] {
	return tokens(String(present(query)));
}

function wholeValue(
	{ field, query }: { readonly field: string; readonly query: Scalar },
	context: QueryContext,
): CompiledQuery {
	return queryToSql({ kind: "match", field, query, operator: "or" }, context);
}

function phrase(
	query: OfKind<"match_phrase">,
	context: QueryContext,
): CompiledQuery {
	const field = textOf(query, context);
	return field === undefined
		? wholeValue(query, context)
		: phraseQuery(field, wordsOf(query.query), context);
}

function phrasePrefix(
	query: OfKind<"match_phrase_prefix">,
	context: QueryContext,
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
	context: QueryContext,
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
	return queryToSql(anyOf(parts, Math.max(1, required)), context);
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
	context: QueryContext,
): CompiledQuery {
	const { fields, isLenient } = searchedFields(query, context.mappings);
	const queries = fields.map((field) => inField(query, field));
	const { tieBreaker } = query;
	return queryToSql(
		bestOf(queries, { tieBreaker, isLenient, context }),
		context,
	);
}

function inField(
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

function simpleQueryString(
	query: TypedQuery,
	context: QueryContext,
): CompiledQuery {
	if (query.query.trim() === "*")
		return queryToSql({ kind: "match_all" }, context);
	const { fields, isLenient } = searchedFields(query, context.mappings);
	const inFields = (build: (field: string) => Query, tieBreaker: number) =>
		fields.length === 0
			? undefined
			: bestOf(
					fields.map(({ field, boost }) => ({ ...build(field), boost })),
					{ tieBreaker, isLenient, context },
				);
	const hasWords = (text: string) =>
		wordsOf(text).length > 0 ||
		fields.some(({ field }) => fieldOf(field, context).kind !== "text");
	const parsed = parseSimpleQueryString(query.query, query.defaultOperator, {
		word: (text) =>
			hasWords(text)
				? inFields(
						(field) => ({
							kind: "match",
							field,
							query: text,
							operator: query.defaultOperator,
						}),
						1,
					)
				: undefined,
		phrase: (text) =>
			hasWords(text)
				? inFields((field) => ({ kind: "match_phrase", field, query: text }), 0)
				: undefined,
		prefix: (text) =>
			inFields(
				(field) => ({
					kind: "prefix",
					field,
					value: inLetters(text, field, context),
					caseInsensitive: false,
				}),
				1,
			),
	});
	return parsed === undefined ? NOTHING : queryToSql(parsed, context);
}

/** Each part of the text is looked for in the field that it names, or in those of the query. */
function queryString(query: TypedQuery, context: QueryContext): CompiledQuery {
	const searched = searchedFields(query, context.mappings);
	const inFields = (
		named: string | undefined,
		build: (field: string) => Query,
	): Query => {
		if (named?.includes("*")) throw refusedPart("a pattern of field names");
		const fields =
			named === undefined ? searched.fields : [{ field: named, boost: 1 }];
		const { isLenient } = searched;
		const queries = fields.map(({ field, boost }) => ({
			...build(field),
			boost,
		}));
		return bestOf(queries, { tieBreaker: 0, isLenient, context });
	};
	const hasWords = (text: string, named: string | undefined) =>
		wordsOf(text).length > 0 ||
		(named === undefined ? searched.fields : [{ field: named }]).some(
			({ field }) => fieldOf(field, context).kind !== "text",
		);
	const operator = query.defaultOperator;
	const parsed = parseQueryString(query.query, operator, {
		words(text, named) {
			if (named === "_exists_") return { kind: "exists", field: text };
			return hasWords(text, named)
				? inFields(named, (field) => ({
						kind: "match",
						field,
						query: text,
						operator,
					}))
				: undefined;
		},
		phrase: (text, named) =>
			hasWords(text, named)
				? inFields(named, (field) => ({
						kind: "match_phrase",
						field,
						query: text,
					}))
				: undefined,
		pattern(text, named) {
			if (text === "*") {
				if (named === undefined) throw refusedPart("* alone");
				return { kind: "exists", field: named };
			}
			return inFields(named, (field) => ({
				kind: "wildcard",
				field,
				value: inLetters(text, field, context),
				caseInsensitive: false,
			}));
		},
		range(bounds, named) {
			if (named === undefined) throw refusedPart("a range without field");
			return inFields(named, (field) => ({ kind: "range", field, bounds }));
		},
	});
	return parsed === undefined ? NOTHING : queryToSql(parsed, context);
}

/** Of a text, words are kept in small letters. */
function inLetters(text: string, field: string, context: QueryContext): string {
	return fieldOf(field, context).kind === "text" ? text.toLowerCase() : text;
}

function bestOf(
	queries: readonly Query[],
	{
		tieBreaker,
		isLenient,
		context,
	}: { tieBreaker: number; isLenient: boolean; context: QueryContext },
): Query {
	const possible = isLenient
		? queries.filter((query) => isPossible(query, context))
		: queries;
	return possible.length === 0
		? { kind: "match_none" }
		: { kind: "dis_max", queries: possible, tieBreaker };
}

/** False for a value that the field cannot have. */
function isPossible(query: Query, context: QueryContext): boolean {
	try {
		queryToSql(query, { ...context, isScored: false });
		return true;
	} catch (error) {
		if (isErrorId(error, "services.storage.unexpected_bad_request"))
			return false;
		throw error;
	}
}
