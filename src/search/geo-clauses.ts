import { isObject } from "../lib/json.ts";
import { metersOf, readDistance } from "./geo-distance.ts";
import { type Corner, isOnGlobe, readGeoPoint } from "./geo-point.ts";
import type { GeoPoint, Query } from "./query.ts";
import { malformed, quoted } from "./query-errors.ts";
import type { QueryBudget } from "./query-limits.ts";
import {
	assertOptions,
	readBoost,
	readField,
	readFlag,
} from "./read-option.ts";

/** Undefined from any of these: the clause has an option, or a form, that only Elasticsearch answers. */

type Options = Record<string, unknown>;

export function parseGeoDistance(
	argument: Options,
	budget: QueryBudget,
): Query | undefined {
	const read = readGeoClause("geo_distance", argument, budget, [
		"distance",
		"unit",
		"distance_type",
	]);
	if (read === undefined) return undefined;
	const { field, value, options, common } = read;
	readDistanceType(options.distance_type);
	const center = readOnGlobe("geo_distance", value);
	return {
		kind: "geo_distance",
		field,
		center,
		meters: readMeters("distance", options.distance, options.unit),
		...common,
	};
}

/** Elasticsearch has this clause no more, and Kuzzle still writes it: between the two distances, both included. */
export function parseGeoDistanceRange(
	argument: Options,
	budget: QueryBudget,
): Query | undefined {
	const clause = "geo_distance_range";
	const read = readGeoClause(clause, argument, budget, [
		"from",
		"to",
		"unit",
		"distance_type",
	]);
	if (read === undefined)
		throw malformed(`${quoted(clause)} takes exactly one field`);
	const { field, value, options, common } = read;
	const { boost, ...within } = common;
	const center = readOnGlobe(clause, value);
	const at = (name: "from" | "to"): Query => ({
		kind: "geo_distance",
		field,
		center,
		meters: readMeters(name, options[name], options.unit),
		...within,
	});
	// A point at the inner distance itself lies within both circles; only the nearest double to it could tell.
	return {
		kind: "bool",
		must: [],
		filter: [at("to")],
		should: [],
		mustNot: [at("from")],
		...(boost === undefined ? {} : { boost }),
	};
}

export function parseGeoBoundingBox(
	argument: Options,
	budget: QueryBudget,
): Query | undefined {
	const clause = "geo_bounding_box";
	const read = readGeoClause(clause, argument, budget, ["type"]);
	if (read === undefined) return undefined;
	const { field, value, common } = read;
	if (!isObject(value))
		throw malformed("[geo_bounding_box] takes an object for its field");
	const { top, left, bottom, right } = readBox(value);
	for (const lat of [top, bottom])
		for (const lon of [left, right]) assertOnGlobe(clause, { lat, lon });
	if (top < bottom)
		throw malformed(`top is below bottom corner: ${top} vs. ${bottom}`);
	// The whole way round, written from the date line to itself.
	return { kind: clause, field, top, left, bottom, right, ...common };
}

export function parseGeoPolygon(
	argument: Options,
	budget: QueryBudget,
): Query | undefined {
	const clause = "geo_polygon";
	const read = readGeoClause(clause, argument, budget, []);
	if (read === undefined) return undefined;
	const { field, value, common } = read;
	if (!isObject(value) || !Array.isArray(value.points))
		throw malformed("[geo_polygon] takes [points]");
	assertOptions(clause, value, ["points"]);
	budget.values(value.points.length);
	const points = value.points.map((point) => readOnGlobe(clause, point));
	const [first, last] = [points[0], points.at(-1)];
	const isClosed =
		first !== undefined && first.lat === last?.lat && first.lon === last.lon;
	if (points.length < (isClosed ? 4 : 3))
		throw malformed("too few points defined for geo_polygon query");
	return { kind: clause, field, points, ...common };
}

interface GeoClause {
	readonly field: string;
	readonly value: unknown;
	readonly options: Options;
	readonly common: { ignoreUnmapped: boolean; boost?: number };
}

/** The one member that is no option is the field. */
function readGeoClause(
	clause: string,
	argument: Options,
	budget: QueryBudget,
	names: readonly string[],
): GeoClause | undefined {
	const known = [...names, "ignore_unmapped", "boost", "_name"];
	const isOption = (key: string) =>
		known.includes(key) || key === "validation_method";
	const fields = Object.keys(argument).filter((key) => !isOption(key));
	budget.values(fields.length);
	// Of two members the one may be the field's latitude, `{"place.lat": 1, "place.lon": 2}`.
	if (fields.length === 2) return undefined;
	if (fields.length !== 1)
		throw malformed(`${quoted(clause)} takes exactly one field`);
	const method = String(argument.validation_method ?? "STRICT").toUpperCase();
	if (method === "COERCE" || method === "IGNORE_MALFORMED") return undefined;
	if (method !== "STRICT")
		throw malformed(
			"[validation_method] must be STRICT, COERCE or IGNORE_MALFORMED",
		);
	const field = readField(fields[0], budget);
	return {
		field,
		value: argument[field],
		options: argument,
		common: {
			ignoreUnmapped: readFlag(argument.ignore_unmapped, "ignore_unmapped"),
			...readBoost(argument.boost),
		},
	};
}

function readMeters(name: string, value: unknown, unit: unknown): number {
	if (unit !== undefined && metersOf(String(unit)) === undefined)
		throw malformed(`[unit] is none that is known`);
	const meters = readDistance(value, unit === undefined ? "m" : String(unit));
	if (meters === undefined)
		throw malformed(
			`${quoted(name)} must be a number with a unit, such as "10km"`,
		);
	if (meters <= 0) throw malformed(`${name} must be greater than zero`);
	return meters;
}

/** Elasticsearch checks it and, in a query, computes along the arc all the same. */
function readDistanceType(value: unknown): void {
	if (value === undefined) return;
	const type = typeof value === "string" ? value.toLowerCase() : value;
	if (type !== "arc" && type !== "plane")
		throw malformed('[distance_type] must be "arc" or "plane"');
}

function readOnGlobe(
	clause: string,
	value: unknown,
	corner: Corner = "bottom_left",
): GeoPoint {
	const point = readGeoPoint(value, corner);
	if (point === undefined)
		throw malformed(`${quoted(clause)} has a point that cannot be read`);
	return assertOnGlobe(clause, point);
}

function assertOnGlobe(clause: string, point: GeoPoint): GeoPoint {
	if (!isOnGlobe(point))
		throw malformed(`${quoted(clause)} has a point that is not on the globe`);
	return point;
}

interface Box {
	readonly top: number;
	readonly left: number;
	readonly bottom: number;
	readonly right: number;
}

const WKT_BOX = /^BBOX\s*\(([^()]*)\)$/i;

/** `{wkt}`, four sides, or two corners. */
function readBox(value: Options): Box {
	const { wkt, ...sides } = value;
	if (typeof wkt === "string") return readWktBox(wkt);
	const box: { -readonly [Side in keyof Box]?: number } = {};
	for (const [name, given] of Object.entries(sides)) {
		if (
			name === "top" ||
			name === "bottom" ||
			name === "left" ||
			name === "right"
		) {
			box[name] = Number(
				typeof given === "string" ? given : (given ?? Number.NaN),
			);
			continue;
		}
		const corner = CORNERS.find((known) => known === name);
		if (corner === undefined)
			throw malformed(
				`failed to parse bounding box. unexpected field ${quoted(name)}`,
			);
		const point = readOnGlobe("geo_bounding_box", given, corner);
		box[corner.startsWith("top") ? "top" : "bottom"] = point.lat;
		box[corner.endsWith("left") ? "left" : "right"] = point.lon;
	}
	const { top, left, bottom, right } = box;
	if (![top, left, bottom, right].every((side) => Number.isFinite(side)))
		throw malformed("[geo_bounding_box] needs four sides, or two corners");
	return { top, left, bottom, right } as Box;
}

const CORNERS: readonly Corner[] = [
	"top_left",
	"top_right",
	"bottom_left",
	"bottom_right",
];

/** West, east, north, south. */
function readWktBox(wkt: string): Box {
	const parts = WKT_BOX.exec(wkt.trim())?.[1]?.split(",", 5).map(Number) ?? [];
	if (parts.length !== 4 || !parts.every(Number.isFinite))
		throw malformed("[wkt] must be a BBOX of four numbers");
	const [left, right, top, bottom] = parts as [number, number, number, number];
	return { left, right, top, bottom };
}
