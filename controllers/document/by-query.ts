import { flag, lang } from "../../src/action/args.ts";
import { fields, objectField } from "../../src/action/body.ts";
import { defineAction } from "../../src/action/define-action.ts";
import {
	anyObject,
	arrayOf,
	type JsonSchema,
	objectOf,
	text,
	whole,
} from "../../src/action/json-schema.ts";
import { toFailure } from "../../src/documents/by-query.ts";
import { originOf } from "../../src/documents/change-origin.ts";
import { readQuery } from "../../src/documents/read-search.ts";
import { createError } from "../../src/errors/gateway-error.ts";
import { isObject, type JsonObject } from "../../src/lib/json.ts";
import { place, toTarget } from "../collection/place.ts";
import type { DataContext } from "./context.ts";
import { failedShape, listShape } from "./shapes.ts";
import { silent, strictRefresh } from "./write-args.ts";

const args = {
	...place,
	refresh: strictRefresh,
	silent,
	source: flag("Answers the contents too."),
	lang: lang(),
};
const query = objectField(
	"The query, in the language that `lang` names. An empty one finds everything.",
	{ required: false, example: { term: { color: "yellow" } } },
);

export const deleteByQuery = ({ byQuery }: DataContext) =>
	defineAction({
		name: "document:deleteByQuery",
		summary:
			"Deletes the documents that a query finds, if they are no more than one call may write.",
		http: ["DELETE /:index/:collection/_query"],
		args,
		body: someQuery(),
		result: objectOf({
			documents: arrayOf(
				withSource({ _id: text("The id of a deleted document.") }),
			),
			ids: arrayOf(text("The same ids. Old: use `documents`.")),
		}),
		async handler(call) {
			const { args, body, caller, signal } = call;
			const { refresh, silent, source, lang } = args;
			const hits = await byQuery.delete(
				toTarget(args),
				readQuery(body.query, lang),
				{
					kuid: caller.kuid,
					origin: originOf(call),
					refresh,
					silent,
					signal: signal(),
				},
			);
			return {
				documents: hits.map(({ id, content }) => ({
					_id: id,
					...(source ? { _source: content } : {}),
				})),
				ids: hits.map(({ id }) => id),
			};
		},
	});

export const updateByQuery = ({ byQuery }: DataContext) =>
	defineAction({
		name: "document:updateByQuery",
		summary:
			"Merges changes into the documents that a query finds, if they are no more than one call may write.",
		http: ["PUT /:index/:collection/_query"],
		args,
		body: fields({
			query: objectField("The query, in the language that `lang` names.", {
				required: true,
				example: { term: { color: "yellow" } },
			}),
			changes: objectField("What is merged into each document.", {
				required: true,
				example: { color: "green" },
			}),
		}),
		result: listShape(
			withSource({
				_id: text("The document's id."),
				_version: whole("Counts its writes; 1 at its creation."),
				status: whole("Always 200."),
			}),
			failedShape,
		),
		async handler(call) {
			const { args, body, caller, signal } = call;
			const { refresh, silent, source, lang } = args;
			const changes = body.changes as JsonObject;
			const { updated, failed } = await byQuery.update(
				toTarget(args),
				readQuery(body.query, lang),
				changes,
				{
					kuid: caller.kuid,
					origin: originOf(call),
					refresh,
					silent,
					signal: signal(),
				},
			);
			return {
				successes: updated.map(({ id, version, after }) => ({
					_id: id,
					...(source ? { _source: after } : {}),
					_version: version,
					status: 200,
				})),
				errors: failed.map((failure) => toFailure(failure, changes)),
			};
		},
	});

/** The body must be there, though everything in it may be left out. */
function someQuery() {
	const body = fields({ query });
	return {
		...body,
		required: true,
		read(value: Parameters<typeof body.read>[0]) {
			if (!isObject(value)) throw createError("api.assert.body_required");
			return body.read(value);
		},
	};
}

function withSource(members: Readonly<Record<string, JsonSchema>>): JsonSchema {
	const shape = objectOf(members);
	return {
		...shape,
		properties: {
			...members,
			_source: anyObject("Its content; only with `source`."),
		},
	};
}
