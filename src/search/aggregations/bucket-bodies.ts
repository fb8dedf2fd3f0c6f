import { isObject } from "../../lib/json.ts";
import { parseInnerQuery } from "../parse-query.ts";
import { assertPatternSize } from "../pattern-size.ts";
import { readScalar } from "../read-option.ts";
import type { Range, TermFilter } from "./aggregation.ts";
import { parseDateHistogram, parseHistogram } from "./histogram-bodies.ts";
import type { Parsed } from "./metric-bodies.ts";
import { type AggregationOptions, given } from "./read-options.ts";
import { readOrder } from "./read-order.ts";

/** Answers as `parseMetricBody`. `depth`: of the aggregation, from which the queries in it go on. */
export function parseBucketBody(
	type: string,
	options: AggregationOptions,
	depth: number,
): Parsed {
	switch (type) {
		case "terms":
			return parseTerms(options);
		case "histogram":
			return parseHistogram(options);
		case "date_histogram":
			return parseDateHistogram(options);
		case "range":
		case "date_range":
			return parseRange(type, options);
		case "filter":
			return {
				kind: "filter",
				filter: parseInnerQuery(
					options.any("filter"),
					depth + 1,
					options.budget,
				),
			};
		case "filters":
			return parseFilters(options, depth);
		default:
			return parseSingleBucket(type, options);
	}
}

function parseSingleBucket(type: string, options: AggregationOptions): Parsed {
	if (type === "global") {
		options.check([], []);
		return { kind: "global" };
	}
	if (type === "nested") {
		options.check(["path"], []);
		return { kind: "nested", path: options.requiredText("path") };
	}
	if (type === "reverse_nested") {
		options.check(["path"], []);
		return { kind: "reverse_nested", ...given("path", options.text("path")) };
	}
	if (type !== "missing") return undefined;
	return (
		options.check(["field", "missing"], ["value_type", "format", "script"]) ?? {
			kind: "missing",
			field: options.field(),
			...given("missing", options.value("missing")),
		}
	);
}

function parseTerms(options: AggregationOptions): Parsed {
	const refused = options.check(
		[
			"field",
			"missing",
			"format",
			"size",
			"shard_size",
			"min_doc_count",
			"order",
			"include",
			"exclude",
			"show_term_doc_count_error",
			// How it is computed, not what.
			"collect_mode",
			"execution_hint",
		],
		["value_type", "script", "shard_min_doc_count"],
	);
	if (refused !== undefined) return refused;
	return {
		kind: "terms",
		...options.source(),
		size: options.integer("size", 1) ?? 10,
		...given("shardSize", options.integer("shard_size", 1)),
		minDocCount: options.integer("min_doc_count", 0) ?? 1,
		order: readOrder(options, { by: "_count", order: "desc" }),
		...given("include", readTermFilter(options, "include")),
		...given("exclude", readTermFilter(options, "exclude")),
		showTermDocCountError: options.flag("show_term_doc_count_error", false),
	};
}

function readTermFilter(
	options: AggregationOptions,
	name: string,
): TermFilter | undefined {
	const filter = options.any(name);
	if (filter === undefined) return undefined;
	if (typeof filter === "string") {
		options.budget.text(filter);
		assertPatternSize(filter);
		return { kind: "pattern", pattern: filter };
	}
	if (Array.isArray(filter)) {
		options.budget.values(filter.length);
		const read = (value: unknown) => readScalar(value, name, options.budget);
		return { kind: "values", values: filter.map(read) };
	}
	const { partition, num_partitions } = isObject(filter) ? filter : {};
	if (typeof partition !== "number" || typeof num_partitions !== "number")
		throw options.bad(name, "must be a pattern, a list or a partition");
	return { kind: "partition", partition, partitions: num_partitions };
}

function parseRange(
	kind: "range" | "date_range",
	options: AggregationOptions,
): Parsed {
	const isDate = kind === "date_range";
	const refused = options.check(
		[
			"field",
			"missing",
			"format",
			"ranges",
			"keyed",
			...(isDate ? ["time_zone"] : []),
		],
		["value_type", "script"],
	);
	if (refused !== undefined) return refused;
	const ranges = options.any("ranges");
	if (!Array.isArray(ranges) || ranges.length === 0)
		throw options.bad("ranges", "must be a list that is not empty");
	options.budget.values(ranges.length);
	return {
		kind,
		...options.source(),
		ranges: ranges.map((range) => readRange(range, options)),
		keyed: options.flag("keyed", false),
		...given("timeZone", isDate ? options.text("time_zone") : undefined),
	};
}

function readRange(range: unknown, options: AggregationOptions): Range {
	if (!isObject(range)) throw options.bad("ranges", "must hold objects");
	const { key, from, to, ...others } = range;
	const [other] = Object.keys(others);
	if (other !== undefined)
		throw options.bad("ranges", `does not take [${other.slice(0, 64)}]`);
	if (key !== undefined && typeof key !== "string")
		throw options.bad("ranges", "must have texts for keys");
	const bound = (value: unknown) => {
		if (value === undefined || value === null) return undefined;
		const scalar = readScalar(value, "ranges", options.budget);
		if (typeof scalar === "boolean")
			throw options.bad("ranges", "must have numbers or texts for bounds");
		return scalar;
	};
	if (key !== undefined) options.budget.text(key);
	return {
		...given("key", key),
		...given("from", bound(from)),
		...given("to", bound(to)),
	};
}

/** What `other_bucket` alone calls it. */
const OTHER = "_other_";

function parseFilters(options: AggregationOptions, depth: number): Parsed {
	options.check(["filters", "other_bucket", "other_bucket_key", "keyed"], []);
	const { budget } = options;
	const filters = options.any("filters");
	const key = options.text("other_bucket_key");
	const otherBucketKey = options.flag("other_bucket", key !== undefined)
		? (key ?? OTHER)
		: undefined;
	const parse = (dsl: unknown) => parseInnerQuery(dsl, depth + 1, budget);
	if (Array.isArray(filters)) {
		budget.values(filters.length);
		if (filters.length === 0) throw options.bad("filters", "must not be empty");
		return {
			kind: "filters",
			filters: filters.map((dsl) => ({ query: parse(dsl) })),
			keyed: false,
			...given("otherBucketKey", otherBucketKey),
		};
	}
	if (!isObject(filters) || Object.keys(filters).length === 0)
		throw options.bad("filters", "must hold queries");
	// Elasticsearch answers them in the order of their names.
	const names = Object.keys(filters).sort((a, b) => (a < b ? -1 : 1));
	budget.values(names.length);
	return {
		kind: "filters",
		filters: names.map((name) => {
			budget.text(name);
			return { key: name, query: parse(filters[name]) };
		}),
		keyed: options.flag("keyed", true),
		...given("otherBucketKey", otherBucketKey),
	};
}
