/** The moments that a date can mean: it may name a whole day or hour. Milliseconds since the epoch, both ends included. */
export interface Moments {
	readonly from: number;
	readonly to: number;
}

/** Of a field without a format of its own. */
export const DEFAULT_DATE_FORMAT = "strict_date_optional_time||epoch_millis";

/** True when every part of the format is one that `parseDate` reads. */
export function isKnownDateFormat(format: string): boolean {
	return format.split("||").every((part) => PARSERS.has(part));
}

/** Undefined when the value fits no part of the format. */
export function parseDate(
	value: string | number,
	format: string,
): Moments | undefined {
	const text = String(value);
	for (const part of format.split("||")) {
		const moments = PARSERS.get(part)?.(text);
		if (moments !== undefined) return moments;
	}
	return undefined;
}

/**
 * As `parseDate`, and also date mathematics as Elasticsearch takes it in queries: `now-1d`, `now/M`, `2024-01-01||+1M/d`.
 * Rounding names the whole unit.
 */
export function parseDateExpression(
	value: string | number,
	format: string,
	now: number,
): Moments | undefined {
	const text = String(value);
	if (text.startsWith("now")) return calculate(now, now, text.slice(3));
	const bar = text.indexOf("||");
	if (bar < 0) return parseDate(value, format);
	const anchor = parseDate(text.slice(0, bar), format);
	return anchor && calculate(anchor.from, anchor.to, text.slice(bar + 2));
}

type Parse = (text: string) => Moments | undefined;

const PARSERS: ReadonlyMap<string, Parse> = new Map<string, Parse>([
	["strict_date_optional_time", parseIso],
	["date_optional_time", parseIso],
	["strict_date_time", parseIso],
	["strict_date", parseIsoDay],
	["date", parseIsoDay],
	["yyyy-MM-dd", parseIsoDay],
	["epoch_millis", (text) => parseEpoch(text, 1)],
	["epoch_second", (text) => parseEpoch(text, 1000)],
	[
		"yyyy-MM-dd HH:mm:ss",
		parsePattern(/^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)$/),
	],
	[
		"yyyy/MM/dd HH:mm:ss",
		parsePattern(/^(\d{4})\/(\d\d)\/(\d\d) (\d\d):(\d\d):(\d\d)$/),
	],
	["yyyy/MM/dd", parsePattern(/^(\d{4})\/(\d\d)\/(\d\d)$/)],
]);

const ISO =
	/^(-?\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d)(?::(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?(Z|[+-]\d\d(?::?\d\d)?)?|T)?)?)?$/;

function parseIso(text: string): Moments | undefined {
	const match = ISO.exec(text);
	if (match === null) return undefined;
	const [, year, month, day, hour, minute, second, fraction, zone] = match;
	const parts = [year, month, day, hour, minute, second].map(toNumber);
	const moments = fromParts(parts, fraction);
	return moments && shift(moments, -zoneMs(zone));
}

function parseIsoDay(text: string): Moments | undefined {
	return /^\d{4}-\d\d-\d\d$/.test(text) ? parseIso(text) : undefined;
}

function parsePattern(pattern: RegExp): Parse {
	return (text) => {
		const match = pattern.exec(text);
		return match === null
			? undefined
			: fromParts(match.slice(1).map(toNumber), undefined);
	};
}

function parseEpoch(text: string, factor: number): Moments | undefined {
	if (!/^-?\d{1,19}(?:\.\d{1,9})?$/.test(text)) return undefined;
	const from = Math.floor(Number(text) * factor);
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
	from: number,
	to: number,
	steps: string,
): Moments | undefined {
	let moments: Moments = { from, to };
	STEP.lastIndex = 0;
	while (STEP.lastIndex < steps.length) {
		const match = STEP.exec(steps);
		if (match === null) return undefined;
		const [, sign, count, unit, rounding] = match;
		if (rounding !== undefined)
			moments = wholeUnit(moments.from, rounding as Unit);
		else {
			const times = Number(count === "" ? 1 : count) * (sign === "-" ? -1 : 1);
			const by = (time: number) => addUnits(time, times, unit as Unit);
			moments = { from: by(moments.from), to: by(moments.to) };
		}
	}
	return Number.isNaN(moments.from + moments.to) ? undefined : moments;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
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
