import type { DateInterval } from "../../../search/aggregations/aggregation.ts";
import {
	changeAround,
	firstMoment,
	momentsOf,
	type TimeZone,
	timeZone,
} from "./time-zone.ts";

/** The buckets of a date histogram: each begins where the one before ends. Milliseconds since the epoch. */
export interface Rounding {
	/** The beginning of the bucket that the moment lies in. */
	round(utcMs: number): number;
	/** The beginning of the bucket after the one that begins here. */
	next(utcMs: number): number;
}

export function rounding(interval: DateInterval): Rounding {
	const zone = timeZone(interval.timeZone);
	const { every, offsetMs } = interval;
	const plain =
		typeof every === "number"
			? everyMs(every, zone)
			: every === "minute"
				? everyMs(60_000, zone)
				: every === "hour"
					? everyMs(3_600_000, zone)
					: everyDate(every, zone);
	if (offsetMs === 0) return plain;
	return {
		round: (utcMs) => plain.round(utcMs - offsetMs) + offsetMs,
		next: (utcMs) => plain.next(utcMs - offsetMs) + offsetMs,
	};
}

/** Equal steps of local time. */
function everyMs(step: number, zone: TimeZone): Rounding {
	const round = (utcMs: number): number => {
		const local = utcMs + zone.offsetAt(utcMs);
		const rounded = Math.floor(local / step) * step;
		if (zone.isFixed) return rounded - zone.offsetAt(utcMs);
		const moments = momentsOf(rounded, zone);
		// Where a local time comes twice, each has a bucket of its own.
		return (
			moments.filter((moment) => moment <= utcMs).at(-1) ??
			moments[0] ??
			changeAround(rounded, zone)
		);
	};
	return {
		round,
		next(utcMs) {
			let at = utcMs + step;
			let next = round(at);
			while (next <= utcMs) {
				at += step;
				next = round(at);
			}
			return next;
		},
	};
}

type DateUnit = "day" | "week" | "month" | "quarter" | "year";

/** Days of the local calendar, and what is made of them. */
function everyDate(unit: DateUnit, zone: TimeZone): Rounding {
	const startOf = (utcMs: number) =>
		floorLocal(utcMs + zone.offsetAt(utcMs), unit);
	return {
		round: (utcMs) => firstMoment(startOf(utcMs), zone),
		next: (utcMs) => firstMoment(addLocal(startOf(utcMs), unit), zone),
	};
}

function floorLocal(localMs: number, unit: DateUnit): number {
	const date = new Date(localMs);
	date.setUTCHours(0, 0, 0, 0);
	if (unit === "week")
		date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7));
	else if (unit !== "day") date.setUTCDate(1);
	if (unit === "quarter")
		date.setUTCMonth(Math.floor(date.getUTCMonth() / 3) * 3);
	if (unit === "year") date.setUTCMonth(0);
	return date.getTime();
}

const MONTHS = { month: 1, quarter: 3, year: 12 } as const;
const DAYS = { day: 1, week: 7 } as const;

/** From the beginning of a unit to the beginning of the next. */
function addLocal(localMs: number, unit: DateUnit): number {
	const date = new Date(localMs);
	if (unit === "day" || unit === "week")
		date.setUTCDate(date.getUTCDate() + DAYS[unit]);
	else date.setUTCMonth(date.getUTCMonth() + MONTHS[unit]);
	return date.getTime();
}
