import { names } from "../../src/action/args.ts";
import { fields, none, optionalListField } from "../../src/action/body.ts";
import { defineAction } from "../../src/action/define-action.ts";
import { flagged, text } from "../../src/action/json-schema.ts";
import { createError } from "../../src/errors/gateway-error.ts";
import type { StoredDocument } from "../../src/storage/storage.ts";
import { place, toTarget } from "../collection/place.ts";
import type { DataContext } from "./context.ts";
import { toListAnswer } from "./list-answer.ts";
import { documentShape, listShape } from "./shapes.ts";
import { documentArgs, strict } from "./write-args.ts";

const readShape = documentShape(["_source", "_version"]);

export const get = ({ documents }: DataContext) =>
	defineAction({
		name: "document:get",
		summary: "Reads a document.",
		http: ["GET /:index/:collection/:_id"],
		args: documentArgs,
		body: none,
		result: readShape,
		async handler({ args, signal }) {
			if (args._id === "_search")
				throw createError("services.storage.search_as_an_id");
			const options = { signal: signal() };
			return toRead(await documents.get(toTarget(args), args._id, options));
		},
	});

export const exists = ({ documents }: DataContext) =>
	defineAction({
		name: "document:exists",
		summary: "Says whether a document is there.",
		http: ["GET /:index/:collection/:_id/_exists"],
		args: documentArgs,
		body: none,
		result: flagged("Whether it is there."),
		handler: ({ args, signal }) =>
			documents.exists(toTarget(args), args._id, { signal: signal() }),
	});

const manyArgs = {
	...place,
	strict,
	ids: names("The ids, where the body has none."),
};
const idsBody = fields({
	ids: optionalListField("The ids.", text("An id.")),
});

export const mGet = ({ documents }: DataContext) =>
	defineAction({
		name: "document:mGet",
		summary: "Reads several documents.",
		http: ["GET /:index/:collection/_mGet", "POST /:index/:collection/_mGet"],
		args: manyArgs,
		body: idsBody,
		result: listShape(readShape, text("The id of one that is missing.")),
		async handler({ args, body, signal }) {
			const ids = chooseIds(body.ids, args.ids) ?? [];
			const found = await documents.mGet(toTarget(args), ids, {
				signal: signal(),
			});
			const answer = {
				successes: found.filter((document) => document !== null).map(toRead),
				errors: ids.filter((_, i) => found[i] === null),
			};
			return toListAnswer(answer, args.strict, "get");
		},
	});

export const mExists = ({ documents }: DataContext) =>
	defineAction({
		name: "document:mExists",
		summary: "Says which of several documents are there.",
		http: ["POST /:index/:collection/_mExists"],
		args: manyArgs,
		body: idsBody,
		result: listShape(
			text("The id of one that is there."),
			text("The id of one that is missing."),
		),
		async handler({ args, body, signal }) {
			const ids = chooseIds(body.ids, args.ids);
			if (ids === undefined)
				throw createError("api.assert.missing_argument", "ids");
			const found = await documents.mExists(toTarget(args), ids, {
				signal: signal(),
			});
			const answer = {
				successes: ids.filter((_, i) => found[i] === true),
				errors: ids.filter((_, i) => found[i] !== true),
			};
			// Kuzzle's word for it, here too (recorded).
			return toListAnswer(answer, args.strict, "get");
		},
	});

/** Those of the body, else those of the arguments. Undefined where neither has any; an empty list in the body asks for those of the arguments. */
function chooseIds(
	inBody: readonly unknown[] | undefined,
	inArgs: readonly string[] | undefined,
): readonly string[] | undefined {
	if (inBody !== undefined && inBody.length > 0) return inBody.map(String);
	if (inArgs !== undefined && inArgs.length > 0) return inArgs;
	if (inBody === undefined) return undefined;
	throw createError("api.assert.missing_argument", "ids");
}

function toRead({ id, content, version }: StoredDocument): object {
	return { _id: id, _source: content, _version: version };
}
