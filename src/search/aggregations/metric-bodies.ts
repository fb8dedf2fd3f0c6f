import { isObject } from "../../lib/json.ts";
import { parseSort } from "../parse-sort.ts";
import { readSourceFilter } from "../source-filter.ts";
import type { AggregationBody, MetricAggregation } from "./aggregation.ts";
import { type AggregationOptions, given } from "./read-options.ts";

/** A parsed body; undefined when the type is none of these; a text names the option that only Elasticsearch answers. */
export type Parsed = AggregationBody | string | undefined;

const SOURCE = ["field", "missing", "format"];

interface MetricOptions {
	readonly known?: readonly string[];
	readonly onlyNative?: readonly string[];
}

/** The aggregations that answer numbers, by name, with their options beside those of all. */
export const METRICS: ReadonlyMap<string, MetricOptions> = new Map<
	MetricAggregation["kind"] | "percentiles",
	MetricOptions
>([
	["min", {}],
	["max", {}],
	["avg", {}],
	["sum", {}],
	["value_count", {}],
	["stats", {}],
	["extended_stats", { known: ["sigma"] }],
	[
		"cardinality",
		{ known: ["precision_threshold", "execution_hint", "rehash"] },
	],
	[
		"percentiles",
		{
			known: ["percents", "keyed", "tdigest"],
			onlyNative: ["hdr", "method", "compression"],
		},
	],
]);

export function parseMetricBody(
	type: string,
	options: AggregationOptions,
): Parsed {
	if (type === "top_hits") return parseTopHits(options);
	const metric = METRICS.get(type);
	if (metric === undefined) return undefined;
	const { known = [], onlyNative = [] } = metric;
	const refused = options.check(
		[
			...SOURCE.filter(
				(name) => !(type === "cardinality" && name === "format"),
			),
			...known,
		],
		["value_type", "script", ...onlyNative],
	);
	if (refused !== undefined) return refused;
	return type === "percentiles"
		? parsePercentiles(options)
		: {
				kind: type as MetricAggregation["kind"],
				...options.source(),
				...given("sigma", readSigma(options)),
				...given(
					"precisionThreshold",
					options.integer("precision_threshold", 0),
				),
			};
}

function readSigma(options: AggregationOptions): number | undefined {
	const sigma = options.number("sigma");
	if (sigma !== undefined && sigma < 0)
		throw options.bad("sigma", "must not be negative");
	return sigma;
}

const PERCENTS = [1, 5, 25, 50, 75, 95, 99];

function parsePercentiles(options: AggregationOptions): Parsed {
	const compression = readCompression(options);
	if (typeof compression === "string") return compression;
	const percents = options.any("percents") ?? PERCENTS;
	if (!Array.isArray(percents) || percents.length === 0)
		throw options.bad("percents", "must be a list of numbers");
	options.budget.values(percents.length);
	for (const percent of percents)
		if (typeof percent !== "number" || !(percent >= 0 && percent <= 100))
			throw options.bad("percents", "must hold numbers from 0 to 100");
	return {
		kind: "percentiles",
		...options.source(),
		percents,
		keyed: options.flag("keyed", true),
		...given("compression", compression),
	};
}

function readCompression(
	options: AggregationOptions,
): number | string | undefined {
	const digest = options.any("tdigest");
	if (digest === undefined) return undefined;
	if (!isObject(digest)) throw options.bad("tdigest", "must be an object");
	const { compression, ...others } = digest;
	const [other] = Object.keys(others);
	if (other !== undefined) return `percentiles.tdigest.${other}`;
	if (compression === undefined) return undefined;
	if (typeof compression !== "number" || compression < 0)
		throw options.bad("compression", "must be a number that is not negative");
	return compression;
}

/** Elasticsearch's `index.max_inner_result_window`. */
const TOP_HITS_MAX = 100;

function parseTopHits(options: AggregationOptions): Parsed {
	const refused = options.check(
		["from", "size", "sort", "_source"],
		[
			"docvalue_fields",
			"explain",
			"fields",
			"highlight",
			"script_fields",
			"seq_no_primary_term",
			"stored_fields",
			"track_scores",
			"version",
		],
	);
	if (refused !== undefined) return refused;
	const from = options.integer("from", 0) ?? 0;
	const size = options.integer("size", 0) ?? 3;
	if (from + size === 0) throw options.bad("size", "must be greater than 0");
	if (from + size > TOP_HITS_MAX)
		throw options.bad(
			"size",
			`is too large, [from] + [size] must be ${TOP_HITS_MAX} at most`,
		);
	return {
		kind: "top_hits",
		from,
		size,
		sort: parseSort(options.any("sort"), options.budget),
		...given(
			"source",
			readSourceFilter(options.any("_source"), options.budget),
		),
	};
}
