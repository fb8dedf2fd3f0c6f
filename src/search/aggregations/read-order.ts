import { isObject } from "../../lib/json.ts";
import type { BucketOrder } from "./aggregation.ts";
import type { AggregationOptions } from "./read-options.ts";

/** The `order` of buckets: `{path: "asc"}`, or a list of such. Never empty. */
export function readOrder(
	options: AggregationOptions,
	otherwise: BucketOrder,
): BucketOrder[] {
	const order = options.any("order");
	if (order === undefined) return [otherwise];
	const parts = [order].flat();
	options.budget.clauses(parts.length);
	if (parts.length === 0) throw options.bad("order", "must not be empty");
	return parts.map((part) => readPart(part, options));
}

function readPart(part: unknown, options: AggregationOptions): BucketOrder {
	const [by, ...others] = isObject(part) ? Object.keys(part) : [];
	if (!isObject(part) || by === undefined || others.length > 0)
		throw options.bad("order", "must hold objects of one path each");
	options.budget.text(by);
	const direction = String(part[by]).toLowerCase();
	if (direction !== "asc" && direction !== "desc")
		throw options.bad("order", 'must be "asc" or "desc"');
	return { by, order: direction };
}
