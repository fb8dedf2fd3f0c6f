import { createError } from "../../errors/gateway-error.ts";
import { isObject, type JsonObject, type JsonValue } from "../../lib/json.ts";
import type { Mappings, Target } from "../storage.ts";
import {
	badRequest,
	fieldKind,
	type IndexedValue,
	isObjectField,
	toIndexedValues,
} from "./field-types.ts";

/** What a document can be found by. */
export interface IndexedDocument {
	/**
	 * JSON: for each mapped field that has values, under `fieldKey(path)`, the value or the list of values; of a text, only how
	 * many words it has, as a text. Values that Elasticsearch would not index are not in it.
	 */
	readonly fields: string;
	/** By field key: the words of each of its values. */
	readonly texts: ReadonlyMap<string, readonly (readonly string[])[]>;
	/** By field key: the values that a query may compare with. */
	readonly values: ReadonlyMap<string, readonly IndexedValue[]>;
}

/**
 * Works out what a document can be found by. Throws `strict_mapping_rejection`, or
 * `unexpected_bad_request` for a value that its field cannot hold.
 */
export function indexDocument(
	content: JsonObject,
	mappings: Mappings,
	target: Target,
): IndexedDocument {
	const run: Run = { target, mappings };
	const texts: Texts = new Map();
	const document = newEntry(texts);
	indexMembers(run, content, {
		definition: mappings as unknown as JsonObject,
		path: "",
		dynamic: mappings.dynamic ?? "false",
		holders: [{ path: "", entries: [document] }],
	});
	const { values, uncomparable } = document;
	const fields = toText(document);
	for (const key of uncomparable) values.delete(key);
	return { fields, texts, values };
}

/** The objects of nested fields stand as a list under the path of their field, whatever their number, each like a document. */
function toText({ values, texts, nested }: Entry): string {
	const members = [...values].map(([key, list]) => {
		const items = list.map(toJson);
		return `${JSON.stringify(key)}:${items.length === 1 ? items[0] : `[${items.join(",")}]`}`;
	});
	for (const [key, words] of texts ?? [])
		members.push(`${JSON.stringify(key)}:"${words.flat().length}"`);
	for (const [key, entries] of nested)
		members.push(`${JSON.stringify(key)}:[${entries.map(toText).join(",")}]`);
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
}

type Texts = Map<string, (readonly string[])[]>;

/** What a document, or an object of a nested field, can be found by. */
interface Entry {
	readonly values: Map<string, IndexedValue[]>;
	/** The words of texts. Objects have none: theirs stay among the values. */
	readonly texts: Texts | undefined;
	readonly nested: Map<string, Entry[]>;
	/** Fields whose values no query compares with: only their presence is known, or they are places. */
	readonly uncomparable: Set<string>;
}

function newEntry(texts?: Texts): Entry {
	return {
		values: new Map(),
		texts,
		nested: new Map(),
		uncomparable: new Set(),
	};
}

/** A document, or an object of the nested field at this path. */
interface Holder {
	readonly path: string;
	/** Its own entry first, then those of what it is included in. */
	readonly entries: readonly Entry[];
}

/** An object that is being looked through. */
interface Place {
	readonly definition: JsonObject;
	/** Of the object: empty, or ending in a dot. */
	readonly path: string;
	readonly dynamic: string;
	/** The document, and the objects of nested fields down to this place. */
	readonly holders: readonly Holder[];
}

function indexMembers(run: Run, object: JsonObject, place: Place): void {
	const { properties } = place.definition;
	for (const [name, value] of Object.entries(object)) {
		const dot = name.indexOf(".");
		assertFieldName(name, dot >= 0);
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

/** As Elasticsearch asks, of the document and of the objects that are mapped. Dots at the end count for nothing. */
function assertFieldName(name: string, isPath: boolean): void {
	const parts = isPath ? name.replace(/\.+$/, "").split(".") : [name];
	if (parts.some(isBlank))
		throw badRequest(
			`field name cannot be empty or contain only whitespace: [${name}]`,
		);
}

const ALSO_BLANK = "\u001c\u001d\u001e\u001f";
const NEVER_BLANK = "\ufeff\u00a0\u2007\u202f";

/** Whether it is white space as Java has it: the no-break spaces are none, and the four separators of ASCII are. */
function isBlank(name: string): boolean {
	return [...name].every(
		(character) =>
			ALSO_BLANK.includes(character) ||
			(/\s/.test(character) && !NEVER_BLANK.includes(character)),
	);
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
	const items = definition.type === "geo_point" ? points(value) : flat(value);
	for (const item of items) {
		const given = item ?? definition.null_value ?? null;
		if (given !== null)
			indexValue(run, given, definition, `${place.path}${name}`, place.holders);
	}
}

/** A list that begins with a number is one point, `[lon, lat]`. */
function points(value: JsonValue): JsonValue[] {
	return Array.isArray(value) && typeof value[0] !== "number" ? value : [value];
}

function indexObject(
	run: Run,
	value: JsonValue,
	definition: JsonObject,
	place: Place,
	name: string,
): void {
	const path = `${place.path}${name}`;
	const inner: Place = {
		definition,
		path: `${path}.`,
		dynamic: String(definition.dynamic ?? place.dynamic),
		holders: place.holders,
	};
	for (const item of flat(value)) {
		if (item === null) continue;
		if (!isObject(item))
			throw badRequest(
				`object mapping for [${place.path}${name}] tried to parse the field as an object, but found a value`,
			);
		const holders =
			definition.type === "nested"
				? [...place.holders, newHolder(definition, path, place.holders)]
				: place.holders;
		indexMembers(run, item as JsonObject, { ...inner, holders });
	}
}

function newHolder(
	{ include_in_parent, include_in_root }: JsonObject,
	path: string,
	holders: readonly Holder[],
): Holder {
	const parent = holders.at(-1)?.entries ?? [];
	const root = holders[0]?.entries ?? [];
	const entry = newEntry();
	const objects = parent[0]?.nested;
	const key = fieldKey(path);
	const others = objects?.get(key);
	if (others === undefined) objects?.set(key, [entry]);
	else others.push(entry);
	const included = new Set<Entry>([
		...(include_in_parent === true ? parent : []),
		...(include_in_root === true ? root : []),
	]);
	return { path, entries: [entry, ...included] };
}

/** Adds the value to its field, to the other ways that the field is indexed in, and to the fields that it is copied to. */
function indexValue(
	run: Run,
	value: JsonValue,
	definition: JsonObject,
	path: string,
	holders: readonly Holder[],
): void {
	const indexed = toIndexedValues(value, definition, path);
	for (const entry of holderOf(path, holders).entries)
		add(entry, path, indexed, definition);
	for (const [name, field] of Object.entries(membersOf(definition.fields)))
		if (isObject(field))
			indexValue(run, value, field as JsonObject, `${path}.${name}`, holders);
	for (const copy of flat(definition.copy_to ?? null)) {
		const field =
			copy === null ? undefined : ownField(run.mappings, String(copy));
		if (field === undefined) continue;
		const { copy_to, ...alone } = field;
		indexValue(run, value, alone, String(copy), holders);
	}
}

/** The innermost one that holds the field: a value may be copied out of a nested object. */
function holderOf(path: string, holders: readonly Holder[]): Holder {
	const holds = (holder: Holder) =>
		holder.path === "" || path.startsWith(`${holder.path}.`);
	return holders.findLast(holds) as Holder;
}

/** A text without words is there nevertheless: `exists` finds it. A keyword that is too long is not. */
function add(
	{ values, texts, uncomparable }: Entry,
	path: string,
	indexed: readonly IndexedValue[],
	definition: JsonObject,
): void {
	const key = fieldKey(path);
	const kind = fieldKind(definition);
	if (kind === "text" && texts !== undefined) {
		const words = indexed as readonly string[];
		const known = texts.get(key);
		if (known === undefined) texts.set(key, [words]);
		else known.push(words);
		return;
	}
	if (indexed.length === 0 && kind !== "text") return;
	if (kind === "presence" || kind === "geo") uncomparable.add(key);
	const known = values.get(key);
	if (known === undefined) values.set(key, [...indexed]);
	else known.push(...indexed);
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
