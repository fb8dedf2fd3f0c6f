import { isObject } from "../lib/json.ts";
import { type InnerHits, innerHitsToDsl, readInnerHits } from "./inner-hits.ts";
import { malformed } from "./query-errors.ts";
import type { QueryBudget } from "./query-limits.ts";
import { assertOptions, readField } from "./read-option.ts";

/** Of the documents with the same value of a field, only the first is a hit. Those without a value count as having the same. */
export interface Collapse {
	readonly field: string;
	/** What to tell of the others, by name. */
	readonly innerHits: readonly InnerHits[];
}

export function readCollapse(value: unknown, budget: QueryBudget): Collapse {
	if (!isObject(value)) throw malformed("[collapse] must be an object");
	const known = ["field", "inner_hits", "max_concurrent_group_searches"];
	assertOptions("collapse", value, known);
	const { inner_hits } = value;
	const given = inner_hits === undefined ? [] : [inner_hits].flat();
	budget.values(given.length);
	const innerHits = given.map((one) => readInnerHits(one, budget));
	if (innerHits.some(({ name }) => name === undefined))
		throw malformed("[inner_hits] of [collapse] needs a [name]");
	return { field: readField(value.field, budget), innerHits };
}

export function collapseToDsl({ field, innerHits }: Collapse) {
	return {
		field,
		...(innerHits.length === 0
			? {}
			: { inner_hits: innerHits.map(innerHitsToDsl) }),
	};
}
