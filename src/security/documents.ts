import { createError } from "../errors/gateway-error.ts";
import type { JsonObject } from "../lib/json.ts";
import { mapLimited } from "../lib/map-limited.ts";
import type { Query } from "../search/query.ts";
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

/** Whether any document has that value in that field; sees every write that was answered. */
export async function anyWith(
	storage: Storage,
	target: Target,
	field: string,
	value: string,
	signal?: AbortSignal,
): Promise<boolean> {
	await storage.refresh(target, { signal });
	const { total } = await storage.search(
		[target],
		{ query: having(field, value), sort: [], from: 0, size: 0 },
		{ signal },
	);
	return total > 0;
}

export function having(field: string, value: string): Query {
	return { kind: "term", field, value, caseInsensitive: false };
}

/** How many documents are read, or deleted, at once. */
export const AT_ONCE = 10;

/** In the order of the ids, which come from a client. Rejects with `missing` of the first id that there is nothing under. */
export async function readEach<T>(
	ids: readonly unknown[],
	find: (id: string) => Promise<T | undefined>,
	missing: (id: unknown) => Error,
): Promise<T[]> {
	const found = await mapLimited(ids, AT_ONCE, async (id) =>
		typeof id === "string" && id !== "" ? find(id) : undefined,
	);
	return found.map((document, position) => {
		if (document === undefined) throw missing(ids[position]);
		return document;
	});
}

/** Kuzzle's word for a search that was sent by GET: its path reads as that of a document. */
export function assertNoSearch(id: string): void {
	if (id === "_search") throw createError("services.storage.search_as_an_id");
}

/** What a client may write of a role, a profile or a user: not its id, nor its metadata. */
export function toContent(body: Readonly<Record<string, unknown>>): JsonObject {
	const { _id, _kuzzle_info, ...content } = body as JsonObject;
	return content;
}

/** Of roles and profiles, which have no author, whoever acts. */
export function metadata(createdAt: number, updatedAt: number | null) {
	return {
		_kuzzle_info: { author: null, createdAt, updatedAt, updater: null },
	};
}

/** A document as the `security` actions answer it. */
export interface SecurityDocument {
	readonly _id: string;
	readonly _source: JsonObject;
}
