import type { Box, Point } from "./filter.ts";

/** Metres: the Earth's radius at the equator, and how much it is flattened (WGS 84). */
const RADIUS = 6_378_137;
const FLATTENING = 1 / 298.257_223_563;
const DEGREE = Math.PI / 180;

/** Metres between two points on the flattened Earth, by Andoyer's formula (Meeus, Astronomical Algorithms, chapter 11). */
export function distanceBetween(a: Point, b: Point): number {
	const [sinG, cosG] = squares((a.lat - b.lat) / 2);
	const [sinF, cosF] = squares((a.lat + b.lat) / 2);
	const [sinL, cosL] = squares((a.lon - b.lon) / 2);
	const s = sinG * cosL + cosF * sinL;
	const c = cosG * cosL + sinF * sinL;
	if (s === 0) return 0;
	// Points on opposite sides of the Earth.
	if (c < 1e-15) return Math.PI * RADIUS;
	const omega = Math.atan(Math.sqrt(s / c));
	const r = (3 * Math.sqrt(s * c)) / omega;
	const correction =
		((r - 1) / (2 * c)) * sinF * cosG - ((r + 1) / (2 * s)) * cosF * sinG;
	return 2 * omega * RADIUS * (1 + FLATTENING * correction);
}

/** Sine and cosine of an angle, squared. */
function squares(degrees: number): readonly [number, number] {
	const sine = Math.sin(degrees * DEGREE) ** 2;
	return [sine, 1 - sine];
}

/**
 * Whether a point is in a circle, edge included. As in Koncorde it must also lie within the circle's parallels, which are laid for a round Earth: due north
 * and south the circle is up to 0.7 % smaller.
 */
export function isInCircle(
	center: Point,
	radius: number,
	point: Point,
): boolean {
	const north = Math.abs(point.lat - center.lat) * DEGREE * RADIUS;
	return north <= radius && distanceBetween(center, point) <= radius;
}

export function isInBox(box: Box, { lat, lon }: Point): boolean {
	const around = nearTo(lon, (box.left + box.right) / 2);
	return (
		lat >= box.bottom &&
		lat <= box.top &&
		around >= box.left &&
		around <= box.right
	);
}

/**
 * Whether the point lies in the polygon, whose edges are great circles: by how often, and which way, edges pass north of the point. Its
 * corners belong to it. Where edges cross each other, what they wind around counts as inside.
 */
export function isInPolygon(points: readonly Point[], point: Point): boolean {
	let winding = 0;
	for (const [index, from] of points.entries()) {
		const to = points[(index + 1) % points.length] as Point;
		if (from.lat === point.lat && nearTo(from.lon - point.lon, 0) === 0)
			return true;
		const side = passesNorth(from, to, point);
		if (side === "on") return true;
		winding += side;
	}
	return winding !== 0;
}

/** 1 or -1 when the edge crosses the point's meridian north of it, by its direction; "on" when it goes through the point. */
function passesNorth(from: Point, to: Point, point: Point): 1 | 0 | -1 | "on" {
	const a = nearTo(from.lon - point.lon, 0);
	const b = nearTo(to.lon - point.lon, 0);
	if (a === 0 && b === 0) {
		const [south, north] = [from.lat, to.lat].sort((x, y) => x - y) as [
			number,
			number,
		];
		return point.lat >= south && point.lat <= north ? "on" : 0;
	}
	if (a <= 0 === b <= 0 || Math.abs(a - b) >= 180) return 0;
	const lat = latitudeAt(from, to, point.lon);
	if (Math.abs(lat - point.lat) < 1e-12) return "on";
	if (lat < point.lat) return 0;
	return a < b ? 1 : -1;
}

/** Where the great circle through two points crosses a meridian. */
function latitudeAt(from: Point, to: Point, lon: number): number {
	const tangent =
		(Math.tan(from.lat * DEGREE) * Math.sin((to.lon - lon) * DEGREE) +
			Math.tan(to.lat * DEGREE) * Math.sin((lon - from.lon) * DEGREE)) /
		Math.sin((to.lon - from.lon) * DEGREE);
	return Math.atan(tangent) / DEGREE;
}

/** A box around a circle; null when it would hold a pole or cross the date line. */
export function boxAroundCircle(center: Point, radius: number): Box | null {
	// Away from the equator the flattened Earth has less to a degree than a round one.
	const angle = (radius * 1.01) / RADIUS;
	const lat = angle / DEGREE;
	const widest = Math.sin(angle) / Math.cos(center.lat * DEGREE);
	if (angle >= Math.PI / 2 || !(Math.abs(widest) < 1)) return null;
	const lon = Math.asin(widest) / DEGREE;
	return withinMap({
		top: center.lat + lat,
		bottom: center.lat - lat,
		left: center.lon - lon,
		right: center.lon + lon,
	});
}

/** A box around a polygon; null when it would hold a pole, cross the date line or reach around half of the Earth. */
export function boxAroundPolygon(points: readonly Point[]): Box | null {
	const lons = points.map(({ lon }) => lon);
	const box = {
		top: Number.NEGATIVE_INFINITY,
		bottom: Number.POSITIVE_INFINITY,
		left: Math.min(...lons),
		right: Math.max(...lons),
	};
	if (box.right - box.left >= 180) return null;
	for (const [index, from] of points.entries()) {
		const to = points[(index + 1) % points.length] as Point;
		const summit = summitOf(from, to);
		const north = Math.max(from.lat, to.lat);
		const south = Math.min(from.lat, to.lat);
		box.top = Math.max(box.top, north > 0 ? summit : north);
		box.bottom = Math.min(box.bottom, south < 0 ? -summit : south);
	}
	return withinMap(box);
}

/** How far from the equator, in degrees, an edge comes at most: great circles rise between points of one latitude. */
function summitOf(from: Point, to: Point): number {
	const across = Math.abs(from.lon - to.lon);
	const ends = Math.max(Math.abs(from.lat), Math.abs(to.lat));
	const middle = Math.cos((across / 2) * DEGREE);
	return Math.min(90, Math.atan(Math.tan(ends * DEGREE) / middle) / DEGREE);
}

function withinMap(box: Box): Box | null {
	const isWithin =
		box.top < 90 && box.bottom > -90 && box.left >= -180 && box.right <= 180;
	return isWithin ? box : null;
}

/** The same longitude, at most half a turn away from another. */
export function nearTo(lon: number, other: number): number {
	const turns = Math.round((lon - other) / 360);
	return turns === 0 ? lon : lon - turns * 360;
}
