import type { JsonObject } from "../../../lib/json.ts";
import type {
	Range,
	RangeAggregation,
} from "../../../search/aggregations/aggregation.ts";
import { badRequest } from "../field-types.ts";
import { Bucket } from "./bucket.ts";
import type { Planned } from "./collector.ts";
import { type FieldValues, fieldValues } from "./field-values.ts";
import { toJavaDouble } from "./number-format.ts";
import type { Plan } from "./plan.ts";
import type { PlanContext } from "./plan-context.ts";
import { refused } from "./refused.ts";
import { timeZone } from "./time-zone.ts";

interface Limits {
	readonly key: string;
	readonly from: number;
	readonly to: number;
	/** In the precision of the field. */
	readonly least: number;
	readonly end: number;
}

export function planRanges(
	body: RangeAggregation,
	inner: readonly Planned[],
	context: PlanContext,
): Plan {
	const isDate = body.kind === "date_range";
	const values = fieldValues(body.kind, body, context, {
		unmapped: isDate ? "date" : "number",
		zone: timeZone(body.timeZone),
		kinds: isDate ? ["date"] : ["number", "date"],
	});
	const dates =
		values.kind === "none" && isDate
			? fieldValues(body.kind, { ...body, missing: 0 }, context, {
					unmapped: "date",
					zone: timeZone(body.timeZone),
				})
			: values;
	const ranges = body.ranges
		.map((range) => toLimits(range, dates))
		.sort((a, b) => a.from - b.from || a.to - b.to);
	return {
		ordering: { kind: "none" },
		create() {
			const buckets = ranges.map(() => new Bucket(inner, context.limits));
			return {
				collect(row) {
					const found = values.of(row) as readonly number[];
					if (found.length === 0) return;
					ranges.forEach(({ least, end }, index) => {
						if (found.some((value) => value >= least && value < end))
							buckets[index]?.collect(row);
					});
				},
				toJson() {
					const answers = ranges.map((range, index) => {
						const { from, to } = range;
						return {
							...boundJson("from", from, dates),
							...boundJson("to", to, dates),
							...buckets[index]?.toJson(),
						};
					});
					return {
						buckets: body.keyed
							? Object.fromEntries(
									ranges.map(({ key }, index) => [key, answers[index] ?? {}]),
								)
							: ranges.map(({ key }, index) => ({ key, ...answers[index] })),
					};
				},
			};
		},
	};
}

function toLimits(range: Range, values: FieldValues): Limits {
	const from = toBound(range.from, Number.NEGATIVE_INFINITY, values);
	const to = toBound(range.to, Number.POSITIVE_INFINITY, values);
	const key =
		range.key ?? `${boundText(from, values)}-${boundText(to, values)}`;
	const round = (value: number) =>
		values.isFloat ? Math.fround(value) : value;
	return { key, from, to, least: round(from), end: round(to) };
}

function toBound(
	given: string | number | undefined,
	otherwise: number,
	values: FieldValues,
): number {
	if (given === undefined) return otherwise;
	if (values.kind === "date") return Number(values.parse(given));
	if (typeof given === "number") return given;
	if (values.toText !== undefined) throw refused("range (a text in a format)");
	const number = given.trim() === "" ? Number.NaN : Number(given);
	if (Number.isNaN(number))
		throw badRequest(`For input string: "${given.slice(0, 64)}"`);
	return number;
}

function boundText(bound: number, { toText }: FieldValues): string {
	if (!Number.isFinite(bound)) return "*";
	return (toText ?? toJavaDouble)(bound);
}

function boundJson(
	name: "from" | "to",
	bound: number,
	{ toText }: FieldValues,
): JsonObject {
	if (!Number.isFinite(bound)) return {};
	return {
		[name]: bound,
		...(toText === undefined ? {} : { [`${name}_as_string`]: toText(bound) }),
	};
}
