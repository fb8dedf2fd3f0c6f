import { createError } from "../errors/gateway-error.ts";
import { isObject, type JsonValue } from "../lib/json.ts";
import { readItemCounts } from "./multivalued.ts";
import type { Field } from "./specification.ts";
import { assertKnown, readFlag } from "./types/field-type.ts";
import { fieldTypes } from "./types/field-types.ts";

/** A field whose members are still being gathered. */
export interface FieldDraft extends Omit<Field, "members"> {
	readonly hasMembers: boolean;
	/** Undefined: as its parent. */
	readonly strict: boolean | undefined;
	readonly children: Map<string, FieldDraft>;
}

/** One that takes anything. */
export function createDraft(
	about: Pick<FieldDraft, "strict"> & Partial<FieldDraft>,
): FieldDraft {
	return {
		mandatory: false,
		defaultValue: undefined,
		multivalued: null,
		check: () => null,
		takesArrays: true,
		hasMembers: true,
		children: new Map(),
		...about,
	};
}

const FIELD_MEMBERS = [
	"type",
	"mandatory",
	"defaultValue",
	"description",
	"multivalued",
	"typeOptions",
];

/** Reads one field of a specification. Throws the first thing that is wrong with it. */
export function readField(path: string, given: unknown): FieldDraft {
	if (!isObject(given)) {
		throw createError("validation.assert.invalid_type", path, "object");
	}
	assertKnown(given, FIELD_MEMBERS, path);
	const { type, typeOptions = {}, description = "" } = given;
	const fieldType = readType(path, type);
	if (typeof description !== "string") {
		const name = `${path}.description`;
		throw createError("validation.assert.invalid_type", name, "string");
	}
	const optionsName = `${path}.typeOptions`;
	if (!isObject(typeOptions)) {
		throw createError("validation.assert.invalid_type", optionsName, "object");
	}
	assertKnown(typeOptions, fieldType.options, optionsName);
	const { hasMembers = false, takesArrays = false } = fieldType;
	return {
		mandatory: readFlag(given.mandatory, `${path}.mandatory`),
		defaultValue: given.defaultValue as JsonValue | undefined,
		multivalued: readItemCounts(given.multivalued, path),
		check: fieldType.compile(typeOptions, path),
		takesArrays,
		hasMembers,
		strict:
			hasMembers && typeOptions.strict !== undefined
				? readFlag(typeOptions.strict, `${optionsName}.strict`)
				: undefined,
		children: new Map(),
	};
}

function readType(path: string, type: unknown) {
	if (type === undefined || type === null) {
		throw createError("validation.assert.missing_type", path);
	}
	const found = typeof type === "string" ? fieldTypes.get(type) : undefined;
	if (found !== undefined) return found;
	const name = typeof type === "string" ? type : "(no text)";
	throw createError("validation.assert.unknown_type", path, name);
}
