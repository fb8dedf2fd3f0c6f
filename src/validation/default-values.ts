import { isObject, type JsonObject, type JsonValue } from "../lib/json.ts";
import { mergeDocuments } from "../storage/merge-documents.ts";
import type { Container, Field } from "./specification.ts";

/**
 * The default values of the fields that the content lacks, or has as null; null when it lacks none. Merged into the content they
 * complete it. Fields of an object that is not there are not filled in: that would make the object.
 */
export function findDefaults(
	{ fields }: Container,
	content: Readonly<Record<string, unknown>>,
): JsonObject | null {
	const found: [string, JsonValue][] = [];
	for (const [name, field] of fields) {
		const value = Object.hasOwn(content, name) ? content[name] : undefined;
		const lacking = defaultOf(field, value);
		if (lacking !== undefined) found.push([name, lacking]);
	}
	// Object.fromEntries defines its keys: one named __proto__ would otherwise set the prototype.
	return found.length === 0 ? null : (Object.fromEntries(found) as JsonObject);
}

/** Undefined where nothing is to be filled in. */
function defaultOf(field: Field, value: unknown): JsonValue | undefined {
	if (value === undefined || value === null) return field.defaultValue;
	const { members } = field;
	if (members === null) return undefined;
	if (field.multivalued === null) {
		return isObject(value)
			? (findDefaults(members, value) ?? undefined)
			: undefined;
	}
	return Array.isArray(value) ? completeItems(members, value) : undefined;
}

/** The whole array, since an update replaces arrays; undefined where its items are complete. */
function completeItems(
	members: Container,
	items: readonly JsonValue[],
): JsonValue | undefined {
	let lacked = false;
	const complete = items.map((item) => {
		const defaults = isObject(item) ? findDefaults(members, item) : null;
		if (defaults === null) return item;
		lacked = true;
		return mergeDocuments(item as JsonObject, defaults);
	});
	return lacked ? complete : undefined;
}
