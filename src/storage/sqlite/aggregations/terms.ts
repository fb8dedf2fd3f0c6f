import type { JsonObject } from "../../../lib/json.ts";
import type {
	TermFilter,
	TermsAggregation,
} from "../../../search/aggregations/aggregation.ts";
import { badRequest } from "../field-types.ts";
import { Automaton } from "../patterns/automaton.ts";
import { parseRegexp } from "../patterns/regexp-syntax.ts";
import { Bucket } from "./bucket.ts";
import {
	compareBuckets,
	isKeyOrder,
	type KeyedBucket,
} from "./bucket-order.ts";
import type { Planned } from "./collector.ts";
import { type FieldValues, fieldValues } from "./field-values.ts";
import type { Plan } from "./plan.ts";
import type { PlanContext } from "./plan-context.ts";
import { refused } from "./refused.ts";

/**
 * A bucket for each value. It is cut down as one shard of Elasticsearch and its coordinator do it, one after the other:
 * so the counts of what is left out agree too.
 */
export function planTerms(
	body: TermsAggregation,
	inner: readonly Planned[],
	context: PlanContext,
): Plan {
	// Values that no match has come from the index there, also of documents that are deleted already.
	if (body.minDocCount === 0) throw refused("terms.min_doc_count: 0");
	const values = fieldValues("terms", body, context, { unmapped: "keyword" });
	// Elasticsearch loses them, since the collections that do not map the field count the value as a text.
	if (
		body.missing !== undefined &&
		!values.isAlike &&
		values.kind !== "keyword"
	)
		throw refused("terms.missing (of a field that not all collections map)");
	const isTaken = termFilter(body, values);
	const byShard = compareBuckets(body.order, inner, true);
	const byAll = compareBuckets(body.order, inner);
	return {
		ordering: { kind: "none" },
		create() {
			const buckets = new Map<string | number, Bucket>();
			const count = (key: string | number) =>
				buckets.get(key) ?? addBucket(key);
			const addBucket = (key: string | number) => {
				const bucket = new Bucket(inner, context.limits);
				buckets.set(key, bucket);
				return bucket;
			};
			return {
				collect(row) {
					const found = values.of(row);
					for (let index = 0; index < found.length; index++) {
						const key = found[index] as string | number;
						// A document counts once for a value that it has twice.
						if (index > 0 && found.indexOf(key) < index) continue;
						if (isTaken(key)) count(key).collect(row);
					}
				},
				toJson() {
					const all = [...buckets].map(([key, bucket]) => ({ key, bucket }));
					const cut = cutDown(all.sort(byShard), byAll, body);
					context.limits.answered(cut.kept.length);
					return {
						doc_count_error_upper_bound: cut.error,
						sum_other_doc_count: cut.others,
						buckets: cut.kept.map((kept) =>
							toJson(
								kept,
								values,
								body.showTermDocCountError ? cut.error : undefined,
							),
						),
					};
				},
			};
		},
	};
}

function toJson(
	{ key, bucket }: KeyedBucket,
	{ toText }: FieldValues,
	error: number | undefined,
): JsonObject {
	return {
		key,
		...(toText === undefined || typeof key === "string"
			? {}
			: { key_as_string: toText(key) }),
		doc_count: bucket.count,
		...(error === undefined ? {} : { doc_count_error_upper_bound: error }),
		...bucket.innerJson(),
	};
}

/** What a shard hands over is the whole truth about a bucket, unless it was chosen by something else than its count or key. */
function isSure({ order }: TermsAggregation): boolean {
	const [first] = order;
	return (
		first === undefined ||
		isKeyOrder(first.by) ||
		(first.by === "_count" && first.order === "desc")
	);
}

function cutDown(
	sorted: readonly KeyedBucket[],
	compare: (one: KeyedBucket, other: KeyedBucket) => number,
	body: TermsAggregation,
) {
	const { size, minDocCount } = body;
	const byKey = isKeyOrder(body.order[0]?.by ?? "");
	const handedOver = Math.max(
		size,
		body.shardSize ?? (byKey ? size : Math.floor(size * 1.5 + 10)),
	);
	const fromShard = sorted.slice(0, handedOver);
	const enough = fromShard
		.filter(({ bucket }) => bucket.count >= minDocCount)
		.sort(compare);
	const total = (buckets: readonly KeyedBucket[]) =>
		buckets.reduce((sum, { bucket }) => sum + bucket.count, 0);
	return {
		kept: enough.slice(0, size),
		others: total(sorted.slice(handedOver)) + total(enough.slice(size)),
		error: fromShard.length < handedOver || isSure(body) ? 0 : -1,
	};
}

function termFilter(
	{ include, exclude }: TermsAggregation,
	values: FieldValues,
): (key: string | number) => boolean {
	const isIncluded = oneOf("include", include, values);
	const isExcluded = oneOf("exclude", exclude, values);
	if (isIncluded === undefined && isExcluded === undefined) return () => true;
	return (key) => isIncluded?.(key) !== false && isExcluded?.(key) !== true;
}

function oneOf(
	name: string,
	filter: TermFilter | undefined,
	values: FieldValues,
): ((key: string | number) => boolean) | undefined {
	if (filter === undefined) return undefined;
	if (filter.kind === "partition") throw refused(`terms.${name}.partition`);
	if (filter.kind === "pattern") {
		if (values.kind !== "keyword" && values.kind !== "none")
			throw badRequest(
				`Aggregation cannot support regular expression style include/exclude settings as they can only be applied to string fields. Use an array of values for include/exclude clauses`,
			);
		const pattern = new Automaton(
			parseRegexp(filter.pattern, { ignoresCase: false }),
		);
		return (key) => pattern.matches(String(key));
	}
	// Of numbers Elasticsearch takes an empty list for none.
	if (filter.values.length === 0 && values.kind !== "keyword") return undefined;
	const wanted = new Set(filter.values.map(values.parse));
	return (key) => wanted.has(key);
}
