import { createError } from "../../../errors/gateway-error.ts";
import {
	isObject,
	type JsonObject,
	type JsonValue,
} from "../../../lib/json.ts";
import type { Mappings } from "../../storage.ts";
import { fieldKind, isObjectField } from "../field-types.ts";

/**
 * The fields that a name, or a pattern of names, of a highlight stands for: texts and keywords. Throws `invalid_search_query`
 * for those whose values are not in their own place, or are cut in a way that is not known.
 */
export function highlightedNames(
	pattern: string,
	mappings: Mappings,
): readonly string[] {
	const parts = pattern
		.split("*")
		.map((part) => part.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"));
	const expression = new RegExp(`^${parts.join(".*")}$`, "su");
	const names: string[] = [];
	for (const field of leaves(mappings.properties, "", false)) {
		if (!expression.test(field.name)) continue;
		const kind = fieldKind(field.definition);
		if (kind === "presence" && isTextual(field.definition))
			throw refused(field.name);
		if (kind !== "text" && kind !== "keyword") continue;
		if (field.isNested || copied(mappings.properties).has(field.name))
			throw refused(field.name);
		names.push(field.name);
	}
	return names;
}

function refused(name: string) {
	return createError(
		"services.storage.invalid_search_query",
		`highlight.fields.${name}`,
	);
}

function isTextual({ type }: JsonObject): boolean {
	return type === "text" || type === "keyword";
}

interface Leaf {
	readonly name: string;
	readonly definition: JsonObject;
	readonly isNested: boolean;
}

function* leaves(
	members: JsonValue | undefined,
	path: string,
	isNested: boolean,
): Generator<Leaf> {
	if (!isObject(members)) return;
	for (const [key, member] of Object.entries(members as JsonObject)) {
		if (!isObject(member)) continue;
		const definition = member as JsonObject;
		if (definition.enabled === false) continue;
		const name = `${path}${key}`;
		const inside = isNested || definition.type === "nested";
		if (isObjectField(definition))
			yield* leaves(definition.properties, `${name}.`, inside);
		else {
			yield { name, definition, isNested: inside };
			yield* leaves(definition.fields, `${name}.`, inside);
		}
	}
}

/** The fields that the values of others are copied to. */
function copied(properties: JsonObject): ReadonlySet<unknown> {
	const targets = [...leaves(properties, "", false)].flatMap(({ definition }) =>
		[definition.copy_to ?? []].flat(),
	);
	return new Set(targets);
}
