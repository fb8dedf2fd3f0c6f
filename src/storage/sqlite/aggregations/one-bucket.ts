import { Bucket } from "./bucket.ts";
import type { Planned, Row } from "./collector.ts";
import type { Plan } from "./plan.ts";
import type { PlanContext } from "./plan-context.ts";

/** One bucket, of the rows for which something holds. */
export function planOneBucket(
	holds: (row: Row) => boolean,
	inner: readonly Planned[],
	context: PlanContext,
): Plan {
	return {
		ordering: { kind: "bucket", inner },
		create() {
			const bucket = new Bucket(inner, context.limits);
			return {
				bucket,
				collect(row) {
					if (holds(row)) bucket.collect(row);
				},
				toJson: () => bucket.toJson(),
			};
		},
	};
}
