import { flag } from "../../src/action/args.ts";
import { fields, listField, objectField } from "../../src/action/body.ts";
import { defineAction } from "../../src/action/define-action.ts";
import { text } from "../../src/action/json-schema.ts";
import { METADATA, withoutMetadata } from "../../src/documents/metadata.ts";
import { createError } from "../../src/errors/gateway-error.ts";
import type { JsonObject } from "../../src/lib/json.ts";
import type { DataContext } from "./context.ts";
import { wholeContent } from "./creations.ts";
import { documentShape } from "./shapes.ts";
import {
	documentArgs,
	retryOnConflict,
	silent,
	strictRefresh,
} from "./write-args.ts";
import { toContent, toSource, writeOne } from "./write-one.ts";

/* A document is changed in part. */

const changeArgs = {
	...documentArgs,
	refresh: strictRefresh,
	silent,
	source: flag("Answers the whole document as it is now."),
};

export const update = (data: DataContext) =>
	defineAction({
		name: "document:update",
		summary:
			"Merges changes into a document: objects member by member, everything else as a whole.",
		http: ["PATCH /:index/:collection/:_id/_update"],
		deprecatedRoutes: [
			{ route: "PUT /:index/:collection/:_id/_update", since: "2.11.0" },
		],
		args: { ...changeArgs, retryOnConflict },
		body: wholeContent,
		result: documentShape(["_source", "_version"]),
		async handler(call) {
			const { _id: id, source, retryOnConflict } = call.args;
			const changes = toContent(call.body);
			const written = await writeOne(data, call, {
				kind: "update",
				id,
				changes,
				retryOnConflict: retryOnConflict ?? data.conflictRetries,
			});
			const answer = toSource(written);
			return source
				? answer
				: { ...answer, _source: changedOf(changes, written.after) };
		},
	});

export const upsert = (data: DataContext) =>
	defineAction({
		name: "document:upsert",
		summary:
			"Merges changes into a document; creates it when it is missing, from a default and the changes.",
		http: ["POST /:index/:collection/:_id/_upsert"],
		deprecatedRoutes: [
			{ route: "PUT /:index/:collection/:_id/_upsert", since: "2.11.0" },
		],
		args: { ...changeArgs, retryOnConflict },
		body: fields({
			changes: objectField("What changes.", { required: true }),
			default: objectField(
				"What is added to the changes when the document is created.",
				{ required: false },
			),
		}),
		result: documentShape(["_version", "created"], ["_source"]),
		async handler(call) {
			const { _id: id, source, retryOnConflict } = call.args;
			const written = await writeOne(data, call, {
				kind: "upsert",
				id,
				changes: toContent(call.body.changes),
				default: toContent(call.body.default),
				retryOnConflict: retryOnConflict ?? data.conflictRetries,
			});
			const { version, created, after } = written;
			return {
				_id: id,
				...(source ? { _source: after } : {}),
				_version: version,
				created,
			};
		},
	});

export const deleteFields = (data: DataContext) =>
	defineAction({
		name: "document:deleteFields",
		summary: "Takes fields out of a document.",
		http: ["DELETE /:index/:collection/:_id/_fields"],
		args: changeArgs,
		body: fields({
			fields: listField(
				"The fields. What is not there is passed over.",
				text("A name, or a path with dots.", "driver.name"),
			),
		}),
		result: documentShape(["_version"], ["_source"]),
		async handler(call) {
			const { _id: id, source } = call.args;
			const fields = call.body.fields.map(assertPath);
			const written = await writeOne(data, call, {
				kind: "deleteFields",
				id,
				fields,
			});
			const { _source, ...answer } = toSource(written);
			return source ? { ...answer, _source } : answer;
		},
	});

/** What was sent, with the metadata as it is now. */
function changedOf(
	changes: JsonObject,
	after: JsonObject | undefined,
): JsonObject {
	const metadata = after?.[METADATA];
	return {
		...withoutMetadata(changes),
		...(metadata === undefined ? {} : { [METADATA]: metadata }),
	};
}

function assertPath(path: unknown, i: number): string {
	if (typeof path === "string") return path;
	throw createError("api.assert.invalid_type", `body.fields[${i}]`, "string");
}
