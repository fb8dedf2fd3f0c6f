import { isObject, type JsonObject, type JsonValue } from "../lib/json.ts";
import { METADATA } from "./metadata.ts";

/**
 * The content without those fields: names, or paths of names with dots between them. What is not there is passed over, and so is metadata. The
 * content is not changed; the answer shares parts with it.
 */
export function removeFields(
	content: JsonObject,
	fields: readonly string[],
): JsonObject {
	return fields.reduce(
		(left, field) => (isMetadata(field) ? left : removeField(left, field)),
		content,
	);
}

/** A field may have dots in its own name: the whole path is tried as one first. */
function removeField(content: JsonObject, path: string): JsonObject {
	const members = new Map<string, JsonValue>(Object.entries(content));
	if (!members.delete(path)) {
		const dot = path.indexOf(".");
		const name = path.slice(0, dot);
		const inner = dot === -1 ? undefined : members.get(name);
		if (!isObject(inner)) return content;
		members.set(name, removeField(inner as JsonObject, path.slice(dot + 1)));
	}
	// Object.fromEntries defines its keys: assigning one named __proto__ would set the prototype instead.
	return Object.fromEntries(members) as JsonObject;
}

function isMetadata(path: string): boolean {
	return path === METADATA || path.startsWith(`${METADATA}.`);
}
