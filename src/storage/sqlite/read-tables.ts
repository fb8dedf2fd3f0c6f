/** Reads that take microseconds, on the main thread: documents by id, and names. */
import type { JsonObject } from "../../lib/json.ts";
import type { Connection } from "../../sqlite/connection.ts";
import type { IndexListing, StoredDocument } from "../storage.ts";
import { requireIndex, scopeKey, unknownPlace } from "./collections.ts";
import type { Owner, Place } from "./messages.ts";
import { isStorableText } from "./storable-text.ts";

const COLLECTION_OF_PLACE = `SELECT c.number FROM indexes i JOIN collections c ON c.index_number = i.number
	WHERE i.scope = ? AND i.name = ? AND c.name = ?`;

/** Undefined when the collection does not exist. */
export function collectionNumber(
	connection: Connection,
	place: Place,
): number | undefined {
	return connection.get<{ number: number }>(
		COLLECTION_OF_PLACE,
		scopeKey(place),
		place.index,
		place.collection,
	)?.number;
}

/** Throws `unknown_index` or `unknown_collection`. */
export function requireCollectionNumber(
	connection: Connection,
	place: Place,
): number {
	const number = collectionNumber(connection, place);
	if (number === undefined) throw unknownPlace(connection, place);
	return number;
}

export function readDocument(
	connection: Connection,
	collection: number,
	id: string,
): StoredDocument | null {
	if (!isStorableText(id)) return null;
	const row = connection.get<DocumentRow>(
		"SELECT version, revision, content FROM documents WHERE collection = ? AND id = ?",
		collection,
		id,
	);
	return row === undefined ? null : toStoredDocument(id, row);
}

interface DocumentRow {
	readonly version: number;
	readonly revision: number;
	readonly content: string;
}

function toStoredDocument(id: string, row: DocumentRow): StoredDocument {
	const content = JSON.parse(row.content) as JsonObject;
	return { id, version: row.version, revision: String(row.revision), content };
}

/** As `readDocument`, in one statement: it is asked for most. Throws `unknown_index` or `unknown_collection`. */
export function readDocumentAt(
	connection: Connection,
	place: Place,
	id: string,
): StoredDocument | null {
	const row = isStorableText(id)
		? connection.get<DocumentRow>(
				`SELECT version, revision, content FROM documents WHERE collection = (${COLLECTION_OF_PLACE}) AND id = ?`,
				scopeKey(place),
				place.index,
				place.collection,
				id,
			)
		: undefined;
	if (row !== undefined) return toStoredDocument(id, row);
	requireCollectionNumber(connection, place);
	return null;
}

export function documentExists(
	connection: Connection,
	collection: number,
	id: string,
): boolean {
	if (!isStorableText(id)) return false;
	return (
		connection.get(
			"SELECT 1 FROM documents WHERE collection = ? AND id = ?",
			collection,
			id,
		) !== undefined
	);
}

export function indexNames(connection: Connection, owner: Owner): string[] {
	return connection
		.all<{ name: string }>(
			"SELECT name FROM indexes WHERE scope = ? ORDER BY name",
			scopeKey(owner),
		)
		.map(({ name }) => name);
}

/** In the order of names, also where an index has no collection. */
export function allNames(connection: Connection, owner: Owner): IndexListing[] {
	const rows = connection.all<{ index: string; collection: string | null }>(
		`SELECT i.name AS "index", c.name AS collection
			FROM indexes i LEFT JOIN collections c ON c.index_number = i.number
			WHERE i.scope = ? ORDER BY i.name, c.name`,
		scopeKey(owner),
	);
	const listed = new Map<string, string[]>();
	for (const { index, collection } of rows) {
		const collections = listed.get(index) ?? [];
		if (collection !== null) collections.push(collection);
		listed.set(index, collections);
	}
	return [...listed].map(([index, collections]) => ({ index, collections }));
}

/** Throws `unknown_index`. */
export function collectionNames(
	connection: Connection,
	owner: Owner,
	index: string,
): string[] {
	return connection
		.all<{ name: string }>(
			"SELECT name FROM collections WHERE index_number = ? ORDER BY name",
			requireIndex(connection, owner, index),
		)
		.map(({ name }) => name);
}
