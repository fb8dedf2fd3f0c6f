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

export type Scalar = string | number | boolean | null;

export interface RangeBounds {
	readonly gt?: Scalar;
	readonly gte?: Scalar;
	readonly lt?: Scalar;
	readonly lte?: Scalar;
	/** Date format, as in Elasticsearch. */
	readonly format?: string;
}

export interface Sort {
	/** A field path, `_score`, `_id` or `_doc`. */
	readonly field: string;
	readonly order: "asc" | "desc";
	readonly missing?: "_last" | "_first" | Scalar;
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
}
