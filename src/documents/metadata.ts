import type { JsonObject } from "../lib/json.ts";

/** How a write came about, for `_kuzzle_info`. */
export interface Authorship {
	/** The kuid of who writes; null for the server itself. */
	readonly kuid: string | null;
	/** Milliseconds since the epoch. */
	readonly at: number;
}

/** The metadata of a document, by the action that wrote it (docs: Kuzzle, document metadata). A client never sets it. */
export const METADATA = "_kuzzle_info";

export function createdBy({ kuid, at }: Authorship): JsonObject {
	return {
		[METADATA]: { author: kuid, createdAt: at, updatedAt: null, updater: null },
	};
}

/** Of createOrReplace and replace: the document counts as made and as changed now. */
export function replacedBy({ kuid, at }: Authorship): JsonObject {
	return {
		[METADATA]: { author: kuid, createdAt: at, updatedAt: at, updater: kuid },
	};
}

/** Of updates: merged into what is there, so that author and createdAt stay. */
export function updatedBy({ kuid, at }: Authorship): JsonObject {
	return { [METADATA]: { updatedAt: at, updater: kuid } };
}

/** The content without metadata that its sender may have forged. */
export function withoutMetadata(content: JsonObject): JsonObject {
	if (!Object.hasOwn(content, METADATA)) return content;
	const { [METADATA]: _forged, ...rest } = content;
	return rest;
}
