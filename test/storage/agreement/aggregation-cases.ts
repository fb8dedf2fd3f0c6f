import type { JsonObject } from "../../../src/lib/json.ts";
import type { Corpus } from "./aggregation-stores.ts";

/** A few documents with everything that is unusual: no value, many, equal ones, clock changes, numbers far apart. */
export const CORPUS: Corpus = {
	properties: {
		k: { type: "keyword" },
		n: { type: "integer" },
		f: { type: "float" },
		x: { type: "double" },
		b: { type: "boolean" },
		d: { type: "date" },
		day: { type: "date", format: "yyyy-MM-dd||epoch_millis" },
		t: { type: "text" },
		o: { properties: { k: { type: "keyword" } } },
		ip: { type: "ip" },
	},
	documents: [
		{
			k: "a",
			n: 1,
			f: 0.1,
			x: 1.5,
			b: true,
			d: "2024-03-31T00:30:00Z",
			day: "2024-03-31",
			t: "hello",
			o: { k: "x" },
			ip: "10.0.0.1",
		},
		{
			k: ["a", "b", "a"],
			n: [1, 1, 3],
			x: [2.5, 1e10],
			b: false,
			d: "2024-03-31T03:30:00Z",
		},
		{ k: "c", n: 7, f: 2.3, x: -1, d: ["2024-10-27T00:30:00Z"] },
		{ t: "x" },
		{ k: "d", n: 7, d: "2024-05-01", x: 0.0005 },
		{
			k: "é\u{1f600}",
			n: -4,
			d: ["2024-10-27T01:30:00Z", "2024-10-27T02:30:00Z"],
		},
		{ k: "\u{ff5e}", x: 0, f: 0.1, b: [true, false] },
	],
};

/** Of a collection that maps some of the fields only. */
export const OTHER_CORPUS: Corpus = {
	properties: {
		k: { type: "keyword" },
		n: { type: "integer" },
		d: { type: "date" },
	},
	documents: [
		{ k: "a", n: 1, d: "2024-03-31T00:10:00Z", x: 5 },
		{ k: ["zz", "c"], n: [50], d: "2024-12-01" },
		{},
	],
};

export interface Case {
	readonly name: string;
	readonly aggs: JsonObject;
	readonly query?: JsonObject;
	/** SQLite names what it does not answer here. */
	readonly isRefused?: true;
	/** Both stores say that it cannot be. */
	readonly isWrong?: true;
}

const MAX_F: JsonObject = { m: { max: { field: "f" } } };

function of(name: string, aggregation: JsonObject, aggs?: JsonObject): Case {
	return {
		name,
		aggs: { a: { ...aggregation, ...(aggs === undefined ? {} : { aggs }) } },
	};
}

function terms(name: string, options: JsonObject, aggs?: JsonObject): Case {
	return of(`terms ${name}`, { terms: options }, aggs);
}

function wrong(one: Case): Case {
	return { ...one, isWrong: true };
}

function refused(one: Case): Case {
	return { ...one, isRefused: true };
}

const FIELDS = ["k", "n", "f", "x", "b", "d", "day", "none", "o", "o.k"];

const METRICS = [
	"min",
	"max",
	"avg",
	"sum",
	"stats",
	"value_count",
	"cardinality",
	"percentiles",
	"extended_stats",
];

const TERMS: readonly Case[] = [
	...FIELDS.map((field) => terms(field, { field })),
	wrong(terms("t", { field: "t" })),
	wrong(terms("_id", { field: "_id" })),
	wrong(terms("without a field", {})),
	refused(terms("ip", { field: "ip" })),
	terms("a pattern of names", { field: "k*" }),
	terms("missing", { field: "n", missing: "9" }),
	terms("missing boolean", { field: "b", missing: true }),
	terms("missing keyword", { field: "k", missing: "z" }),
	terms("missing date", { field: "day", missing: "2020-01-01" }),
	terms("missing of no field", { field: "none", missing: 3 }),
	terms("date format", { field: "d", format: "yyyy-MM" }),
	terms("number format", { field: "n", format: "#,##0.00" }),
	terms("size", { field: "k", size: 1 }),
	terms("size as a text", { field: "k", size: "2" }),
	wrong(terms("size 0", { field: "k", size: 0 })),
	terms("by count", { field: "k", size: 1, order: { _count: "asc" } }),
	terms("by key", { field: "k", order: { _key: "desc" } }),
	terms("by key, cut", { field: "k", size: 2, order: { _key: "asc" } }),
	terms("by key and enough documents", {
		field: "k",
		size: 1,
		min_doc_count: 2,
		order: { _key: "asc" },
	}),
	terms("enough documents", { field: "k", size: 1, min_doc_count: 2 }),
	terms(
		"cut on the shard",
		{
			field: "k",
			size: 2,
			shard_size: 2,
			order: { m: "desc" },
			show_term_doc_count_error: true,
		},
		MAX_F,
	),
	terms("by max", { field: "k", order: { m: "asc" } }, MAX_F),
	terms("by max, down", { field: "k", order: { m: "desc" } }, MAX_F),
	terms(
		"by average",
		{ field: "k", order: { m: "desc" } },
		{
			m: { avg: { field: "f" } },
		},
	),
	terms(
		"by average, up",
		{ field: "k", order: { m: "asc" } },
		{
			m: { avg: { field: "f" } },
		},
	),
	terms(
		"by min",
		{ field: "k", order: { "m.value": "asc" } },
		{
			m: { min: { field: "f" } },
		},
	),
	terms(
		"by sum",
		{ field: "k", order: { m: "desc" } },
		{
			m: { sum: { field: "x" } },
		},
	),
	terms(
		"by several",
		{ field: "k", order: [{ "m.avg": "desc" }, { _count: "asc" }] },
		{ m: { stats: { field: "f" } } },
	),
	terms(
		"by a percentile",
		{ field: "k", order: { "m.50": "asc" } },
		{
			m: { percentiles: { field: "n" } },
		},
	),
	terms(
		"by a filter",
		{ field: "k", order: { q: "desc" } },
		{
			q: { filter: { term: { n: 7 } } },
		},
	),
	terms(
		"by what is in a filter",
		{ field: "k", order: { "q>m": "desc" } },
		{
			q: { filter: { match_all: {} }, aggs: { m: { max: { field: "n" } } } },
		},
	),
	wrong(terms("by nothing", { field: "k", order: { nothing: "desc" } })),
	wrong(
		terms(
			"by statistics",
			{ field: "k", order: { m: "desc" } },
			{
				m: { stats: { field: "f" } },
			},
		),
	),
	wrong(
		terms(
			"by what is in terms",
			{ field: "k", order: { "q>m": "desc" } },
			{
				q: { terms: { field: "n" }, aggs: MAX_F },
			},
		),
	),
	terms("some numbers", { field: "n", include: [1, 7], exclude: ["7"] }),
	terms("some texts", { field: "k", include: ["a", "b"], exclude: ["b"] }),
	terms("a pattern", { field: "k", include: "[a-c]|é.*", exclude: "b" }),
	wrong(terms("a pattern of numbers", { field: "n", include: "1.*" })),
	refused(
		terms("a partition", {
			field: "k",
			include: { partition: 0, num_partitions: 2 },
		}),
	),
	refused(terms("all terms", { field: "k", min_doc_count: 0 })),
	refused(terms("value_type", { field: "none", value_type: "long" })),
];

const METRIC_CASES: readonly Case[] = [
	...METRICS.flatMap((metric) =>
		FIELDS.map((field): Case => {
			const one = of(`${metric} ${field}`, { [metric]: { field } });
			const isText = field === "k" || field === "o.k";
			const takesTexts = metric === "value_count" || metric === "cardinality";
			if (isText && !takesTexts) return wrong(one);
			const isSquare =
				metric === "extended_stats" && ["b", "d", "day"].includes(field);
			return isSquare ? refused(one) : one;
		}),
	),
	...METRICS.map((metric) =>
		wrong(of(`${metric} of text`, { [metric]: { field: "t" } })),
	),
	of("max with a format", { max: { field: "n", format: "0.00" } }),
	of("stats with a format", { stats: { field: "x", format: "0.#" } }),
	of("extended_stats with a format", {
		extended_stats: { field: "n", format: "$0.00", sigma: 3 },
	}),
	of("max with missing", { max: { field: "n", missing: 100 } }),
	of("max of no field with missing", { max: { field: "none", missing: 100 } }),
	of("avg of dates with missing", {
		avg: { field: "d", missing: "2030-01-01" },
	}),
	of("value_count with missing", { value_count: { field: "k", missing: "q" } }),
	of("cardinality with missing", {
		cardinality: { field: "k", missing: "q", precision_threshold: 10 },
	}),
	{
		name: "meta",
		aggs: { a: { max: { field: "n" }, meta: { x: [1, { y: 2 }] } } },
	},
	of("percentiles as a list", {
		percentiles: { field: "n", keyed: false, percents: [50, 99.9, 1] },
	}),
	of("percentiles with a format", {
		percentiles: { field: "n", percents: [50], format: "0.00" },
	}),
	refused(
		of("percentiles by hdr", {
			percentiles: {
				field: "b",
				hdr: { number_of_significant_value_digits: 3 },
			},
		}),
	),
	wrong(of("a metric without a field", { max: {} })),
	wrong(of("aggregations in a metric", { max: { field: "n" } }, MAX_F)),
];

function histogram(options: JsonObject, aggs?: JsonObject): Case {
	return of(
		`histogram ${JSON.stringify(options)}`,
		{ histogram: { field: "n", interval: 2, ...options } },
		aggs,
	);
}

function dates(options: JsonObject, aggs?: JsonObject): Case {
	return of(
		`date_histogram ${JSON.stringify(options)}`,
		{ date_histogram: { field: "d", ...options } },
		aggs,
	);
}

const HISTOGRAMS: readonly Case[] = [
	histogram({}, MAX_F),
	histogram({ field: "x", interval: 5e9, offset: 1, keyed: true }),
	histogram({ format: "0.0", min_doc_count: 1, order: { _count: "desc" } }),
	histogram({ extended_bounds: { min: -13, max: 19 }, missing: 0 }),
	histogram({ hard_bounds: { min: 2, max: 6 } }),
	wrong(
		histogram({
			hard_bounds: { min: 2, max: 6 },
			extended_bounds: { min: 0, max: 9 },
		}),
	),
	histogram({ order: { m: "desc" } }, MAX_F),
	histogram({ field: "b", interval: 1 }),
	histogram({ field: "d", interval: 8_640_000_000, min_doc_count: 1 }),
	histogram({ field: "none" }),
	histogram({ field: "none", missing: 3 }),
	histogram({ field: "none", extended_bounds: { min: 0, max: 5 } }),
	wrong(histogram({ field: "k" })),
	wrong(histogram({ interval: 0 })),
	wrong(histogram({ field: "x", interval: 0.001 })),
	histogram({ interval: 0.3, field: "f" }),
	dates({ calendar_interval: "month" }, MAX_F),
	dates({ calendar_interval: "1d", time_zone: "Europe/Paris", keyed: true }),
	dates({
		calendar_interval: "hour",
		time_zone: "Europe/Paris",
		min_doc_count: 1,
		order: { _key: "desc" },
	}),
	dates({
		fixed_interval: "1h",
		time_zone: "America/New_York",
		min_doc_count: 1,
	}),
	dates({
		fixed_interval: "15d",
		time_zone: "+02:00",
		format: "yyyy-MM-dd HH:mmXXX",
	}),
	dates({ calendar_interval: "month", offset: "+6h" }),
	dates({ calendar_interval: "month", offset: "-1d" }),
	dates({ calendar_interval: "quarter", missing: "2024-12-01" }),
	dates({ calendar_interval: "year" }),
	dates({ calendar_interval: "week", time_zone: "Asia/Kolkata" }),
	dates({ calendar_interval: "minute", min_doc_count: 1 }),
	dates({
		calendar_interval: "month",
		extended_bounds: { min: "2024-02", max: "2025-01-15" },
	}),
	dates({
		calendar_interval: "month",
		hard_bounds: { min: "2024-04-01", max: "2024-07-15" },
	}),
	dates({
		calendar_interval: "month",
		hard_bounds: { min: "2024-04-15", max: "2024-05-01" },
	}),
	dates({ field: "none", calendar_interval: "month" }),
	dates({
		field: "none",
		calendar_interval: "month",
		extended_bounds: { min: "2024-02", max: "2024-07-15" },
	}),
	dates({ field: "none", calendar_interval: "month", missing: "2024-02-01" }),
	dates({ field: "day", calendar_interval: "day" }),
	wrong(dates({ field: "k", calendar_interval: "month" })),
	wrong(dates({ calendar_interval: "2d" })),
	wrong(dates({})),
	wrong(dates({ fixed_interval: "1M" })),
	wrong(dates({ fixed_interval: "1h", time_zone: "Nowhere/X" })),
];

function range(options: JsonObject, aggs?: JsonObject): Case {
	const name = `range ${JSON.stringify(options)}`;
	return of(name, { range: { field: "n", ...options } }, aggs);
}

function dateRange(options: JsonObject): Case {
	const name = `date_range ${JSON.stringify(options)}`;
	return of(name, { date_range: { field: "d", ...options } });
}

const RANGES: readonly Case[] = [
	range(
		{ ranges: [{ from: 2, to: 5 }, { to: 2 }, { from: 5, key: "high" }, {}] },
		MAX_F,
	),
	range({
		field: "x",
		keyed: true,
		ranges: [{ from: 2, to: 1e10 }, { to: 2 }],
	}),
	range({
		field: "f",
		ranges: [
			{ from: 0.1, to: 2.3 },
			{ from: 0.1, to: "2.4" },
		],
	}),
	range({ format: "0.00", ranges: [{ from: 2, to: 5 }] }),
	refused(range({ format: "0.00", ranges: [{ to: "2.00" }] })),
	range({ missing: 3, ranges: [{ from: 2, to: 5 }] }),
	range({ field: "none", ranges: [{ from: 2, to: 5 }] }),
	range({ field: "d", ranges: [{ from: 2, to: 5 }] }),
	wrong(range({ field: "k", ranges: [{ from: 2, to: 5 }] })),
	range({ ranges: [{ from: 5, to: 2 }] }),
	wrong(range({ ranges: [] })),
	range({ ranges: [{ from: null, to: 2 }] }),
	dateRange({
		ranges: [
			{ from: "2024-03-31||/d", to: "2024-04" },
			{ to: "2024-03-31T01:00:00Z", key: "q" },
			{ from: 1714521600000 },
		],
	}),
	dateRange({
		format: "yyyy-MM-dd",
		time_zone: "Europe/Paris",
		keyed: true,
		ranges: [
			{ from: "2024-03-31", to: "2024-05-01" },
			{ to: "2024-03-31||+1M/M" },
		],
	}),
	dateRange({
		format: "MM-yyyy",
		ranges: [{ from: "03-2024", to: "05-2024" }],
	}),
	dateRange({ missing: "2024-04-15", ranges: [{ from: "2024-04-01" }] }),
	dateRange({ field: "day", ranges: [{ from: "2024-03-01" }] }),
	dateRange({ field: "none", ranges: [{ from: "2024-03-01" }] }),
	wrong(dateRange({ field: "n", ranges: [{ from: "2024-03-01" }] })),
	wrong(dateRange({ ranges: [{ from: "spring" }] })),
];

const A_AND_ALL: JsonObject = { z: { term: { k: "a" } }, b: { match_all: {} } };

const OTHERS: readonly Case[] = [
	of("filter", { filter: { term: { k: "a" } } }, MAX_F),
	of("filters by name", {
		filters: { filters: A_AND_ALL, other_bucket: true },
	}),
	of("filters in order", {
		filters: {
			filters: [{ term: { k: "a" } }, { range: { n: { gt: 2 } } }],
			other_bucket_key: "rest",
		},
	}),
	of("filters as a list", {
		filters: { keyed: false, filters: A_AND_ALL, other_bucket: true },
	}),
	{
		name: "missing",
		aggs: {
			a: { missing: { field: "k" } },
			b: { missing: { field: "none" }, aggs: MAX_F },
			c: { missing: { field: "o" } },
			d: { missing: { field: "k", missing: "x" } },
		},
	},
	wrong(of("missing text", { missing: { field: "t" } })),
	{
		name: "global",
		aggs: {
			all: { global: {}, aggs: { m: { max: { field: "n" } } } },
			some: { max: { field: "n" } },
		},
		query: { term: { k: "a" } },
	},
	of("top_hits by a field", {
		top_hits: { size: 2, sort: [{ n: "desc" }], _source: ["n", "o.*"] },
	}),
	of("top_hits without source", {
		top_hits: { size: 2, from: 1, sort: [{ x: "asc" }], _source: false },
	}),
	of(
		"top_hits in terms",
		{ terms: { field: "k" } },
		{
			top: {
				top_hits: {
					size: 1,
					sort: [{ d: { order: "desc", missing: 0 } }],
					_source: { excludes: ["t", "k"] },
				},
			},
		},
	),
	wrong(of("top_hits too many", { top_hits: { size: 101 } })),
	wrong(of("aggregations in top_hits", { top_hits: {} }, MAX_F)),
	{
		name: "no documents",
		query: { term: { k: "nothing" } },
		aggs: {
			a: { terms: { field: "k" } },
			b: { date_histogram: { field: "d", calendar_interval: "day" } },
			c: { stats: { field: "n" } },
			d: { top_hits: {} },
			e: { range: { field: "n", ranges: [{ to: 3 }] }, aggs: MAX_F },
			f: { percentiles: { field: "n" } },
			g: { filter: { match_all: {} }, aggs: MAX_F },
		},
	},
	{
		name: "three levels",
		aggs: {
			a: {
				terms: { field: "k" },
				aggs: {
					b: {
						histogram: { field: "n", interval: 3 },
						aggs: { c: { terms: { field: "b" }, aggs: MAX_F } },
					},
				},
			},
		},
	},
	wrong(of("unknown", { foo: {} })),
	wrong(of("unknown option", { terms: { field: "k", siize: 1 } })),
	wrong(of("two kinds", { terms: { field: "k" }, max: { field: "n" } })),
	wrong({ name: "none", aggs: { a: {} } }),
	wrong({ name: "a bad name", aggs: { "a[b": { max: { field: "n" } } } }),
	refused(of("only Elasticsearch", { rare_terms: { field: "n" } })),
];

function composite(sources: JsonObject[], options: JsonObject = {}): Case {
	return of(`composite ${JSON.stringify([sources, options])}`, {
		composite: { sources, ...options },
	});
}

const BY_K: JsonObject = { k: { terms: { field: "k" } } };

const COMPOSITES: readonly Case[] = [
	of(
		"composite of two",
		{
			composite: {
				sources: [BY_K, { n: { terms: { field: "n", order: "desc" } } }],
			},
		},
		MAX_F,
	),
	composite([BY_K, { n: { terms: { field: "n", order: "desc" } } }], {
		size: 2,
		after: { k: "a", n: 3 },
	}),
	composite([
		{ k: { terms: { field: "k", missing_bucket: true } } },
		{
			b: { terms: { field: "b", missing_bucket: true, missing_order: "last" } },
		},
	]),
	composite([
		{ k: { terms: { field: "k", missing_bucket: true, order: "desc" } } },
	]),
	composite([
		{ d: { date_histogram: { field: "d", calendar_interval: "1M" } } },
		{ n: { histogram: { field: "n", interval: 2 } } },
	]),
	composite(
		[
			{
				d: {
					date_histogram: {
						field: "d",
						calendar_interval: "1M",
						format: "yyyy-MM",
					},
				},
			},
		],
		{ after: { d: "2024-03" } },
	),
	composite([
		{
			d: {
				date_histogram: {
					field: "d",
					fixed_interval: "12h",
					time_zone: "Europe/Paris",
				},
			},
		},
	]),
	composite([{ d: { terms: { field: "d" } } }]),
	composite([{ d: { terms: { field: "d" } } }], {
		after: { d: 1711845000000 },
	}),
	composite([{ b: { terms: { field: "b" } } }], { after: { b: false } }),
	composite([{ x: { terms: { field: "x" } } }]),
	composite([{ x: { terms: { field: "none" } } }]),
	composite([{ x: { terms: { field: "none", missing_bucket: true } } }]),
	wrong(composite([{ t: { terms: { field: "t" } } }])),
	wrong(composite([BY_K], { after: { other: 1 } })),
	wrong(
		of(
			"composite in terms",
			{ terms: { field: "k" } },
			{
				c: { composite: { sources: [BY_K] } },
			},
		),
	),
	of(
		"composite in a filter",
		{ filter: { match_all: {} } },
		{
			c: { composite: { sources: [BY_K] } },
		},
	),
];

export const CASES: readonly Case[] = [
	...TERMS,
	...METRIC_CASES,
	...HISTOGRAMS,
	...RANGES,
	...OTHERS,
	...COMPOSITES,
];
