import type { GeoPoint } from "../../../search/query.ts";

/** Elasticsearch's mean radius. */
const RADIUS_METERS = 6_371_008.7714;

/**
 * Along the surface of a sphere, by the formula of Lucene's `SloppyMath`, with its loss of digits: distances below a decimeter
 * are mostly 0 there, and places that are as far away as one another must be so here too.
 */
export function arcMeters(a: GeoPoint, b: GeoPoint): number {
	const [x, y] = [radians(a.lat), radians(b.lat)];
	const alongMeridian = 1 - Math.cos(x - y);
	const alongParallel = 1 - Math.cos(radians(a.lon - b.lon));
	const h = withoutLastBits(
		alongMeridian + Math.cos(x) * Math.cos(y) * alongParallel,
	);
	return 2 * RADIUS_METERS * Math.asin(Math.min(1, Math.sqrt(h * 0.5)));
}

const double = new Float64Array(1);
const bits = new BigUint64Array(double.buffer);

function withoutLastBits(value: number): number {
	double[0] = value;
	bits[0] = (bits[0] as bigint) & ~7n;
	return double[0] as number;
}

/** As if the surface was flat: quicker, and wrong far away and near the poles. */
export function planeMeters(a: GeoPoint, b: GeoPoint): number {
	const x = radians(b.lon - a.lon) * Math.cos(radians((a.lat + b.lat) / 2));
	const y = radians(b.lat - a.lat);
	return Math.sqrt(x * x + y * y) * RADIUS_METERS;
}

function radians(degrees: number): number {
	return (degrees * Math.PI) / 180;
}

const LATITUDE_STEP = 180 / 2 ** 32;
const LONGITUDE_STEP = 360 / 2 ** 32;

/** A point as precise as Elasticsearch keeps it: 32 bits for each of its numbers, which is about a centimeter. */
export function onGrid({ lat, lon }: GeoPoint): GeoPoint {
	return {
		lat: snap(lat, LATITUDE_STEP),
		lon: snap(lon, LONGITUDE_STEP),
	};
}

function snap(degrees: number, step: number): number {
	const highest = 2 ** 31 - 1;
	return Math.min(Math.floor(degrees / step), highest) * step;
}

/** The text that a point is indexed as. */
export function pointToText({ lat, lon }: GeoPoint): string {
	return `${lat},${lon}`;
}

export function textToPoint(text: string): GeoPoint {
	const comma = text.indexOf(",");
	return {
		lat: Number(text.slice(0, comma)),
		lon: Number(text.slice(comma + 1)),
	};
}
