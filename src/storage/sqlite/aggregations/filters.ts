import type { FiltersAggregation } from "../../../search/aggregations/aggregation.ts";
import type { Query } from "../../../search/query.ts";
import { FALSE } from "../fragment.ts";
import { queryToSql } from "../query-to-sql.ts";
import { Bucket } from "./bucket.ts";
import type { Planned, Row } from "./collector.ts";
import { planOneBucket } from "./one-bucket.ts";
import type { Plan } from "./plan.ts";
import type { PlanContext } from "./plan-context.ts";

export function planFilter(
	filter: Query,
	inner: readonly Planned[],
	context: PlanContext,
): Plan {
	return planOneBucket(planCondition(filter, context), inner, context);
}

export function planFilters(
	body: FiltersAggregation,
	inner: readonly Planned[],
	context: PlanContext,
): Plan {
	const { filters, otherBucketKey } = body;
	const conditions = filters.map(({ query }) => planCondition(query, context));
	const keys = [
		...filters.map(({ key }) => key),
		...(otherBucketKey === undefined ? [] : [otherBucketKey]),
	];
	const isNamed = filters.some(({ key }) => key !== undefined);
	return {
		ordering: { kind: "none" },
		create() {
			const buckets = keys.map(() => new Bucket(inner, context.limits));
			const other =
				otherBucketKey === undefined ? undefined : buckets[filters.length];
			return {
				collect(row) {
					let isMatched = false;
					conditions.forEach((holds, index) => {
						if (!holds(row)) return;
						isMatched = true;
						buckets[index]?.collect(row);
					});
					if (!isMatched) other?.collect(row);
				},
				toJson() {
					const answers = buckets.map((bucket) => bucket.toJson());
					if (!isNamed) return { buckets: answers };
					return {
						buckets: body.keyed
							? Object.fromEntries(
									keys.map((key, index) => [key, answers[index] ?? {}]),
								)
							: keys.map((key = "", index) => ({ key, ...answers[index] })),
					};
				},
			};
		},
	};
}

/** A column of the statement says for each row whether the query matches it. */
function planCondition(
	query: Query,
	{ contexts, columns }: PlanContext,
): (row: Row) => boolean {
	if (query.kind === "match_all") return () => true;
	const compiled = contexts.map((context) => queryToSql(query, context).where);
	const slot = columns.condition((place) => compiled[place] ?? FALSE);
	return (row) => row.holds(slot);
}
