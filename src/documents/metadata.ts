import type { JsonObject } from "../lib/json.ts";
import { mergeDocuments } from "../storage/merge-documents.ts";
import type { DocumentWrite } from "./documents.ts";

/** How a write came about, for `_kuzzle_info`. */
export interface Authorship {
	/** The kuid of who writes; null for the server itself. */
	readonly kuid: string | null;
	/** Milliseconds since the epoch. */
	readonly at: number;
}

/**
 * What becomes of the metadata of a document that is written.
 * - `stamped`: the server sets it, whatever the content says. The default.
 * - `asNew`: as `stamped`, but a document that is replaced reads like a new one, without updatedAt and updater (mCreateOrReplace, mReplace,
 *   bulk:import).
 * - `asGiven`: the content is written as it is, with the metadata it has, or without (bulk:write, bulk:mWrite, bulk:updateByQuery).
 */
export type MetadataRule = "stamped" | "asNew" | "asGiven";

/** The metadata of a document, by the action that wrote it (docs: Kuzzle, document metadata). A client never sets it. */
export const METADATA = "_kuzzle_info";

/** The write with the metadata that its kind and the rule ask for. A deletion of fields gets its own when it is made. */
export function withMetadata(
	write: DocumentWrite,
	authorship: Authorship,
	rule: MetadataRule,
): DocumentWrite {
	if (rule === "asGiven") return write;
	switch (write.kind) {
		case "create":
			return {
				...write,
				content: stamp(write.content, createdBy(authorship)),
			};
		case "createOrReplace":
		case "replace": {
			const metadata =
				rule === "asNew" ? createdBy(authorship) : replacedBy(authorship);
			return { ...write, content: stamp(write.content, metadata) };
		}
		case "update":
			return {
				...write,
				changes: stamp(write.changes, updatedBy(authorship)),
			};
		case "upsert":
			return {
				...write,
				changes: stamp(write.changes, updatedBy(authorship)),
				default: stamp(write.default, createdBy(authorship)),
			};
		case "delete":
		case "deleteFields":
			return write;
	}
}

/** The document with updatedAt and updater renewed; author and createdAt stay. */
export function touched(
	content: JsonObject,
	authorship: Authorship,
): JsonObject {
	return mergeDocuments(content, updatedBy(authorship));
}

/** The content without metadata that its sender may have forged. */
export function withoutMetadata(content: JsonObject): JsonObject {
	if (!Object.hasOwn(content, METADATA)) return content;
	const { [METADATA]: _forged, ...rest } = content;
	return rest;
}

/** Metadata first, as exports of Kuzzle's show it (recorded). */
function stamp(content: JsonObject, metadata: JsonObject): JsonObject {
	return { ...metadata, ...withoutMetadata(content) };
}

function createdBy({ kuid, at }: Authorship): JsonObject {
	return {
		[METADATA]: { author: kuid, createdAt: at, updatedAt: null, updater: null },
	};
}

/** Of createOrReplace and replace: the document counts as made and as changed now. */
function replacedBy({ kuid, at }: Authorship): JsonObject {
	return {
		[METADATA]: { author: kuid, createdAt: at, updatedAt: at, updater: kuid },
	};
}

/** Of updates: merged into what is there, so that author and createdAt stay. */
function updatedBy({ kuid, at }: Authorship): JsonObject {
	return { [METADATA]: { updatedAt: at, updater: kuid } };
}
