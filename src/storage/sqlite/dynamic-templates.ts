/** Elasticsearch's dynamic templates: how fields that documents bring along are mapped where `dynamic` is "true". */
import { isObject, type JsonObject, type JsonValue } from "../../lib/json.ts";
import { badRequest } from "./field-types.ts";
import { matchesPattern } from "./match-pattern.ts";
import { newFieldDefinition } from "./merge-mappings.ts";

/** What JSON tells of a value, and what its field is mapped as when a template names no type. */
const TYPES = {
	object: "object",
	string: "text",
	long: "long",
	double: "float",
	boolean: "boolean",
	date: "date",
} as const;

export type ValueType = keyof typeof TYPES;

/** A field that the mappings do not have. */
export interface FoundField {
	readonly name: string;
	/** From the root, with dots. */
	readonly path: string;
	readonly type: ValueType;
}

interface Template {
	readonly name: string;
	readonly conditions: readonly ((field: FoundField) => boolean)[];
	readonly mapping: JsonObject;
}

export type Templates = readonly Template[];

/** What a condition compares, by its name; the negative ones hold where nothing is matched. */
const CONDITIONS: Readonly<
	Record<string, { of: "name" | "path" | "type"; holds: boolean }>
> = {
	match_mapping_type: { of: "type", holds: true },
	unmatch_mapping_type: { of: "type", holds: false },
	match: { of: "name", holds: true },
	unmatch: { of: "name", holds: false },
	path_match: { of: "path", holds: true },
	path_unmatch: { of: "path", holds: false },
};

/** Throws `unexpected_bad_request` for what Elasticsearch refuses, and for what is not known here: regular expressions and run-time fields. */
export function parseTemplates(value: JsonValue = []): Templates {
	if (!Array.isArray(value)) {
		throw badRequest("dynamic_templates must be a list");
	}
	return value.map((item) => {
		const [entry, ...others] = isObject(item) ? Object.entries(item) : [];
		const [name, template] = entry ?? [];
		if (name === undefined || others.length > 0 || !isObject(template)) {
			throw badRequest("a dynamic template must be {<name>: {…}}");
		}
		return parseTemplate(name, template as JsonObject);
	});
}

/** The definition that the first template that matches has for the field; undefined where none does. Throws `unexpected_bad_request` for one that makes no sense. */
export function fieldByTemplate(
	templates: Templates,
	field: FoundField,
): JsonObject | undefined {
	const template = templates.find(({ conditions }) =>
		conditions.every((holds) => holds(field)),
	);
	return template && define(template, field);
}

function parseTemplate(name: string, template: JsonObject): Template {
	const { mapping, match_pattern = "simple", ...conditions } = template;
	if (match_pattern !== "simple") {
		throw unknown(name, `match_pattern: ${String(match_pattern)}`);
	}
	if (!isObject(mapping)) {
		throw badRequest(`the dynamic template [${name}] has no mapping`);
	}
	const parsed = {
		name,
		mapping: mapping as JsonObject,
		conditions: Object.entries(conditions).map(([key, given]) =>
			parseCondition(name, key, given),
		),
	};
	assertMakesSense(parsed, conditions.match_mapping_type);
	return parsed;
}

function parseCondition(name: string, key: string, given: JsonValue) {
	const condition = Object.hasOwn(CONDITIONS, key)
		? CONDITIONS[key]
		: undefined;
	if (condition === undefined) throw unknown(name, key);
	const patterns = Array.isArray(given) ? given : [given];
	if (!patterns.every((pattern) => typeof pattern === "string")) {
		throw badRequest(`[${key}] of the dynamic template [${name}] is no text`);
	}
	const { of, holds } = condition;
	if (of === "type") assertTypes(name, patterns);
	return (field: FoundField): boolean =>
		patterns.some((pattern) => matchesPattern(pattern, field[of])) === holds;
}

function assertTypes(name: string, types: readonly string[]): void {
	const odd = types.find((type) => type !== "*" && !Object.hasOwn(TYPES, type));
	if (odd === undefined) return;
	throw badRequest(
		`no field type matched on [${odd}] in the dynamic template [${name}]`,
	);
}

/** Tried once with each type that it may meet, so that a mistake is told to who makes it, and not to who writes the first document. */
function assertMakesSense(
	template: Template,
	given: JsonValue | undefined,
): void {
	const asked = Array.isArray(given) ? given : [given ?? "*"];
	const types = (Object.keys(TYPES) as ValueType[]).filter(
		(type) => asked.includes(type) || asked.includes("*"),
	);
	let failure: unknown;
	for (const type of types) {
		try {
			define(template, { name: "field", path: "field", type });
			return;
		} catch (error) {
			failure = error;
		}
	}
	throw failure;
}

function define({ mapping }: Template, { name, path, type }: FoundField) {
	const placeholders = { "{name}": name, "{dynamic_type}": TYPES[type] };
	const filled = fill(mapping, placeholders) as JsonObject;
	return newFieldDefinition({ type: TYPES[type], ...filled }, path);
}

function fill(
	value: JsonValue,
	placeholders: Readonly<Record<string, string>>,
): JsonValue {
	if (typeof value === "string") {
		return Object.entries(placeholders).reduce(
			(text, [from, to]) => text.replaceAll(from, () => to),
			value,
		);
	}
	if (Array.isArray(value))
		return value.map((item) => fill(item, placeholders));
	if (!isObject(value)) return value;
	return Object.fromEntries(
		Object.entries(value as JsonObject).map(([key, item]) => [
			key,
			fill(item, placeholders),
		]),
	);
}

function unknown(name: string, what: string) {
	return badRequest(
		`the dynamic template [${name}] has [${what}], which SQLite does not know: leave it out, or use Elasticsearch`,
	);
}
