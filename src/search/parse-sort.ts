import { isObject } from "../lib/json.ts";
import type { Sort } from "./query.ts";
import {
	forbidden,
	forbiddenScript,
	malformed,
	quoted,
} from "./query-errors.ts";
import type { QueryBudget } from "./query-limits.ts";
import { readField, readScalar } from "./read-option.ts";

/**
 * Reads the sort of a search body: a key or a list of keys, each `"field"`, `{field: "asc"}` or
 * `{field: {order, missing}}`. Other options of Elasticsearch are refused by name, and so are scripts.
 */
export function parseSort(sort: unknown, budget: QueryBudget): Sort[] {
	if (sort === undefined || sort === null) return [];
	const keys = [sort].flat();
	budget.clauses(keys.length);
	return keys.flatMap((key) => parseKey(key, budget));
}

/** An object of several fields stands for several keys, in its order. */
function parseKey(key: unknown, budget: QueryBudget): Sort[] {
	if (typeof key === "string") return [toSort(key, {}, budget)];
	if (!isObject(key)) throw malformed("a sort key must be a text or an object");
	const fields = Object.entries(key);
	budget.clauses(fields.length);
	return fields.map(([field, options]) => {
		if (field === "_script") throw forbiddenScript(field, options);
		if (field === "_geo_distance") throw forbidden("sort._geo_distance");
		return toSort(
			field,
			typeof options === "string" ? { order: options } : options,
			budget,
		);
	});
}

function toSort(name: string, options: unknown, budget: QueryBudget): Sort {
	const field = readField(name, budget);
	if (!isObject(options))
		throw malformed(`the sort of ${quoted(field)} must be a text or an object`);
	for (const option of Object.keys(options))
		if (option !== "order" && option !== "missing")
			throw forbidden(`sort.${option}`);
	return {
		field,
		order: readOrder(options.order, field),
		...(options.missing === undefined
			? {}
			: { missing: readScalar(options.missing, "missing", budget) }),
	};
}

/** The best match comes first unless said otherwise; everything else ascends. */
function readOrder(order: unknown, field: string): "asc" | "desc" {
	if (order === undefined) return field === "_score" ? "desc" : "asc";
	const lower = typeof order === "string" ? order.toLowerCase() : order;
	if (lower !== "asc" && lower !== "desc")
		throw malformed(`the order of ${quoted(field)} must be "asc" or "desc"`);
	return lower;
}
