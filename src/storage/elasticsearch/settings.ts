import { isObject, type JsonObject, type JsonValue } from "../../lib/json.ts";

/** What Elasticsearch sets itself, and refuses to be given. */
const OWN_SETTINGS = [
	"index.creation_date",
	"index.provided_name",
	"index.uuid",
	"index.version.created",
	"index.version.upgraded",
];

/**
 * Index settings by their full names. `number_of_shards`, `index.number_of_shards` and `{index: {number_of_shards}}`
 * are one setting, and Elasticsearch refuses to be given it twice.
 */
export function normalizeSettings(settings: JsonObject): JsonObject {
	const flat = new Map<string, JsonValue>();
	flatten(settings, "", flat);
	return Object.fromEntries(
		[...flat].map(([name, value]) => [
			name.startsWith("index.") ? name : `index.${name}`,
			value,
		]),
	);
}

/** The settings of an indice, as another can be made with them. */
export function reusableSettings(settings: JsonObject): JsonObject {
	const all = Object.entries(normalizeSettings(settings));
	return Object.fromEntries(
		all.filter(([name]) => !OWN_SETTINGS.includes(name)),
	);
}

function flatten(
	level: JsonObject,
	prefix: string,
	flat: Map<string, JsonValue>,
): void {
	for (const [key, value] of Object.entries(level)) {
		if (isObject(value)) flatten(value as JsonObject, `${prefix}${key}.`, flat);
		else flat.set(`${prefix}${key}`, value);
	}
}
