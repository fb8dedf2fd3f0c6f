import type { JsonObject } from "../lib/json.ts";
import type { Mappings, Scope, Target } from "../storage/storage.ts";

/** A database as a stream: its indexes and collections first, then the documents, a batch at a time. */
export type TransferRecord = IndexRecord | CollectionRecord | DocumentsRecord;

/** An index without a collection. One that has some comes with them. */
export interface IndexRecord {
	readonly kind: "index";
	readonly scope: Scope;
	readonly index: string;
}

export interface CollectionRecord {
	readonly kind: "collection";
	readonly target: Target;
	readonly mappings: Mappings;
	readonly settings: JsonObject;
	/** Of an archive: counted from 1. */
	readonly line?: number;
}

export interface DocumentsRecord {
	readonly kind: "documents";
	readonly target: Target;
	readonly documents: readonly TransferDocument[];
}

export interface TransferDocument {
	readonly id: string;
	/** With `_kuzzle_info`. */
	readonly content: JsonObject;
	/** Of an archive: counted from 1. */
	readonly line?: number;
}

/** How a collection is named to a person. */
export function nameOf({ scope, index, collection }: Target): string {
	return `${scope === "private" ? "private " : ""}${index}/${collection}`;
}
