import { flag, optionalString, refresh } from "../../src/action/args.ts";
import { content, fields, listField } from "../../src/action/body.ts";
import type { Call } from "../../src/action/define-action.ts";
import { defineAction } from "../../src/action/define-action.ts";
import { anyObject, objectOf, text } from "../../src/action/json-schema.ts";
import { originOf } from "../../src/documents/change-origin.ts";
import type {
	DocumentOutcome,
	DocumentWrite,
} from "../../src/documents/documents.ts";
import { isObject, type JsonObject } from "../../src/lib/json.ts";
import { place, toTarget } from "../collection/place.ts";
import type { DataContext } from "../document/context.ts";
import { assertPlace, toListAnswer } from "../document/list-answer.ts";
import { documentShape, failedShape, listShape } from "../document/shapes.ts";
import { strict } from "../document/write-args.ts";

/* Whole documents are written as they are, with the metadata that they bring or without. */

const common = {
	refresh: refresh(false),
	notify: flag("Notifies of the change, as other writes do."),
};
const written = documentShape(["_source", "_version"]);

export const write = (data: DataContext) =>
	defineAction({
		name: "bulk:write",
		summary:
			"Creates or replaces a document as it is given, metadata included.",
		http: ["POST /:index/:collection/_write"],
		args: {
			...place,
			_id: optionalString("The document's id. Default: generated."),
			...common,
		},
		body: content("The document's content."),
		result: written,
		async handler(call) {
			const [outcome] = await writeAsGiven(data, call, [
				toWrite(call.args._id, call.body as JsonObject),
			]);
			if (outcome === undefined) throw new Error("a write without an outcome");
			if (!outcome.ok) throw outcome.error;
			return toWritten(outcome);
		},
	});

export const mWrite = (data: DataContext) =>
	defineAction({
		name: "bulk:mWrite",
		summary:
			"Creates or replaces documents as they are given, metadata included.",
		http: ["POST /:index/:collection/_mWrite"],
		args: { ...place, ...common, strict },
		body: fields({
			documents: listField(
				"The documents.",
				objectOf({
					_id: text("Its id. Default: generated."),
					body: anyObject("Its content.", { color: "yellow" }),
				}),
			),
		}),
		result: listShape(written, failedShape),
		async handler(call) {
			const read = call.body.documents.map(readDocument);
			const writes = read.flatMap(({ write }) => write ?? []);
			const outcomes = await writeAsGiven(data, call, writes);
			assertPlace(outcomes);
			const refused = read.flatMap(({ refusal }) => refusal ?? []);
			return toListAnswer(
				{
					successes: outcomes.filter(isWritten).map(toWritten),
					errors: [
						...refused,
						...outcomes.flatMap((outcome, at) => toErrors(outcome, writes[at])),
					],
				},
				call.args.strict,
				"write",
			);
		},
	});

interface AsGivenArgs {
	readonly index: string;
	readonly collection: string;
	readonly refresh: "wait_for" | false;
	readonly notify: boolean;
}

function writeAsGiven(
	{ documents }: DataContext,
	call: Pick<
		Call<AsGivenArgs, unknown>,
		"envelope" | "connection" | "args" | "caller" | "signal"
	>,
	writes: readonly DocumentWrite[],
): Promise<DocumentOutcome[]> {
	const { args, caller, signal } = call;
	return documents.write(toTarget(args), writes, {
		kuid: caller.kuid,
		origin: originOf(call),
		metadata: "asGiven",
		bulk: true,
		silent: !args.notify,
		refresh: args.refresh,
		signal: signal(),
	});
}

function toWrite(id: string | undefined, content: JsonObject): DocumentWrite {
	return id === undefined
		? { kind: "create", content }
		: { kind: "createOrReplace", id, content };
}

/** An id that is no text counts as none, as in the other actions on several documents (recorded). */
function readDocument(document: unknown): {
	readonly write?: DocumentWrite;
	readonly refusal?: object;
} {
	const { _id, body } = isObject(document)
		? document
		: { _id: undefined, body: undefined };
	if (!isObject(body)) {
		return {
			refusal: {
				document: isObject(document) ? document : {},
				reason: "The document's body must be an object.",
				status: 400,
			},
		};
	}
	const id = typeof _id === "string" && _id !== "" ? _id : undefined;
	return { write: toWrite(id, body as JsonObject) };
}

function isWritten(
	outcome: DocumentOutcome,
): outcome is DocumentOutcome & { ok: true } {
	return outcome.ok;
}

function toWritten({ id, after, version }: DocumentOutcome & { ok: true }) {
	return { _id: id, _source: after, _version: version };
}

function toErrors(
	outcome: DocumentOutcome,
	write: DocumentWrite | undefined,
): object[] {
	if (outcome.ok) return [];
	const _id = write?.id;
	const content =
		write !== undefined && "content" in write ? write.content : {};
	return [
		{
			document: { ...(_id === undefined ? {} : { _id }), _source: content },
			reason: outcome.error.message,
			status: outcome.error.status,
		},
	];
}
