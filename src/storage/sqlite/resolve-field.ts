import { createError } from "../../errors/gateway-error.ts";
import { isObject, type JsonObject, type JsonValue } from "../../lib/json.ts";
import type { Mappings } from "../storage.ts";
import { type FieldKind, fieldKind, isObjectField } from "./field-types.ts";
import { fieldKey } from "./index-document.ts";

/** What a field name of a query means in a collection. */
export type Field =
	/** Not mapped, or not to be found (inside a `nested` field, or of an object that is not indexed): nothing matches. */
	| { readonly kind: "none" }
	/** The document's id. */
	| { readonly kind: "id" }
	/** An object: the keys of the fields in it. */
	| { readonly kind: "object"; readonly keys: readonly string[] }
	| LeafField;

export interface LeafField {
	readonly kind: FieldKind;
	readonly name: string;
	/** Where its values are, in the document's `fields`. */
	readonly key: string;
	readonly definition: JsonObject;
}

/** Throws `invalid_query_keyword` for the metadata fields that this adapter does not have, and for patterns of names. */
export function resolveField(name: string, mappings: Mappings): Field {
	if (name === "_id") return { kind: "id" };
	if (METADATA.has(name) || name.includes("*"))
		throw createError("services.storage.invalid_query_keyword", name);
	const found = findDefinition(name, mappings);
	if (found === undefined) return { kind: "none" };
	if (isObjectField(found))
		return { kind: "object", keys: keysOf(found, name) };
	return {
		kind: fieldKind(found),
		name,
		key: fieldKey(name),
		definition: found,
	};
}

/** Other names that begin with an underscore are fields like any other (`_kuzzle_info`). */
const METADATA = new Set([
	"_doc_count",
	"_field_names",
	"_ignored",
	"_index",
	"_meta",
	"_primary_term",
	"_routing",
	"_seq_no",
	"_size",
	"_source",
	"_tier",
	"_type",
	"_version",
]);

function findDefinition(
	name: string,
	mappings: Mappings,
): JsonObject | undefined {
	let members: JsonValue | undefined = mappings.properties;
	let definition: JsonObject | undefined;
	for (const part of name.split(".")) {
		definition = memberOf(members, part);
		if (definition === undefined || isHidden(definition)) return undefined;
		// The fields of a field are other ways that it is indexed in, such as `title.keyword`.
		members = isObjectField(definition)
			? definition.properties
			: definition.fields;
	}
	return definition;
}

function memberOf(
	members: JsonValue | undefined,
	name: string,
): JsonObject | undefined {
	if (!isObject(members) || !Object.hasOwn(members, name)) return undefined;
	const member = members[name];
	return isObject(member) ? (member as JsonObject) : undefined;
}

function isHidden(definition: JsonObject): boolean {
	return definition.type === "nested" || definition.enabled === false;
}

function keysOf(object: JsonObject, path: string): string[] {
	const properties = isObject(object.properties) ? object.properties : {};
	return Object.entries(properties).flatMap(([name, member]) => {
		const definition = member as JsonObject;
		if (isHidden(definition)) return [];
		const inner = `${path}.${name}`;
		return isObjectField(definition)
			? keysOf(definition, inner)
			: [fieldKey(inner)];
	});
}
