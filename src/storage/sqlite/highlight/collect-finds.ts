import { createError } from "../../../errors/gateway-error.ts";
import type { Query } from "../../../search/query.ts";
import { toKeyword } from "../field-types.ts";
import type { Fragment } from "../fragment.ts";
import { inField } from "../full-text/full-text-to-sql.ts";
import { searchedFields } from "../full-text/searched-fields.ts";
import { toTest } from "../patterns/text-pattern.ts";
import { fieldOf } from "../query-fields.ts";
import { type QueryContext, queryToSql } from "../query-to-sql.ts";
import { tokens } from "../tokens.ts";
import type { Find } from "./finds.ts";

/** What a query looks for in one field. */
export interface FieldFind {
	readonly field: string;
	readonly find: Find;
	/** Conditions on a row `d`: only in documents that all of them are true of is it a part of what matched. */
	readonly guards: readonly Fragment[];
}

/**
 * What can be marked in the documents that a query matches. As in Elasticsearch only what made the document match counts: a clause
 * that need not match, and does not, marks nothing. Throws `invalid_search_query` for a clause whose finds are not known.
 */
export function collectFinds(
	query: Query,
	context: QueryContext,
	guards: readonly Fragment[] = [],
): FieldFind[] {
	const inside = (part: Query) => collectFinds(part, context, guards);
	const maybe = (part: Query) =>
		part.kind === "bool" && part.mustNot.length > 0
			? refuse("a bool with must_not that need not match")
			: collectFinds(part, context, [...guards, guardOf(part, context)]);
	const words = (field: string, finds: readonly Find[]) =>
		finds.map((find) => ({ field, find, guards }));
	switch (query.kind) {
		case "match_all":
		case "match_none":
		case "ids":
		case "exists":
		case "geo_distance":
		case "geo_bounding_box":
		case "geo_polygon":
			return [];
		case "bool":
			return [
				...[...query.must, ...query.filter].flatMap(inside),
				...query.should.flatMap(maybe),
			];
		case "constant_score":
			return inside(query.query);
		case "dis_max":
			return query.queries.flatMap(maybe);
		case "boosting":
			return inside(query.positive);
		case "multi_match":
			return searchedFields(query, context).fields.flatMap((field) =>
				maybe(inField(query, field)),
			);
		case "match":
			return words(
				query.field,
				// What is looked for twice is found, and weighed, once.
				[...new Set(wordsFor(query.field, query.query, context))].map(isWord),
			);
		case "match_phrase":
		case "match_phrase_prefix":
			return words(
				query.field,
				phraseOf(
					wordsFor(query.field, query.query, context),
					query.kind === "match_phrase_prefix",
				),
			);
		case "term":
			return words(query.field, [
				query.caseInsensitive
					? refuse("a term that ignores the case")
					: isWord(toKeyword(query.value as string)),
			]);
		case "terms":
			return words(
				query.field,
				query.values.map((value) => isWord(toKeyword(value as string))),
			);
		case "prefix":
			return words(query.field, [
				query.caseInsensitive
					? refuse("a prefix that ignores the case")
					: { kind: "word", test: (word) => word.startsWith(query.value) },
			]);
		case "wildcard":
		case "regexp": {
			const isText = fieldOf(query.field, context).kind === "text";
			return words(query.field, [
				{ kind: "word", test: toTest(query, isText) },
			]);
		}
		case "range":
			return isSearchedByWords(query.field, context)
				? refuse("a range of texts")
				: [];
		default:
			return refuse(query.kind);
	}
}

function guardOf(query: Query, context: QueryContext): Fragment {
	return queryToSql(query, { ...context, isScored: false }).where;
}

function refuse(clause: string): never {
	throw createError(
		"services.storage.invalid_search_query",
		`highlight (of ${clause})`,
	);
}

function isSearchedByWords(name: string, context: QueryContext): boolean {
	const { kind } = fieldOf(name, context);
	return kind === "text" || kind === "keyword";
}

/** Those that the field would be found by; a keyword is one. */
function wordsFor(
	name: string,
	value: string | number | boolean | null,
	context: QueryContext,
): string[] {
	return fieldOf(name, context).kind === "text"
		? tokens(String(value))
		: [toKeyword(value as string)];
}

function isWord(wanted: string): Find {
	return { kind: "word", test: (word) => word === wanted };
}

function phraseOf(words: readonly string[], isBeginning: boolean): Find[] {
	return words.length === 0 ? [] : [{ kind: "phrase", words, isBeginning }];
}
