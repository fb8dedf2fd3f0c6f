import type { PercentilesAggregation } from "../../../search/aggregations/aggregation.ts";
import { Digest } from "./digest.ts";
import { fieldValues } from "./field-values.ts";
import { toJavaDouble } from "./number-format.ts";
import type { Plan } from "./plan.ts";
import type { PlanContext } from "./plan-context.ts";

export function planPercentiles(
	body: PercentilesAggregation,
	context: PlanContext,
): Plan {
	const values = fieldValues("percentiles", body, context, {
		unmapped: "number",
		kinds: ["number", "boolean", "date"],
	});
	const percents = [...body.percents].sort((a, b) => a - b);
	const isOrderable = (key: string) => percents.includes(Number(key));
	return {
		ordering: { kind: "numbers", has: isOrderable },
		create() {
			const digest = new Digest(body.compression, (count) =>
				context.limits.keptValues(count),
			);
			return {
				collect(row) {
					for (const value of values.of(row)) digest.add(value as number);
				},
				number: (key) => digest.quantile(Number(key) / 100),
				toJson() {
					const found = percents.map((percent) => {
						const value = digest.quantile(percent / 100);
						return Number.isNaN(value) ? null : value;
					});
					const text = (value: number | null) =>
						value === null ? undefined : values.toText?.(value);
					if (!body.keyed)
						return {
							values: percents.map((percent, index) => {
								const value = found[index] ?? null;
								const asString = text(value);
								return {
									key: percent,
									value,
									...(asString === undefined
										? {}
										: { value_as_string: asString }),
								};
							}),
						};
					return {
						values: Object.fromEntries(
							percents.flatMap((percent, index) => {
								const name = toJavaDouble(percent);
								const value = found[index] ?? null;
								const asString = text(value);
								return asString === undefined
									? [[name, value]]
									: [
											[name, value],
											[`${name}_as_string`, asString],
										];
							}),
						),
					};
				},
			};
		},
	};
}
