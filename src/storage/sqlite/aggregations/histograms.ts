import type { JsonObject } from "../../../lib/json.ts";
import type {
	DateHistogramAggregation,
	HistogramAggregation,
	HistogramBounds,
	Value,
} from "../../../search/aggregations/aggregation.ts";
import { badRequest } from "../field-types.ts";
import { Bucket } from "./bucket.ts";
import { compareBuckets, type KeyedBucket } from "./bucket-order.ts";
import type { Planned } from "./collector.ts";
import { countByIndex } from "./count-by-index.ts";
import { type FieldValues, fieldValues } from "./field-values.ts";
import { toJavaDouble } from "./number-format.ts";
import type { Plan } from "./plan.ts";
import type { PlanContext } from "./plan-context.ts";
import { type Rounding, rounding } from "./rounding.ts";
import { timeZone } from "./time-zone.ts";

/** What the two kinds of histograms differ in. Keys are what buckets begin with. */
interface Steps extends Rounding {
	readonly values: FieldValues;
	readonly keyToText: (key: number) => string;
	readonly keyIsText: boolean;
	/** Whether a bucket may be there. */
	readonly isInside: (key: number) => boolean;
	readonly extended: { readonly min?: number; readonly max?: number };
	/** Whether each bucket is all that lies between its key and the next, to the last digit. */
	readonly isExact: boolean;
}

export function planHistogram(
	body: HistogramAggregation,
	inner: readonly Planned[],
	context: PlanContext,
): Plan {
	const { interval, offset, hardBounds } = body;
	const values = fieldValues("histogram", body, context, {
		unmapped: "number",
		kinds: ["number", "boolean", "date"],
	});
	const extended = numbersOf(body.extendedBounds, "extended_bounds");
	const hard = numbersOf(hardBounds, "hard_bounds");
	assertInside(extended, hard);
	const step = (value: number) => Math.floor((value - offset) / interval);
	const keyOf = (at: number) => at * interval + offset;
	return planSteps(body, inner, context, {
		values,
		keyToText: values.toText ?? toJavaDouble,
		keyIsText: values.toText !== undefined,
		round: (value) => keyOf(step(value)),
		// From the middle, which rounding errors do not take out of the bucket.
		next: (key) => keyOf(step(key + interval / 2) + 1),
		isInside(key) {
			// Elasticsearch looks at where the bucket would begin without the offset.
			const begin = step(key + interval / 2) * interval;
			return (
				(hard.min === undefined || begin >= hard.min) &&
				(hard.max === undefined || begin <= hard.max)
			);
		},
		extended,
		isExact: false,
	});
}

export function planDateHistogram(
	body: DateHistogramAggregation,
	inner: readonly Planned[],
	context: PlanContext,
): Plan {
	const zone = timeZone(body.timeZone);
	const values = fieldValues("date_histogram", body, context, {
		unmapped: "date",
		zone,
		kinds: ["date"],
	});
	const isUnmapped = values.kind === "none";
	const dates = isUnmapped
		? fieldValues("date_histogram", { ...body, missing: 0 }, context, {
				unmapped: "date",
				zone,
			})
		: values;
	const moments = (bounds: HistogramBounds | undefined) =>
		mapBounds(bounds, (bound) => Number(dates.parse(bound)));
	const steps = rounding(body);
	const extended = moments(body.extendedBounds);
	const hardMoments = moments(body.hardBounds);
	assertInside(extended, hardMoments);
	// Elasticsearch rounds both down, and as if there were no offset: the bucket that a hard end lies in is not answered.
	const plain = rounding({ ...body, offsetMs: 0 });
	const round = (bound: Value) => plain.round(Number(bound));
	const hard = mapBounds(hardMoments, round);
	return planSteps(body, inner, context, {
		values,
		keyToText: dates.toText ?? String,
		keyIsText: true,
		...steps,
		isInside: (key) =>
			(hard.min === undefined || key >= hard.min) &&
			(hard.max === undefined || key < hard.max),
		extended: mapBounds(extended, (bound) => round(bound) + body.offsetMs),
		isExact: zone.isFixed,
	});
}

function planSteps(
	body: HistogramAggregation | DateHistogramAggregation,
	inner: readonly Planned[],
	context: PlanContext,
	steps: Steps,
): Plan {
	const { limits } = context;
	const compare = compareBuckets(body.order, inner);
	return {
		ordering: { kind: "none" },
		create() {
			const buckets = new Map<number, Bucket>();
			const bucketOf = (key: number) => {
				let bucket = buckets.get(key);
				if (bucket === undefined) {
					bucket = new Bucket(inner, limits);
					buckets.set(key, bucket);
				}
				return bucket;
			};
			return {
				collect(row) {
					let previous: number | undefined;
					for (const value of steps.values.of(row)) {
						const key = steps.round(value as number);
						// Values come in order: a document counts once for a bucket.
						if (key !== previous && steps.isInside(key))
							bucketOf(key).collect(row);
						previous = key;
					}
				},
				collectAll(index) {
					const { indexKey } = steps.values;
					if (!steps.isExact || inner.length > 0 || indexKey === undefined)
						return false;
					const counts = countByIndex(index, indexKey, steps);
					for (const [key, count] of counts ?? [])
						if (steps.isInside(key)) bucketOf(key).count += count;
					return counts !== null;
				},
				toJson() {
					const kept = [...buckets]
						.filter(([, bucket]) => bucket.count >= body.minDocCount)
						.map(([key, bucket]) => ({ key, bucket }));
					limits.answered(kept.length);
					if (body.minDocCount === 0) {
						// All buckets without documents are alike, so they are one.
						const empty = new Bucket(inner, limits);
						for (const key of gaps([...buckets.keys()], steps)) {
							limits.answered(1);
							kept.push({ key, bucket: empty });
						}
					}
					return toAnswer(kept.sort(compare), body.keyed, steps);
				},
			};
		},
	};
}

function toAnswer(
	kept: readonly KeyedBucket[],
	keyed: boolean,
	steps: Steps,
): JsonObject {
	const known = new Map<Bucket, JsonObject>();
	const answers = kept.map(({ key, bucket }) => {
		const json = known.get(bucket) ?? bucket.toJson();
		known.set(bucket, json);
		return toJson(Number(key), json, steps);
	});
	if (!keyed) return { buckets: answers };
	return {
		buckets: Object.fromEntries(
			kept.map(({ key }, index) => [
				steps.keyToText(Number(key)),
				answers[index] ?? {},
			]),
		),
	};
}

function toJson(key: number, bucket: JsonObject, steps: Steps): JsonObject {
	return {
		...(steps.keyIsText ? { key_as_string: steps.keyToText(key) } : {}),
		key: key === 0 ? 0 : key,
		...bucket,
	};
}

/** From the first bucket to the last one, and to the extended bounds: those that have no documents. */
function* gaps(keys: number[], steps: Steps): Iterable<number> {
	const { min, max } = steps.extended;
	const sorted = keys.sort((a, b) => a - b);
	const first = sorted[0];
	const last = sorted.at(-1);
	if (first === undefined || last === undefined) {
		if (min !== undefined && max !== undefined) yield* walk(min, max, steps);
		return;
	}
	const from = min === undefined ? first : Math.min(steps.round(min), first);
	const to = max === undefined ? last : Math.max(max, last);
	const known = new Set(sorted);
	for (const key of walk(from, to, steps)) if (!known.has(key)) yield key;
}

function* walk(from: number, to: number, steps: Steps): Iterable<number> {
	for (let key = steps.round(from); key <= to; key = steps.next(key)) yield key;
}

interface Numbers {
	readonly min?: number;
	readonly max?: number;
}

function mapBounds(
	bounds: HistogramBounds | undefined,
	map: (bound: Value) => number,
): Numbers {
	return {
		...(bounds?.min === undefined ? {} : { min: map(bounds.min) }),
		...(bounds?.max === undefined ? {} : { max: map(bounds.max) }),
	};
}

function numbersOf(bounds: HistogramBounds | undefined, name: string): Numbers {
	return mapBounds(bounds, (bound) => {
		const number = typeof bound === "boolean" ? Number.NaN : Number(bound);
		if (!Number.isFinite(number))
			throw badRequest(`[histogram] failed to parse field [${name}]`);
		return number;
	});
}

function assertInside(extended: Numbers, hard: Numbers): void {
	if (
		(extended.min ?? Number.POSITIVE_INFINITY) <
			(hard.min ?? Number.NEGATIVE_INFINITY) ||
		(extended.max ?? Number.NEGATIVE_INFINITY) >
			(hard.max ?? Number.POSITIVE_INFINITY)
	)
		throw badRequest("Extended bounds have to be inside hard bounds");
	if (
		extended.min !== undefined &&
		extended.max !== undefined &&
		extended.min > extended.max
	)
		throw badRequest(
			"[extended_bounds.min] cannot be greater than [extended_bounds.max]",
		);
}
