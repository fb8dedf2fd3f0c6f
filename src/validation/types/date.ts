import { createError } from "../../errors/gateway-error.ts";
import type { CheckValue } from "../specification.ts";
import { type DateFormat, findDateFormat, parseDate } from "./date-formats.ts";
import {
	assertOrder,
	type FieldType,
	readBounds,
	readTexts,
} from "./field-type.ts";

const DEFAULT_FORMATS = ["epoch_millis"];

export const date: FieldType = {
	options: ["formats", "range"],
	compile({ formats, range }, field): CheckValue {
		const names =
			readTexts(formats, `${field}.typeOptions.formats`) ?? DEFAULT_FORMATS;
		const readers = names.map(toReader);
		const name = `${field}.typeOptions.range`;
		const { min, max } = readBounds(range, name, readBound);
		assertOrder(name, fixed(min), fixed(max));
		return (value, now) => {
			const moment = readMoment(value, readers);
			if (moment === undefined) {
				return `The value must be a date in one of the formats: ${names.join(", ")}.`;
			}
			if (min !== null && moment < min(now)) {
				return "The date is before the earliest one that is allowed.";
			}
			if (max !== null && moment > max(now)) {
				return "The date is after the latest one that is allowed.";
			}
			return null;
		};
	},
};

/** Milliseconds since the epoch; undefined for what is no date of that format. */
type Read = (value: string | number) => number | undefined;

/** An end of a range: the moment that it means, which may depend on the time of day. */
type Bound = (now: number) => number;

function readMoment(
	value: unknown,
	readers: readonly Read[],
): number | undefined {
	if (typeof value !== "string" && typeof value !== "number") return undefined;
	for (const read of readers) {
		const moment = read(value);
		if (moment !== undefined) return moment;
	}
	return undefined;
}

function toReader(name: string): Read {
	if (name === "epoch_millis") return (value) => readEpoch(value, 1);
	if (name === "epoch_second") return (value) => readEpoch(value, 1000);
	const format = findDateFormat(name);
	if (format === undefined) {
		throw createError("validation.types.invalid_date_format", name);
	}
	return (value) => parseDate(String(value), format);
}

/** A number, or its digits. */
function readEpoch(value: string | number, unitMs: number): number | undefined {
	if (typeof value === "number") {
		return Number.isFinite(value) ? value * unitMs : undefined;
	}
	return /^-?\d{1,16}$/.test(value) ? Number(value) * unitMs : undefined;
}

const DAY_MS = 86_400_000;
const ISO = known("strict_date_optional_time");
/** Of the current day. */
const TIMES_OF_DAY = [
	"strict_t_time",
	"strict_t_time_no_millis",
	"hour_minute_second",
	"hour_minute_second_fraction",
].map(known);

/** "NOW", a date of ISO 8601, or a time such as "T14:12:44", which is of the current day (UTC). */
function readBound(value: unknown, name: string): Bound {
	if (typeof value !== "string") {
		throw createError("validation.assert.invalid_type", name, "a date as text");
	}
	if (value === "NOW") return (now) => now;
	const moment = parseDate(value, ISO);
	if (moment !== undefined) return () => moment;
	const time = value.startsWith("T") ? readTime(value) : undefined;
	if (time !== undefined) return (now) => now - (now % DAY_MS) + time;
	throw createError("validation.types.invalid_date", value);
}

function readTime(text: string): number | undefined {
	for (const format of TIMES_OF_DAY) {
		const time = parseDate(text, format) ?? parseDate(text.slice(1), format);
		if (time !== undefined) return time;
	}
	return undefined;
}

/** Null for an end that moves with the clock. */
function fixed(bound: Bound | null): number | null {
	if (bound === null) return null;
	const [today, tomorrow] = [bound(0), bound(DAY_MS)];
	return today === tomorrow ? today : null;
}

function known(name: string): DateFormat {
	const format = findDateFormat(name);
	if (format === undefined) throw new Error(`There is no format ${name}.`);
	return format;
}
