import { createError, type GatewayError } from "../errors/gateway-error.ts";
import { isObject } from "../lib/json.ts";
import { defaultQueryLimits, type QueryLimits } from "./query-limits.ts";

type Dsl = Record<string, unknown>;

/**
 * Writes a Koncorde filter as Elasticsearch DSL, as Kuzzle does for searches with `lang=koncorde`. No rule of Koncorde
 * is checked: what is not translated is copied, and `parseQuery` then takes or refuses it.
 *
 * Throws `api.assert.koncorde_restricted_keyword` for `bool`, which both languages know with different meanings,
 * and `services.koncorde.elastic_translation_error` for what has no translation.
 */
export function koncordeToDsl(
	filter: unknown,
	limits: QueryLimits = defaultQueryLimits,
): Dsl {
	return translate(filter, 1, limits.depthMax);
}

/** Only the first keyword of an object is read, as in Kuzzle. */
function translate(filter: unknown, depth: number, depthMax: number): Dsl {
	if (!isObject(filter)) throw untranslatable("a filter must be an object");
	if (depth > depthMax)
		throw untranslatable(`it nests deeper than ${depthMax} levels`);
	const [keyword] = Object.keys(filter);
	if (keyword === undefined) return { match_all: {} };
	const argument = filter[keyword];
	const inner = (part: unknown) => translate(part, depth + 1, depthMax);
	switch (keyword) {
		case "and":
			return { bool: { filter: toList(keyword, argument).map(inner) } };
		case "or":
			return { bool: { should: toList(keyword, argument).map(inner) } };
		case "not":
			return { bool: { must_not: [inner(argument)] } };
		case "exists":
			return translateExists(argument);
		case "missing":
			return { bool: { must_not: [{ exists: argument }] } };
		case "bool":
			throw createError(
				"api.assert.koncorde_restricted_keyword",
				"operator",
				keyword,
			);
		default:
			return { [RENAMED.get(keyword) ?? keyword]: argument };
	}
}

const RENAMED: ReadonlyMap<string, string> = new Map([
	["equals", "term"],
	["in", "terms"],
	["geoBoundingBox", "geo_bounding_box"],
	["geoDistance", "geo_distance"],
	["geoDistanceRange", "geo_distance_range"],
	["geoPolygon", "geo_polygon"],
]);

function toList(keyword: string, argument: unknown): unknown[] {
	if (!Array.isArray(argument))
		throw untranslatable(`"${keyword}" takes an array of filters`);
	return argument;
}

/** `"path"`, or `"path[value]"`: an array at that path holds the value. `{field: "path"}` is the older way of writing. */
function translateExists(argument: unknown): Dsl {
	if (typeof argument !== "string") return { exists: argument };
	const { path, value } = readPath(argument);
	const exists = { exists: { field: path } };
	// An empty value counts as none, in Kuzzle too.
	if (!value) return exists;
	return {
		bool: {
			filter: [exists, { range: { [path]: { gte: value, lte: value } } }],
		},
	};
}

/** A bracket that belongs to the path itself stands behind a backslash. */
function readPath(text: string): { path: string; value: unknown } {
	const open = /(?<!\\)\[/.exec(text)?.index ?? -1;
	if (open === -1) return { path: unescapeBrackets(text), value: undefined };
	if (!text.endsWith("]"))
		throw untranslatable('the value of "exists" has no closing bracket');
	return {
		path: unescapeBrackets(text.slice(0, open)),
		value: readValue(text.slice(open + 1, -1)),
	};
}

function readValue(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		throw untranslatable('the value of "exists" must be JSON');
	}
}

function unescapeBrackets(path: string): string {
	return path.replace(/\\([[\]])/g, "$1");
}

function untranslatable(reason: string): GatewayError {
	return createError("services.koncorde.elastic_translation_error", reason);
}
