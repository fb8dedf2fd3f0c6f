/** What Elasticsearch itself asks of mappings, once Kuzzle's own rules (`../check-mappings.ts`) are kept. */
import { isObject, type JsonObject, type JsonValue } from "../../lib/json.ts";
import type { CheckedMappings } from "../check-mappings.ts";
import type { Mappings } from "../storage.ts";
import { badRequest, isKnownType, isObjectField } from "./field-types.ts";

/** Elasticsearch's defaults for `index.mapping.total_fields.limit` and `index.mapping.depth.limit`. */
const FIELDS_MAX = 1_000;
export const DEPTH_MAX = 20;

const NONE: Mappings = { properties: {} };

/**
 * The mappings with the additions: fields are added and never change their type, other settings are replaced where they are given.
 * Neither argument is changed. Throws `unexpected_bad_request` for what Elasticsearch refuses.
 */
export function mergeMappings(
	mappings: Mappings = NONE,
	additions: CheckedMappings,
): Mappings {
	const merged: Mappings = {
		...mappings,
		...(additions.dynamic === undefined ? {} : { dynamic: additions.dynamic }),
		...(additions._meta === undefined ? {} : { _meta: additions._meta }),
		...(additions.dynamic_templates === undefined
			? {}
			: { dynamic_templates: additions.dynamic_templates }),
		properties: mergeProperties(mappings.properties, additions.properties, []),
	};
	assertFieldCount(merged.properties);
	return merged;
}

/** The definition of one new field, as the mappings keep it. Throws `unexpected_bad_request` for what Elasticsearch refuses. */
export function newFieldDefinition(
	definition: JsonObject,
	path: string,
): JsonObject {
	return mergeField(undefined, definition, [path]);
}

/** Throws `unexpected_bad_request` for too many fields. */
export function assertFieldCount(properties: JsonObject): void {
	if (countFields(properties) > FIELDS_MAX)
		throw badRequest(`Limit of total fields [${FIELDS_MAX}] has been exceeded`);
}

function mergeProperties(
	old: JsonObject,
	additions: JsonObject,
	path: readonly string[],
): JsonObject {
	if (path.length >= DEPTH_MAX)
		throw badRequest(`Limit of mapping depth [${DEPTH_MAX}] has been exceeded`);
	// Object.fromEntries defines its keys, so that a field named __proto__ is a field like any other.
	const merged = new Map<string, JsonValue>(Object.entries(old));
	for (const [name, addition] of Object.entries(additions)) {
		const field = [...path, name];
		if (name === "" || name.includes(".") || !isObject(addition))
			throw badRequest(
				`the field name or the definition of [${field.join(".")}] is invalid`,
			);
		merged.set(
			name,
			mergeField(merged.get(name), addition as JsonObject, field),
		);
	}
	return Object.fromEntries(merged);
}

function mergeField(
	old: JsonValue | undefined,
	addition: JsonObject,
	path: readonly string[],
): JsonObject {
	const name = path.join(".");
	assertDefinition(addition, name);
	const known = isObject(old) ? (old as JsonObject) : undefined;
	if (known !== undefined) assertSameType(known, addition, name);
	const merged = { ...known, ...addition };
	for (const members of ["properties", "fields"]) {
		const added = addition[members];
		if (!isObject(added)) continue;
		const before = known?.[members];
		merged[members] = mergeProperties(
			isObject(before) ? (before as JsonObject) : {},
			added as JsonObject,
			path,
		);
	}
	return isObjectField(merged) ? normalObject(merged) : merged;
}

/** Elasticsearch names the type of an object only while it has no fields. */
function normalObject(definition: JsonObject): JsonObject {
	const { type, properties, ...rest } = definition;
	const isEmpty = !isObject(properties) || Object.keys(properties).length === 0;
	if (isEmpty) return { type: type ?? "object", ...rest };
	return type === "nested" ? definition : { ...rest, properties };
}

function assertDefinition(definition: JsonObject, name: string): void {
	const { type } = definition;
	if (
		type === undefined &&
		!Object.hasOwn(definition, "properties") &&
		!isFreeObject(definition)
	)
		throw badRequest(`No type specified for field [${name}]`);
	if (type !== undefined && !(typeof type === "string" && isKnownType(type)))
		throw badRequest(
			`No handler for type [${String(type)}] declared on field [${name}]`,
		);
	for (const option of Object.keys(definition))
		if (!OPTIONS.has(option))
			throw badRequest(`unknown parameter [${option}] on the field [${name}]`);
	if (Object.hasOwn(definition, "properties") && !isObjectField(definition))
		throw badRequest(
			`the field [${name}] of type [${String(type)}] cannot hold fields`,
		);
}

/** `{ dynamic }` or `{ enabled }` alone makes an object. */
function isFreeObject(definition: JsonObject): boolean {
	return ["dynamic", "enabled"].some((option) =>
		Object.hasOwn(definition, option),
	);
}

function assertSameType(
	old: JsonObject,
	addition: JsonObject,
	name: string,
): void {
	const before = typeOf(old);
	const after = typeOf(addition);
	if (before !== after)
		throw badRequest(
			`mapper [${name}] cannot be changed from type [${before}] to [${after}]`,
		);
	for (const option of FIXED_OPTIONS)
		if (old[option] !== undefined || addition[option] !== undefined)
			if (JSON.stringify(old[option]) !== JSON.stringify(addition[option]))
				throw badRequest(
					`the parameter [${option}] of the field [${name}] cannot be changed`,
				);
}

function typeOf(definition: JsonObject): string {
	return String(definition.type ?? "object");
}

function countFields(properties: JsonObject): number {
	let count = 0;
	for (const definition of Object.values(properties)) {
		if (!isObject(definition)) continue;
		count++;
		for (const members of [definition.properties, definition.fields])
			if (isObject(members)) count += countFields(members as JsonObject);
	}
	return count;
}

/** What documents were indexed by cannot change under them. */
const FIXED_OPTIONS = [
	"analyzer",
	"normalizer",
	"format",
	"index",
	"doc_values",
];

/** The parameters of Elasticsearch's field types. */
const OPTIONS = new Set([
	"analyzer",
	"coerce",
	"copy_to",
	"depth_limit",
	"dims",
	"doc_values",
	"dynamic",
	"eager_global_ordinals",
	"enabled",
	"fielddata",
	"fielddata_frequency_filter",
	"fields",
	"format",
	"ignore_above",
	"ignore_malformed",
	"ignore_z_value",
	"include_in_parent",
	"include_in_root",
	"index",
	"index_options",
	"index_phrases",
	"index_prefixes",
	"locale",
	"max_input_length",
	"max_shingle_size",
	"meta",
	"metrics",
	"default_metric",
	"norms",
	"null_value",
	"orientation",
	"path",
	"position_increment_gap",
	"positive_score_impact",
	"precision",
	"preserve_position_increments",
	"preserve_separators",
	"properties",
	"relations",
	"scaling_factor",
	"search_analyzer",
	"search_quote_analyzer",
	"similarity",
	"split_queries_on_whitespace",
	"store",
	"strategy",
	"subobjects",
	"term_vector",
	"tree",
	"tree_levels",
	"type",
	"value",
]);
