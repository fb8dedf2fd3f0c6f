import type {
	DocumentWrite,
	RefusedWrite,
} from "../../src/documents/documents.ts";
import { updatedFields } from "../../src/documents/updated-fields.ts";
import { isErrorId } from "../../src/errors/gateway-error.ts";
import { isObject, type JsonObject } from "../../src/lib/json.ts";
import type { WrittenDocument } from "../../src/storage/storage.ts";

/* The items of the lists that the m-actions take: how they are read, and what is answered of each. */

/** Reads an item of the list: what is to be written, or what is wrong with it. */
export type ReadItem = (item: unknown, retries: number) => ItemRead;

export type ItemRead =
	| { readonly write: DocumentWrite; readonly reason?: never }
	| { readonly write: null; readonly reason: string };

const NO_OBJECT = "A document must be an object.";
const NO_BODY = 'A document must have an object as "body".';
const NO_ID = 'A document must have a text as "_id".';
const NO_CHANGES = 'A document must have an object as "changes".';
const NO_DEFAULT = 'The "default" of a document must be an object.';

/** An id that is no text counts as left out (recorded). */
export const readCreation: ReadItem = (item) =>
	readBody(item, (id, content) => ({
		write: { kind: "create", id, content },
	}));

/** Without id, it is a creation. */
export const readCreationOrReplacement: ReadItem = (item) =>
	readBody(item, (id, content) => ({
		write:
			id === undefined
				? { kind: "create", content }
				: { kind: "createOrReplace", id, content },
	}));

export const readReplacement: ReadItem = (item) =>
	readBody(item, (id, content) =>
		id === undefined
			? { write: null, reason: NO_ID }
			: { write: { kind: "replace", id, content } },
	);

export const readUpdate: ReadItem = (item, retryOnConflict) =>
	readBody(item, (id, changes) =>
		id === undefined
			? { write: null, reason: NO_ID }
			: { write: { kind: "update", id, changes, retryOnConflict } },
	);

export const readUpsert: ReadItem = (item, retryOnConflict) => {
	if (!isObject(item)) return { write: null, reason: NO_OBJECT };
	const { changes, default: base } = item;
	const id = idOf(item);
	if (id === undefined) return { write: null, reason: NO_ID };
	if (!isObject(changes)) return { write: null, reason: NO_CHANGES };
	const given = base ?? {};
	if (!isObject(given)) return { write: null, reason: NO_DEFAULT };
	return {
		write: {
			kind: "upsert",
			id,
			changes: changes as JsonObject,
			default: given as JsonObject,
			retryOnConflict,
		},
	};
};

export function toSuccess(
	write: DocumentWrite,
	{ id, version, after, created }: WrittenDocument,
	{ source, silent }: { readonly source: boolean; readonly silent: boolean },
): object {
	const document = {
		_id: id,
		...(source ? { _source: after } : {}),
		_version: version,
		status: created ? 201 : 200,
	};
	if (!("changes" in write))
		return { ...document, created, result: created ? "created" : "updated" };
	return {
		...document,
		...(write.kind === "upsert" ? { created } : {}),
		...(silent || created
			? {}
			: { _updatedFields: updatedFields(write.changes) }),
	};
}

/** The document reads as it was given where the server itself refuses it, and as it was to be stored where the store does (recorded). */
export function toFailure(
	given: unknown,
	failure: RefusedWrite | string,
): object {
	if (typeof failure === "string") {
		const document = isObject(given) ? given : {};
		return { document, reason: failure, status: 400 };
	}
	const { sent, error } = failure;
	const { message: reason, status } = error;
	return { document: describe(failure, given, sent), reason, status };
}

function describe(
	{ id, error }: RefusedWrite,
	given: unknown,
	sent: DocumentWrite,
): object {
	if (sent.kind === "update" && isErrorId(error, "services.storage.not_found"))
		return { _id: id, body: sent.changes };
	const isOurs =
		error.id?.startsWith("validation.") ||
		isErrorId(error, "services.storage.not_found") ||
		isErrorId(error, "services.storage.document_already_exists");
	if (isOurs) return given as object;
	return { ...(id === null ? {} : { _id: id }), _source: sourceOf(sent) };
}

function sourceOf(sent: DocumentWrite): unknown {
	if (sent.kind === "upsert")
		return { changes: sent.changes, default: sent.default };
	return "changes" in sent
		? sent.changes
		: "content" in sent
			? sent.content
			: {};
}

function readBody(
	item: unknown,
	toRead: (id: string | undefined, body: JsonObject) => ItemRead,
): ItemRead {
	if (!isObject(item)) return { write: null, reason: NO_OBJECT };
	return isObject(item.body)
		? toRead(idOf(item), item.body as JsonObject)
		: { write: null, reason: NO_BODY };
}

function idOf({ _id }: Readonly<Record<string, unknown>>): string | undefined {
	return typeof _id === "string" && _id !== "" ? _id : undefined;
}
