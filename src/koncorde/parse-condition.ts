import { isObject, type JsonObject, type JsonValue } from "../lib/json.ts";
import type { Filter, FilterScalar } from "./filter.ts";
import { assertObject, invalid, onlyEntry, type Place } from "./invalid.ts";
import {
	parseBox,
	parseDistance,
	parseDistanceRange,
	parsePolygon,
} from "./parse-geo-condition.ts";
import { compileExpression } from "./regular-expression.ts";

/** Reads a keyword that asks something of a field. `parse` reads a filter inside it. */
export function parseCondition(
	keyword: string,
	argument: unknown,
	{ name }: Place,
	parse: (filter: unknown) => Filter,
): Filter {
	switch (keyword) {
		case "nothing":
			return { kind: "nothing" };
		case "equals":
			return parseEquals(argument, name);
		case "in":
			return parseIn(argument, name);
		case "ids":
			return parseIds(argument, name);
		case "exists":
			return parseExists(argument, name);
		case "missing":
			return { kind: "not", part: parseExists(argument, name) };
		case "range":
			return parseRange(argument, name);
		case "regexp":
			return parseRegexp(argument, name);
		case "match":
			return parseMatch(argument, name);
		case "select":
			return parseSelect(argument, name, parse);
		case "geoBoundingBox":
			return parseBox(argument, name);
		case "geoDistance":
			return parseDistance(argument, name);
		case "geoDistanceRange":
			return parseDistanceRange(argument, name);
		case "geoPolygon":
			return parsePolygon(argument, name);
		default:
			throw invalid(name, "is an unknown keyword");
	}
}

function isScalar(value: unknown): value is FilterScalar {
	return (
		value === null || ["string", "number", "boolean"].includes(typeof value)
	);
}

function fieldOf(argument: unknown, name: string): readonly [string, unknown] {
	assertObject(argument, name);
	return onlyEntry(argument, name);
}

function parseEquals(argument: unknown, name: string): Filter {
	const [path, value] = fieldOf(argument, name);
	if (!isScalar(value))
		throw invalid(
			`${name}.${path}`,
			"must be a string, a number, a boolean or null",
		);
	return { kind: "equals", path, value };
}

function parseIn(argument: unknown, name: string): Filter {
	const [path, values] = fieldOf(argument, name);
	return anyOf(path, values, `${name}.${path}`);
}

function parseIds(argument: unknown, name: string): Filter {
	const [member, values] = fieldOf(argument, name);
	if (member !== "values")
		throw invalid(name, 'must have the property "values"');
	return anyOf("_id", values, `${name}.values`);
}

function anyOf(path: string, values: unknown, name: string): Filter {
	if (!Array.isArray(values) || values.length === 0)
		throw invalid(name, "must be a non-empty array");
	const parts = values.map((value): Filter => {
		if (typeof value !== "string")
			throw invalid(name, "can only contain strings");
		return { kind: "equals", path, value };
	});
	return { kind: "or", parts };
}

/** `"path"`, `"path[value]"`, or the old form `{field: "path"}`. A backslash makes a bracket a part of the name. */
function parseExists(argument: unknown, name: string): Filter {
	const text = isObject(argument) ? fieldMember(argument, name) : argument;
	if (typeof text !== "string") throw invalid(name, "must be a string");
	if (text === "") throw invalid(name, "cannot be empty");
	const found = /^((?:[^[\\]|\\.)*)\[(.*)\]$/s.exec(text);
	if (found === null)
		return { kind: "exists", path: text.replace(/\\([[\]])/g, "$1") };
	const [, path = "", literal = ""] = found;
	return {
		kind: "contains",
		path: path.replace(/\\([[\]])/g, "$1"),
		value: readLiteral(literal, name),
	};
}

function fieldMember(argument: Record<string, unknown>, name: string): unknown {
	const [member, value] = onlyEntry(argument, name);
	if (member !== "field") throw invalid(name, 'must have the property "field"');
	return value;
}

function readLiteral(text: string, name: string): FilterScalar {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		throw invalid(name, `contains an invalid array value (${text})`);
	}
	if (!isScalar(value))
		throw invalid(
			name,
			"can look for a string, a number, a boolean or null only",
		);
	return value;
}

const BOUNDS = ["gt", "gte", "lt", "lte"] as const;

function parseRange(argument: unknown, name: string): Filter {
	const [path, bounds] = fieldOf(argument, name);
	const at = `${name}.${path}`;
	assertObject(bounds, at);
	const given = Object.keys(bounds);
	if (given.length === 0) throw invalid(at, "must be a non-empty object");
	for (const bound of given) {
		if (!BOUNDS.some((known) => known === bound))
			throw invalid(at, `"${bound}" is none of gt, gte, lt and lte`);
		if (typeof bounds[bound] !== "number")
			throw invalid(`${at}.${bound}`, "must be a number");
	}
	const { gt, gte, lt, lte } = bounds as Partial<
		Record<(typeof BOUNDS)[number], number>
	>;
	if (gt !== undefined && gte !== undefined)
		throw invalid(at, "takes one lower boundary, gt or gte");
	if (lt !== undefined && lte !== undefined)
		throw invalid(at, "takes one upper boundary, lt or lte");
	const low = gt ?? gte ?? Number.NEGATIVE_INFINITY;
	const high = lt ?? lte ?? Number.POSITIVE_INFINITY;
	if (!(low < high))
		throw invalid(at, "must have a lower boundary below the upper one");
	return {
		kind: "range",
		path,
		low,
		lowIncluded: gte !== undefined,
		high,
		highIncluded: lte !== undefined,
	};
}

function parseRegexp(argument: unknown, name: string): Filter {
	const [path, given] = fieldOf(argument, name);
	const at = `${name}.${path}`;
	const expression = typeof given === "string" ? { value: given } : given;
	assertObject(expression, at);
	const { value, flags = "", ...others } = expression;
	for (const other of Object.keys(others))
		throw invalid(at, `"${other}" is neither value nor flags`);
	if (typeof value !== "string")
		throw invalid(`${at}.value`, "must be a string");
	if (typeof flags !== "string")
		throw invalid(`${at}.flags`, "must be a string");
	try {
		compileExpression(value, flags);
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		throw invalid(at, `is no regular expression (RE2 syntax): ${reason}`);
	}
	return { kind: "regexp", path, source: value, flags };
}

/** Of a plain value it is the same as `equals`. */
function parseMatch(argument: unknown, name: string): Filter {
	assertObject(argument, name);
	const entries = Object.entries(argument as JsonObject);
	if (entries.length === 0) throw invalid(name, "must be a non-empty object");
	const parts = entries.map(([path, value]): Filter => {
		if (isScalar(value)) return { kind: "equals", path, value };
		return { kind: "match", path, value: value as JsonObject | JsonValue[] };
	});
	return { kind: "and", parts };
}

function parseSelect(
	argument: unknown,
	name: string,
	parse: (filter: unknown) => Filter,
): Filter {
	assertObject(argument, name);
	const { field, index, query, ...others } = argument;
	if (Object.keys(others).length > 0)
		throw invalid(name, "takes field, index and query, and nothing else");
	if (typeof field !== "string" || field === "")
		throw invalid(`${name}.field`, "must be a non-empty string");
	if (!Number.isInteger(index))
		throw invalid(`${name}.index`, "must be an integer");
	if (!isObject(query) || Object.keys(query).length === 0)
		throw invalid(`${name}.query`, "must be a non-empty object");
	return {
		kind: "select",
		path: field,
		index: index as number,
		query: parse(query),
	};
}
