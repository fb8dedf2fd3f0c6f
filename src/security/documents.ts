import { createError } from "../errors/gateway-error.ts";
import type { JsonObject } from "../lib/json.ts";
import type {
	CallOptions,
	Storage,
	StoredDocument,
	Target,
	WriteOperation,
	WriteOptions,
	WrittenDocument,
} from "../storage/storage.ts";

/** Writes one document; a failed outcome is thrown. */
export async function writeOne(
	storage: Storage,
	target: Target,
	operation: WriteOperation,
	options: WriteOptions = {},
): Promise<WrittenDocument> {
	const [outcome] = await storage.write(target, [operation], options);
	if (outcome === undefined) throw new Error("The store gave no outcome.");
	if (!outcome.ok) throw outcome.error;
	return outcome;
}

/** Reads one document, or rejects with `services.storage.not_found`. */
export async function getOne(
	storage: Storage,
	target: Target,
	id: string,
	options: CallOptions = {},
): Promise<StoredDocument> {
	const document = await storage.get(target, id, options);
	if (document !== null) return document;
	throw createError(
		"services.storage.not_found",
		id,
		target.index,
		target.collection,
	);
}

/** A document as the `security` actions answer it. */
export interface SecurityDocument {
	readonly _id: string;
	readonly _source: JsonObject;
}
