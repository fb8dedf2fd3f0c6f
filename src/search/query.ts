import type { Aggregation } from "./aggregations/aggregation.ts";
import type { Collapse } from "./collapse.ts";
import type { Highlight } from "./highlight.ts";
import type { InnerHits } from "./inner-hits.ts";
import type { SourceFilter } from "./source-filter.ts";

/**
 * The query language, parsed: one tree that both storage adapters read. `parse-query.ts` makes it from the
 * Elasticsearch DSL, `koncorde-to-dsl.ts` makes the DSL from Koncorde's language.
 */
export type Query = Clause & {
	/** Weight in the relevance score; default 1. An adapter may ignore it: it never changes what is found. */
	readonly boost?: number;
};

export type Clause =
	| { readonly kind: "match_all" }
	| { readonly kind: "match_none" }
	/** Full-text match; on a keyword field, an exact one. */
	| {
			readonly kind: "match";
			readonly field: string;
			readonly query: Scalar;
			readonly operator: "or" | "and";
			readonly minimumShouldMatch?: string | number;
	  }
	/** Words one after the other; on a keyword field, the exact value. */
	| {
			readonly kind: "match_phrase";
			readonly field: string;
			readonly query: Scalar;
	  }
	/** As match_phrase, but the last word may only be the beginning of one. */
	| {
			readonly kind: "match_phrase_prefix";
			readonly field: string;
			readonly query: Scalar;
			/** How many words the last one may stand for. */
			readonly expansionsMax: number;
	  }
	/** As match, but the last word may only be the beginning of one. */
	| {
			readonly kind: "match_bool_prefix";
			readonly field: string;
			readonly query: Scalar;
			readonly operator: "or" | "and";
			readonly minimumShouldMatch?: string | number;
	  }
	/** A match, or one of its kin, in several fields. */
	| {
			readonly kind: "multi_match";
			readonly query: Scalar;
			/** Names, or patterns of names; none: all fields. */
			readonly fields: readonly BoostedField[];
			readonly type: MultiMatchType;
			readonly operator: "or" | "and";
			readonly minimumShouldMatch?: string | number;
			/** What the other fields add to the score of the best, times this; 1 for all of it. */
			readonly tieBreaker: number;
			readonly expansionsMax: number;
			/** Whether a value that a field cannot have is only not found there. Absent: where all fields are searched. */
			readonly lenient?: boolean;
	  }
	/** Lucene's query language, as people type it into a search box. */
	| {
			readonly kind: "query_string" | "simple_query_string";
			readonly query: string;
			/** Those that a word is looked for in which names none; none: all fields. */
			readonly fields: readonly BoostedField[];
			readonly defaultOperator: "or" | "and";
			readonly lenient?: boolean;
	  }
	| {
			readonly kind: "term";
			readonly field: string;
			readonly value: Scalar;
			readonly caseInsensitive: boolean;
	  }
	| {
			readonly kind: "terms";
			readonly field: string;
			readonly values: readonly Scalar[];
	  }
	| { readonly kind: "ids"; readonly values: readonly string[] }
	| {
			readonly kind: "range";
			readonly field: string;
			readonly bounds: RangeBounds;
	  }
	| { readonly kind: "exists"; readonly field: string }
	| {
			readonly kind: "prefix";
			readonly field: string;
			readonly value: string;
			readonly caseInsensitive: boolean;
	  }
	/** `*` stands for any text, `?` for any character. */
	| {
			readonly kind: "wildcard";
			readonly field: string;
			readonly value: string;
			readonly caseInsensitive: boolean;
	  }
	/** In Lucene's syntax; matches whole values. */
	| {
			readonly kind: "regexp";
			readonly field: string;
			readonly value: string;
			/** Optional operators, joined by `|`. Absent: all. */
			readonly flags?: string;
			readonly caseInsensitive: boolean;
	  }
	/** Values that differ in a few characters. */
	| {
			readonly kind: "fuzzy";
			readonly field: string;
			readonly value: string;
			/** 0, 1, 2, `AUTO` or `AUTO:low,high`. */
			readonly fuzziness: string | number;
			/** How many characters must be the same at the beginning. */
			readonly prefixLength: number;
			/** Whether two neighbours that changed places are one difference. */
			readonly transpositions: boolean;
	  }
	/** Points at most so far away. */
	| {
			readonly kind: "geo_distance";
			readonly field: string;
			readonly center: GeoPoint;
			readonly meters: number;
			readonly ignoreUnmapped: boolean;
	  }
	/** Points in a box, its edges included. Where `left` is greater than `right` the box crosses the date line. */
	| {
			readonly kind: "geo_bounding_box";
			readonly field: string;
			readonly top: number;
			readonly left: number;
			readonly bottom: number;
			readonly right: number;
			readonly ignoreUnmapped: boolean;
	  }
	| {
			readonly kind: "geo_polygon";
			readonly field: string;
			readonly points: readonly GeoPoint[];
			readonly ignoreUnmapped: boolean;
	  }
	/** Objects of a `nested` field that match on their own. Its fields are named by their whole path. */
	| {
			readonly kind: "nested";
			readonly path: string;
			readonly query: Query;
			readonly scoreMode: NestedScoreMode;
			readonly ignoreUnmapped: boolean;
			/** The objects that matched are told beside each hit. */
			readonly innerHits?: InnerHits;
	  }
	| { readonly kind: "constant_score"; readonly query: Query }
	/** As `bool.should`, but scored by the best of them, and the others times `tieBreaker`. */
	| {
			readonly kind: "dis_max";
			readonly queries: readonly Query[];
			readonly tieBreaker: number;
	  }
	/** What matches `positive`; scored lower where it matches `negative` too. */
	| {
			readonly kind: "boosting";
			readonly positive: Query;
			readonly negative: Query;
			readonly negativeBoost: number;
	  }
	| {
			readonly kind: "bool";
			readonly must: readonly Query[];
			readonly filter: readonly Query[];
			readonly should: readonly Query[];
			readonly mustNot: readonly Query[];
			/** Absent: 1 when there is neither must nor filter, else 0. */
			readonly minimumShouldMatch?: string | number;
	  }
	/** A clause that is known and harmless, but that only Elasticsearch answers: passed on as it came. SQLite refuses it by name. */
	| {
			readonly kind: "native";
			readonly clause: string;
			readonly argument: unknown;
	  };

/** Degrees. */
export interface GeoPoint {
	readonly lat: number;
	readonly lon: number;
}

/** How the scores of the matching objects make that of their document. */
export type NestedScoreMode = "avg" | "sum" | "min" | "max" | "none";

export interface BoostedField {
	readonly field: string;
	/** Weight in the score. */
	readonly boost: number;
}

export type MultiMatchType =
	| "best_fields"
	| "most_fields"
	| "phrase"
	| "phrase_prefix"
	| "bool_prefix";

export type Scalar = string | number | boolean | null;

export interface RangeBounds {
	readonly gt?: Scalar;
	readonly gte?: Scalar;
	readonly lt?: Scalar;
	readonly lte?: Scalar;
	/** Date format, as in Elasticsearch. */
	readonly format?: string;
	/** Of dates that name none, and of rounding: an offset such as `+01:00`, or a name. */
	readonly timeZone?: string;
}

export interface Sort {
	/** A field path, `_score`, `_id` or `_doc`. */
	readonly field: string;
	readonly order: "asc" | "desc";
	readonly missing?: "_last" | "_first" | Scalar;
	/** Which of several values counts. Absent: the least when ascending, else the greatest. */
	readonly mode?: SortMode;
	/** The field is one of the objects of this nested field. */
	readonly nested?: SortNested;
	/** What a field that is not mapped is taken for; all documents are without a value. */
	readonly unmappedType?: string;
	/** What numbers are taken for. */
	readonly numericType?: string;
	/** By how far away the places of the field are. */
	readonly distance?: SortDistance;
}

export type SortMode = "min" | "max" | "sum" | "avg" | "median";

export interface SortNested {
	readonly path: string;
	/** Only the objects that match it count. */
	readonly filter?: Query;
}

export interface SortDistance {
	/** Of several, the nearest counts, or which one the mode says. */
	readonly from: readonly GeoPoint[];
	/** How many meters the answered numbers count by. */
	readonly unit: string;
	readonly type: "arc" | "plane";
	readonly ignoreUnmapped: boolean;
}

export interface SearchRequest {
	readonly query: Query;
	/** Empty: by relevance, then in a stable order. */
	readonly sort: readonly Sort[];
	/** Default 0. */
	readonly from: number;
	/** Default 10. */
	readonly size: number;
	readonly searchAfter?: readonly Scalar[];
	/** What to compute over all matches, whatever the page. */
	readonly aggregations?: readonly Aggregation[];
	/** Only what it matches too is a hit and counts in the total; aggregations are of all that the query matches. */
	readonly postFilter?: Query;
	/** Which part of each document is answered. Absent: all of it. */
	readonly source?: SourceFilter;
	readonly highlight?: Highlight;
	/** Not with a scroll. */
	readonly collapse?: Collapse;
	/** Only Elasticsearch answers it: passed on as it came. SQLite refuses it by name. */
	readonly suggest?: Readonly<Record<string, unknown>>;
}

/** What the pages of one scroll have in common. */
export type PagedSearch = Pick<
	SearchRequest,
	"query" | "sort" | "size" | "postFilter" | "source" | "highlight"
>;
