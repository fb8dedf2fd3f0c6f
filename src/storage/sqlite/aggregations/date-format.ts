import { refused } from "./refused.ts";
import type { TimeZone } from "./time-zone.ts";

/** A piece of a date's text: how it is written, and how it is read. */
interface Piece {
	readonly write: (local: Date, offsetMs: number, utcMs: number) => string;
	/** What it looks like, with a group where it gives a part of the date. */
	readonly pattern: string;
	readonly part?: DatePart;
}

type DatePart =
	| "year"
	| "month"
	| "day"
	| "hour"
	| "minute"
	| "second"
	| "fraction"
	| "zone";

const ISO = "yyyy-MM-dd'T'HH:mm:ss.SSSXXX";

/** Elasticsearch's names for formats. */
const NAMED: ReadonlyMap<string, string> = new Map([
	["strict_date_optional_time", ISO],
	["date_optional_time", ISO],
	["strict_date_time", ISO],
	["date_time", ISO],
	["strict_date_time_no_millis", "yyyy-MM-dd'T'HH:mm:ssXXX"],
	["date_time_no_millis", "yyyy-MM-dd'T'HH:mm:ssXXX"],
	["strict_date_hour_minute_second", "yyyy-MM-dd'T'HH:mm:ss"],
	["date_hour_minute_second", "yyyy-MM-dd'T'HH:mm:ss"],
	["strict_date_hour_minute", "yyyy-MM-dd'T'HH:mm"],
	["date_hour_minute", "yyyy-MM-dd'T'HH:mm"],
	["strict_date", "yyyy-MM-dd"],
	["date", "yyyy-MM-dd"],
	["strict_year_month_day", "yyyy-MM-dd"],
	["year_month_day", "yyyy-MM-dd"],
	["strict_year_month", "yyyy-MM"],
	["year_month", "yyyy-MM"],
	["strict_year", "yyyy"],
	["year", "yyyy"],
	["basic_date", "yyyyMMdd"],
]);

/** How the first part of a date format writes a moment. Throws `invalid_query_keyword` for a format that is not known here. */
export function writeDate(
	format: string,
): (utcMs: number, zone: TimeZone) => string {
	const [first = ""] = format.split("||");
	if (first === "epoch_millis") return (utcMs) => String(Math.trunc(utcMs));
	if (first === "epoch_second") return epochSecond;
	const pieces = toPieces(first);
	return (utcMs, zone) => {
		const offset = zone.offsetAt(utcMs);
		const local = new Date(utcMs + offset);
		return pieces.map(({ write }) => write(local, offset, utcMs)).join("");
	};
}

function epochSecond(utcMs: number): string {
	return String(Math.trunc(utcMs) / 1000);
}

/**
 * Reads a text of one part of a date format: local time as if it were UTC, unless the text names its own offset.
 * Undefined when the text does not fit, or the format is not known here.
 */
export function readDate(
	text: string,
	part: string,
): { readonly ms: number; readonly isUtc: boolean } | undefined {
	const pieces = toPieces(part);
	const match = new RegExp(
		`^${pieces.map(({ pattern }) => pattern).join("")}$`,
	).exec(text);
	if (match === null) return undefined;
	const found = new Map<DatePart, string>();
	let group = 1;
	for (const piece of pieces)
		if (piece.part !== undefined) found.set(piece.part, match[group++] ?? "");
	const number = (name: DatePart, otherwise: number) =>
		Number(found.get(name) ?? otherwise);
	const date = new Date(0);
	date.setUTCFullYear(
		number("year", 1970),
		number("month", 1) - 1,
		number("day", 1),
	);
	date.setUTCHours(
		number("hour", 0),
		number("minute", 0),
		number("second", 0),
		Number((found.get("fraction") ?? "0").padEnd(3, "0").slice(0, 3)),
	);
	// The 31st of a shorter month is no date.
	if (date.getUTCDate() !== number("day", 1)) return undefined;
	const zone = found.get("zone");
	return { ms: date.getTime() - zoneMs(zone), isUtc: zone !== undefined };
}

function zoneMs(zone: string | undefined): number {
	if (zone === undefined || zone === "Z") return 0;
	const digits = zone.slice(1).replace(":", "").padEnd(4, "0");
	const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2, 4));
	return minutes * 60_000 * (zone.startsWith("-") ? -1 : 1);
}

function toPieces(name: string): Piece[] {
	const pattern = NAMED.get(name) ?? name;
	// A name that is none of ours would pass for a pattern of letters.
	if (/[a-z]_/.test(pattern) || pattern.length > 100)
		throw refused(`format: ${name}`);
	const pieces: Piece[] = [];
	for (const [text, quoted] of pattern.matchAll(
		/'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']/g,
	)) {
		const piece = /^[A-Za-z]/.test(text)
			? LETTERS.get(text)
			: literal(text === "''" ? "'" : (quoted ?? text).replaceAll("''", "'"));
		if (piece === undefined) throw refused(`format: ${name}`);
		pieces.push(piece);
	}
	return pieces;
}

function literal(text: string): Piece {
	return {
		write: () => text,
		pattern: text.replaceAll(/[^\w\s]/g, "\\$&"),
	};
}

const LETTERS: ReadonlyMap<string, Piece> = new Map<string, Piece>([
	...["yyyy", "uuuu"].map((name): [string, Piece] => [
		name,
		{
			write: (local) => year(local.getUTCFullYear()),
			pattern: "([+-]?\\d{4,9})",
			part: "year",
		},
	]),
	...numbers("M", "month", (local) => local.getUTCMonth() + 1),
	...numbers("d", "day", (local) => local.getUTCDate()),
	...numbers("H", "hour", (local) => local.getUTCHours()),
	...numbers("m", "minute", (local) => local.getUTCMinutes()),
	...numbers("s", "second", (local) => local.getUTCSeconds()),
	...[1, 2, 3].map((length): [string, Piece] => [
		"S".repeat(length),
		{
			write: (local) =>
				String(local.getUTCMilliseconds()).padStart(3, "0").slice(0, length),
			pattern: `(\\d{${length}})`,
			part: "fraction",
		},
	]),
	["X".repeat(3), zone(":", "Z")],
	["XX", zone("", "Z")],
	["xxx", zone(":", "+00:00")],
	["Z", zone("", "+0000")],
	["ZZZZZ", zone(":", "Z")],
]);

function numbers(
	letter: string,
	part: DatePart,
	get: (local: Date) => number,
): [string, Piece][] {
	return [
		[
			letter,
			{ write: (local) => String(get(local)), pattern: "(\\d{1,2})", part },
		],
		[
			letter.repeat(2),
			{
				write: (local) => String(get(local)).padStart(2, "0"),
				pattern: "(\\d{2})",
				part,
			},
		],
	];
}

function year(value: number): string {
	const digits = String(Math.abs(value)).padStart(4, "0");
	if (value < 0) return `-${digits}`;
	return value > 9999 ? `+${digits}` : digits;
}

function zone(separator: string, zero: string): Piece {
	return {
		write(_local, offsetMs) {
			if (offsetMs === 0) return zero;
			const minutes = Math.trunc(Math.abs(offsetMs) / 60_000);
			const two = (value: number) => String(value).padStart(2, "0");
			return `${offsetMs < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}${separator}${two(minutes % 60)}`;
		},
		pattern: "(Z|[+-]\\d\\d:?\\d\\d)",
		part: "zone",
	};
}
