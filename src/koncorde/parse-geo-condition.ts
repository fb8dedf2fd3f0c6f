import { isObject } from "../lib/json.ts";
import { readDistance } from "./distance.ts";
import type { Filter, Point } from "./filter.ts";
import { readGeoPoint } from "./geo-point.ts";
import { assertObject, invalid, onlyEntry } from "./invalid.ts";

const POINTS_MAX = 10_000;

/** `{field: {top, left, bottom, right}}`, or with two corners, `topLeft` and `bottomRight`. */
export function parseBox(argument: unknown, name: string): Filter {
	assertObject(argument, name);
	const [path, box] = onlyEntry(argument, name);
	const at = `${name}.${path}`;
	assertObject(box, at);
	const sides = readSides(box);
	if (sides === null)
		throw invalid(
			at,
			"must have top, left, bottom and right, or topLeft and bottomRight",
		);
	if (!(sides.bottom < sides.top))
		throw invalid(at, "must have its top north of its bottom");
	if (!(sides.left < sides.right))
		throw invalid(
			at,
			"must have its left west of its right; join two boxes with or to cross the date line",
		);
	return { kind: "box", path, ...sides };
}

function readSides(box: Record<string, unknown>) {
	const { top, left, bottom, right } = box;
	const hasSides = [top, left, bottom, right].every(
		(side) => side !== undefined,
	);
	const topLeft = readGeoPoint(
		hasSides ? [top, left] : (box.topLeft ?? box.top_left),
	);
	const bottomRight = readGeoPoint(
		hasSides ? [bottom, right] : (box.bottomRight ?? box.bottom_right),
	);
	if (topLeft === null || bottomRight === null) return null;
	return {
		top: topLeft.lat,
		left: topLeft.lon,
		bottom: bottomRight.lat,
		right: bottomRight.lon,
	};
}

/** `{field: point, distance: "1km"}`. */
export function parseDistance(argument: unknown, name: string): Filter {
	const { rest, field } = readCircle(argument, name, ["distance"]);
	const to = readLength(rest.distance, `${name}.distance`);
	return { kind: "distance", ...field, from: 0, to };
}

/** `{field: point, from: "1km", to: "2km"}`. */
export function parseDistanceRange(argument: unknown, name: string): Filter {
	const { rest, field } = readCircle(argument, name, ["from", "to"]);
	const from = readLength(rest.from, `${name}.from`);
	const to = readLength(rest.to, `${name}.to`);
	if (from >= to) throw invalid(name, 'must have "from" shorter than "to"');
	return { kind: "distance", ...field, from, to };
}

function readCircle(
	argument: unknown,
	name: string,
	options: readonly string[],
) {
	assertObject(argument, name);
	const fields = Object.keys(argument).filter((key) => !options.includes(key));
	const [path] = fields;
	if (path === undefined || fields.length > 1)
		throw invalid(name, `must have one field, and ${options.join(" and ")}`);
	const center = readGeoPoint(argument[path]);
	if (center === null)
		throw invalid(`${name}.${path}`, "is not in a form of a point");
	return { rest: argument, field: { path, center } };
}

function readLength(value: unknown, name: string): number {
	if (typeof value !== "string") throw invalid(name, "must be a string");
	const metres = readDistance(value);
	if (metres === null)
		throw invalid(name, 'must be a number with its unit, such as "1.5 km"');
	return metres;
}

/** `{field: {points: [three or more points]}}`. */
export function parsePolygon(argument: unknown, name: string): Filter {
	assertObject(argument, name);
	const [path, polygon] = onlyEntry(argument, name);
	const at = `${name}.${path}`;
	assertObject(polygon, at);
	const [member, given] = onlyEntry(polygon, at);
	if (member !== "points" || !Array.isArray(given))
		throw invalid(at, 'must have a list of "points"');
	if (given.length < 3 || given.length > POINTS_MAX)
		throw invalid(`${at}.points`, `must have 3 to ${POINTS_MAX} points`);
	const points = given.map((item): Point => {
		const point =
			isObject(item) || Array.isArray(item) || typeof item === "string"
				? readGeoPoint(item)
				: null;
		if (point === null)
			throw invalid(
				`${at}.points`,
				`has one that is no point: ${JSON.stringify(item)}`,
			);
		return point;
	});
	return { kind: "polygon", path, points };
}
