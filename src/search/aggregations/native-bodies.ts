import { isObject } from "../../lib/json.ts";
import { checkNativeValue } from "../native-clauses.ts";
import { parseInnerQuery } from "../parse-query.ts";
import type { AggregationBody } from "./aggregation.ts";
import type { AggregationOptions } from "./read-options.ts";

/** Those that Elasticsearch knows and the tree does not, beside the ones whose options it does not. */
export function isNativeType(type: string): boolean {
	return NATIVE_TYPES.has(type);
}

/**
 * Checks an aggregation that only Elasticsearch answers, with everything inside it. Throws
 * `services.storage.invalid_query_keyword` for scripts and for what names another index.
 */
export function parseNativeBody(
	options: AggregationOptions,
	argument: unknown,
	refused: string,
	depth: number,
): AggregationBody {
	const { type, budget } = options;
	const { filters, filter, background_filter, ...rest } = isObject(argument)
		? argument
		: {};
	for (const query of [filter, background_filter])
		if (query !== undefined) parseInnerQuery(query, depth + 1, budget);
	if (isObject(filters))
		for (const query of Object.values(filters))
			parseInnerQuery(query, depth + 1, budget);
	else if (filters !== undefined)
		throw options.bad("filters", "must be an object");
	checkNativeValue(rest, depth + 1, budget);
	return { kind: "native", type, argument, refused };
}

/** Left out: `scripted_metric`, `bucket_script` and `bucket_selector`, which are scripts, are here to be refused as such. */
const NATIVE_TYPES = new Set([
	"adjacency_matrix",
	"auto_date_histogram",
	"avg_bucket",
	"boxplot",
	"bucket_correlation",
	"bucket_count_ks_test",
	"bucket_script",
	"bucket_selector",
	"bucket_sort",
	"cartesian_bounds",
	"cartesian_centroid",
	"categorize_text",
	"change_point",
	"children",
	"cumulative_cardinality",
	"cumulative_sum",
	"derivative",
	"diversified_sampler",
	"extended_stats_bucket",
	"frequent_item_sets",
	"geo_bounds",
	"geo_centroid",
	"geo_distance",
	"geo_line",
	"geohash_grid",
	"geohex_grid",
	"geotile_grid",
	"ip_prefix",
	"ip_range",
	"matrix_stats",
	"max_bucket",
	"median_absolute_deviation",
	"min_bucket",
	"moving_fn",
	"moving_percentiles",
	"multi_terms",
	"normalize",
	"parent",
	"percentile_ranks",
	"percentiles_bucket",
	"random_sampler",
	"rare_terms",
	"rate",
	"sampler",
	"scripted_metric",
	"serial_diff",
	"significant_terms",
	"significant_text",
	"stats_bucket",
	"string_stats",
	"sum_bucket",
	"t_test",
	"time_series",
	"top_metrics",
	"variable_width_histogram",
	"weighted_avg",
]);
