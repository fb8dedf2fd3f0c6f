import { isObject, type JsonValue } from "../lib/json.ts";
import { DocumentView } from "./document-view.ts";
import type { Condition, Filter, Interval } from "./filter.ts";
import { compileExpression } from "./regular-expression.ts";
import { distanceBetween, isInBox, isInCircle, isInPolygon } from "./sphere.ts";

export type FilterTest = (document: DocumentView) => boolean;

/** Makes a test of a normalised filter. */
export function compileFilter(filter: Filter): FilterTest {
	switch (filter.kind) {
		case "everything":
			return () => true;
		case "nothing":
			return () => false;
		case "not":
			return compileNegation(filter.part);
		case "and": {
			const tests = filter.parts.map(compileFilter);
			return (document) => tests.every((test) => test(document));
		}
		case "or": {
			const tests = filter.parts.map(compileFilter);
			return (document) => tests.some((test) => test(document));
		}
		default:
			return compileCondition(filter);
	}
}

/**
 * "Not" is more than the opposite for two kinds of conditions, as clients know it from Koncorde: what is there and is no place is neither
 * inside nor outside of another, and what is no text is seen as one.
 */
function compileNegation(part: Filter): FilterTest {
	const test = compileFilter(part);
	switch (part.kind) {
		case "box":
		case "distance":
		case "polygon":
			return (document) => {
				if (!document.fields.get(part.path)) return true;
				return document.point(part.path) !== null && !test(document);
			};
		case "regexp": {
			const testText = compileExpression(part.source, part.flags);
			return (document) => {
				const value = document.fields.get(part.path);
				return value === undefined || !testText(toText(value));
			};
		}
		default:
			return (document) => !test(document);
	}
}

/** As JavaScript writes it. */
function toText(value: JsonValue): string {
	if (Array.isArray(value))
		return value.map((item) => (item === null ? "" : toText(item))).join(",");
	return isObject(value) ? "[object Object]" : String(value);
}

function compileCondition(condition: Condition): FilterTest {
	const { path } = condition;
	switch (condition.kind) {
		case "box":
			return (document) => {
				const point = document.point(path);
				return point !== null && isInBox(condition, point);
			};
		case "distance":
			return (document) => {
				const point = document.point(path);
				if (point === null) return false;
				const { center, from, to } = condition;
				return (
					isInCircle(center, to, point) &&
					(from === 0 || distanceBetween(center, point) >= from)
				);
			};
		case "polygon":
			return (document) => {
				const point = document.point(path);
				return point !== null && isInPolygon(condition.points, point);
			};
		default: {
			const test = compileValueTest(condition);
			return (document) => test(document.fields.get(path));
		}
	}
}

type ValueTest = (value: JsonValue | undefined) => boolean;

function compileValueTest(
	condition: Exclude<Condition, { kind: "box" | "distance" | "polygon" }>,
): ValueTest {
	switch (condition.kind) {
		case "equals":
			return (value) => value === condition.value;
		case "exists":
			return (value) => value !== undefined;
		case "contains":
			return (value) => Array.isArray(value) && value.includes(condition.value);
		case "range":
			return (value) => typeof value === "number" && isWithin(condition, value);
		case "regexp": {
			const test = compileExpression(condition.source, condition.flags);
			return (value) => typeof value === "string" && test(value);
		}
		case "match":
			return (value) => value !== undefined && holds(value, condition.value);
		case "select": {
			const test = compileFilter(condition.query);
			return (list) => {
				const item = Array.isArray(list) ? list.at(condition.index) : undefined;
				return item !== undefined && test(new DocumentView({ value: item }));
			};
		}
	}
}

export function isWithin(interval: Interval, value: number): boolean {
	const { low, lowIncluded, high, highIncluded } = interval;
	return (
		(lowIncluded ? value >= low : value > low) &&
		(highIncluded ? value <= high : value < high)
	);
}

/** An object holds another's members, a list holds each item of another list in a place of its own, and a plain value only itself. */
function holds(value: JsonValue, wanted: unknown): boolean {
	if (Array.isArray(wanted)) {
		return Array.isArray(value) && holdsItems(value, wanted);
	}
	if (!isObject(wanted)) return value === wanted;
	if (!isObject(value)) return false;
	return Object.entries(wanted).every(
		([name, member]) =>
			Object.hasOwn(value, name) && holds(value[name] as JsonValue, member),
	);
}

/** Each wanted item takes the first place that is left and fits it, as in Koncorde: no other way of sharing places out is tried. */
function holdsItems(
	list: readonly JsonValue[],
	wanted: readonly unknown[],
): boolean {
	const left = [...list];
	return wanted.every((item) => {
		const place = left.findIndex((candidate) => holds(candidate, item));
		if (place === -1) return false;
		left.splice(place, 1);
		return true;
	});
}
