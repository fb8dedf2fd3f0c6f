import type { Value } from "../../../search/aggregations/aggregation.ts";
import type { Planned } from "./collector.ts";
import { fieldValues } from "./field-values.ts";
import { planOneBucket } from "./one-bucket.ts";
import type { Plan } from "./plan.ts";
import type { PlanContext } from "./plan-context.ts";

/** The documents without a value. */
export function planMissing(
	body: { readonly field: string; readonly missing?: Value },
	inner: readonly Planned[],
	context: PlanContext,
): Plan {
	const values = fieldValues("missing", body, context, {
		unmapped: "keyword",
	});
	return planOneBucket((row) => values.of(row).length === 0, inner, context);
}
