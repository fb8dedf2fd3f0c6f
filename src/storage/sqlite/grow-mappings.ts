import { isObject, type JsonObject, type JsonValue } from "../../lib/json.ts";
import type { Mappings } from "../storage.ts";
import { parseDate } from "./dates.ts";
import { badRequest, isObjectField } from "./field-types.ts";
import { flat } from "./index-document.ts";
import { assertFieldCount, DEPTH_MAX } from "./merge-mappings.ts";

/**
 * Elasticsearch's dynamic mapping: the mappings with the fields that the document brings where `dynamic` is "true".
 * Answers the same object when there are none. Throws `unexpected_bad_request` beyond the limits.
 */
export function growMappings(
	mappings: Mappings,
	content: JsonObject,
): Mappings {
	if (!mayGrow(mappings)) return mappings;
	const properties = growProperties(
		mappings.properties,
		content,
		mappings.dynamic ?? "false",
		1,
	);
	if (properties === mappings.properties) return mappings;
	assertFieldCount(properties);
	return { ...mappings, properties };
}

const growing = new WeakMap<Mappings, boolean>();

function mayGrow(mappings: Mappings): boolean {
	let answer = growing.get(mappings);
	if (answer === undefined) {
		answer = mappings.dynamic === "true" || hasDynamic(mappings.properties);
		growing.set(mappings, answer);
	}
	return answer;
}

function hasDynamic(properties: JsonObject): boolean {
	return Object.values(properties).some(
		(field) =>
			isObject(field) &&
			(field.dynamic === "true" ||
				(isObject(field.properties) &&
					hasDynamic(field.properties as JsonObject))),
	);
}

/** Answers the same object when nothing is added; never changes it. */
function growProperties(
	properties: JsonObject,
	object: JsonObject,
	dynamic: string,
	depth: number,
): JsonObject {
	let grown = properties;
	for (const [name, value] of Object.entries(object)) {
		const dot = name.indexOf(".");
		if (dot > 0 && dot < name.length - 1) {
			const inner = { [name.slice(0, dot)]: { [name.slice(dot + 1)]: value } };
			grown = growProperties(grown, inner, dynamic, depth);
			continue;
		}
		const known = Object.hasOwn(grown, name)
			? (grown[name] as JsonObject)
			: undefined;
		const field = growField(known, name, value, dynamic, depth);
		if (field !== known && field !== undefined)
			grown = Object.fromEntries([...Object.entries(grown), [name, field]]);
	}
	return grown;
}

/** Undefined where the value adds no field: it is empty, or its object takes no new ones. */
function growField(
	known: JsonObject | undefined,
	name: string,
	value: JsonValue,
	dynamic: string,
	depth: number,
): JsonObject | undefined {
	if (known !== undefined && (!isObjectField(known) || known.enabled === false))
		return known;
	let field = known;
	for (const item of flat(value)) {
		if (item === null) continue;
		if (field === undefined) {
			if (dynamic !== "true") return undefined;
			field = newField(name, item);
		}
		if (isObject(item) && isObjectField(field))
			field = growObject(field, item as JsonObject, dynamic, depth);
	}
	return field;
}

function growObject(
	field: JsonObject,
	value: JsonObject,
	dynamic: string,
	depth: number,
): JsonObject {
	if (depth >= DEPTH_MAX)
		throw badRequest(`Limit of mapping depth [${DEPTH_MAX}] has been exceeded`);
	const before = isObject(field.properties)
		? (field.properties as JsonObject)
		: {};
	const properties = growProperties(
		before,
		value,
		String(field.dynamic ?? dynamic),
		depth + 1,
	);
	if (properties === before) return field;
	const { type, ...rest } = field;
	// Elasticsearch leaves the type of a plain object out once it has fields.
	return type === "nested" ? { ...field, properties } : { ...rest, properties };
}

function newField(name: string, value: Exclude<JsonValue, null>): JsonObject {
	if (name.trim() === "" || name.includes("."))
		throw badRequest(
			`the field name [${name}] is blank, or begins or ends with a dot`,
		);
	if (typeof value === "boolean") return { type: "boolean" };
	if (typeof value === "number")
		return {
			type:
				Number.isInteger(value) && Math.abs(value) < 2 ** 63 ? "long" : "float",
		};
	if (typeof value === "object") return { type: "object" };
	return newTextField(value);
}

/** A text that is a date makes a date, unless it is a mere number. */
function newTextField(text: string): JsonObject {
	if (text.trim() !== "" && Number.isNaN(Number(text))) {
		if (parseDate(text, "strict_date_optional_time") !== undefined)
			return { type: "date" };
		if (parseDate(text, SLASH_DATE) !== undefined)
			return { type: "date", format: `${SLASH_DATE}||epoch_millis` };
	}
	return {
		type: "text",
		fields: { keyword: { type: "keyword", ignore_above: 256 } },
	};
}

const SLASH_DATE = "yyyy/MM/dd HH:mm:ss||yyyy/MM/dd";
