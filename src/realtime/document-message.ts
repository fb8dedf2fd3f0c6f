import type { DocumentChange } from "../documents/change-news.ts";
import type { ChangeOrigin } from "../documents/change-origin.ts";
import { METADATA, withoutMetadata } from "../documents/metadata.ts";
import { updatedFields } from "../documents/updated-fields.ts";
import type { JsonObject, JsonValue } from "../lib/json.ts";
import type { Place } from "./rooms.ts";

/**
 * What became of one document, or a message that was published: plain JSON, so that it can go to other nodes. Each node makes its own
 * notifications of it.
 */
export interface DocumentMessage extends Place {
	readonly kind: DocumentChange["kind"] | "publish";
	/** Null: a published message without one. */
	readonly id: string | null;
	/** Null when there was none; absent where it is not known. */
	readonly before?: JsonObject | null;
	/** Absent after a deletion. */
	readonly after?: JsonObject;
	/** The notification's `result`. */
	readonly result: JsonObject;
	/** Milliseconds since the epoch. */
	readonly at: number;
	readonly origin: Omit<ChangeOrigin, "timestamp">;
}

export function toDocumentMessage(
	change: DocumentChange,
	origin: ChangeOrigin,
	now: number,
): DocumentMessage {
	const { index, collection } = change.target;
	const { kind, id, before, after } = change;
	const { timestamp, ...rest } = origin;
	return {
		index,
		collection,
		kind,
		id,
		...(before === undefined ? {} : { before }),
		...(after === undefined ? {} : { after }),
		result: resultOf(change, origin),
		at: timestamp ?? now,
		origin: rest,
	};
}

export function toPublishedMessage(
	{ index, collection }: Place,
	{
		id,
		content,
		kuid,
		origin,
		now,
	}: {
		readonly id: string | undefined;
		readonly content: JsonObject;
		readonly kuid: string;
		readonly origin: ChangeOrigin;
		readonly now: number;
	},
): DocumentMessage {
	const { timestamp, ...rest } = origin;
	const info = { author: kuid, createdAt: now };
	const after = { ...withoutMetadata(content), [METADATA]: info };
	return {
		index,
		collection,
		kind: "publish",
		id: id ?? null,
		after,
		result: { ...(id === undefined ? {} : { _id: id }), _source: after },
		at: timestamp ?? now,
		origin: rest,
	};
}

/** The notification, but for the room: members and their order as recorded. */
export function renderDocument(
	message: DocumentMessage,
	scope: "in" | "out",
): string {
	const { kind, origin } = message;
	return JSON.stringify({
		type: "document",
		status: 200,
		action: kind,
		scope,
		result: message.result,
		event: kind === "delete" || kind === "publish" ? kind : "write",
		requestId: origin.requestId,
		timestamp: message.at,
		volatile: origin.volatile,
		index: message.index,
		collection: message.collection,
		controller: origin.controller,
		protocol: origin.protocol,
	});
}

/** What a notification shows of the document. Members differ by the action that wrote it, as recorded. */
function resultOf(
	{ kind, id, version, before, after, changes }: DocumentChange,
	{ controller, action }: ChangeOrigin,
): JsonObject {
	const name = `${controller}:${action}`;
	if (kind === "delete") {
		// A deletion counts as a write; what was deleted has the version before.
		const old = name === "document:delete" ? { _version: version - 1 } : {};
		return { _id: id, _source: before ?? {}, ...old };
	}
	const document = { _id: id, _source: after ?? {} };
	const fields: JsonObject =
		changes === undefined ? {} : { _updatedFields: updatedFields(changes) };
	const created = kind === "create";
	if (MANY.has(name)) {
		const status = created ? 201 : 200;
		return {
			...document,
			_version: version,
			...(name === "document:mUpdate" ? {} : { created }),
			...(MERGING.has(name) ? {} : { result: created ? "created" : "updated" }),
			status,
			...fields,
		};
	}
	if (kind === "update") return { ...document, ...fields };
	if (name === "document:replace")
		return { _id: id, _source: withoutMetadata(document._source) };
	const said: Record<string, JsonValue> =
		name === "document:create" ? {} : { created };
	return { ...document, _version: version, ...said };
}

const MERGING: ReadonlySet<string> = new Set([
	"document:mUpdate",
	"document:mUpsert",
]);
const MANY: ReadonlySet<string> = new Set([
	...MERGING,
	"document:mCreate",
	"document:mCreateOrReplace",
	"document:mReplace",
	"bulk:mWrite",
]);
