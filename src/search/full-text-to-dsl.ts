import type { BoostedField, Query } from "./query.ts";

export type FullTextQuery = Extract<
	Query,
	{
		kind:
			| "match_phrase"
			| "match_phrase_prefix"
			| "match_bool_prefix"
			| "multi_match"
			| "query_string"
			| "simple_query_string";
	}
>;

/** Part of `toDsl`. */
export function fullTextToDsl(query: FullTextQuery): Record<string, unknown> {
	const boost = query.boost === undefined ? {} : { boost: query.boost };
	switch (query.kind) {
		case "match_phrase":
			return {
				match_phrase: { [query.field]: { query: query.query, ...boost } },
			};
		case "match_phrase_prefix":
			return {
				match_phrase_prefix: {
					[query.field]: {
						query: query.query,
						max_expansions: query.expansionsMax,
						...boost,
					},
				},
			};
		case "match_bool_prefix":
			return {
				match_bool_prefix: {
					[query.field]: { query: query.query, ...wordsOf(query), ...boost },
				},
			};
		case "multi_match":
			return {
				multi_match: {
					query: query.query,
					...fieldsOf(query.fields),
					type: query.type,
					...(isOfPhrases(query) ? {} : wordsOf(query)),
					tie_breaker: query.tieBreaker,
					...(query.type === "phrase_prefix"
						? { max_expansions: query.expansionsMax }
						: {}),
					...lenientOf(query),
					...boost,
				},
			};
		default:
			return {
				[query.kind]: {
					query: query.query,
					...fieldsOf(query.fields),
					default_operator: query.defaultOperator,
					...lenientOf(query),
					...boost,
				},
			};
	}
}

function isOfPhrases({ type }: { readonly type: string }): boolean {
	return type === "phrase" || type === "phrase_prefix";
}

function wordsOf(query: {
	readonly operator: "or" | "and";
	readonly minimumShouldMatch?: string | number;
}): object {
	return {
		operator: query.operator,
		...(query.minimumShouldMatch === undefined
			? {}
			: { minimum_should_match: query.minimumShouldMatch }),
	};
}

function fieldsOf(fields: readonly BoostedField[]): object {
	if (fields.length === 0) return {};
	return {
		fields: fields.map(({ field, boost }) =>
			boost === 1 ? field : `${field}^${boost}`,
		),
	};
}

function lenientOf({ lenient }: { readonly lenient?: boolean }): object {
	return lenient === undefined ? {} : { lenient };
}
