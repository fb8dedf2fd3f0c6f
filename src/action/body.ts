import { createError } from "../errors/gateway-error.ts";
import { isObject } from "../lib/json.ts";
import { anyObject, type JsonSchema } from "./json-schema.ts";

/** The body of an action: how it is read and what the reference says of it. */
export interface Body<T> {
	readonly required: boolean;
	readonly schema: JsonSchema | null;
	read(body: Record<string, unknown> | unknown[] | null): T;
}

/** One member of a body. `path` is its name as errors show it, such as `body.description`. */
export interface Field<T> {
	readonly required: boolean;
	readonly schema: JsonSchema;
	read(value: unknown, path: string): T;
}

export type Fields = Readonly<Record<string, Field<unknown>>>;
export type FieldValues<F extends Fields> = {
	readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never;
};

/** No body is read. */
export const none: Body<null> = {
	required: false,
	schema: null,
	read: () => null,
};

/** A body of named members; others are let through unread. An array, or none at all, is a missing body. */
export function fields<F extends Fields>(members: F): Body<FieldValues<F>> {
	const required = Object.values(members).some((field) => field.required);
	return {
		required,
		schema: schemaOf(members),
		read(body) {
			if (!isObject(body)) {
				if (required) throw createError("api.assert.body_required");
				return readFields(members, {});
			}
			return readFields(members, body);
		},
	};
}

/** The body itself is the content: any object. */
export function content(
	description: string,
	properties?: Readonly<Record<string, JsonSchema>>,
): Body<Readonly<Record<string, unknown>>> {
	return {
		required: true,
		schema: {
			type: "object",
			description,
			additionalProperties: true,
			...(properties === undefined ? {} : { properties }),
		},
		read(body) {
			if (!isObject(body)) throw createError("api.assert.body_required");
			return body;
		},
	};
}

/** As `content`, but it may be left out: then it is empty. */
export function optionalContent(
	description: string,
	properties?: Readonly<Record<string, JsonSchema>>,
): Body<Readonly<Record<string, unknown>>> {
	return {
		...content(description, properties),
		required: false,
		read: (body) => (isObject(body) ? body : {}),
	};
}

export function textField(description: string): Field<string> {
	return {
		required: true,
		schema: { type: "string", description },
		read(value, path) {
			if (value === undefined) {
				throw createError("api.assert.missing_argument", path);
			}
			if (typeof value !== "string") {
				throw createError("api.assert.invalid_type", path, "string");
			}
			return value;
		},
	};
}

export function optionalTextField(
	description: string,
): Field<string | undefined> {
	return {
		...textField(description),
		required: false,
		read(value, path) {
			if (value === undefined) return undefined;
			if (typeof value !== "string") {
				throw createError("api.assert.invalid_type", path, "string");
			}
			return value;
		},
	};
}

/** An object; `{}` when it may be left out. */
export function objectField(
	description: string,
	options: {
		readonly required: boolean;
		readonly example?: Readonly<Record<string, unknown>>;
	},
): Field<Readonly<Record<string, unknown>>> {
	return {
		required: options.required,
		schema: anyObject(description, options.example),
		read(value, path) {
			if (value === undefined || (value === null && !options.required)) {
				if (options.required) {
					throw createError("api.assert.missing_argument", path);
				}
				return {};
			}
			if (!isObject(value)) {
				throw createError("api.assert.invalid_type", path, "object");
			}
			return value;
		},
	};
}

/** A list. What its items are is for the action to see. */
export function listField(
	description: string,
	items: JsonSchema,
): Field<readonly unknown[]> {
	const optional = optionalListField(description, items);
	return {
		...optional,
		required: true,
		read(value, path) {
			const list = optional.read(value, path);
			if (list !== undefined) return list;
			throw createError("api.assert.missing_argument", path);
		},
	};
}

export function optionalListField(
	description: string,
	items: JsonSchema,
): Field<readonly unknown[] | undefined> {
	return {
		required: false,
		schema: { type: "array", items, description },
		read(value, path) {
			if (value === undefined) return undefined;
			if (Array.isArray(value)) return value;
			throw createError("api.assert.invalid_type", path, "array");
		},
	};
}

function schemaOf(members: Fields): JsonSchema {
	const entries = Object.entries(members);
	return {
		type: "object",
		properties: Object.fromEntries(
			entries.map(([name, field]) => [name, field.schema]),
		),
		required: entries
			.filter(([, field]) => field.required)
			.map(([name]) => name),
		additionalProperties: true,
	};
}

function readFields<F extends Fields>(
	members: F,
	body: Readonly<Record<string, unknown>>,
): FieldValues<F> {
	const values: Record<string, unknown> = {};
	for (const [name, field] of Object.entries(members)) {
		values[name] = field.read(
			Object.hasOwn(body, name) ? body[name] : undefined,
			`body.${name}`,
		);
	}
	return values as FieldValues<F>;
}
