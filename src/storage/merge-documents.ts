import { isObject, type JsonObject, type JsonValue } from "../lib/json.ts";

/**
 * A partial update, as Elasticsearch makes it: objects merge member by member, arrays and scalars are replaced as a
 * whole, null is a value. Neither argument is changed; the answer shares parts with both.
 */
export function mergeDocuments(
	document: JsonObject,
	changes: JsonObject,
): JsonObject {
	const merged = new Map<string, JsonValue>(Object.entries(document));
	for (const [key, value] of Object.entries(changes)) {
		const old = merged.get(key);
		merged.set(
			key,
			isObject(old) && isObject(value)
				? mergeDocuments(old as JsonObject, value as JsonObject)
				: value,
		);
	}
	// Object.fromEntries defines its keys: assigning one named __proto__ would set the prototype instead.
	return Object.fromEntries(merged) as JsonObject;
}
