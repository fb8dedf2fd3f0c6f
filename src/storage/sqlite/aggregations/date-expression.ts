import type { Value } from "../../../search/aggregations/aggregation.ts";
import { isKnownDateFormat, parseDate, parseDateExpression } from "../dates.ts";
import { badRequest } from "../field-types.ts";
import { readDate } from "./date-format.ts";
import { firstMoment, type TimeZone } from "./time-zone.ts";

/**
 * The moment that a date of a request means: a number of milliseconds, a text in the format, or date mathematics
 * (`now-1d/d`, `2024-01-01||+1M`). A text without an offset of its own is local time of the zone.
 */
export function readMoment(
	value: Value,
	format: string,
	zone: TimeZone,
	now: number,
): number {
	if (typeof value === "number") return Math.trunc(value);
	const text = String(value);
	const moment = text.startsWith("now")
		? calculate(text, now + zone.offsetAt(now))
		: fromAnchor(text, format);
	if (moment === undefined)
		throw badRequest(
			`failed to parse date field [${text.slice(0, 64)}] with format [${format}]`,
		);
	return moment.isUtc ? moment.ms : firstMoment(moment.ms, zone);
}

interface Read {
	readonly ms: number;
	readonly isUtc: boolean;
}

function calculate(text: string, now: number): Read | undefined {
	const moments = parseDateExpression(text, "epoch_millis", now);
	return moments && { ms: moments.from, isUtc: false };
}

function fromAnchor(text: string, format: string): Read | undefined {
	const bar = text.indexOf("||");
	const anchor = readAny(bar < 0 ? text : text.slice(0, bar), format);
	if (anchor === undefined || bar < 0) return anchor;
	const moved = calculate(`now${text.slice(bar + 2)}`, anchor.ms);
	return moved && { ms: moved.ms, isUtc: anchor.isUtc };
}

function readAny(text: string, format: string): Read | undefined {
	for (const part of format.split("||")) {
		const read = isKnownDateFormat(part)
			? readKnown(text, part)
			: readDate(text, part);
		if (read !== undefined) return read;
	}
	return undefined;
}

function readKnown(text: string, part: string): Read | undefined {
	const moments = parseDate(text, part);
	const isUtc =
		part.startsWith("epoch_") || /T.*(?:Z|[+-]\d\d:?(?:\d\d)?)$/.test(text);
	return moments && { ms: moments.from, isUtc };
}
