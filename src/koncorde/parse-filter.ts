import { isObject } from "../lib/json.ts";
import type { Filter } from "./filter.ts";
import { assertObject, invalid, onlyEntry, type Place } from "./invalid.ts";
import { parseCondition } from "./parse-condition.ts";

/** Keywords inside keywords. No filter that a person writes comes near. */
const DEPTH_MAX = 50;

/**
 * Reads a filter. `{}` and nothing at all match everything. Throws `api.assert.koncorde_dsl_error`, saying which part is wrong and why.
 */
export function parseFilter(filter: unknown): Filter {
	if (filter === undefined || filter === null) return { kind: "everything" };
	if (!isObject(filter)) throw invalid("filter", "must be an object");
	return Object.keys(filter).length === 0
		? { kind: "everything" }
		: parse(filter, { name: "", depth: 0 });
}

function parse(filter: unknown, place: Place): Filter {
	if (place.depth > DEPTH_MAX)
		throw invalid(place.name, `is nested more than ${DEPTH_MAX} deep`);
	assertObject(filter, place.name || "filter");
	const [keyword, argument] = onlyEntry(filter, place.name || "filter");
	const inner = (name: string): Place => ({
		name: place.name === "" ? name : `${place.name}.${name}`,
		depth: place.depth + 1,
	});
	const at = inner(keyword);
	const parseInner = (part: unknown) => parse(part, at);
	switch (keyword) {
		case "and":
		case "or":
			return { kind: keyword, parts: parseList(argument, at) };
		case "not":
			return { kind: "not", part: parseInner(argument) };
		case "bool":
			return parseBool(argument, at);
		default:
			return parseCondition(keyword, argument, at, parseInner);
	}
}

function parseList(list: unknown, place: Place): Filter[] {
	if (!Array.isArray(list) || list.length === 0)
		throw invalid(place.name, "must be a non-empty array");
	return list.map((part) => {
		if (!isObject(part) || Object.keys(part).length === 0)
			throw invalid(place.name, "can only contain non-empty objects");
		return parse(part, place);
	});
}

/** `should_not` is about all of its filters together: not one of them need fail, but one at least. */
function parseBool(argument: unknown, place: Place): Filter {
	assertObject(argument, place.name);
	const parts = Object.entries(argument).map(([member, list]): Filter => {
		const filters = () =>
			parseList(list, { ...place, name: `${place.name}.${member}` });
		switch (member) {
			case "must":
				return { kind: "and", parts: filters() };
			case "must_not":
				return { kind: "not", part: { kind: "or", parts: filters() } };
			case "should":
				return { kind: "or", parts: filters() };
			case "should_not":
				return { kind: "not", part: { kind: "and", parts: filters() } };
			default:
				throw invalid(
					place.name,
					`"${member}" is none of must, must_not, should and should_not`,
				);
		}
	});
	if (parts.length === 0)
		throw invalid(place.name, "must be a non-empty object");
	return { kind: "and", parts };
}
