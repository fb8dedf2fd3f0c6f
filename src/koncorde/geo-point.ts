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

const GEOHASH_DIGITS = "0123456789bcdefghjkmnpqrstuvwxyz";

/** The middle of the geohash's cell; null when a letter is none of its digits. */
function decodeGeohash(text: string): Point | null {
	const range = { lat: [-90, 90], lon: [-180, 180] } as Record<
		"lat" | "lon",
		[number, number]
	>;
	let axis: "lat" | "lon" = "lon";
	for (const letter of text.slice(0, PRECISION_MAX)) {
		const digit = GEOHASH_DIGITS.indexOf(letter);
		if (digit === -1) return null;
		for (let bit = 16; bit >= 1; bit /= 2) {
			const [low, high] = range[axis];
			const middle = (low + high) / 2;
			range[axis] = digit & bit ? [middle, high] : [low, middle];
			axis = axis === "lat" ? "lon" : "lat";
		}
	}
	return { lat: middleOf(range.lat), lon: middleOf(range.lon) };
}

/** More digits tell less than a double can. */
const PRECISION_MAX = 24;

function middleOf([low, high]: [number, number]): number {
	return (low + high) / 2;
}
