import type { JsonSchema } from "./json-schema.ts";

/** A Schema Object of OpenAPI 2.0, which knows no empty list of required members. */
export function toSchemaObject(schema: JsonSchema): JsonSchema {
	const { required = [], properties, items, ...rest } = schema;
	return {
		...rest,
		...(required.length === 0 ? {} : { required }),
		...(items === undefined ? {} : { items: toSchemaObject(items) }),
		...(properties === undefined
			? {}
			: {
					properties: Object.fromEntries(
						Object.entries(properties).map(([name, member]) => [
							name,
							toSchemaObject(member),
						]),
					),
				}),
	};
}

/**
 * What a parameter outside the body may say of its type: it is text, a number, a flag or a list of these, and it has no
 * example. An object is passed as JSON text.
 */
export function toParameterType(schema: JsonSchema): JsonSchema {
	const { type, description, items } = schema;
	return {
		...(description === undefined ? {} : { description }),
		...toItemType(schema),
		...(type === "array" ? { items: toItemType(items ?? {}) } : {}),
	};
}

function toItemType(schema: JsonSchema): JsonSchema {
	const { type = "string", enum: values, default: fallback } = schema;
	return {
		type: type === "object" ? "string" : type,
		...(values === undefined ? {} : { enum: values }),
		...(fallback === undefined ? {} : { default: fallback }),
	};
}
