import {
	anyObject,
	flagged,
	type JsonSchema,
	objectOf,
	text,
} from "../../src/action/json-schema.ts";

/** The answer of an action that has nothing to tell but that it is done. */
export const acknowledged = objectOf({ acknowledged: flagged("Always true.") });

/** The same, of other actions. */
export const alwaysNull: JsonSchema = { description: "Always null." };

const PROPERTIES = { name: { type: "keyword" }, age: { type: "integer" } };

export const mappingsShape: JsonSchema = {
	type: "object",
	properties: {
		dynamic: text(
			"What becomes of fields that are not mapped: `true` maps them, `false` keeps them unmapped, `strict` refuses the document.",
			"false",
		),
		_meta: anyObject("Whatever the application notes there."),
		dynamic_templates: {
			type: "array",
			items: { description: "A template." },
			description: "How new fields are mapped where `dynamic` is `true`.",
		},
		properties: anyObject("The fields.", PROPERTIES),
	},
	required: ["properties"],
	additionalProperties: true,
};
