import type { GeoPoint, Query } from "../../../search/query.ts";
import { arcMeters, onGrid } from "./earth.ts";

export type GeoQuery = Extract<
	Query,
	{ kind: "geo_distance" | "geo_bounding_box" | "geo_polygon" }
>;

export type PointTest = (point: GeoPoint) => boolean;

/** Whether a point, as it is indexed, is one that the query looks for. */
export function pointTest(query: GeoQuery): PointTest {
	switch (query.kind) {
		case "geo_distance":
			return (point) => arcMeters(query.center, point) <= query.meters;
		case "geo_bounding_box":
			return boxTest(query);
		case "geo_polygon":
			return polygonTest(query.points);
	}
}

function boxTest(box: Extract<Query, { kind: "geo_bounding_box" }>): PointTest {
	// The sides are as precise as points are, so that a point is in the box that was made of it.
	const { lat: north, lon: west } = onGrid({ lat: box.top, lon: box.left });
	const { lat: south, lon: east } = onGrid({ lat: box.bottom, lon: box.right });
	const crossesDateLine = west > east;
	return ({ lat, lon }) => {
		if (lat < south || lat > north) return false;
		return crossesDateLine
			? lon >= west || lon <= east
			: lon >= west && lon <= east;
	};
}

/** By the number of edges that a line from the point to the east crosses, computed as Lucene does; a point on an edge is inside. */
function polygonTest(points: readonly GeoPoint[]): PointTest {
	const edges = points.map((a, index) => ({
		a,
		b: points[(index + 1) % points.length] as GeoPoint,
	}));
	const north = greatest(points.map(({ lat }) => lat));
	const south = -greatest(points.map(({ lat }) => -lat));
	const east = greatest(points.map(({ lon }) => lon));
	const west = -greatest(points.map(({ lon }) => -lon));
	return (point) => {
		if (!isBetween(point.lat, south, north)) return false;
		if (!isBetween(point.lon, west, east)) return false;
		let isInside = false;
		for (const { a, b } of edges) {
			if (isOnEdge(point, a, b)) return true;
			if (a.lat > point.lat === b.lat > point.lat) continue;
			const crossing =
				((b.lon - a.lon) * (point.lat - a.lat)) / (b.lat - a.lat) + a.lon;
			if (point.lon < crossing) isInside = !isInside;
		}
		return isInside;
	};
}

function isOnEdge(point: GeoPoint, a: GeoPoint, b: GeoPoint): boolean {
	if (!isBetween(point.lat, a.lat, b.lat)) return false;
	if (!isBetween(point.lon, a.lon, b.lon)) return false;
	const turn =
		(b.lon - a.lon) * (point.lat - a.lat) -
		(point.lon - a.lon) * (b.lat - a.lat);
	return turn === 0;
}

function isBetween(value: number, a: number, b: number): boolean {
	return value >= Math.min(a, b) && value <= Math.max(a, b);
}

function greatest(numbers: readonly number[]): number {
	return numbers.reduce((a, b) => Math.max(a, b));
}
