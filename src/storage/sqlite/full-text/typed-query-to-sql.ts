/** What people type into a search box: `query_string` and `simple_query_string`. */
import type { FullTextQuery } from "../../../search/full-text-to-dsl.ts";
import type { Query } from "../../../search/query.ts";
import { fieldOf } from "../query-fields.ts";
import type { CompiledQuery } from "../query-to-sql.ts";
import {
	bestOf,
	type FullTextContext,
	NOTHING,
	wordsOf,
} from "./full-text-context.ts";
import { parseQueryString } from "./query-string.ts";
import { refusedPart } from "./query-string-errors.ts";
import { searchedFields } from "./searched-fields.ts";
import { parseSimpleQueryString } from "./simple-query-string.ts";

type TypedQuery = Extract<
	FullTextQuery,
	{ kind: "query_string" | "simple_query_string" }
>;

export function simpleQueryString(
	query: TypedQuery,
	context: FullTextContext,
): CompiledQuery {
	if (query.query.trim() === "*")
		return context.compile({ kind: "match_all" }, context);
	const { fields, isLenient } = searchedFields(query, context);
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
	return parsed === undefined ? NOTHING : context.compile(parsed, context);
}

/** Each part of the text is looked for in the field that it names, or in those of the query. */
export function queryString(
	query: TypedQuery,
	context: FullTextContext,
): CompiledQuery {
	const searched = searchedFields(query, context);
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
	return parsed === undefined ? NOTHING : context.compile(parsed, context);
}

/** Of a text, words are kept in small letters. */
function inLetters(
	text: string,
	field: string,
	context: FullTextContext,
): string {
	return fieldOf(field, context).kind === "text" ? text.toLowerCase() : text;
}
