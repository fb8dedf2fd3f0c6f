import type { Query } from "./query.ts";

/** Writes the tree as Elasticsearch DSL, in its long forms. `parseQuery` reads the same tree from it. */
export function toDsl(query: Query): Record<string, unknown> {
	const boost = query.boost === undefined ? {} : { boost: query.boost };
	switch (query.kind) {
		case "match_all":
			return { match_all: boost };
		case "match_none":
			return { match_none: boost };
		case "match":
			return {
				match: {
					[query.field]: {
						query: query.query,
						operator: query.operator,
						...minimumShouldMatch(query),
						...boost,
					},
				},
			};
		case "term":
			return {
				term: {
					[query.field]: {
						value: query.value,
						...caseInsensitive(query),
						...boost,
					},
				},
			};
		case "terms":
			return { terms: { [query.field]: query.values, ...boost } };
		case "ids":
			return { ids: { values: query.values, ...boost } };
		case "range":
			return { range: { [query.field]: { ...query.bounds, ...boost } } };
		case "exists":
			return { exists: { field: query.field, ...boost } };
		case "prefix":
			return {
				prefix: {
					[query.field]: {
						value: query.value,
						...caseInsensitive(query),
						...boost,
					},
				},
			};
		case "bool":
			return {
				bool: {
					...clauses("must", query.must),
					...clauses("filter", query.filter),
					...clauses("should", query.should),
					...clauses("must_not", query.mustNot),
					...minimumShouldMatch(query),
					...boost,
				},
			};
		case "native":
			return { [query.clause]: query.argument };
	}
}

function clauses(
	name: string,
	queries: readonly Query[],
): Record<string, unknown> {
	return queries.length === 0 ? {} : { [name]: queries.map(toDsl) };
}

function minimumShouldMatch(query: {
	readonly minimumShouldMatch?: string | number;
}): Record<string, unknown> {
	return query.minimumShouldMatch === undefined
		? {}
		: { minimum_should_match: query.minimumShouldMatch };
}

/** Left out where it is false: Elasticsearch knows the option since 7.10 only. */
function caseInsensitive(query: {
	readonly caseInsensitive: boolean;
}): Record<string, unknown> {
	return query.caseInsensitive ? { case_insensitive: true } : {};
}
