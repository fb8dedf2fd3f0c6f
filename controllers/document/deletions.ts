import { flag } from "../../src/action/args.ts";
import { fields, listField, none } from "../../src/action/body.ts";
import { defineAction } from "../../src/action/define-action.ts";
import { objectOf, text, whole } from "../../src/action/json-schema.ts";
import { originOf } from "../../src/documents/change-origin.ts";
import { place, toTarget } from "../collection/place.ts";
import type { DataContext } from "./context.ts";
import { assertPlace, toListAnswer } from "./list-answer.ts";
import { documentShape, listShape } from "./shapes.ts";
import { documentArgs, silent, strict, strictRefresh } from "./write-args.ts";
import { writeOne } from "./write-one.ts";

/* `delete` is a word of the language, so the action has a longer name here. */
export const deleteDocument = (data: DataContext) =>
	defineAction({
		name: "document:delete",
		summary: "Deletes a document.",
		http: ["DELETE /:index/:collection/:_id"],
		args: {
			...documentArgs,
			refresh: strictRefresh,
			silent,
			source: flag("Answers the document as it was."),
		},
		body: none,
		result: documentShape([], ["_source", "_version"]),
		async handler(call) {
			const { _id, source } = call.args;
			const deleted = await writeOne(data, call, { kind: "delete", id: _id });
			if (!source) return { _id };
			// A deletion counts as a write.
			const _version = deleted.version - 1;
			return { _id, _source: deleted.before, _version };
		},
	});

export const mDelete = (data: DataContext) =>
	defineAction({
		name: "document:mDelete",
		summary: "Deletes several documents.",
		http: ["DELETE /:index/:collection/_mDelete"],
		args: { ...place, refresh: strictRefresh, silent, strict },
		body: fields({ ids: listField("The ids.", text("An id.")) }),
		result: listShape(
			text("The id of one that was deleted."),
			objectOf({
				_id: text("The id."),
				reason: text("What is wrong."),
				status: whole("As the status of an answer.", 404),
			}),
		),
		async handler(call) {
			const { args, body, caller, signal } = call;
			const given = [...new Set(body.ids)];
			data.documents.assertWriteCount(given.length);
			const ids = given.filter(isId);
			const outcomes = await data.documents.write(
				toTarget(args),
				ids.map((id) => ({ kind: "delete", id })),
				{
					kuid: caller.kuid,
					origin: originOf(call),
					refresh: args.refresh,
					silent: args.silent,
					signal: signal(),
				},
			);
			assertPlace(outcomes);
			const outcomeOf = new Map(ids.map((id, i) => [id, outcomes[i]]));
			const successes = ids.filter((id) => outcomeOf.get(id)?.ok);
			const errors = given.flatMap((_id) => {
				if (!isId(_id))
					return { _id, reason: "An id must be a text.", status: 400 };
				const outcome = outcomeOf.get(_id);
				if (outcome === undefined || outcome.ok) return [];
				const { message, status } = outcome.error;
				return { _id, reason: message, status };
			});
			return toListAnswer({ successes, errors }, args.strict, "delete");
		},
	});

function isId(id: unknown): id is string {
	return typeof id === "string" && id !== "";
}
