import { createError } from "../../../errors/gateway-error.ts";
import type { GeoPoint, SortMode } from "../../../search/query.ts";
import type { Connection } from "../../../sqlite/connection.ts";
import { badRequest } from "../field-types.ts";
import { FALSE, sql } from "../fragment.ts";
import { anyValue } from "../leaf-to-sql.ts";
import { fieldOf } from "../query-fields.ts";
import type { CompiledQuery, QueryContext } from "../query-to-sql.ts";
import { choose } from "../sort-values.ts";
import { VALUE } from "../value-conditions.ts";
import { arcMeters, planeMeters, textToPoint } from "./earth.ts";
import { type GeoQuery, type PointTest, pointTest } from "./point-tests.ts";

export function geoToSql(
	query: GeoQuery,
	context: QueryContext,
): CompiledQuery {
	const field = fieldOf(query.field, context);
	if (field.kind === "none" && query.ignoreUnmapped)
		return { where: FALSE, score: 0 };
	if (field.kind === "none")
		throw badRequest(`failed to find geo field [${query.field}]`);
	if (field.kind === "presence")
		throw createError(
			"services.storage.invalid_query_keyword",
			`${query.kind} (on the field "${query.field}" of type "${String(field.definition.type)}")`,
		);
	if (field.kind !== "geo")
		throw badRequest(
			`Field [${query.field}] is of unsupported type for [${query.kind}] query`,
		);
	if (query.kind === "geo_polygon" && query.points.length > POINTS_MAX)
		throw createError(
			"services.storage.invalid_query_keyword",
			`geo_polygon (of more than ${POINTS_MAX} points)`,
		);
	const { boost, field: name, ...shape } = query;
	const condition = sql`is_at(${VALUE}, ${JSON.stringify(shape)})`;
	return { where: anyValue(field, condition, context), score: 1 };
}

/** Every place is held against every edge. */
const POINTS_MAX = 10_000;

export function defineGeoFunctions(connection: Connection): void {
	connection.define("is_at", (value, shape) =>
		testOf(String(shape))(textToPoint(String(value))) ? 1 : 0,
	);
	connection.define("meters_to", (values, sort) =>
		metersTo(
			(JSON.parse(String(values)) as string[]).map(textToPoint),
			JSON.parse(String(sort)) as MetersTo,
		),
	);
}

interface MetersTo {
	readonly from: readonly GeoPoint[];
	readonly type: "arc" | "plane";
	readonly mode: SortMode;
}

/** One distance of all those between the points of a document and the given ones; null where it has none. */
function metersTo(
	points: readonly GeoPoint[],
	{ from, type, mode }: MetersTo,
): number | null {
	const measure = type === "plane" ? planeMeters : arcMeters;
	return choose(
		points.flatMap((point) => from.map((origin) => measure(origin, point))),
		mode,
	);
}

/** The tests made last: a statement asks for its own once for each point. */
const made = new Map<string, PointTest>();
const MADE_MAX = 16;

function testOf(shape: string): PointTest {
	let test = made.get(shape);
	if (test === undefined) {
		if (made.size >= MADE_MAX) made.clear();
		test = pointTest(JSON.parse(shape) as GeoQuery);
		made.set(shape, test);
	}
	return test;
}
