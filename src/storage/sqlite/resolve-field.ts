import { createError } from "../../errors/gateway-error.ts";
import { isObject, type JsonObject, type JsonValue } from "../../lib/json.ts";
import type { Mappings } from "../storage.ts";
import { type FieldKind, fieldKind, isObjectField } from "./field-types.ts";
import { fieldKey } from "./index-document.ts";

/** What a field name of a query means in a collection. */
export type Field =
	/** Not mapped, of an object that is not indexed, or of other objects than those that are looked at: nothing matches. */
	| { readonly kind: "none" }
	/** The document's id. */
	| { readonly kind: "id" }
	/** An object: the keys of the fields in it. */
	| { readonly kind: "object"; readonly keys: readonly string[] }
	| LeafField;

export interface LeafField {
	readonly kind: FieldKind;
	readonly name: string;
	/** Where its values are, in the document's `fields` or in an object of a nested field. */
	readonly key: string;
	readonly definition: JsonObject;
}

/**
 * `scope`: the path of the nested field whose objects are looked at; empty for documents.
 * Throws `invalid_query_keyword` for the metadata fields that this adapter does not have, and for patterns of names.
 */
export function resolveField(
	name: string,
	mappings: Mappings,
	scope = "",
): Field {
	if (name === "_id") return { kind: "id" };
	if (METADATA.has(name) || name.includes("*"))
		throw createError("services.storage.invalid_query_keyword", name);
	const found = findDefinition(name, mappings);
	if (found === undefined) return { kind: "none" };
	const { definition, nesting } = found;
	if (isObjectField(definition))
		return { kind: "object", keys: keysOf(definition, name, nesting, scope) };
	if (!isIndexedIn(scope, nesting)) return { kind: "none" };
	return {
		kind: fieldKind(definition),
		name,
		key: fieldKey(name),
		definition,
	};
}

/** True for a field of a nested object that its document cannot be found by. */
export function isOnlyNested(name: string, mappings: Mappings): boolean {
	const found = findDefinition(name, mappings);
	return found !== undefined && !isIndexedIn("", found.nesting);
}

/**
 * The paths of the nested fields around what this one holds, itself last.
 * Undefined where there is no nested field at that path.
 */
export function nestedPaths(
	path: string,
	mappings: Mappings,
): readonly string[] | undefined {
	const found = findDefinition(path, mappings);
	return found?.definition.type === "nested"
		? found.nesting.map((level) => level.path)
		: undefined;
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

/** A nested field on the way to a field. */
interface NestedLevel {
	readonly path: string;
	readonly definition: JsonObject;
}

function findDefinition(
	name: string,
	mappings: Mappings,
): { definition: JsonObject; nesting: readonly NestedLevel[] } | undefined {
	let members: JsonValue | undefined = mappings.properties;
	let definition: JsonObject | undefined;
	const path: string[] = [];
	const nesting: NestedLevel[] = [];
	for (const part of name.split(".")) {
		definition = memberOf(members, part);
		if (definition === undefined || definition.enabled === false)
			return undefined;
		path.push(part);
		if (definition.type === "nested")
			nesting.push({ path: path.join("."), definition });
		// The fields of a field are other ways that it is indexed in, such as `title.keyword`.
		members = isObjectField(definition)
			? definition.properties
			: definition.fields;
	}
	return definition && { definition, nesting };
}

/** A field belongs to the objects of the innermost nested field around it, and to those that these are included in. */
function isIndexedIn(scope: string, nesting: readonly NestedLevel[]): boolean {
	const scopes = new Set([nesting.at(-1)?.path ?? ""]);
	for (let level = nesting.length - 1; level >= 0; level--) {
		const { path, definition } = nesting[level] as NestedLevel;
		if (!scopes.has(path)) continue;
		if (definition.include_in_parent === true)
			scopes.add(nesting[level - 1]?.path ?? "");
		if (definition.include_in_root === true) scopes.add("");
	}
	return scopes.has(scope);
}

function memberOf(
	members: JsonValue | undefined,
	name: string,
): JsonObject | undefined {
	if (!isObject(members) || !Object.hasOwn(members, name)) return undefined;
	const member = members[name];
	return isObject(member) ? (member as JsonObject) : undefined;
}

function keysOf(
	object: JsonObject,
	path: string,
	nesting: readonly NestedLevel[],
	scope: string,
): string[] {
	const properties = isObject(object.properties) ? object.properties : {};
	return Object.entries(properties).flatMap(([name, member]) => {
		const definition = member as JsonObject;
		if (definition.enabled === false) return [];
		const inner = `${path}.${name}`;
		const around =
			definition.type === "nested"
				? [...nesting, { path: inner, definition }]
				: nesting;
		if (isObjectField(definition))
			return keysOf(definition, inner, around, scope);
		return isIndexedIn(scope, around) ? [fieldKey(inner)] : [];
	});
}
