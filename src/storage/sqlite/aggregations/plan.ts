import type { Aggregation } from "../../../search/aggregations/aggregation.ts";
import { badRequest } from "../field-types.ts";
import type { Planned } from "./collector.ts";
import { planComposite } from "./composite.ts";
import { planFilter, planFilters } from "./filters.ts";
import { planDateHistogram, planHistogram } from "./histograms.ts";
import { planMetric } from "./metrics.ts";
import { planMissing } from "./missing.ts";
import {
	inNested,
	outOfNested,
	planNested,
	planReverseNested,
} from "./nested.ts";
import { planPercentiles } from "./percentiles.ts";
import type { PlanContext } from "./plan-context.ts";
import { planRanges } from "./ranges.ts";
import { refused } from "./refused.ts";
import { planTerms } from "./terms.ts";
import { planTopHits } from "./top-hits.ts";

/** What a kind of aggregation makes of itself. */
export type Plan = Omit<Planned, "name" | "meta">;

/**
 * Readies aggregations to run over rows; what they read of a row is asked of `context.columns`. Throws
 * `unexpected_bad_request` for what no store would answer, `invalid_query_keyword` for what this one does not.
 */
export function planAggregations(
	aggregations: readonly Aggregation[],
	context: PlanContext,
	parents: readonly string[] = [],
): Planned[] {
	return aggregations.map((aggregation) => {
		const { name, meta, body } = aggregation;
		const inside = contextInside(aggregation, context);
		const inner = planAggregations(aggregation.aggregations, inside, [
			...parents,
			body.kind,
		]);
		return {
			name,
			...(meta === undefined ? {} : { meta }),
			...plan(aggregation, inner, { context, inside, parents }),
		};
	});
}

interface Around {
	readonly context: PlanContext;
	/** Of the aggregations in it. */
	readonly inside: PlanContext;
	/** The kinds of the aggregations around it. */
	readonly parents: readonly string[];
}

function contextInside(
	{ name, body }: Aggregation,
	context: PlanContext,
): PlanContext {
	if (body.kind === "nested") return inNested(body.path, context);
	return body.kind === "reverse_nested"
		? outOfNested(name, body.path, context)
		: context;
}

function plan(
	{ name, body }: Aggregation,
	inner: readonly Planned[],
	{ context, inside, parents }: Around,
): Plan {
	switch (body.kind) {
		case "terms":
			return planTerms(body, inner, context);
		case "histogram":
			return planHistogram(body, inner, context);
		case "date_histogram":
			return planDateHistogram(body, inner, context);
		case "range":
		case "date_range":
			return planRanges(body, inner, context);
		case "filter":
			return planFilter(body.filter, inner, context);
		case "filters":
			return planFilters(body, inner, context);
		case "missing":
			return planMissing(body, inner, context);
		case "percentiles":
			return planPercentiles(body, context);
		case "top_hits":
			return planTopHits(body, context);
		case "composite":
			assertComposable(parents);
			return planComposite(body, inner, context);
		case "global":
			throw badRequest(
				`Aggregation [${name}] cannot have a global sub-aggregation: they can only be at the top level`,
			);
		case "nested":
			return planNested(inner, inside);
		case "reverse_nested":
			return planReverseNested(inner, inside, context);
		case "native":
			throw refused(body.refused);
		default:
			return planMetric(body, context);
	}
}

/** Elasticsearch takes it below these only. */
function assertComposable(parents: readonly string[]): void {
	const parent = parents.find((kind) => kind !== "nested" && kind !== "filter");
	if (parent !== undefined)
		throw badRequest(
			`[composite] aggregation cannot be used with a parent aggregation of type: [${parent}]`,
		);
}
