import { anyObject, objectOf, text } from "../../src/action/json-schema.ts";
import {
	readCreation,
	readCreationOrReplacement,
	readReplacement,
	readUpdate,
	readUpsert,
} from "./m-items.ts";
import { mMerge, mWrite } from "./m-writes.ts";

const _id = text("The document's id.");
const whole = anyObject("The document's content.");
const changes = anyObject("What changes.");
const optionalId = {
	type: "object",
	properties: {
		_id: text("The document's id. Default: generated."),
		body: whole,
	},
	required: ["body"],
} as const;

export const mCreate = mWrite({
	name: "document:mCreate",
	summary: "Creates several documents; an id that is taken is refused.",
	http: ["POST /:index/:collection/_mCreate"],
	item: optionalId,
	metadata: "stamped",
	read: readCreation,
});

export const mCreateOrReplace = mWrite({
	name: "document:mCreateOrReplace",
	summary: "Creates or replaces several documents.",
	http: ["PUT /:index/:collection/_mCreateOrReplace"],
	item: optionalId,
	metadata: "asNew",
	read: readCreationOrReplacement,
});

export const mReplace = mWrite({
	name: "document:mReplace",
	summary: "Replaces several documents; an id that is missing is refused.",
	http: ["PUT /:index/:collection/_mReplace"],
	item: objectOf({ _id, body: whole }),
	metadata: "asNew",
	read: readReplacement,
});

export const mUpdate = mMerge({
	name: "document:mUpdate",
	summary: "Merges changes into several documents.",
	http: ["PATCH /:index/:collection/_mUpdate"],
	deprecatedRoutes: [
		{ route: "PUT /:index/:collection/_mUpdate", since: "2.11.0" },
	],
	item: objectOf({ _id, body: changes }),
	metadata: "stamped",
	read: readUpdate,
});

export const mUpsert = mMerge({
	name: "document:mUpsert",
	summary:
		"Merges changes into several documents; creates those that are missing.",
	http: ["POST /:index/:collection/_mUpsert"],
	item: {
		type: "object",
		properties: {
			_id,
			changes,
			default: anyObject(
				"What is added to the changes when the document is created.",
			),
		},
		required: ["_id", "changes"],
	},
	metadata: "stamped",
	read: readUpsert,
});
