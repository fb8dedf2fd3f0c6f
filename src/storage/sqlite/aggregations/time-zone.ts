import { createError } from "../../../errors/gateway-error.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Clocks change at whole quarters of an hour, so an offset holds for one. */
const BLOCK_MS = 15 * MINUTE_MS;
const BLOCKS_MAX = 20_000;

/** How far local time is ahead of UTC, and the way between the two. Times are milliseconds since the epoch; a local one is as if it were UTC. */
export interface TimeZone {
	readonly isFixed: boolean;
	offsetAt(utcMs: number): number;
}

export const UTC: TimeZone = { isFixed: true, offsetAt: () => 0 };

const known = new Map<string, TimeZone>();
const KNOWN_MAX = 100;

/** `Z`, an offset (`+02:00`, `-0530`), or a name of the time zone database. Throws `unexpected_bad_request` for another. */
export function timeZone(name: string | undefined): TimeZone {
	if (name === undefined) return UTC;
	let zone = known.get(name);
	if (zone === undefined) {
		zone = fixedZone(name) ?? namedZone(name);
		if (known.size >= KNOWN_MAX) known.clear();
		known.set(name, zone);
	}
	return zone;
}

function fixedZone(name: string): TimeZone | undefined {
	if (/^(Z|UTC|GMT)$/.test(name)) return UTC;
	const match = /^(?:UTC|GMT)?([+-])(\d{1,2})(?::?(\d\d))?$/.exec(name);
	if (match === null) return undefined;
	const [, sign, hours, minutes] = match;
	const offset =
		(Number(hours) * 60 + Number(minutes ?? 0)) *
		MINUTE_MS *
		(sign === "-" ? -1 : 1);
	if (Math.abs(offset) > 18 * 60 * MINUTE_MS) throw unknownZone(name);
	return { isFixed: true, offsetAt: () => offset };
}

function namedZone(name: string): TimeZone {
	const format = dateFormat(name);
	const blocks = new Map<number, number>();
	return {
		isFixed: false,
		offsetAt(utcMs) {
			const block = Math.floor(utcMs / BLOCK_MS);
			let offset = blocks.get(block);
			if (offset === undefined) {
				offset = readOffset(format, block * BLOCK_MS);
				if (blocks.size >= BLOCKS_MAX) blocks.clear();
				blocks.set(block, offset);
			}
			return offset;
		},
	};
}

function dateFormat(name: string): Intl.DateTimeFormat {
	try {
		return new Intl.DateTimeFormat("en-US", {
			timeZone: name,
			calendar: "iso8601",
			hourCycle: "h23",
			era: "short",
			year: "numeric",
			month: "numeric",
			day: "numeric",
			hour: "numeric",
			minute: "numeric",
			second: "numeric",
		});
	} catch {
		throw unknownZone(name);
	}
}

function unknownZone(name: string) {
	return createError(
		"services.storage.unexpected_bad_request",
		`Unknown time-zone ID: ${name.slice(0, 64)}`,
	);
}

function readOffset(format: Intl.DateTimeFormat, utcMs: number): number {
	// What is outside of JavaScript's dates has the offset of the nearest one.
	const time = Math.max(-8e15, Math.min(8e15, utcMs));
	const parts = new Map<string, string>(
		format.formatToParts(time).map(({ type, value }) => [type, value]),
	);
	const part = (name: string) => Number(parts.get(name));
	const isBefore = parts.get("era")?.startsWith("B") ?? false;
	const local = new Date(0);
	local.setUTCFullYear(
		isBefore ? 1 - part("year") : part("year"),
		part("month") - 1,
		part("day"),
	);
	local.setUTCHours(part("hour"), part("minute"), part("second"));
	return local.getTime() - Math.floor(time / 1000) * 1000;
}

/** The moments that have this local time: none in a gap, two in an overlap, in order. */
export function momentsOf(localMs: number, zone: TimeZone): number[] {
	if (zone.isFixed) return [localMs - zone.offsetAt(localMs)];
	const offsets = new Set([
		zone.offsetAt(localMs - DAY_MS),
		zone.offsetAt(localMs + DAY_MS),
	]);
	return [...offsets]
		.map((offset) => localMs - offset)
		.filter((utcMs) => utcMs + zone.offsetAt(utcMs) === localMs)
		.sort((a, b) => a - b);
}

/** The first moment of this local time, or where it is skipped, the moment of the change. */
export function firstMoment(localMs: number, zone: TimeZone): number {
	return momentsOf(localMs, zone)[0] ?? changeAround(localMs, zone);
}

/** When the clocks changed that skip this local time. */
export function changeAround(localMs: number, zone: TimeZone): number {
	const before = zone.offsetAt(localMs - DAY_MS);
	let low = localMs - DAY_MS;
	let high = localMs + DAY_MS;
	while (high - low > 1) {
		const middle = Math.floor((low + high) / 2);
		if (zone.offsetAt(middle) === before) low = middle;
		else high = middle;
	}
	return high;
}
