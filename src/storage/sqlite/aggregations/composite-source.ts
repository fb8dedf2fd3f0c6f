import type { JsonValue } from "../../../lib/json.ts";
import type { CompositeSource } from "../../../search/aggregations/aggregation.ts";
import type { Scalar } from "../../../search/query.ts";
import { compareKeys } from "./bucket-order.ts";
import type { Row } from "./collector.ts";
import { fieldValues } from "./field-values.ts";
import type { PlanContext } from "./plan-context.ts";
import { rounding } from "./rounding.ts";
import { timeZone } from "./time-zone.ts";

export type KeyPart = string | number | null;
/** Of a bucket of a composite: one part for each source. */
export type Key = readonly KeyPart[];

export interface Source {
	readonly name: string;
	/** The different keys of a row; a null for none, where that has a bucket. */
	of(row: Row): Key;
	compare(one: KeyPart, other: KeyPart): number;
	toJson(part: KeyPart): JsonValue;
	/** From `after`. */
	parse(value: Scalar): KeyPart;
}

export function planSource(
	source: CompositeSource,
	context: PlanContext,
): Source {
	const isDate = source.kind === "date_histogram";
	const format = isDate ? source.format : undefined;
	const values = fieldValues(
		`composite.${source.kind}`,
		{ field: source.field, ...(format === undefined ? {} : { format }) },
		context,
		{
			unmapped: "keyword",
			zone: timeZone(isDate ? source.timeZone : undefined),
			kinds: KINDS[source.kind],
		},
	);
	const round = rounder(source);
	const isBoolean = values.kind === "boolean";
	const nullFirst = nullsFirst(source);
	const sign = source.order === "asc" ? 1 : -1;
	return {
		name: source.name,
		of(row) {
			const found = values.of(row);
			if (found.length === 0) return source.missingBucket ? [null] : [];
			return found.length === 1
				? [round(found[0] as string)]
				: [...new Set(found.map(round))];
		},
		compare(one, other) {
			if (one === null || other === null) {
				const difference = Number(one !== null) - Number(other !== null);
				return nullFirst ? difference : -difference;
			}
			return sign * compareKeys(one, other);
		},
		toJson(part) {
			if (part === null) return null;
			if (isBoolean) return part !== 0;
			return format !== undefined && values.toText !== undefined
				? values.toText(Number(part))
				: part;
		},
		parse: (value) =>
			value === null
				? null
				: values.kind === "none"
					? String(value)
					: values.parse(value),
	};
}

const KINDS = {
	terms: ["keyword", "number", "boolean", "date"],
	histogram: ["number", "date"],
	date_histogram: ["date"],
} as const;

/** Without an order of their own they come first when values ascend. */
function nullsFirst({ missingOrder, order }: CompositeSource): boolean {
	return missingOrder === "default"
		? order === "asc"
		: missingOrder === "first";
}

function rounder(
	source: CompositeSource,
): (value: string | number) => string | number {
	if (source.kind === "terms") return (value) => value;
	if (source.kind === "histogram")
		return (value) =>
			Math.floor(Number(value) / source.interval) * source.interval;
	const { round } = rounding(source);
	return (value) => round(Number(value));
}
