import type { JsonObject, JsonValue } from "../../../lib/json.ts";
import type { MetricAggregation } from "../../../search/aggregations/aggregation.ts";
import { DistinctCount } from "./distinct-count.ts";
import { type FieldValues, fieldValues } from "./field-values.ts";
import type { Plan } from "./plan.ts";
import type { PlanContext } from "./plan-context.ts";
import { refused } from "./refused.ts";
import { Statistics } from "./statistics.ts";

/** The aggregations that answer numbers about the values of a field. */
export function planMetric(
	body: MetricAggregation,
	context: PlanContext,
): Plan {
	const readsAny = body.kind === "value_count" || body.kind === "cardinality";
	const values = fieldValues(body.kind, body, context, {
		unmapped: readsAny ? "keyword" : "number",
		...(readsAny ? {} : { kinds: ["number", "boolean", "date"] as const }),
	});
	switch (body.kind) {
		case "value_count":
			return planCount(values);
		case "cardinality":
			return planDistinct(values, context);
		case "stats":
		case "extended_stats":
			return planStatistics(body, values);
		default:
			return planNumber(body.kind, values);
	}
}

function planCount(values: FieldValues): Plan {
	return {
		ordering: { kind: "number" },
		create() {
			let count = 0;
			return {
				collect(row) {
					const found = values.of(row);
					// Elasticsearch keeps a keyword once that a document has twice.
					count +=
						values.kind === "keyword" ? new Set(found).size : found.length;
				},
				number: () => count,
				toJson: () => ({ value: count }),
			};
		},
	};
}

function planDistinct(values: FieldValues, { limits }: PlanContext): Plan {
	return {
		ordering: { kind: "number" },
		create() {
			const distinct = new DistinctCount((count) => limits.keptValues(count));
			return {
				collect(row) {
					for (const value of values.of(row)) distinct.add(value);
				},
				number: () => distinct.value,
				toJson: () => ({ value: distinct.value }),
			};
		},
	};
}

type NumberKind = "min" | "max" | "avg" | "sum";

function planNumber(kind: NumberKind, values: FieldValues): Plan {
	return {
		ordering: { kind: "number" },
		create() {
			const statistics = new Statistics();
			return {
				collect(row) {
					for (const value of values.of(row)) statistics.add(value as number);
				},
				number: () => statistics[kind],
				toJson() {
					const value = statistics[kind];
					return {
						value: Number.isFinite(value) ? value : null,
						...(values.toText === undefined || !Number.isFinite(value)
							? {}
							: { value_as_string: values.toText(value) }),
					};
				},
			};
		},
	};
}

const BASIC = ["min", "max", "avg", "sum"] as const;

function planStatistics(body: MetricAggregation, values: FieldValues): Plan {
	const isExtended = body.kind === "extended_stats";
	// Elasticsearch writes the squares of dates as dates.
	if (isExtended && (values.kind === "date" || values.kind === "boolean"))
		throw refused(`extended_stats (on a ${values.kind} field)`);
	const sigma = body.sigma ?? 2;
	return {
		ordering: {
			kind: "numbers",
			has: (key) =>
				key === "count" ||
				(BASIC as readonly string[]).includes(key) ||
				(isExtended && Object.hasOwn(new Statistics().deviations(sigma), key)),
		},
		create() {
			const statistics = new Statistics();
			return {
				collect(row) {
					for (const value of values.of(row)) statistics.add(value as number);
				},
				number(key = "") {
					if (key === "count") return statistics.count;
					return key === "min" ||
						key === "max" ||
						key === "avg" ||
						key === "sum"
						? statistics[key]
						: (statistics.deviations(sigma)[key] ?? Number.NaN);
				},
				toJson: () => ({
					...basicJson(statistics, values),
					...(isExtended ? extendedJson(statistics, sigma, values) : {}),
				}),
			};
		},
	};
}

function basicJson(statistics: Statistics, values: FieldValues): JsonObject {
	const { count, min, max, avg, sum } = statistics;
	const numbers: JsonObject =
		count === 0
			? { count, min: null, max: null, avg: null, sum: 0 }
			: { count, min, max, avg, sum };
	if (values.toText === undefined || count === 0) return numbers;
	const text = (value: number): JsonValue =>
		values.kind === "boolean" ? value !== 0 : (values.toText?.(value) ?? null);
	return {
		...numbers,
		...Object.fromEntries(
			BASIC.map((name) => [`${name}_as_string`, text(statistics[name])]),
		),
	};
}

function extendedJson(
	statistics: Statistics,
	sigma: number,
	{ toText }: FieldValues,
): JsonObject {
	const isEmpty = statistics.count === 0;
	const numbers = Object.entries(statistics.deviations(sigma));
	const isBound = (name: string) => /^(upper|lower)/.test(name);
	const json = (value: number) =>
		isEmpty ? null : Number.isNaN(value) ? "NaN" : value;
	const plain = numbers.filter(([name]) => !isBound(name));
	const bounds = numbers.filter(([name]) => isBound(name));
	const all = (of: typeof numbers) =>
		Object.fromEntries(of.map(([name, value]) => [name, json(value)]));
	if (toText === undefined || isEmpty)
		return { ...all(plain), std_deviation_bounds: all(bounds) };
	const text = (value: number) => (Number.isNaN(value) ? "NaN" : toText(value));
	return {
		...all(plain),
		std_deviation_bounds: all(bounds),
		...Object.fromEntries(
			plain.map(([name, value]) => [`${name}_as_string`, text(value)]),
		),
		std_deviation_bounds_as_string: Object.fromEntries(
			bounds.map(([name, value]) => [name, text(value)]),
		),
	};
}
