/** The part of JSON Schema (draft 7, which OpenAPI 2 and 3 share) that declarations use. */
export interface JsonSchema {
	readonly type?:
		| "string"
		| "integer"
		| "number"
		| "boolean"
		| "object"
		| "array";
	readonly description?: string;
	readonly enum?: readonly (string | number | boolean | null)[];
	readonly default?: unknown;
	readonly example?: unknown;
	readonly items?: JsonSchema;
	readonly properties?: Readonly<Record<string, JsonSchema>>;
	readonly required?: readonly string[];
	readonly additionalProperties?: boolean | JsonSchema;
}

/** A result or body described by its members. All are always there. */
export function objectOf(
	properties: Readonly<Record<string, JsonSchema>>,
	description?: string,
): JsonSchema {
	return {
		type: "object",
		properties,
		required: Object.keys(properties),
		...(description === undefined ? {} : { description }),
	};
}

export function arrayOf(items: JsonSchema, description?: string): JsonSchema {
	return {
		type: "array",
		items,
		...(description === undefined ? {} : { description }),
	};
}

export const text = (description: string, example?: string): JsonSchema => ({
	type: "string",
	description,
	...(example === undefined ? {} : { example }),
});
export const whole = (description: string, example?: number): JsonSchema => ({
	type: "integer",
	description,
	...(example === undefined ? {} : { example }),
});
export const flagged = (description: string): JsonSchema => ({
	type: "boolean",
	description,
});
export const anyObject = (
	description: string,
	example?: unknown,
): JsonSchema => ({
	type: "object",
	description,
	additionalProperties: true,
	...(example === undefined ? {} : { example }),
});
