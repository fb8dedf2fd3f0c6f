import { momentsOf, type TimeZone, UTC } from "./aggregations/time-zone.ts";

/** The moments that a date can mean: it may name a whole day or hour. Milliseconds since the epoch, both ends included. */
export interface Moments {
	readonly from: number;
	readonly to: number;
}

/** Of a field without a format of its own. */
export const DEFAULT_DATE_FORMAT = "strict_date_optional_time||epoch_millis";

/** True when every part of the format is one that `parseDate` reads. */
export function isKnownDateFormat(format: string): boolean {
	return format.split("||").every((part) => parserOf(part) !== undefined);
}

/** `zone`: of a date that names none. Undefined when the value fits no part of the format. */
export function parseDate(
	value: string | number,
	format: string,
	zone: TimeZone = UTC,
): Moments | undefined {
	const text = String(value);
	for (const part of format.split("||")) {
		const moments = parserOf(part)?.(text, zone);
		if (moments !== undefined) return moments;
	}
	return undefined;
}

/**
 * As `parseDate`, and also date mathematics as Elasticsearch takes it in queries: `now-1d`, `now/M`, `2024-01-01||+1M/d`.
 * Rounding names the whole unit, in the time zone.
 */
export function parseDateExpression(
	value: string | number,
	format: string,
	now: number,
	zone: TimeZone = UTC,
): Moments | undefined {
	const text = String(value);
	if (text.startsWith("now"))
		return calculate({ from: now, to: now }, text.slice(3), zone);
	const bar = text.indexOf("||");
	if (bar < 0) return parseDate(value, format, zone);
	const anchor = parseDate(text.slice(0, bar), format, zone);
	// The anchor is the moment that it begins with; only rounding names a whole unit again.
	return (
		anchor &&
		calculate({ from: anchor.from, to: anchor.from }, text.slice(bar + 2), zone)
	);
}

type Parse = (text: string, zone: TimeZone) => Moments | undefined;

const PARSERS: ReadonlyMap<string, Parse> = new Map<string, Parse>([
	["strict_date_optional_time", parseIso],
	["date_optional_time", parseIso],
	["strict_date_time", parseIso],
	["strict_date", parseIsoDay],
	["date", parseIsoDay],
	["yyyy-MM-dd", parseIsoDay],
	["epoch_millis", (text) => parseEpoch(text, 1)],
	["epoch_second", (text) => parseEpoch(text, 1000)],
]);

const patterns = new Map<string, Parse | undefined>();
const PATTERNS_MAX = 200;

function parserOf(part: string): Parse | undefined {
	const known = PARSERS.get(part);
	if (known !== undefined || patterns.has(part))
		return known ?? patterns.get(part);
	if (patterns.size >= PATTERNS_MAX) patterns.clear();
	const parse = parsePattern(part);
	patterns.set(part, parse);
	return parse;
}

const ISO =
	/^(-?\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d)(?::(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?(Z|[+-]\d\d(?::?\d\d)?)?|T)?)?)?$/;

function parseIso(text: string, local: TimeZone): Moments | undefined {
	const match = ISO.exec(text);
	if (match === null) return undefined;
	const [, year, month, day, hour, minute, second, fraction, zone] = match;
	const parts = [year, month, day, hour, minute, second].map(toNumber);
	const moments = fromParts(parts, fraction);
	if (moments === undefined || zone === undefined)
		return moments && fromLocal(moments, local);
	const offset = zoneMs(zone);
	return Math.abs(offset) > OFFSET_MS_MAX ? undefined : shift(moments, -offset);
}

function parseIsoDay(text: string, zone: TimeZone): Moments | undefined {
	return /^\d{4}-\d\d-\d\d$/.test(text) ? parseIso(text, zone) : undefined;
}

/** The parts of a date, in the letters of Java's patterns; each with the number of its digits. */
const FIELDS = ["y", "M", "d", "H", "m", "s", "S"];
const PATTERN_PART = /([A-Za-z])\1*|'([^']+)'|[^A-Za-z']/g;
const FIXED_LENGTHS = new Set(["yyyy", "MM", "dd", "HH", "mm", "ss"]);

/** A pattern of digits of fixed lengths, such as `dd/MM/yyyy HH:mm`. Undefined for one that has anything else. */
function parsePattern(pattern: string): Parse | undefined {
	const order: string[] = [];
	let source = "";
	for (const [part, letter, quotation] of pattern.matchAll(PATTERN_PART)) {
		const isFraction = /^S{1,9}$/.test(part);
		const year = part.replaceAll("u", "y");
		if (letter === undefined) source += escapePattern(quotation ?? part);
		else if (isFraction || FIXED_LENGTHS.has(year)) {
			order.push(year[0] as string);
			source += `(\\d{${part.length}})`;
		} else return undefined;
	}
	// A time needs its date, and a part the larger one before it.
	const isWhole = FIELDS.every((field, index) =>
		order.includes(field) ? index < order.length : true,
	);
	if (!isWhole || new Set(order).size !== order.length || order.length === 0)
		return undefined;
	const shape = new RegExp(`^${source}$`);
	return (text, zone) => {
		const match = shape.exec(text);
		if (match === null) return undefined;
		const part = (field: string) => match[order.indexOf(field) + 1];
		const [fraction, ...parts] = ["S", ...FIELDS.slice(0, -1)].map((field) =>
			order.includes(field) ? part(field) : undefined,
		);
		const moments = fromParts(parts.map(toNumber), fraction);
		return moments && fromLocal(moments, zone);
	};
}

function escapePattern(text: string): string {
	return text.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
}

function parseEpoch(text: string, factor: number): Moments | undefined {
	if (!/^-?\d{1,19}(?:\.\d{1,9})?$/.test(text)) return undefined;
	const from = Math.floor(Number(text) * factor);
	if (Math.abs(from) >= LONG_BOUND) return undefined;
	return {
		from,
		to: factor === 1 ? from : from + (text.includes(".") ? 0 : 999),
	};
}

function toNumber(text: string | undefined): number | undefined {
	return text === undefined ? undefined : Number(text);
}

/** Year, month (1 to 12), day, hour, minute, second; the ones left out make it a longer time. Undefined for no real date. */
function fromParts(
	parts: readonly (number | undefined)[],
	fraction: string | undefined,
): Moments | undefined {
	const [year, month, day, hour, minute, second] = parts;
	if (year === undefined || !isInDay(hour, minute, second)) return undefined;
	const ms =
		fraction === undefined
			? undefined
			: Number(fraction.padEnd(3, "0").slice(0, 3));
	const from = utc(
		year,
		(month ?? 1) - 1,
		day ?? 1,
		hour ?? 0,
		minute ?? 0,
		second ?? 0,
		ms ?? 0,
	);
	const date = new Date(from);
	const isReal =
		date.getUTCMonth() + 1 === (month ?? 1) && date.getUTCDate() === (day ?? 1);
	if (!isReal) return undefined;
	// Elasticsearch ends a month or a year that is named alone with its first day.
	if (hour === undefined) return { from, to: from + DAY_MS - 1 };
	if (minute === undefined) return { from, to: from + HOUR_MS - 1 };
	if (second === undefined) return { from, to: from + MINUTE_MS - 1 };
	return { from, to: ms === undefined ? from + 999 : from };
}

function isInDay(hour = 0, minute = 0, second = 0): boolean {
	return hour < 24 && minute < 60 && second < 60;
}

/** `Date.UTC` takes the years 0 to 99 for 1900 to 1999. */
function utc(
	...[year, month, ...rest]: [
		number,
		number,
		number,
		number,
		number,
		number,
		number,
	]
): number {
	const date = new Date(Date.UTC(2000, month, ...rest));
	date.setUTCFullYear(year, month, rest[0]);
	return date.getTime();
}

function zoneMs(zone: string | undefined): number {
	if (zone === undefined || zone === "Z") return 0;
	const sign = zone.startsWith("-") ? -1 : 1;
	const digits = zone.slice(1).replace(":", "").padEnd(4, "0");
	return (
		sign *
		(Number(digits.slice(0, 2)) * HOUR_MS + Number(digits.slice(2)) * MINUTE_MS)
	);
}

function shift(moments: Moments, ms: number): Moments {
	return { from: moments.from + ms, to: moments.to + ms };
}

type Unit = "y" | "M" | "w" | "d" | "h" | "H" | "m" | "s";

const STEP = /([+-])(\d*)([yMwdhHms])|\/([yMwdhHms])/y;

/** The steps after an anchor, from left to right. Undefined for what is not one. */
function calculate(
	anchor: Moments,
	steps: string,
	zone: TimeZone,
): Moments | undefined {
	let moments = anchor;
	STEP.lastIndex = 0;
	while (STEP.lastIndex < steps.length) {
		const match = STEP.exec(steps);
		if (match === null) return undefined;
		const [, sign, count, unit, rounding] = match;
		if (rounding !== undefined) {
			const local = toLocal(moments.from, zone);
			moments = fromLocal(wholeUnit(local, rounding as Unit), zone);
		} else {
			const times = Number(count === "" ? 1 : count) * (sign === "-" ? -1 : 1);
			const by = (time: number) => addInZone(time, times, unit as Unit, zone);
			moments = { from: by(moments.from), to: by(moments.to) };
		}
	}
	return Number.isNaN(moments.from + moments.to) ? undefined : moments;
}

/** Days and longer units keep the local time of day; hours and shorter ones are what they are. */
function addInZone(
	time: number,
	count: number,
	unit: Unit,
	zone: TimeZone,
): number {
	if ((FIXED_MS[unit] ?? DAY_MS) < DAY_MS) return addUnits(time, count, unit);
	const local = addUnits(toLocal(time, zone), count, unit);
	return Number.isNaN(local) ? local : momentAt(local, zone);
}

function toLocal(time: number, zone: TimeZone): number {
	return time + zone.offsetAt(time);
}

/** Of two moments with the same local time the first. A local time that is skipped is as much later, as in Java. */
function momentAt(local: number, zone: TimeZone): number {
	return momentsOf(local, zone)[0] ?? local - zone.offsetAt(local - DAY_MS);
}

/** Both ends are local times. */
function fromLocal({ from, to }: Moments, zone: TimeZone): Moments {
	return { from: momentAt(from, zone), to: momentAt(to + 1, zone) - 1 };
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** As Java's. */
const OFFSET_MS_MAX = 18 * HOUR_MS;
/** Milliseconds are kept in 64 bits. */
const LONG_BOUND = 2 ** 63;
const FIXED_MS: Partial<Record<Unit, number>> = {
	w: 7 * DAY_MS,
	d: DAY_MS,
	h: HOUR_MS,
	H: HOUR_MS,
	m: MINUTE_MS,
	s: 1000,
};

/** Months and years keep the day, or take the last one of a shorter month. */
function addUnits(time: number, count: number, unit: Unit): number {
	const fixed = FIXED_MS[unit];
	if (fixed !== undefined) return time + count * fixed;
	const date = new Date(time);
	const day = date.getUTCDate();
	date.setUTCDate(1);
	date.setUTCMonth(date.getUTCMonth() + count * (unit === "y" ? 12 : 1));
	const last = new Date(date);
	last.setUTCMonth(last.getUTCMonth() + 1, 0);
	date.setUTCDate(Math.min(day, last.getUTCDate()));
	return date.getTime();
}

/** The year, month, week (from Monday), day, … that the time lies in. */
function wholeUnit(time: number, unit: Unit): Moments {
	const date = new Date(time);
	if (unit === "y") date.setUTCMonth(0, 1);
	if (unit === "M") date.setUTCDate(1);
	if (unit === "w")
		date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7));
	const grain =
		unit === "y" || unit === "M" || unit === "w"
			? DAY_MS
			: (FIXED_MS[unit] ?? 1);
	const from = Math.floor(date.getTime() / grain) * grain;
	return { from, to: addUnits(from, 1, unit) - 1 };
}
