import type { JsonObject } from "../../lib/json.ts";
import type { Query, Scalar, Sort } from "../query.ts";
import type { SourceFilter } from "../source-filter.ts";

/**
 * One aggregation of a search: what it is called, what it computes, and the aggregations inside each of its buckets.
 * The answer of either store has the shape that Elasticsearch gives it.
 */
export interface Aggregation {
	readonly name: string;
	readonly body: AggregationBody;
	readonly aggregations: readonly Aggregation[];
	/** Given back as it came. */
	readonly meta?: JsonObject;
}

/** The kinds are called as in Elasticsearch. */
export type AggregationBody =
	| TermsAggregation
	| HistogramAggregation
	| DateHistogramAggregation
	| RangeAggregation
	| { readonly kind: "filter"; readonly filter: Query }
	| FiltersAggregation
	| {
			readonly kind: "missing";
			readonly field: string;
			readonly missing?: Value;
	  }
	| { readonly kind: "nested"; readonly path: string }
	/** Without a path: back to the document itself. */
	| { readonly kind: "reverse_nested"; readonly path?: string }
	| { readonly kind: "global" }
	| MetricAggregation
	| PercentilesAggregation
	| TopHitsAggregation
	| CompositeAggregation
	/**
	 * Known and harmless, but answered by Elasticsearch only: passed on as it came. SQLite refuses it, by `refused`:
	 * its type, or the option that only Elasticsearch answers, such as `terms.value_type`.
	 */
	| {
			readonly kind: "native";
			readonly type: string;
			readonly argument: unknown;
			readonly refused: string;
	  };

export type Value = Exclude<Scalar, null>;

/** Where the values come from. */
export interface ValueSource {
	readonly field: string;
	/** Stands for the value of a document that has none. */
	readonly missing?: Value;
	/** How numbers and dates are written as text, as in Elasticsearch. */
	readonly format?: string;
}

/** `by`: `_count`, `_key`, or a path to a number among the sub-aggregations, such as `a>b.avg`. */
export interface BucketOrder {
	readonly by: string;
	readonly order: "asc" | "desc";
}

export type TermFilter =
	| { readonly kind: "pattern"; readonly pattern: string }
	| { readonly kind: "values"; readonly values: readonly Value[] }
	| {
			readonly kind: "partition";
			readonly partition: number;
			readonly partitions: number;
	  };

export interface TermsAggregation extends ValueSource {
	readonly kind: "terms";
	readonly size: number;
	/** How many buckets each shard hands over; absent: somewhat more than `size`. */
	readonly shardSize?: number;
	readonly minDocCount: number;
	/** Never empty: without one, by `_count`, the greatest first. */
	readonly order: readonly BucketOrder[];
	readonly include?: TermFilter;
	readonly exclude?: TermFilter;
	readonly showTermDocCountError: boolean;
}

export interface HistogramBounds {
	readonly min?: Value;
	readonly max?: Value;
}

interface HistogramOptions extends ValueSource {
	readonly keyed: boolean;
	readonly minDocCount: number;
	readonly order: readonly BucketOrder[];
	readonly extendedBounds?: HistogramBounds;
	readonly hardBounds?: HistogramBounds;
}

export interface HistogramAggregation extends HistogramOptions {
	readonly kind: "histogram";
	readonly interval: number;
	readonly offset: number;
}

export type CalendarUnit =
	| "minute"
	| "hour"
	| "day"
	| "week"
	| "month"
	| "quarter"
	| "year";

/** A unit of the calendar, or a number of milliseconds. */
export interface DateInterval {
	readonly every: CalendarUnit | number;
	readonly offsetMs: number;
	/** An offset such as `+02:00`, or a name of the time zone database. */
	readonly timeZone?: string;
}

export interface DateHistogramAggregation
	extends HistogramOptions,
		DateInterval {
	readonly kind: "date_histogram";
}

export interface Range {
	readonly key?: string;
	readonly from?: string | number;
	readonly to?: string | number;
}

export interface RangeAggregation extends ValueSource {
	readonly kind: "range" | "date_range";
	readonly ranges: readonly Range[];
	readonly keyed: boolean;
	/** Of a `date_range` only. */
	readonly timeZone?: string;
}

export interface FiltersAggregation {
	readonly kind: "filters";
	/** All have keys, or none has. */
	readonly filters: readonly { readonly key?: string; readonly query: Query }[];
	/** With keys: whether the buckets are an object. */
	readonly keyed: boolean;
	/** Where what fits no filter is counted too: under which key. */
	readonly otherBucketKey?: string;
}

export interface MetricAggregation extends ValueSource {
	readonly kind:
		| "min"
		| "max"
		| "avg"
		| "sum"
		| "value_count"
		| "stats"
		| "extended_stats"
		| "cardinality";
	/** Of `extended_stats`: how many deviations the bounds are away; default 2. */
	readonly sigma?: number;
	/** Of `cardinality`. */
	readonly precisionThreshold?: number;
}

export interface PercentilesAggregation extends ValueSource {
	readonly kind: "percentiles";
	readonly percents: readonly number[];
	readonly keyed: boolean;
	/** Default 100. */
	readonly compression?: number;
}

export interface TopHitsAggregation {
	readonly kind: "top_hits";
	readonly from: number;
	readonly size: number;
	readonly sort: readonly Sort[];
	/** As it came: true or false, or what to include and exclude. */
	readonly source?: SourceFilter;
}

export interface CompositeAggregation {
	readonly kind: "composite";
	readonly size: number;
	readonly sources: readonly CompositeSource[];
	/** By name of the source; only greater keys are answered. */
	readonly after?: Readonly<Record<string, Scalar>>;
}

export type CompositeSource = {
	readonly name: string;
	readonly field: string;
	readonly order: "asc" | "desc";
	readonly missingBucket: boolean;
	readonly missingOrder: "first" | "last" | "default";
} & (
	| { readonly kind: "terms" }
	| { readonly kind: "histogram"; readonly interval: number }
	| ({
			readonly kind: "date_histogram";
			readonly format?: string;
	  } & DateInterval)
);
