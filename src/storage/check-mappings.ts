/** What both adapters ask of mappings before they look at field types (Kuzzle's rules; the storage facts, §2). */
import { createError } from "../errors/gateway-error.ts";
import { didYouMean } from "../lib/did-you-mean.ts";
import { isObject, type JsonObject, type JsonValue } from "../lib/json.ts";
import type { CollectionDefinition, Mappings } from "./storage.ts";

const ROOT_KEYS = ["dynamic", "_meta", "properties", "dynamic_templates"];
const CHILD_KEYS = [...ROOT_KEYS, "type"];
const DYNAMIC_VALUES = ["true", "false", "strict"];
const DEPTH_MAX = 50;

export interface CheckedMappings {
	readonly dynamic?: Mappings["dynamic"];
	readonly _meta?: JsonObject;
	readonly dynamic_templates?: JsonValue;
	readonly properties: JsonObject;
}

/**
 * The mappings with every `dynamic` as text. Throws `invalid_mapping` with the key and a hint, which is empty when there is none.
 */
export function checkMappings(
	mappings: NonNullable<CollectionDefinition["mappings"]>,
): CheckedMappings {
	const checked = checkLevel(mappings as JsonObject, ROOT_KEYS, 1);
	const { dynamic, _meta, dynamic_templates, properties } = checked;
	return {
		...(dynamic === undefined
			? {}
			: { dynamic: dynamic as Mappings["dynamic"] }),
		...(isObject(_meta) ? { _meta: _meta as JsonObject } : {}),
		...(dynamic_templates === undefined ? {} : { dynamic_templates }),
		properties: isObject(properties) ? (properties as JsonObject) : {},
	};
}

function checkLevel(
	level: JsonObject,
	allowed: readonly string[],
	depth: number,
): JsonObject {
	if (depth > DEPTH_MAX) throw invalid("properties");
	const checked: JsonObject = {};
	for (const [key, value] of Object.entries(level)) {
		if (!allowed.includes(key)) throw invalid(key, allowed);
		if (value === undefined) continue;
		if (key === "dynamic") checked[key] = checkDynamic(value);
		else if (key === "properties") {
			checked[key] = checkProperties(value, depth);
		} else checked[key] = value;
	}
	return checked;
}

/** Only fields that have fields of their own are looked into: what else a field type takes is the store's business. */
function checkProperties(properties: unknown, depth: number): JsonObject {
	if (!isObject(properties)) throw invalid("properties");
	const entries = Object.entries(properties).map(([name, field]) => {
		if (!isObject(field)) throw invalid(name);
		const child = field as JsonObject;
		if (Object.hasOwn(child, "properties")) {
			return [name, checkLevel(child, CHILD_KEYS, depth + 1)] as const;
		}
		if (!Object.hasOwn(child, "dynamic")) return [name, child] as const;
		return [name, { ...child, dynamic: checkDynamic(child.dynamic) }] as const;
	});
	// Object.fromEntries defines its keys, so that a field named __proto__ is a field like any other.
	return Object.fromEntries(entries) as JsonObject;
}

function checkDynamic(value: unknown): string {
	const text = String(value);
	const known = DYNAMIC_VALUES.includes(text);
	if (!known || !["string", "boolean"].includes(typeof value)) {
		throw invalid("dynamic", DYNAMIC_VALUES, text);
	}
	return text;
}

function invalid(key: string, candidates: readonly string[] = [], word = key) {
	const hint = didYouMean(word, candidates);
	return createError(
		"services.storage.invalid_mapping",
		key,
		hint === undefined ? "" : `Did you mean "${hint}"?`,
	);
}
