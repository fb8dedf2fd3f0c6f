import { fullTextToDsl } from "./full-text-to-dsl.ts";
import { innerHitsToDsl } from "./inner-hits.ts";
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
			return { range: { [query.field]: { ...boundsOf(query), ...boost } } };
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
		case "wildcard":
			return {
				wildcard: {
					[query.field]: {
						value: query.value,
						...caseInsensitive(query),
						...boost,
					},
				},
			};
		case "regexp":
			return {
				regexp: {
					[query.field]: {
						value: query.value,
						...(query.flags === undefined ? {} : { flags: query.flags }),
						...caseInsensitive(query),
						...boost,
					},
				},
			};
		case "fuzzy":
			return {
				fuzzy: {
					[query.field]: {
						value: query.value,
						fuzziness: query.fuzziness,
						prefix_length: query.prefixLength,
						transpositions: query.transpositions,
						...boost,
					},
				},
			};
		case "geo_distance":
		case "geo_bounding_box":
		case "geo_polygon":
			return geoToDsl(query, boost);
		case "nested":
			return {
				nested: {
					path: query.path,
					query: toDsl(query.query),
					score_mode: query.scoreMode,
					...ignoreUnmapped(query),
					...(query.innerHits === undefined
						? {}
						: { inner_hits: innerHitsToDsl(query.innerHits) }),
					...boost,
				},
			};
		case "constant_score":
			return { constant_score: { filter: toDsl(query.query), ...boost } };
		case "dis_max":
			return {
				dis_max: {
					queries: query.queries.map(toDsl),
					tie_breaker: query.tieBreaker,
					...boost,
				},
			};
		case "boosting":
			return {
				boosting: {
					positive: toDsl(query.positive),
					negative: toDsl(query.negative),
					negative_boost: query.negativeBoost,
					...boost,
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
		case "match_phrase":
		case "match_phrase_prefix":
		case "match_bool_prefix":
		case "multi_match":
		case "query_string":
		case "simple_query_string":
			return fullTextToDsl(query);
		case "native":
			return { [query.clause]: query.argument };
	}
}

type GeoQuery = Extract<
	Query,
	{ kind: "geo_distance" | "geo_bounding_box" | "geo_polygon" }
>;

/** Options stand beside the field; so a geo field of the name of an option cannot be asked for, in any store. */
function geoToDsl(
	query: GeoQuery,
	boost: Record<string, unknown>,
): Record<string, unknown> {
	const options = { ...ignoreUnmapped(query), ...boost };
	const { field } = query;
	switch (query.kind) {
		case "geo_distance": {
			const distance = `${query.meters}m`;
			return { geo_distance: { [field]: query.center, distance, ...options } };
		}
		case "geo_bounding_box": {
			const { top, left, bottom, right } = query;
			const box = { top, left, bottom, right };
			return { geo_bounding_box: { [field]: box, ...options } };
		}
		case "geo_polygon":
			return { geo_polygon: { [field]: { points: query.points }, ...options } };
	}
}

function ignoreUnmapped(query: {
	readonly ignoreUnmapped: boolean;
}): Record<string, unknown> {
	return query.ignoreUnmapped ? { ignore_unmapped: true } : {};
}

function boundsOf({
	bounds: { timeZone, ...bounds },
}: Extract<Query, { kind: "range" }>): Record<string, unknown> {
	return {
		...bounds,
		...(timeZone === undefined ? {} : { time_zone: timeZone }),
	};
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
