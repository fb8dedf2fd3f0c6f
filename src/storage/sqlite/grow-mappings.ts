import { isObject, type JsonObject, type JsonValue } from "../../lib/json.ts";
import type { Mappings } from "../storage.ts";
import { parseDate } from "./dates.ts";
import {
	fieldByTemplate,
	parseTemplates,
	type Templates,
	type ValueType,
} from "./dynamic-templates.ts";
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
	const properties = growProperties(mappings.properties, content, {
		dynamic: mappings.dynamic ?? "false",
		path: [],
		templates: templatesOf(mappings),
	});
	if (properties === mappings.properties) return mappings;
	assertFieldCount(properties);
	return { ...mappings, properties };
}

/** Where in the document the growing is. */
interface Level {
	readonly dynamic: string;
	/** The names of the objects around. */
	readonly path: readonly string[];
	readonly templates: Templates;
}

const parsedTemplates = new WeakMap<Mappings, Templates>();

function templatesOf(mappings: Mappings): Templates {
	const known = parsedTemplates.get(mappings);
	if (known !== undefined) return known;
	const templates = parseTemplates(mappings.dynamic_templates);
	parsedTemplates.set(mappings, templates);
	return templates;
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
	level: Level,
): JsonObject {
	let grown = properties;
	for (const [name, value] of Object.entries(object)) {
		const dot = name.indexOf(".");
		if (dot > 0 && dot < name.length - 1) {
			const inner = { [name.slice(0, dot)]: { [name.slice(dot + 1)]: value } };
			grown = growProperties(grown, inner, level);
			continue;
		}
		const known = Object.hasOwn(grown, name)
			? (grown[name] as JsonObject)
			: undefined;
		const field = growField(known, name, value, level);
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
	level: Level,
): JsonObject | undefined {
	if (known !== undefined && (!isObjectField(known) || known.enabled === false))
		return known;
	let field = known;
	for (const item of flat(value)) {
		if (item === null) continue;
		if (field === undefined) {
			if (level.dynamic !== "true") return undefined;
			field = newField(name, item, level);
		}
		if (isObject(item) && isObjectField(field))
			field = growObject(field, name, item as JsonObject, level);
	}
	return field;
}

function growObject(
	field: JsonObject,
	name: string,
	value: JsonObject,
	level: Level,
): JsonObject {
	const path = [...level.path, name];
	if (path.length >= DEPTH_MAX)
		throw badRequest(`Limit of mapping depth [${DEPTH_MAX}] has been exceeded`);
	const before = isObject(field.properties)
		? (field.properties as JsonObject)
		: {};
	const properties = growProperties(before, value, {
		...level,
		dynamic: String(field.dynamic ?? level.dynamic),
		path,
	});
	if (properties === before) return field;
	const { type, ...rest } = field;
	// Elasticsearch leaves the type of a plain object out once it has fields.
	return type === "nested" ? { ...field, properties } : { ...rest, properties };
}

function newField(
	name: string,
	value: Exclude<JsonValue, null>,
	{ path, templates }: Level,
): JsonObject {
	if (name.trim() === "" || name.includes("."))
		throw badRequest(
			`the field name [${name}] is blank, or begins or ends with a dot`,
		);
	const { type, definition } = guess(value);
	const found = { name, path: [...path, name].join("."), type };
	const own = fieldByTemplate(templates, found);
	if (own === undefined) return definition;
	const { format } = definition;
	return own.type === "date" && format !== undefined ? { format, ...own } : own;
}

interface Guess {
	readonly type: ValueType;
	readonly definition: JsonObject;
}

/** What Elasticsearch makes of a value by itself. */
function guess(value: Exclude<JsonValue, null>): Guess {
	if (typeof value === "boolean") return plain("boolean", "boolean");
	if (typeof value === "number") {
		const isWhole = Number.isInteger(value) && Math.abs(value) < 2 ** 63;
		return isWhole ? plain("long", "long") : plain("double", "float");
	}
	return typeof value === "object"
		? plain("object", "object")
		: guessText(value);
}

function plain(type: ValueType, mapped: string): Guess {
	return { type, definition: { type: mapped } };
}

/** A text that is a date makes a date, unless it is a mere number. */
function guessText(text: string): Guess {
	if (text.trim() !== "" && Number.isNaN(Number(text))) {
		if (parseDate(text, "strict_date_optional_time") !== undefined)
			return plain("date", "date");
		if (parseDate(text, SLASH_DATE) !== undefined) {
			const format = `${SLASH_DATE}||epoch_millis`;
			return { type: "date", definition: { type: "date", format } };
		}
	}
	return {
		type: "string",
		definition: {
			type: "text",
			fields: { keyword: { type: "keyword", ignore_above: 256 } },
		},
	};
}

const SLASH_DATE = "yyyy/MM/dd HH:mm:ss||yyyy/MM/dd";
