import { createError } from "../../errors/gateway-error.ts";
import { isObject, type JsonObject, type JsonValue } from "../../lib/json.ts";
import type { Mappings, Target } from "../storage.ts";
import {
	badRequest,
	type IndexedValue,
	isObjectField,
	toIndexedValues,
} from "./field-types.ts";

/**
 * What a document can be found by, as JSON: for each mapped field that has values, under `fieldKey(path)`, the value or
 * the list of values. Values that Elasticsearch would not index are not in it. Throws `strict_mapping_rejection`, or
 * `unexpected_bad_request` for a value that its field cannot hold.
 */
export function indexDocument(
	content: JsonObject,
	mappings: Mappings,
	target: Target,
): string {
	const run: Run = { target, mappings, values: new Map() };
	indexMembers(run, content, {
		definition: mappings as unknown as JsonObject,
		path: "",
		dynamic: mappings.dynamic ?? "false",
		isHidden: false,
	});
	const members = [...run.values].map(([key, values]) => {
		const texts = values.map(toJson);
		return `${JSON.stringify(key)}:${texts.length === 1 ? texts[0] : `[${texts.join(",")}]`}`;
	});
	return `{${members.join(",")}}`;
}

/** A name of plain characters for a field path, so that SQL paths to it need no quoting rules. */
export function fieldKey(path: string): string {
	return /^[\w.@-]+$/.test(path)
		? path
		: `%${Buffer.from(path).toString("base64url")}`;
}

interface Run {
	readonly target: Target;
	readonly mappings: Mappings;
	readonly values: Map<string, IndexedValue[]>;
}

/** An object that is being looked through. */
interface Place {
	readonly definition: JsonObject;
	/** Of the object: empty, or ending in a dot. */
	readonly path: string;
	readonly dynamic: string;
	/** Inside a `nested` field: checked, but not to be found by queries on the document itself. */
	readonly isHidden: boolean;
}

function indexMembers(run: Run, object: JsonObject, place: Place): void {
	const { properties } = place.definition;
	for (const [name, value] of Object.entries(object)) {
		const dot = name.indexOf(".");
		if (dot > 0 && dot < name.length - 1) {
			// A name with dots is a path, as in Elasticsearch.
			indexMembers(
				run,
				{ [name.slice(0, dot)]: { [name.slice(dot + 1)]: value } },
				place,
			);
			continue;
		}
		const definition = ownMember(properties, name);
		if (definition !== undefined)
			indexField(run, value, definition, place, name);
		else if (place.dynamic === "strict")
			throw createError(
				"services.storage.strict_mapping_rejection",
				name,
				run.target.index,
				run.target.collection,
			);
	}
}

function indexField(
	run: Run,
	value: JsonValue,
	definition: JsonObject,
	place: Place,
	name: string,
): void {
	if (isObjectField(definition)) {
		if (definition.enabled !== false)
			indexObject(run, value, definition, place, name);
		return;
	}
	for (const item of flat(value)) {
		const given = item ?? definition.null_value ?? null;
		if (given !== null)
			indexValue(
				run,
				given,
				definition,
				`${place.path}${name}`,
				place.isHidden,
			);
	}
}

function indexObject(
	run: Run,
	value: JsonValue,
	definition: JsonObject,
	place: Place,
	name: string,
): void {
	const inner: Place = {
		definition,
		path: `${place.path}${name}.`,
		dynamic: String(definition.dynamic ?? place.dynamic),
		isHidden: place.isHidden || definition.type === "nested",
	};
	for (const item of flat(value)) {
		if (item === null) continue;
		if (!isObject(item))
			throw badRequest(
				`object mapping for [${place.path}${name}] tried to parse the field as an object, but found a value`,
			);
		indexMembers(run, item as JsonObject, inner);
	}
}

/** Adds the value to its field, to the other ways that the field is indexed in, and to the fields that it is copied to. */
function indexValue(
	run: Run,
	value: JsonValue,
	definition: JsonObject,
	path: string,
	isHidden: boolean,
): void {
	const indexed = toIndexedValues(value, definition, path);
	if (!isHidden) add(run, path, indexed, definition);
	for (const [name, field] of Object.entries(membersOf(definition.fields)))
		if (isObject(field))
			indexValue(run, value, field as JsonObject, `${path}.${name}`, isHidden);
	for (const copy of flat(definition.copy_to ?? null)) {
		const field =
			copy === null ? undefined : ownField(run.mappings, String(copy));
		if (field === undefined) continue;
		const { copy_to, ...alone } = field;
		indexValue(run, value, alone, String(copy), isHidden);
	}
}

/** A text without words is there nevertheless: `exists` finds it. A keyword that is too long is not. */
function add(
	run: Run,
	path: string,
	indexed: IndexedValue[],
	definition: JsonObject,
): void {
	if (indexed.length === 0 && definition.type !== "text") return;
	const key = fieldKey(path);
	const values = run.values.get(key);
	if (values === undefined) run.values.set(key, indexed);
	else values.push(...indexed);
}

function ownField(mappings: Mappings, path: string): JsonObject | undefined {
	let members: JsonValue | undefined = mappings.properties;
	let field: JsonObject | undefined;
	for (const name of path.split(".")) {
		field = ownMember(members, name);
		members = field?.properties;
	}
	return field;
}

function ownMember(
	members: JsonValue | undefined,
	name: string,
): JsonObject | undefined {
	const known = membersOf(members);
	const member = Object.hasOwn(known, name) ? known[name] : undefined;
	return isObject(member) ? (member as JsonObject) : undefined;
}

function membersOf(value: JsonValue | undefined): JsonObject {
	return isObject(value) ? (value as JsonObject) : {};
}

/** Lists, also lists of lists, are several values. */
export function flat(value: JsonValue): JsonValue[] {
	return Array.isArray(value) ? value.flatMap(flat) : [value];
}

/** With an exponent SQLite reads a number as a float, as JavaScript does; whole ones beyond 2^53 it would read more precisely. */
function toJson(value: IndexedValue): string {
	return typeof value === "number" &&
		Number.isInteger(value) &&
		!Number.isSafeInteger(value)
		? value.toExponential()
		: JSON.stringify(value);
}
