import { createError } from "../../errors/gateway-error.ts";
import { isObject } from "../../lib/json.ts";
import type { CheckValue } from "../specification.ts";
import { type FieldType, readTexts } from "./field-type.ts";

const NO_POINT = "The value must be a point: {lat, lon} or another form of it.";

/** A point in any form that Elasticsearch or Koncorde reads. */
export const geoPoint: FieldType = {
	options: [],
	takesArrays: true,
	compile: () => (value) => (isPoint(value) ? null : NO_POINT),
};

export const geoShape: FieldType = {
	options: ["shapeTypes"],
	compile({ shapeTypes }, field): CheckValue {
		const names =
			readTexts(shapeTypes, `${field}.typeOptions.shapeTypes`) ?? [];
		const unknown = names.find((name) => !SHAPES.has(name));
		if (unknown !== undefined) {
			throw createError("validation.types.invalid_geoshape", unknown);
		}
		const allowed: ReadonlySet<string> =
			names.length === 0 ? new Set(SHAPES.keys()) : new Set(names);
		return (value) => wrongShape(value, allowed, DEPTH_MAX);
	},
};

/** How deep geometry collections may lie in each other. */
const DEPTH_MAX = 10;
const LONGITUDE_LATITUDE = /^POINT *\( *(\S{1,30}) +(\S{1,30}) *\)$/i;
const LATITUDE_LONGITUDE = /^ *([^\s,]{1,30}) *, *([^\s,]{1,30}) *$/;
const GEOHASH = /^[0-9a-z]{4,12}$/;

function isPoint(value: unknown): boolean {
	if (typeof value === "string") return isPointText(value);
	// Koncorde has the latitude first, Elasticsearch the longitude.
	if (Array.isArray(value)) {
		const [a, b] = value;
		return value.length === 2 && (isPlace(a, b) || isPlace(b, a));
	}
	if (!isObject(value)) return false;
	for (const name of ["latLon", "lat_lon"]) {
		const inner = value[name];
		if (inner !== undefined) {
			return typeof inner === "object" && !Array.isArray(inner)
				? isObject(inner) && isPlace(inner.lat, inner.lon)
				: isPoint(inner);
		}
	}
	return isPlace(value.lat, value.lon);
}

function isPointText(text: string): boolean {
	const pair = LATITUDE_LONGITUDE.exec(text);
	if (pair !== null) return isPlace(toNumber(pair[1]), toNumber(pair[2]));
	const point = LONGITUDE_LATITUDE.exec(text);
	if (point !== null) return isPlace(toNumber(point[2]), toNumber(point[1]));
	return GEOHASH.test(text);
}

function toNumber(text: string | undefined): number {
	return text === undefined || text === "" ? Number.NaN : Number(text);
}

function isPlace(latitude: unknown, longitude: unknown): boolean {
	return (
		typeof latitude === "number" &&
		typeof longitude === "number" &&
		Math.abs(latitude) <= 90 &&
		Math.abs(longitude) <= 180
	);
}

/** GeoJSON, and Elasticsearch's `envelope` and `circle`: the form of `coordinates` by the shape's name in lower case. */
const SHAPES: ReadonlyMap<string, (coordinates: unknown) => boolean> = new Map([
	["point", isPosition],
	["linestring", listOf(2, isPosition)],
	["polygon", listOf(1, isRing)],
	["multipoint", listOf(1, isPosition)],
	["multilinestring", listOf(1, listOf(2, isPosition))],
	["multipolygon", listOf(1, listOf(1, isRing))],
	["geometrycollection", () => true],
	["envelope", isEnvelope],
	["circle", isPosition],
]);

function wrongShape(
	value: unknown,
	allowed: ReadonlySet<string>,
	depth: number,
): string | null {
	if (!isObject(value) || typeof value.type !== "string") {
		return "The value must be a shape: {type, coordinates}.";
	}
	const type = value.type.toLowerCase();
	const isForm = SHAPES.get(type);
	if (isForm === undefined || !allowed.has(type)) {
		return `The shape must be one of: ${[...allowed].join(", ")}.`;
	}
	if (type === "geometrycollection") return wrongCollection(value, depth);
	if (type === "circle" && !isRadius(value.radius)) {
		return 'A circle must have a radius, such as "100m".';
	}
	return isForm(value.coordinates)
		? null
		: `The coordinates are not those of a shape of the type "${type}".`;
}

/** Which shapes a collection holds is not limited by `shapeTypes`, which is about the field's own. */
function wrongCollection(
	{ geometries }: Readonly<Record<string, unknown>>,
	depth: number,
): string | null {
	if (!Array.isArray(geometries) || geometries.length === 0) {
		return "A geometry collection must have geometries.";
	}
	if (depth === 0) return "Geometry collections lie too deep in each other.";
	const all: ReadonlySet<string> = new Set(SHAPES.keys());
	for (const geometry of geometries) {
		const message = wrongShape(geometry, all, depth - 1);
		if (message !== null) return message;
	}
	return null;
}

function isRadius(value: unknown): boolean {
	if (typeof value === "number") return value > 0;
	return (
		typeof value === "string" && /^\d{1,12}(\.\d{1,12})? ?[a-z]*$/i.test(value)
	);
}

function listOf(
	least: number,
	isItem: (item: unknown) => boolean,
): (value: unknown) => boolean {
	return (value) =>
		Array.isArray(value) && value.length >= least && value.every(isItem);
}

/** Longitude, latitude, and perhaps a height. */
function isPosition(value: unknown): boolean {
	if (!Array.isArray(value) || value.length < 2 || value.length > 3) {
		return false;
	}
	const [longitude, latitude, height = 0] = value;
	return isPlace(latitude, longitude) && typeof height === "number";
}

/** The outline of an area: it ends where it begins. */
function isRing(value: unknown): boolean {
	if (!listOf(4, isPosition)(value)) return false;
	const ring = value as unknown[][];
	const [first = [], last = []] = [ring[0], ring.at(-1)];
	return first[0] === last[0] && first[1] === last[1];
}

/** Upper left and lower right corner. */
function isEnvelope(value: unknown): boolean {
	if (!listOf(2, isPosition)(value)) return false;
	const [upperLeft, lowerRight, ...others] = value as number[][];
	const [, top = 0] = upperLeft ?? [];
	const [, bottom = 0] = lowerRight ?? [];
	return others.length === 0 && top >= bottom;
}
