import { isObject } from "../lib/json.ts";
import { checkNativeValue } from "./native-clauses.ts";
import { forbidden, malformed, quoted } from "./query-errors.ts";
import type { QueryBudget } from "./query-limits.ts";
import { readSourceFilter, type SourceFilter } from "./source-filter.ts";

/** The objects of a nested field that matched, or the documents that one hit stands for, told beside the hit. */
export interface InnerHits {
	/** Absent: the path of the nested field. */
	readonly name?: string;
	readonly from: number;
	readonly size: number;
	readonly source?: SourceFilter;
	/** The first option that only Elasticsearch answers. */
	readonly native?: string;
	/** As it came. */
	readonly argument: Readonly<Record<string, unknown>>;
}

/** Elasticsearch's `index.max_inner_result_window`. */
const WINDOW_MAX = 100;
const SIZE_DEFAULT = 3;

const KNOWN = new Set(["name", "from", "size", "sort", "_source"]);

const ONLY_NATIVE = new Set([
	"collapse",
	"docvalue_fields",
	"explain",
	"fields",
	"highlight",
	"ignore_unmapped",
	"seq_no_primary_term",
	"stored_fields",
	"track_scores",
	"version",
]);

export function readInnerHits(value: unknown, budget: QueryBudget): InnerHits {
	if (!isObject(value)) throw malformed("[inner_hits] must be an object");
	checkNativeValue(value, 1, budget);
	// It would hold a query, which is not read as one here.
	if (/filter"/.test(JSON.stringify(value.sort ?? null)))
		throw forbidden("inner_hits.sort.filter");
	const native = Object.keys(value).find((option) => !KNOWN.has(option));
	if (native !== undefined && !ONLY_NATIVE.has(native))
		throw malformed(`[inner_hits] does not support ${quoted(native)}`);
	const { name } = value;
	if (name !== undefined && typeof name !== "string")
		throw malformed("the [name] of [inner_hits] must be a text");
	const from = readCount(value.from ?? 0, "from");
	const size = readCount(value.size ?? SIZE_DEFAULT, "size");
	if (from + size > WINDOW_MAX)
		throw malformed(
			`[from] and [size] of [inner_hits] together may be ${WINDOW_MAX} at most`,
		);
	const source = readSourceFilter(value._source, budget);
	return {
		...(name === undefined ? {} : { name }),
		from,
		size,
		...(source === undefined ? {} : { source }),
		...(native === undefined ? {} : { native }),
		argument: value,
	};
}

export function innerHitsToDsl({
	argument,
}: InnerHits): Readonly<Record<string, unknown>> {
	return argument;
}

function readCount(value: unknown, name: string): number {
	if (!Number.isSafeInteger(value) || (value as number) < 0)
		throw malformed(
			`${quoted(name)} of [inner_hits] must be an integer that is not negative`,
		);
	return value as number;
}
