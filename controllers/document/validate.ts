import { content } from "../../src/action/body.ts";
import { defineAction } from "../../src/action/define-action.ts";
import {
	anyObject,
	arrayOf,
	flagged,
	type JsonSchema,
	objectOf,
	text,
} from "../../src/action/json-schema.ts";
import type { JsonObject } from "../../src/lib/json.ts";
import { place } from "../collection/place.ts";
import type { DataContext } from "./context.ts";

export const reportShape: JsonSchema = objectOf({
	valid: flagged("Whether it does."),
	errorMessages: {
		...objectOf({
			documentScope: arrayOf(
				text("One thing that is wrong."),
				"What is wrong with the document as a whole.",
			),
			fieldScope: anyObject(
				"What is wrong with its fields, as a tree: {children: {<field>: {messages, children}}}.",
			),
		}),
		required: [],
	},
});

/** Also of a collection that is not there: without a specification everything is right. */
export const validate = ({ validations }: DataContext) =>
	defineAction({
		name: "document:validate",
		summary:
			"Tells whether a document keeps to the specification of a collection, without writing it.",
		http: ["POST /:index/:collection/_validate"],
		args: place,
		body: content("The document's content."),
		result: reportShape,
		handler: ({ args, body, signal }) =>
			validations.validate(args, body as JsonObject, { signal: signal() }),
	});
