/** The table `documents`, changed: runs on the writer thread, inside its transaction. */
import { createError, GatewayError } from "../../errors/gateway-error.ts";
import type { JsonObject } from "../../lib/json.ts";
import type { Connection } from "../../sqlite/connection.ts";
import { mergeDocuments } from "../merge-documents.ts";
import { saveMappings } from "./change-collections.ts";
import type { Collection } from "./collections.ts";
import { badRequest } from "./field-types.ts";
import { growMappings } from "./grow-mappings.ts";
import { type IndexedDocument, indexDocument } from "./index-document.ts";
import type { IndexWriter } from "./index-writer.ts";
import type { KnownCollections } from "./known-collections.ts";
import type { Place, SentOperation, SentOutcome } from "./messages.ts";
import type { Revisions } from "./revisions.ts";
import { isStorableText } from "./storable-text.ts";

/** Elasticsearch's own limit. */
const ID_BYTES_MAX = 512;

interface Row {
	readonly number: number;
	readonly version: number;
	readonly revision: number;
	readonly content: string;
}

/** Where operations are applied: one collection, whose mappings may grow on the way. */
interface Run {
	readonly connection: Connection;
	readonly revisions: Revisions;
	readonly known: KnownCollections;
	readonly indexes: IndexWriter;
	readonly place: Place;
	collection: Collection;
}

/** Applies the operations in order; each succeeds or fails by itself. Throws only what SQLite throws. */
export function writeDocuments(
	connection: Connection,
	revisions: Revisions,
	known: KnownCollections,
	indexes: IndexWriter,
	{ place, operations }: { place: Place; operations: readonly SentOperation[] },
): SentOutcome[] {
	let run: Run;
	try {
		run = {
			connection,
			revisions,
			known,
			indexes,
			place,
			collection: known.find(place),
		};
	} catch (error) {
		const failed = toFailure(error);
		return operations.map(() => failed);
	}
	return operations.map((operation) => {
		try {
			return apply(run, operation);
		} catch (error) {
			return toFailure(error);
		}
	});
}

/** What is refused has not touched its document yet. Anything else is a failure of the database, and undoes the request. */
function toFailure(error: unknown): SentOutcome {
	if (!(error instanceof GatewayError) || error.id === undefined) throw error;
	return { ok: false, id: error.id, props: error.props ?? [] };
}

function apply(run: Run, operation: SentOperation): SentOutcome {
	const found = findRow(run, operation.id);
	switch (operation.kind) {
		case "create":
			return create(run, operation.id, operation.content, found);
		case "createOrReplace":
			assertRevision(operation, found);
			return found === undefined
				? insert(run, operation.id, operation.content)
				: replace(run, found, operation.content);
		case "upsert":
			return found === undefined
				? insertMerged(run, operation.id, operation.default, operation.changes)
				: merge(run, found, operation.changes);
		default:
			return change(run, operation, found);
	}
}

/** The operations that need a document. */
function change(
	run: Run,
	operation: Extract<SentOperation, { kind: "replace" | "update" | "delete" }>,
	found: Row | undefined,
): SentOutcome {
	const { index, collection } = run.place;
	if (found === undefined)
		throw createError(
			"services.storage.not_found",
			operation.id,
			index,
			collection,
		);
	assertRevision(operation, found);
	switch (operation.kind) {
		case "replace":
			return replace(run, found, operation.content);
		case "update":
			return merge(run, found, operation.changes);
		case "delete":
			return remove(run, found);
	}
}

function assertId(id: string): void {
	const bytes = Buffer.byteLength(id);
	if (bytes === 0 || bytes > ID_BYTES_MAX || !isStorableText(id))
		throw badRequest(
			`the document id must have 1 to ${ID_BYTES_MAX} bytes and no NUL`,
		);
}

function assertRevision(
	operation: SentOperation,
	found: Row | undefined,
): void {
	if (
		operation.ifRevision !== undefined &&
		operation.ifRevision !== String(found?.revision)
	)
		throw createError("services.storage.document_already_exists");
}

function findRow({ connection, collection }: Run, id: string): Row | undefined {
	if (!isStorableText(id)) return undefined;
	return connection.get<Row>(
		"SELECT number, version, revision, content FROM documents WHERE collection = ? AND id = ?",
		collection.number,
		id,
	);
}

function create(
	run: Run,
	id: string,
	content: string,
	found: Row | undefined,
): SentOutcome {
	if (found === undefined) return insert(run, id, content);
	// A document that the mappings refuse is told so first, as Elasticsearch does.
	indexDocument(JSON.parse(content), run.collection.mappings, run.place);
	throw createError("services.storage.document_already_exists");
}

function insert(
	run: Run,
	id: string,
	content: string,
): Extract<SentOutcome, { ok: true }> {
	assertId(id);
	const indexed = index(run, JSON.parse(content));
	const revision = run.revisions.next();
	const row = run.connection.get<{ number: number }>(
		"INSERT INTO documents (collection, id, version, revision, fields, content) VALUES (?, ?, 1, ?, jsonb(?), ?) RETURNING number",
		run.collection.number,
		id,
		revision,
		indexed.fields,
		content,
	);
	run.indexes.put(run.collection.number, row?.number ?? 0, indexed);
	return {
		ok: true,
		version: 1,
		revision: String(revision),
		created: true,
		before: null,
	};
}

function insertMerged(
	run: Run,
	id: string,
	base: string,
	changes: string,
): SentOutcome {
	const after = JSON.stringify(
		mergeDocuments(JSON.parse(base), JSON.parse(changes)),
	);
	return { ...insert(run, id, after), after };
}

function replace(
	run: Run,
	row: Row,
	content: string,
): Extract<SentOutcome, { ok: true }> {
	const indexed = index(run, JSON.parse(content));
	const revision = run.revisions.next();
	run.indexes.put(
		run.collection.number,
		row.number,
		indexed,
		storedFields(run, row),
	);
	run.connection.run(
		"UPDATE documents SET version = ?, revision = ?, fields = jsonb(?), content = ? WHERE number = ?",
		row.version + 1,
		revision,
		indexed.fields,
		content,
		row.number,
	);
	return {
		ok: true,
		version: row.version + 1,
		revision: String(revision),
		created: false,
		before: row.content,
	};
}

function merge(run: Run, row: Row, changes: string): SentOutcome {
	const after = JSON.stringify(
		mergeDocuments(JSON.parse(row.content), JSON.parse(changes)),
	);
	return { ...replace(run, row, after), after };
}

function remove(run: Run, row: Row): SentOutcome {
	const fields = storedFields(run, row);
	run.indexes.remove(run.collection.number, row.number, fields);
	run.connection.run("DELETE FROM documents WHERE number = ?", row.number);
	return {
		ok: true,
		version: row.version + 1,
		revision: String(row.revision),
		created: false,
		before: row.content,
	};
}

function storedFields({ connection }: Run, { number }: Row): string {
	return (
		connection.get<{ fields: string }>(
			"SELECT json(fields) AS fields FROM documents WHERE number = ?",
			number,
		)?.fields ?? "{}"
	);
}

/** What the document can be found by. The mappings grow only by a document that they then accept. */
function index(run: Run, content: JsonObject): IndexedDocument {
	const { number, mappings } = run.collection;
	const grown = growMappings(mappings, content);
	const indexed = indexDocument(content, grown, run.place);
	if (grown !== mappings) {
		saveMappings(run.connection, number, grown);
		run.collection = { number, mappings: grown };
		run.known.remember(run.place, run.collection);
	}
	return indexed;
}
