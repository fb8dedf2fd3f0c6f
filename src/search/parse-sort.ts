import { isObject } from "../lib/json.ts";
import { metersOf } from "./geo-distance.ts";
import { isOnGlobe, readGeoPoint } from "./geo-point.ts";
import { parseInnerQuery } from "./parse-query.ts";
import type {
	GeoPoint,
	Sort,
	SortDistance,
	SortMode,
	SortNested,
} from "./query.ts";
import {
	forbidden,
	forbiddenScript,
	malformed,
	quoted,
} from "./query-errors.ts";
import type { QueryBudget } from "./query-limits.ts";
import { readField, readFlag, readScalar } from "./read-option.ts";

/**
 * Reads the sort of a search body: a key or a list of keys, each `"field"`, `{field: "asc"}`, `{field: {order, missing, mode, …}}` or
 * `{_geo_distance: {field: point, …}}`. Options of Elasticsearch that are not read are refused by name, and so are scripts.
 */
export function parseSort(sort: unknown, budget: QueryBudget): Sort[] {
	if (sort === undefined || sort === null) return [];
	const keys = [sort].flat();
	budget.clauses(keys.length);
	return keys.flatMap((key) => parseKey(key, budget));
}

/** An object of several fields stands for several keys, in its order. */
function parseKey(key: unknown, budget: QueryBudget): Sort[] {
	if (typeof key === "string") return [toSort(key, {}, budget)];
	if (!isObject(key)) throw malformed("a sort key must be a text or an object");
	const fields = Object.entries(key);
	budget.clauses(fields.length);
	return fields.map(([field, options]) => {
		if (field === "_script") throw forbiddenScript(field, options);
		if (field === "_geo_distance") return toDistanceSort(options, budget);
		return toSort(
			field,
			typeof options === "string" ? { order: options } : options,
			budget,
		);
	});
}

function toSort(name: string, options: unknown, budget: QueryBudget): Sort {
	const field = readField(name, budget);
	if (!isObject(options))
		throw malformed(`the sort of ${quoted(field)} must be a text or an object`);
	for (const option of Object.keys(options))
		if (!OPTIONS.has(option)) throw forbidden(`sort.${option}`);
	return {
		field,
		order: readOrder(options.order, field),
		...(options.missing === undefined
			? {}
			: { missing: readScalar(options.missing, "missing", budget) }),
		...readMode(options.mode),
		...readNested(options.nested, budget),
		...readType("unmappedType", options.unmapped_type, budget),
		...readType("numericType", options.numeric_type, budget),
	};
}

const OPTIONS = new Set([
	"order",
	"missing",
	"mode",
	"nested",
	"unmapped_type",
	"numeric_type",
]);

const MODES: readonly SortMode[] = ["min", "max", "sum", "avg", "median"];

function readMode(value: unknown): { mode?: SortMode } {
	if (value === undefined) return {};
	const wanted = typeof value === "string" ? value.toLowerCase() : value;
	const mode = MODES.find((known) => known === wanted);
	if (mode === undefined)
		throw malformed(`the sort [mode] must be one of ${MODES.join(", ")}`);
	return { mode };
}

function readType(
	name: "unmappedType" | "numericType",
	value: unknown,
	budget: QueryBudget,
): { unmappedType?: string; numericType?: string } {
	return value === undefined ? {} : { [name]: readField(value, budget) };
}

function readNested(
	value: unknown,
	budget: QueryBudget,
): { nested?: SortNested } {
	if (value === undefined) return {};
	if (!isObject(value)) throw malformed("the sort [nested] must be an object");
	for (const option of Object.keys(value))
		if (option !== "path" && option !== "filter")
			throw forbidden(`sort.nested.${option}`);
	// First, so that what is forbidden in it is told before what is missing.
	const filter =
		value.filter === undefined
			? {}
			: { filter: parseInnerQuery(value.filter, 1, budget) };
	return { nested: { path: readField(value.path, budget), ...filter } };
}

/** Every member that is no option is the field. */
function toDistanceSort(value: unknown, budget: QueryBudget): Sort {
	if (!isObject(value)) throw malformed("[_geo_distance] must be an object");
	const fields = Object.keys(value).filter((key) => !DISTANCE_OPTIONS.has(key));
	if (fields.length !== 1)
		throw malformed("[_geo_distance] takes exactly one field");
	const field = readField(fields[0], budget);
	const { mode } = readMode(value.mode);
	if (mode === "sum")
		throw malformed(
			"sort_mode [sum] isn't supported for sorting by geo distance",
		);
	const validation = value.validation_method;
	if (validation !== undefined && validation !== "STRICT")
		throw forbidden("sort._geo_distance.validation_method");
	return {
		field,
		order: readOrder(value.order, field),
		...(mode === undefined ? {} : { mode }),
		...readNested(value.nested, budget),
		distance: readDistanceFrom(value[field], value, budget),
	};
}

const DISTANCE_OPTIONS = new Set([
	"order",
	"mode",
	"nested",
	"unit",
	"distance_type",
	"ignore_unmapped",
	"validation_method",
]);

function readDistanceFrom(
	from: unknown,
	options: Record<string, unknown>,
	budget: QueryBudget,
): SortDistance {
	const unit = String(options.unit ?? "m");
	if (metersOf(unit) === undefined)
		throw malformed("the [unit] of [_geo_distance] is none that is known");
	const type = String(options.distance_type ?? "arc").toLowerCase();
	if (type !== "arc" && type !== "plane")
		throw malformed('[distance_type] must be "arc" or "plane"');
	return {
		from: readPoints(from, budget),
		unit,
		type,
		ignoreUnmapped: readFlag(options.ignore_unmapped, "ignore_unmapped"),
	};
}

/** One point, or a list of them; a list that begins with a number is one point. */
function readPoints(value: unknown, budget: QueryBudget): GeoPoint[] {
	const isList = Array.isArray(value) && typeof value[0] !== "number";
	const items: unknown[] = isList ? value : [value];
	if (items.length === 0) throw malformed("[_geo_distance] needs a point");
	if (items.length > ORIGINS_MAX)
		throw malformed(`[_geo_distance] takes ${ORIGINS_MAX} points at most`);
	budget.values(items.length);
	return items.map((item) => {
		const point = readGeoPoint(item);
		if (point === undefined || !isOnGlobe(point))
			throw malformed("[_geo_distance] has a point that cannot be read");
		return point;
	});
}

const ORIGINS_MAX = 100;

/** The best match comes first unless said otherwise; everything else ascends. */
function readOrder(order: unknown, field: string): "asc" | "desc" {
	if (order === undefined) return field === "_score" ? "desc" : "asc";
	const lower = typeof order === "string" ? order.toLowerCase() : order;
	if (lower !== "asc" && lower !== "desc")
		throw malformed(`the order of ${quoted(field)} must be "asc" or "desc"`);
	return lower;
}
