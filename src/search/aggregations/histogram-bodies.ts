import { isObject } from "../../lib/json.ts";
import { readScalar } from "../read-option.ts";
import type {
	CalendarUnit,
	DateInterval,
	HistogramBounds,
	Value,
} from "./aggregation.ts";
import type { Parsed } from "./metric-bodies.ts";
import { type AggregationOptions, given } from "./read-options.ts";
import { readOrder } from "./read-order.ts";

const HISTOGRAM = [
	"field",
	"missing",
	"format",
	"offset",
	"keyed",
	"min_doc_count",
	"order",
	"extended_bounds",
	"hard_bounds",
];

export function parseHistogram(options: AggregationOptions): Parsed {
	const refused = options.check(
		[...HISTOGRAM, "interval"],
		["value_type", "script"],
	);
	if (refused !== undefined) return refused;
	return {
		kind: "histogram",
		...options.source(),
		interval: readInterval(options),
		offset: options.number("offset") ?? 0,
		...readShape(options),
	};
}

export function parseDateHistogram(options: AggregationOptions): Parsed {
	const refused = options.check(
		[...HISTOGRAM, ...DATE_INTERVAL],
		["value_type", "script"],
	);
	if (refused !== undefined) return refused;
	return {
		kind: "date_histogram",
		...options.source(),
		...readDateInterval(options),
		...readShape(options),
	};
}

export function readInterval(options: AggregationOptions): number {
	const interval = options.number("interval");
	if (interval === undefined || interval <= 0)
		throw options.bad("interval", "must be >0 for histogram aggregation");
	return interval;
}

function readShape(options: AggregationOptions) {
	return {
		keyed: options.flag("keyed", false),
		minDocCount: options.integer("min_doc_count", 0) ?? 0,
		order: readOrder(options, { by: "_key", order: "asc" }),
		...given("extendedBounds", readBounds(options, "extended_bounds")),
		...given("hardBounds", readBounds(options, "hard_bounds")),
	};
}

function readBounds(
	options: AggregationOptions,
	name: string,
): HistogramBounds | undefined {
	const bounds = options.any(name);
	if (bounds === undefined) return undefined;
	if (!isObject(bounds)) throw options.bad(name, "must be an object");
	const { min, max, ...others } = bounds;
	if (Object.keys(others).length > 0)
		throw options.bad(name, "takes [min] and [max]");
	const read = (value: unknown): Value | undefined =>
		value === undefined || value === null
			? undefined
			: readScalar(value, name, options.budget);
	return { ...given("min", read(min)), ...given("max", read(max)) };
}

export const DATE_INTERVAL = [
	"calendar_interval",
	"fixed_interval",
	"time_zone",
	"offset",
];

export function readDateInterval(options: AggregationOptions): DateInterval {
	const calendar = options.text("calendar_interval");
	const fixed = options.text("fixed_interval");
	if (calendar !== undefined && fixed !== undefined)
		throw options.bad(
			"fixed_interval",
			"cannot be used with [calendar_interval]",
		);
	const offset = options.any("offset");
	return {
		every: readEvery(calendar, fixed, options),
		offsetMs: typeof offset === "number" ? offset : readOffset(options),
		...given("timeZone", options.text("time_zone")),
	};
}

function readEvery(
	calendar: string | undefined,
	fixed: string | undefined,
	options: AggregationOptions,
): CalendarUnit | number {
	if (calendar !== undefined) {
		const unit = CALENDAR.get(calendar);
		if (unit === undefined)
			throw options.bad(
				"calendar_interval",
				"could not be parsed as a calendar interval",
			);
		return unit;
	}
	const ms = fixed === undefined ? undefined : toMs(fixed);
	if (ms === undefined || ms < 1)
		throw options.bad("fixed_interval", "must be a time such as 30m");
	return ms;
}

const CALENDAR: ReadonlyMap<string, CalendarUnit> = new Map([
	["minute", "minute"],
	["1m", "minute"],
	["hour", "hour"],
	["1h", "hour"],
	["day", "day"],
	["1d", "day"],
	["week", "week"],
	["1w", "week"],
	["month", "month"],
	["1M", "month"],
	["quarter", "quarter"],
	["1q", "quarter"],
	["year", "year"],
	["1y", "year"],
]);

/** Months and years have no fixed length, so their letters are none of these. */
const UNIT_MS: Readonly<Record<string, number>> = {
	ms: 1,
	s: 1_000,
	m: 60_000,
	h: 3_600_000,
	H: 3_600_000,
	d: 86_400_000,
};

function toMs(text: string): number | undefined {
	const match = /^(\d{1,15})(ms|s|m|h|H|d)$/.exec(text.trim());
	if (match === null) return undefined;
	return Number(match[1]) * (UNIT_MS[match[2] ?? ""] ?? Number.NaN);
}

/** `+6h`, `-1d`. */
function readOffset(options: AggregationOptions): number {
	const text = options.text("offset");
	if (text === undefined) return 0;
	const ms = toMs(text.replace(/^[+-]/, ""));
	if (ms === undefined)
		throw options.bad("offset", "must be a time such as +6h");
	return text.startsWith("-") ? -ms : ms;
}
