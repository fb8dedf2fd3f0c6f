import { geohashCell } from "../lib/geohash.ts";
import { isObject } from "../lib/json.ts";
import type { GeoPoint } from "./query.ts";

/** A geohash names a cell; which of its corners is meant. */
export type Corner = "bottom_left" | "top_left" | "top_right" | "bottom_right";

/**
 * Reads a point of a query in any form that Elasticsearch takes: `{lat, lon}`, `{geohash}`, `"lat,lon"`, `"POINT (lon lat)"`, a geohash,
 * or `[lon, lat]`. A third number, the height, is left out. Undefined for what is none. Whether it is on the globe is not looked at.
 */
export function readGeoPoint(
	value: unknown,
	corner: Corner = "bottom_left",
): GeoPoint | undefined {
	if (isObject(value) && typeof value.geohash === "string")
		return readGeohash(value.geohash, corner);
	if (isObject(value) && Object.hasOwn(value, "coordinates")) return undefined;
	return readPlainPoint(value, corner);
}

/** As `readGeoPoint`, of a document: there it may be GeoJSON, and `{geohash}` it may not be. */
export function readStoredGeoPoint(value: unknown): GeoPoint | undefined {
	return readPlainPoint(value, "bottom_left");
}

function readPlainPoint(value: unknown, corner: Corner): GeoPoint | undefined {
	if (typeof value === "string") return readText(value.trim(), corner);
	if (Array.isArray(value)) return readCoordinates(value);
	if (!isObject(value)) return undefined;
	const { lat, lon, z, type, coordinates, ...others } = value;
	if (Object.keys(others).length > 0) return undefined;
	if (type === undefined && coordinates === undefined) return toPoint(lat, lon);
	return String(type).toLowerCase() === "point" && Array.isArray(coordinates)
		? readCoordinates(coordinates)
		: undefined;
}

export function isOnGlobe({ lat, lon }: GeoPoint): boolean {
	return Math.abs(lat) <= 90 && Math.abs(lon) <= 180;
}

function readCoordinates([lon, lat, height, ...more]: unknown[]):
	| GeoPoint
	| undefined {
	const isPlain =
		typeof lon === "number" &&
		typeof lat === "number" &&
		(height === undefined || typeof height === "number") &&
		more.length === 0;
	return isPlain ? { lat, lon } : undefined;
}

const WKT_POINT =
	/^POINT(?:\s+Z\s+|\s*)\(\s*([^\s()]+)\s+([^\s()]+)(?:\s+([^\s()]+))?\s*\)$/i;

function readText(text: string, corner: Corner): GeoPoint | undefined {
	const wkt = WKT_POINT.exec(text);
	if (wkt !== null) return toPoint(wkt[2], wkt[1]);
	const parts = text.split(",", 4);
	if (parts.length === 1) return readGeohash(text, corner);
	return parts.length < 4 ? toPoint(parts[0], parts[1]) : undefined;
}

function toPoint(lat: unknown, lon: unknown): GeoPoint | undefined {
	const point = { lat: toDegrees(lat), lon: toDegrees(lon) };
	return Number.isFinite(point.lat) && Number.isFinite(point.lon)
		? point
		: undefined;
}

function toDegrees(value: unknown): number {
	if (typeof value === "number") return value;
	const isNumeric =
		typeof value === "string" &&
		/^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i.test(value);
	return isNumeric ? Number(value) : Number.NaN;
}

/** More digits than these tell nothing more. */
const GEOHASH_DIGITS_MAX = 12;

function readGeohash(text: string, corner: Corner): GeoPoint | undefined {
	const cell = text === "" ? null : geohashCell(text, GEOHASH_DIGITS_MAX);
	if (cell === null) return undefined;
	return {
		lat: corner.startsWith("bottom") ? cell.south : cell.north,
		lon: corner.endsWith("left") ? cell.west : cell.east,
	};
}
