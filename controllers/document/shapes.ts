import {
	anyObject,
	arrayOf,
	flagged,
	type JsonSchema,
	objectOf,
	text,
	whole,
} from "../../src/action/json-schema.ts";

/* What the actions on documents answer. */

const members = {
	_id: text("The document's id."),
	_source: anyObject("Its content, with `_kuzzle_info`."),
	_version: whole("Counts its writes; 1 at its creation.", 1),
	created: flagged("Whether it was made by this."),
};

/** A document's id, and what else the action answers of it. */
export function documentShape(
	always: readonly (keyof typeof members)[],
	sometimes: readonly (keyof typeof members)[] = [],
): JsonSchema {
	const required = ["_id" as const, ...always];
	return {
		type: "object",
		properties: Object.fromEntries(
			[...required, ...sometimes].map((name) => [name, members[name]]),
		),
		required,
	};
}

export function listShape(success: JsonSchema, error: JsonSchema): JsonSchema {
	return objectOf({
		successes: arrayOf(success, "Those that went well, in order."),
		errors: arrayOf(error, "Those that did not, in order."),
	});
}

export const writtenShape: JsonSchema = {
	type: "object",
	properties: {
		...members,
		result: text("`created` or `updated`.", "created"),
		status: whole("201 where it was created, else 200.", 200),
		_updatedFields: arrayOf(
			text("A path, with dots."),
			"Updates only, unless `silent`: the fields that they changed.",
		),
	},
	required: ["_id", "_version", "status"],
};

export const failedShape = objectOf({
	document: anyObject("What was asked to be written."),
	reason: text("What is wrong."),
	status: whole("As the status of an answer.", 400),
});
