import { sortToDsl } from "../sort-to-dsl.ts";
import { sourceFilterToDsl } from "../source-filter.ts";
import { toDsl } from "../to-dsl.ts";
import type {
	Aggregation,
	AggregationBody,
	BucketOrder,
	CompositeSource,
	DateInterval,
	TermFilter,
} from "./aggregation.ts";

type Dsl = Record<string, unknown>;

/** Writes the aggregations as Elasticsearch DSL. `parseAggregations` reads the same from it. */
export function aggregationsToDsl(aggregations: readonly Aggregation[]): Dsl {
	return Object.fromEntries(
		aggregations.map(({ name, body, aggregations: inner, meta }) => [
			name,
			{
				...bodyToDsl(body),
				...(inner.length === 0 ? {} : { aggs: aggregationsToDsl(inner) }),
				...(meta === undefined ? {} : { meta }),
			},
		]),
	);
}

function bodyToDsl(body: AggregationBody): Dsl {
	switch (body.kind) {
		case "native":
			return { [body.type]: body.argument };
		case "filter":
			return { filter: toDsl(body.filter) };
		case "filters":
			return { filters: filtersToDsl(body) };
		case "composite":
			return {
				composite: {
					size: body.size,
					sources: body.sources.map(sourceToDsl),
					...optional("after", body.after),
				},
			};
		case "top_hits":
			return {
				top_hits: {
					from: body.from,
					size: body.size,
					...(body.sort.length === 0 ? {} : { sort: body.sort.map(sortToDsl) }),
					...optional("_source", sourceFilterToDsl(body.source)),
				},
			};
		case "percentiles": {
			const { kind, compression, ...options } = body;
			return {
				[kind]: { ...options, ...optionalDigest(compression) },
			};
		}
		default:
			return optionsToDsl(body);
	}
}

function optionsToDsl(body: { readonly kind: string }): Dsl {
	const { kind, ...options } = body;
	const members = Object.entries(options).flatMap(([name, value]) =>
		optionToDsl(name, value),
	);
	return { [kind]: Object.fromEntries(members) };
}

/** Other options have Elasticsearch's names, in camel case. */
function optionToDsl(name: string, value: unknown): [string, unknown][] {
	switch (name) {
		case "order":
			return [
				[
					name,
					(value as BucketOrder[]).map(({ by, order }) => ({ [by]: order })),
				],
			];
		case "include":
		case "exclude":
			return [[name, termFilterToDsl(value as TermFilter)]];
		case "every":
			return [intervalToDsl(value as DateInterval["every"])];
		case "offsetMs":
			return value === 0 ? [] : [offsetToDsl(value as number)];
		default:
			return [[toSnakeCase(name), value]];
	}
}

function toSnakeCase(name: string): string {
	return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function intervalToDsl(every: DateInterval["every"]): [string, string] {
	return typeof every === "number"
		? ["fixed_interval", `${every}ms`]
		: ["calendar_interval", every];
}

function offsetToDsl(offsetMs: number): [string, string] {
	return ["offset", `${offsetMs < 0 ? "-" : "+"}${Math.abs(offsetMs)}ms`];
}

function termFilterToDsl(filter: TermFilter): unknown {
	switch (filter.kind) {
		case "pattern":
			return filter.pattern;
		case "values":
			return filter.values;
		case "partition":
			return {
				partition: filter.partition,
				num_partitions: filter.partitions,
			};
	}
}

function filtersToDsl(
	body: Extract<AggregationBody, { kind: "filters" }>,
): Dsl {
	const { filters, keyed, otherBucketKey } = body;
	const isNamed = filters.some(({ key }) => key !== undefined);
	return {
		filters: isNamed
			? Object.fromEntries(filters.map(({ key, query }) => [key, toDsl(query)]))
			: filters.map(({ query }) => toDsl(query)),
		...(isNamed ? { keyed } : {}),
		...(otherBucketKey === undefined
			? {}
			: { other_bucket: true, other_bucket_key: otherBucketKey }),
	};
}

function sourceToDsl(source: CompositeSource): Dsl {
	const { name, kind, missingOrder, missingBucket, ...options } = source;
	const missing = missingBucket
		? {
				missing_bucket: true,
				...(missingOrder === "default" ? {} : { missing_order: missingOrder }),
			}
		: {};
	if ("every" in options) {
		const { every, offsetMs, timeZone, ...others } = options;
		return {
			[name]: {
				[kind]: {
					...others,
					...missing,
					...Object.fromEntries([
						intervalToDsl(every),
						...(offsetMs === 0 ? [] : [offsetToDsl(offsetMs)]),
					]),
					...optional("time_zone", timeZone),
				},
			},
		};
	}
	return { [name]: { [kind]: { ...options, ...missing } } };
}

function optionalDigest(compression: number | undefined): Dsl {
	return compression === undefined ? {} : { tdigest: { compression } };
}

function optional(name: string, value: unknown): Dsl {
	return value === undefined ? {} : { [name]: value };
}
