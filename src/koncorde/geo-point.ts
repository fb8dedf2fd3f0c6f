import { geohashCell } from "../lib/geohash.ts";
import { isObject } from "../lib/json.ts";
import type { Point } from "./filter.ts";

/**
 * Reads a point in any form that Koncorde knows: `[lat, lon]`, `"lat, lon"`, a geohash, `{lat, lon}`, or one of these inside `latLon` or
 * `lat_lon`. Null when it is none.
 */
export function readGeoPoint(value: unknown): Point | null {
	if (typeof value === "string") return readText(value);
	if (Array.isArray(value))
		return value.length === 2 ? toPoint(value[0], value[1]) : null;
	if (!isObject(value)) return null;
	if (value.lat !== undefined || value.lon !== undefined)
		return toPoint(value.lat, value.lon);
	const inner = value.latLon ?? value.lat_lon;
	// Only one level: a point inside a point inside a point is no form of it.
	return isObject(inner) && (inner.latLon ?? inner.lat_lon) !== undefined
		? null
		: inner === undefined
			? null
			: readGeoPoint(inner);
}

function readText(text: string): Point | null {
	const parts = text.split(",");
	if (parts.length === 2) return toPoint(parts[0], parts[1]);
	return parts.length === 1 && /^[0-9a-z]{4,}$/.test(text)
		? decodeGeohash(text)
		: null;
}

function toPoint(lat: unknown, lon: unknown): Point | null {
	const point = { lat: toDegrees(lat), lon: toDegrees(lon) };
	return Number.isFinite(point.lat) && Number.isFinite(point.lon)
		? point
		: null;
}

/** Numbers, and texts that begin with one. */
function toDegrees(value: unknown): number {
	if (typeof value === "number") return value;
	return typeof value === "string" ? Number.parseFloat(value) : Number.NaN;
}

/** More digits tell less than a double can. */
const GEOHASH_DIGITS_MAX = 24;

/** The middle of the geohash's cell; null when it is none. */
function decodeGeohash(text: string): Point | null {
	const cell = geohashCell(text, GEOHASH_DIGITS_MAX);
	return (
		cell && {
			lat: (cell.south + cell.north) / 2,
			lon: (cell.west + cell.east) / 2,
		}
	);
}
