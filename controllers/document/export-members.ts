import type { Arg } from "../../src/action/args.ts";
import {
	type Field,
	fields,
	objectField,
	optionalListField,
} from "../../src/action/body.ts";
import {
	anyObject,
	arrayOf,
	type JsonSchema,
	text,
} from "../../src/action/json-schema.ts";
import type { Envelope } from "../../src/call/envelope.ts";
import { createError } from "../../src/errors/gateway-error.ts";
import { isObject } from "../../src/lib/json.ts";

/* What is exported, and how: members of the body, or of the query string of a request that has none. */

export interface ExportMembers {
	readonly query: Readonly<Record<string, unknown>>;
	readonly sort: unknown;
	readonly collapse: Readonly<Record<string, unknown>>;
	readonly fields: readonly unknown[];
	readonly fieldsName: Readonly<Record<string, unknown>>;
}

const ABOUT = {
	query: "Which documents, in the language that `lang` names. Default: all.",
	sort: "Their order. Default: one of the store's own.",
	collapse: "Not answered: refused.",
	fields:
		"Columns of a CSV, as dotted paths; the id comes first in any case. Default: the fields of the mapping.",
	fieldsName: "Titles of columns, by path.",
};

export const exportBody = fields({
	query: objectField(ABOUT.query, { required: false, example: {} }),
	sort: anySort(ABOUT.sort),
	collapse: objectField(ABOUT.collapse, { required: false }),
	fields: optionalListField(ABOUT.fields, text("A path.")),
	fieldsName: objectField(ABOUT.fieldsName, { required: false }),
});

/** Each is JSON. */
export const exportMembersInQuery = {
	query: jsonObject(ABOUT.query),
	sort: json(anySort(ABOUT.sort).schema, () => null),
	collapse: jsonObject(ABOUT.collapse),
	fields: json(arrayOf(text("A path."), ABOUT.fields), (value) =>
		Array.isArray(value) ? null : "array",
	),
	fieldsName: jsonObject(ABOUT.fieldsName),
};

export function membersOf(
	{ body: sent }: Envelope,
	{
		args,
		body,
	}: {
		readonly args: Readonly<Partial<Record<keyof ExportMembers, unknown>>>;
		readonly body: Readonly<Partial<Record<keyof ExportMembers, unknown>>>;
	},
): ExportMembers {
	const given = sent === null ? args : body;
	const object = (value: unknown) => (isObject(value) ? value : {});
	return {
		query: object(given.query),
		sort: given.sort,
		collapse: object(given.collapse),
		fields: Array.isArray(given.fields) ? given.fields : [],
		fieldsName: object(given.fieldsName),
	};
}

function jsonObject(description: string): Arg<unknown> {
	return json(anyObject(description), (value) =>
		isObject(value) ? null : "object",
	);
}

/** `refuse` answers the type that the value should have had. Only query strings have these: elsewhere the body does. */
function json(
	schema: JsonSchema,
	refuse: (value: unknown) => string | null,
): Arg<unknown> {
	return {
		place: "query",
		required: false,
		schema,
		read(value, name, notation) {
			if (value === undefined || notation === "json") return undefined;
			const parsed = parse(value);
			if (parsed === undefined) {
				throw createError("api.assert.invalid_type", name, "JSON string");
			}
			const wanted = refuse(parsed);
			if (wanted === null) return parsed;
			throw createError("api.assert.invalid_type", name, wanted);
		},
	};
}

function parse(value: unknown): unknown {
	try {
		return JSON.parse(String(value));
	} catch {
		return undefined;
	}
}

/** A list, one object or one field: the search reads it, and says what is wrong. */
function anySort(description: string): Field<unknown> {
	return {
		required: false,
		schema: arrayOf(anyObject("{<field>: asc or desc}"), description),
		read: (value) => value,
	};
}
