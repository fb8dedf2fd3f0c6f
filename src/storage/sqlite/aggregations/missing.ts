import type { Value } from "../../../search/aggregations/aggregation.ts";
import { Bucket } from "./bucket.ts";
import type { Planned } from "./collector.ts";
import { fieldValues } from "./field-values.ts";
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
	return {
		ordering: { kind: "bucket", inner },
		create() {
			const bucket = new Bucket(inner, context.limits);
			return {
				bucket,
				collect(row) {
					if (values.of(row).length === 0) bucket.collect(row);
				},
				toJson: () => bucket.toJson(),
			};
		},
	};
}
