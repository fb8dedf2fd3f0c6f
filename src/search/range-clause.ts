import type { Query, RangeBounds, Scalar } from "./query.ts";
import { malformed } from "./query-errors.ts";
import type { QueryBudget } from "./query-limits.ts";
import {
	assertOptions,
	readBoost,
	readFieldOf,
	readFlag,
	readScalar,
} from "./read-option.ts";

type Bound = { readonly value: Scalar; readonly inclusive: boolean };

/** Undefined: it has an option that only Elasticsearch answers. */
export function parseRange(
	argument: Record<string, unknown>,
	budget: QueryBudget,
): Query | undefined {
	const { field, options } = readFieldOf("range", argument, null, budget);
	if (assertOptions("range", options, KNOWN, ["relation"])) return undefined;
	return {
		kind: "range",
		field,
		bounds: readBounds(options, field, budget),
		...readBoost(options.boost),
	};
}

const KNOWN = [
	"gt",
	"gte",
	"lt",
	"lte",
	"from",
	"to",
	"include_lower",
	"include_upper",
	"format",
	"time_zone",
];

function readBounds(
	options: Record<string, unknown>,
	field: string,
	budget: QueryBudget,
): RangeBounds {
	const read = (value: unknown) => readScalar(value, field, budget);
	const lower = readSide(options, LOWER, read);
	const upper = readSide(options, UPPER, read);
	return {
		...(lower && { [lower.inclusive ? "gte" : "gt"]: lower.value }),
		...(upper && { [upper.inclusive ? "lte" : "lt"]: upper.value }),
		...readText("format", options.format, budget),
		...readText("timeZone", options.time_zone, budget),
	};
}

interface Side {
	readonly inclusive: string;
	readonly exclusive: string;
	/** The older way of writing: a bound, and whether it belongs to the range (it does unless said). */
	readonly old: string;
	readonly oldFlag: string;
}

const LOWER: Side = {
	inclusive: "gte",
	exclusive: "gt",
	old: "from",
	oldFlag: "include_lower",
};
const UPPER: Side = {
	inclusive: "lte",
	exclusive: "lt",
	old: "to",
	oldFlag: "include_upper",
};

/** Of several bounds on one side the last one holds, as in Elasticsearch; null leaves the side open. */
function readSide(
	options: Record<string, unknown>,
	side: Side,
	read: (value: unknown) => Scalar,
): Bound | undefined {
	let bound: Bound | undefined;
	const oldInclusive =
		options[side.oldFlag] === undefined ||
		readFlag(options[side.oldFlag], side.oldFlag);
	for (const [key, value] of Object.entries(options)) {
		const isBound =
			key === side.inclusive || key === side.exclusive || key === side.old;
		if (!isBound) continue;
		const inclusive = key === side.old ? oldInclusive : key === side.inclusive;
		bound = value === null ? undefined : { value: read(value), inclusive };
	}
	return bound;
}

function readText(
	name: "format" | "timeZone",
	value: unknown,
	budget: QueryBudget,
): { format?: string; timeZone?: string } {
	if (value === undefined) return {};
	if (typeof value !== "string")
		throw malformed("[format] and [time_zone] must be texts");
	budget.text(value);
	return { [name]: value };
}
