/** The settings of an index, as both adapters read them. Their names and shapes are Elasticsearch's. */
import { createError } from "../errors/gateway-error.ts";
import { isObject, type JsonObject, type JsonValue } from "../lib/json.ts";

/** What the store sets itself, and refuses to be given. */
export const OWN_SETTINGS: readonly string[] = [
	"index.creation_date",
	"index.provided_name",
	"index.uuid",
	"index.version.created",
	"index.version.upgraded",
];

/** Elasticsearch's longest names have eight parts. */
const DEPTH_MAX = 20;
/** Zero counts as not given for these two, as in Kuzzle. */
const NEVER_ZERO = ["index.number_of_shards", "index.number_of_replicas"];

/**
 * Index settings by their full names. `number_of_shards`, `index.number_of_shards` and `{index: {number_of_shards}}`
 * are one setting, and Elasticsearch refuses to be given it twice. Throws `unexpected_bad_request` for names of too many parts.
 */
export function normalizeSettings(settings: JsonObject): JsonObject {
	const flat = new Map<string, JsonValue>();
	flatten(settings, [], flat);
	return Object.fromEntries(
		[...flat].map(([name, value]) => [
			name.startsWith("index.") ? name : `index.${name}`,
			value,
		]),
	);
}

/** Those of a new collection, by their full names. */
export function initialSettings(settings: JsonObject): JsonObject {
	return Object.fromEntries(
		Object.entries(normalizeSettings(settings)).filter(
			([name, value]) => value !== 0 || !NEVER_ZERO.includes(name),
		),
	);
}

/** From full names to what `getSettings` answers: nested, without the level `index`, values as text. */
export function toNestedSettings(settings: JsonObject): JsonObject {
	return nest(
		Object.entries(normalizeSettings(settings)).map(
			([name, value]) => [name.split(".").slice(1), value] as const,
		),
	);
}

function flatten(
	level: JsonObject,
	path: readonly string[],
	flat: Map<string, JsonValue>,
): void {
	for (const [key, value] of Object.entries(level)) {
		const parts = [...path, ...key.split(".", DEPTH_MAX + 1)];
		if (parts.length > DEPTH_MAX) {
			throw createError(
				"services.storage.unexpected_bad_request",
				`the name of a setting has more than ${DEPTH_MAX} parts`,
			);
		}
		if (isObject(value)) flatten(value as JsonObject, parts, flat);
		else flat.set(parts.join("."), value);
	}
}

function nest(
	entries: readonly (readonly [readonly string[], JsonValue])[],
): JsonObject {
	const groups = new Map<string, (readonly [string[], JsonValue])[]>();
	for (const [[first = "", ...rest], value] of entries) {
		const group = groups.get(first) ?? [];
		group.push([rest, value]);
		groups.set(first, group);
	}
	// Object.fromEntries defines its keys, so that a setting named __proto__ is one like any other.
	return Object.fromEntries(
		[...groups].map(([name, group]) => {
			const plain = group.find(([rest]) => rest.length === 0);
			return [name, plain === undefined ? nest(group) : toText(plain[1])];
		}),
	);
}

function toText(value: JsonValue): JsonValue {
	if (Array.isArray(value)) return value.map(toText);
	return typeof value === "number" || typeof value === "boolean"
		? String(value)
		: value;
}
