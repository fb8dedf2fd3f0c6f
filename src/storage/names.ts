/** The names of indexes and collections, alike on both adapters (Kuzzle's rules; the storage facts, §1). */
import { createError } from "../errors/gateway-error.ts";
import type { Target } from "./storage.ts";

const NAME_BYTES_MAX = 126;
// The NUL is ours: SQLite would end the name there.
const FORBIDDEN = /[\\/*?"<>| \t\r\n,+#:.&%\0]/;
/** Half a surrogate pair is no character, and in no URL. */
const HALF_SURROGATE = /\p{Surrogate}/u;

/**
 * Keeps an index that has no collection alive. Made and removed by the server, never listed, and as good as absent
 * for who asks for it by name.
 */
export const HIDDEN_COLLECTION = "_kuzzle_keep";

export function isValidName(name: string): boolean {
	return (
		typeof name === "string" &&
		name !== "" &&
		name !== "_all" &&
		name === name.toLowerCase() &&
		!FORBIDDEN.test(name) &&
		!HALF_SURROGATE.test(name) &&
		Buffer.byteLength(name) <= NAME_BYTES_MAX
	);
}

/** The order in which names are listed: by UTF-16 code units. */
export function compareNames(a: string, b: string): number {
	if (a === b) return 0;
	return a < b ? -1 : 1;
}

/** Throws `invalid_index_name`. */
export function assertIndexName(index: string): void {
	if (!isValidName(index)) {
		throw createError("services.storage.invalid_index_name", index);
	}
}

/** Throws `invalid_collection_name`, or `collection_reserved` for the server's own. */
export function assertCollectionName(collection: string): void {
	if (collection === HIDDEN_COLLECTION) {
		throw createError("services.storage.collection_reserved", collection);
	}
	if (!isValidName(collection)) {
		throw createError("services.storage.invalid_collection_name", collection);
	}
}

/**
 * Throws `unknown_index` or `unknown_collection` for names that nothing can have. A store that reads patterns in
 * names (`*`, `,`) must never be asked with them: they would reach other collections.
 */
export function assertMayExist({
	index,
	collection,
}: Pick<Target, "index" | "collection">): void {
	if (!isValidName(index)) {
		throw createError("services.storage.unknown_index", index);
	}
	if (!isValidName(collection) || collection === HIDDEN_COLLECTION) {
		throw createError("services.storage.unknown_collection", index, collection);
	}
}
