import fc, { type Arbitrary } from "fast-check";
import type { JsonObject, JsonValue } from "../../../src/lib/json.ts";
import type { Corpus } from "./aggregation-stores.ts";

/** Random documents of these fields, and random aggregations over them. */
const PROPERTIES: JsonObject = {
	k: { type: "keyword" },
	l: { type: "keyword" },
	n: { type: "integer" },
	m: { type: "long" },
	f: { type: "float" },
	x: { type: "double" },
	b: { type: "boolean" },
	d: { type: "date" },
	day: { type: "date", format: "yyyy-MM-dd" },
	objects: {
		type: "nested",
		properties: {
			k: { type: "keyword" },
			n: { type: "integer" },
			d: { type: "date" },
			inner: { type: "nested", properties: { n: { type: "integer" } } },
		},
	},
};

const TEXTS = [
	"a",
	"b",
	"B",
	"ab",
	"é",
	"\u{1f600}",
	"\u{ff5e}",
	"10",
	"9",
	"",
];

/** Around the hours that clocks change in, and far apart. */
const moment = fc.oneof(
	fc.integer({ min: Date.UTC(2024, 2, 30), max: Date.UTC(2024, 3, 1) }),
	fc.integer({ min: Date.UTC(2024, 9, 26), max: Date.UTC(2024, 9, 29) }),
	fc.integer({ min: Date.UTC(2022, 0, 1), max: Date.UTC(2025, 11, 31) }),
	fc.integer({ min: Date.UTC(1965, 0, 1), max: Date.UTC(1971, 0, 1) }),
);

const date = moment.map((ms) => new Date(ms).toISOString());
const text = fc.constantFrom(...TEXTS);
const integer = fc.integer({ min: -20, max: 20 });
/** Sums of these are exact in any order. */
const quarter = fc.integer({ min: -4_000, max: 4_000 }).map((n) => n / 4);

/** No value, one or several. */
function some<Value extends JsonValue>(
	value: Arbitrary<Value>,
): Arbitrary<JsonValue | undefined> {
	return fc.oneof(
		{ weight: 2, arbitrary: fc.constant(undefined) },
		{ weight: 5, arbitrary: value },
		{ weight: 2, arbitrary: fc.array(value, { maxLength: 3 }) },
	);
}

function object(
	members: Record<string, Arbitrary<JsonValue | undefined>>,
): Arbitrary<JsonObject> {
	return fc
		.record(members)
		.map((made) => JSON.parse(JSON.stringify(made)) as JsonObject);
}

const inner = object({ n: some(integer) });

const nested = object({
	k: some(text),
	n: some(integer),
	d: some(date),
	inner: some(inner),
});

const document = object({
	k: some(text),
	l: some(fc.constantFrom("one", "two")),
	n: some(integer),
	m: some(fc.integer({ min: 0, max: 5 })),
	f: some(quarter),
	x: some(quarter),
	b: some(fc.boolean()),
	d: some(date),
	day: some(date.map((iso) => iso.slice(0, 10))),
	objects: some(nested),
});

export const corpus: Arbitrary<Corpus> = fc
	.array(document, { minLength: 20, maxLength: 60 })
	.map((documents) => ({ properties: PROPERTIES, documents }));

/** The same fields again, inside `objects`. */
interface Scope {
	readonly texts: readonly string[];
	readonly numbers: readonly string[];
	readonly booleans: readonly string[];
	readonly dates: readonly string[];
	readonly nested?: string;
}

const ROOT: Scope = {
	texts: ["k", "l"],
	numbers: ["n", "m", "f", "x"],
	booleans: ["b"],
	dates: ["d", "day"],
	nested: "objects",
};

const OBJECTS: Scope = {
	texts: ["objects.k"],
	numbers: ["objects.n"],
	booleans: [],
	dates: ["objects.d"],
	nested: "objects.inner",
};

const INNER: Scope = {
	texts: [],
	numbers: ["objects.inner.n"],
	booleans: [],
	dates: [],
};

const ZONES = [
	"UTC",
	"Europe/Paris",
	"America/New_York",
	"Asia/Kolkata",
	"Australia/Lord_Howe",
	"America/Sao_Paulo",
	"+05:45",
	"-03:00",
];

function optional(
	members: Record<string, Arbitrary<JsonValue>>,
): Arbitrary<JsonObject> {
	return fc.record(members, { requiredKeys: [] }) as Arbitrary<JsonObject>;
}

function pick(names: readonly string[]): Arbitrary<string> {
	return fc.constantFrom(...names);
}

function metric(scope: Scope): Arbitrary<JsonObject> {
	const { texts, numbers, booleans, dates } = scope;
	const of = (kinds: readonly string[], fields: readonly string[]) =>
		fc
			.record({ kind: pick(kinds), field: pick(fields) })
			.map(({ kind, field }): JsonObject => ({ [kind]: { field } }));
	return fc.oneof(
		of(
			["min", "max", "avg", "sum", "stats", "percentiles"],
			[...numbers, ...dates, ...booleans],
		),
		of(["extended_stats"], numbers),
		of(
			["value_count", "cardinality"],
			[...texts, ...numbers, ...booleans, ...dates],
		),
		fc
			.record({
				field: pick(numbers),
				missing: integer,
				kind: pick(["min", "avg", "sum", "value_count"]),
			})
			.map(({ kind, ...options }): JsonObject => ({ [kind]: options })),
	);
}

const query: Arbitrary<JsonObject> = fc.oneof(
	fc.constant<JsonObject>({ match_all: {} }),
	text.map((value): JsonObject => ({ term: { k: value } })),
	integer.map((value): JsonObject => ({ range: { n: { gte: value } } })),
	fc.constant<JsonObject>({ exists: { field: "b" } }),
);

const nestedQuery: Arbitrary<JsonObject> = fc.oneof(
	text.map((value): JsonObject => ({ term: { "objects.k": value } })),
	integer.map(
		(value): JsonObject => ({ range: { "objects.n": { lt: value } } }),
	),
);

const direction = pick(["asc", "desc"]);

/** `r` is the name of a sub-aggregation that answers one number. */
function order(scope: Scope): Arbitrary<{ order: JsonValue; r: JsonObject }> {
	const ways = fc.oneof(
		direction.map((way): JsonObject => ({ _key: way })),
		direction.map((way): JsonObject => ({ _count: way })),
		direction.map((way): JsonObject => ({ r: way })),
	);
	return fc.record({
		order: fc.oneof(
			ways as Arbitrary<JsonValue>,
			fc.array(ways, { minLength: 1, maxLength: 2 }) as Arbitrary<JsonValue>,
		),
		r: fc
			.record({
				kind: pick(["min", "max", "avg", "sum", "value_count"]),
				field: pick(scope.numbers),
			})
			.map(({ kind, field }): JsonObject => ({ [kind]: { field } })),
	});
}

/** A kind with its options, and the sub-aggregation that its order looks at. */
type Shape = { readonly body: JsonObject; readonly r?: JsonObject };

function ordered(
	scope: Scope,
	body: Arbitrary<readonly [kind: string, options: JsonObject]>,
): Arbitrary<Shape> {
	return fc
		.record({ body, chosen: fc.option(order(scope), { nil: undefined }) })
		.map(({ body: [kind, options], chosen }) =>
			chosen === undefined
				? { body: { [kind]: options } }
				: {
						body: { [kind]: { ...options, order: chosen.order } },
						r: chosen.r,
					},
		);
}

function terms(scope: Scope): Arbitrary<Shape> {
	const { texts, numbers, booleans, dates } = scope;
	const options = optional({
		size: fc.integer({ min: 1, max: 12 }),
		shard_size: fc.integer({ min: 1, max: 12 }),
		min_doc_count: fc.integer({ min: 1, max: 3 }),
		show_term_doc_count_error: fc.boolean(),
	});
	const fields = fc
		.record({
			options,
			field: pick([...texts, ...numbers, ...booleans, ...dates]),
		})
		.map(({ options: more, field }) => ["terms", { field, ...more }] as const);
	const filters = fc
		.record({
			field: pick(numbers),
			include: fc.array(integer, { maxLength: 20 }),
			exclude: fc.array(integer, { maxLength: 5 }),
			missing: integer,
		})
		.map((made) => ["terms", made as JsonObject] as const);
	return ordered(scope, fc.oneof(fields, filters));
}

function histogram(scope: Scope): Arbitrary<Shape> {
	const bounds = fc
		.tuple(integer, integer)
		.map(
			([a, b]): JsonObject => ({ min: Math.min(a, b), max: Math.max(a, b) }),
		);
	const options = optional({
		offset: fc.integer({ min: -7, max: 7 }),
		min_doc_count: fc.integer({ min: 0, max: 2 }),
		keyed: fc.boolean(),
		extended_bounds: bounds as Arbitrary<JsonValue>,
		missing: integer,
	});
	const hard = optional({
		hard_bounds: bounds as Arbitrary<JsonValue>,
		min_doc_count: fc.integer({ min: 0, max: 2 }),
		offset: fc.integer({ min: -7, max: 7 }),
	});
	const body = fc
		.record({
			field: pick(scope.numbers),
			interval: fc.constantFrom(0.5, 1, 3, 7.5, 100),
			options: fc.oneof(options, hard),
		})
		.map(
			({ options: more, ...made }) =>
				["histogram", { ...made, ...more } as JsonObject] as const,
		);
	return ordered(scope, body);
}

function dateHistogram(scope: Scope): Arbitrary<Shape> {
	const interval = fc.oneof(
		pick(["week", "month", "quarter", "year", "1d", "1M"]).map(
			(unit): JsonObject => ({ calendar_interval: unit }),
		),
		pick(["10d", "36h", "1000000000ms"]).map(
			(time): JsonObject => ({ fixed_interval: time }),
		),
		pick(["hour", "minute"]).map(
			(unit): JsonObject => ({ calendar_interval: unit, min_doc_count: 1 }),
		),
		pick(["90m", "1h", "20m", "12h"]).map(
			(time): JsonObject => ({ fixed_interval: time, min_doc_count: 1 }),
		),
	);
	const bounds = fc
		.tuple(moment, moment)
		.map(
			([a, b]): JsonObject => ({ min: Math.min(a, b), max: Math.max(a, b) }),
		);
	const options = optional({
		time_zone: pick(ZONES) as Arbitrary<JsonValue>,
		offset: pick(["+6h", "-1d", "+30m", "-90m"]) as Arbitrary<JsonValue>,
		keyed: fc.boolean(),
		format: pick([
			"yyyy-MM-dd",
			"dd/MM/yyyy HH:mm:ss",
			"epoch_millis",
			"yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
		]) as Arbitrary<JsonValue>,
	});
	const more = fc.oneof(
		fc.constant<JsonObject>({}),
		fc.constant<JsonObject>({ min_doc_count: 1 }),
		bounds.map((hard_bounds): JsonObject => ({ hard_bounds })),
		bounds.map((extended_bounds): JsonObject => ({ extended_bounds })),
	);
	const body = fc
		.record({ field: pick(scope.dates), interval, options, more })
		.map(
			(made) =>
				[
					"date_histogram",
					{
						field: made.field,
						...made.options,
						...made.more,
						...made.interval,
					} as JsonObject,
				] as const,
		);
	return ordered(scope, body);
}

function range(scope: Scope): Arbitrary<Shape> {
	const one = optional({
		from: integer,
		to: integer,
		key: pick(["one", "two"]) as Arbitrary<JsonValue>,
	});
	return fc
		.record({
			field: pick(scope.numbers),
			ranges: fc.array(one, { minLength: 1, maxLength: 4 }),
		})
		.map((options) => ({ body: { range: options as JsonObject } }));
}

function dateRange(scope: Scope): Arbitrary<Shape> {
	const bound = fc.oneof(
		date,
		pick(["2024", "2024-03-31", "2024-10-27||+1d/M", "2024-03||/w"]),
	);
	return fc
		.record({
			field: pick(scope.dates.filter((name) => name !== "day")),
			ranges: fc.array(
				optional({
					from: bound as Arbitrary<JsonValue>,
					to: bound as Arbitrary<JsonValue>,
				}),
				{ minLength: 1, maxLength: 3 },
			),
			options: optional({
				time_zone: pick(ZONES) as Arbitrary<JsonValue>,
				keyed: fc.boolean(),
			}),
		})
		.map(({ options, ...made }) => ({
			body: { date_range: { ...made, ...options } as JsonObject },
		}));
}

function composite(scope: Scope): Arbitrary<JsonObject> {
	const missing = optional({
		missing_bucket: fc.boolean(),
		order: direction as Arbitrary<JsonValue>,
	});
	const source = fc.oneof(
		fc
			.record({
				field: pick([...scope.texts, ...scope.numbers, ...scope.booleans]),
				missing,
			})
			.map(
				({ field, missing: more }): JsonObject => ({
					terms: { field, ...more },
				}),
			),
		fc.record({ field: pick(scope.numbers), missing }).map(
			({ field, missing: more }): JsonObject => ({
				histogram: { field, interval: 4, ...more },
			}),
		),
		fc.record({ field: pick(scope.dates), zone: pick(ZONES), missing }).map(
			({ field, zone, missing: more }): JsonObject => ({
				date_histogram: {
					field,
					calendar_interval: "month",
					time_zone: zone,
					...more,
				},
			}),
		),
	);
	return fc
		.record({
			sources: fc.array(source, { minLength: 1, maxLength: 3 }),
			size: fc.integer({ min: 1, max: 200 }),
		})
		.map(({ sources, size }) => ({
			composite: {
				size,
				sources: sources.map((one, index) => ({ [`s${index}`]: one })),
			},
		}));
}

const topHits: Arbitrary<JsonObject> = fc
	.record({
		size: fc.integer({ min: 0, max: 4 }),
		from: fc.integer({ min: 0, max: 2 }),
		sort: fc.constantFrom<JsonValue>(
			[{ n: { order: "desc", missing: 0 } }],
			[{ d: { order: "asc", missing: 0 } }],
			[
				{ x: { order: "asc", missing: 3 } },
				{ m: { order: "desc", missing: 1 } },
			],
		),
		_source: fc.constantFrom<JsonValue>(true, false, ["n", "o*"], {
			excludes: ["objects.*", "d*"],
		}),
	})
	.map((options) => ({ top_hits: options }));

function bucket(scope: Scope): Arbitrary<Shape> {
	const filters: Arbitrary<Shape> = fc.oneof(
		query.map((filter) => ({ body: { filter } })),
		fc.tuple(query, query, fc.boolean()).map(([a, b, other_bucket]) => ({
			body: { filters: { filters: { b: a, a: b }, other_bucket } },
		})),
	);
	const inObjects: Arbitrary<Shape> = nestedQuery.map((filter) => ({
		body: { filter },
	}));
	const missing: Arbitrary<Shape> = pick([
		...scope.texts,
		...scope.numbers,
		...scope.dates,
	]).map((field) => ({ body: { missing: { field } } }));
	return fc.oneof(
		terms(scope),
		terms(scope),
		histogram(scope),
		...(scope.dates.length > 0
			? [dateHistogram(scope), dateHistogram(scope), dateRange(scope)]
			: []),
		range(scope),
		missing,
		...(scope === ROOT ? [filters] : []),
		...(scope === OBJECTS ? [inObjects] : []),
	);
}

/** Sub-aggregations down to so many levels. */
function aggregation(scope: Scope, levels: number): Arbitrary<JsonObject> {
	if (levels === 0)
		return scope === ROOT ? fc.oneof(metric(scope), topHits) : metric(scope);
	const withInner = fc
		.record({ shape: bucket(scope), aggs: several(scope, levels - 1) })
		.map(
			({ shape, aggs }): JsonObject => ({
				...shape.body,
				aggs: shape.r === undefined ? aggs : { ...aggs, r: shape.r },
			}),
		);
	const deeper = scope === ROOT ? OBJECTS : INNER;
	const nestedOnes: Arbitrary<JsonObject>[] =
		scope.nested === undefined
			? []
			: [
					several(deeper, levels - 1).map(
						(aggs): JsonObject => ({
							nested: { path: scope.nested ?? "" },
							aggs,
						}),
					),
				];
	const back: Arbitrary<JsonObject>[] =
		scope === ROOT
			? []
			: [
					several(ROOT, levels - 1).map(
						(aggs): JsonObject => ({
							reverse_nested: {},
							aggs,
						}),
					),
				];
	return fc.oneof(
		{ weight: 1, arbitrary: aggregation(scope, 0) },
		{ weight: 6, arbitrary: withInner },
		...nestedOnes.map((arbitrary) => ({ weight: 1, arbitrary })),
		...back.map((arbitrary) => ({ weight: 1, arbitrary })),
	);
}

function several(scope: Scope, levels: number): Arbitrary<JsonObject> {
	return fc.dictionary(pick(["p", "q"]), aggregation(scope, levels), {
		minKeys: 0,
		maxKeys: 2,
		noNullPrototype: true,
	});
}

/** The body of a search without hits. */
export const request: Arbitrary<JsonObject> = fc
	.record({
		query,
		a: fc.oneof(
			{ weight: 1, arbitrary: composite(ROOT) },
			{ weight: 4, arbitrary: aggregation(ROOT, 1) },
			{ weight: 3, arbitrary: aggregation(ROOT, 2) },
			{ weight: 1, arbitrary: aggregation(ROOT, 3) },
		),
	})
	.map(({ query: wanted, a }) => ({ query: wanted, aggs: { a } }));
