import type { Connection } from "../../sqlite/connection.ts";
import type { WriteProgram } from "../../sqlite/program.ts";
import {
	createCollection,
	createIndex,
	deleteCollection,
	deleteIndex,
	truncateCollection,
	updateCollection,
} from "./change-collections.ts";
import { indexAgain } from "./index-again.ts";
import { IndexWriter } from "./index-writer.ts";
import { KnownCollections } from "./known-collections.ts";
import type { SentOutcome, WriteRequest } from "./messages.ts";
import { purgeDropped } from "./purge-dropped.ts";
import { Revisions } from "./revisions.ts";
import { writeDocuments } from "./write-documents.ts";

/** Documents of dropped collections that are removed in one step of background work. */
const PURGE_STEP = 500;
/** Documents of an older format that are indexed in one transaction. */
const INDEX_STEP = 500;

/** The storage adapter's part of the writer thread. */
export function createProgram(connection: Connection): WriteProgram {
	const revisions = new Revisions(connection);
	const known = new KnownCollections(connection);
	const indexes = new IndexWriter(connection);
	return {
		run: (request) =>
			run(connection, revisions, known, indexes, request as WriteRequest),
		beforeCommit() {
			revisions.save();
			indexes.save();
		},
		rolledBack() {
			revisions.rolledBack();
			indexes.rolledBack();
			known.forget();
		},
		idle: () => purgeDropped(connection, PURGE_STEP),
	};
}

function run(
	connection: Connection,
	revisions: Revisions,
	known: KnownCollections,
	indexes: IndexWriter,
	request: WriteRequest,
): SentOutcome[] | boolean | undefined {
	if (request.kind === "indexAgain")
		return indexAgain(connection, indexes, INDEX_STEP);
	if (request.kind === "write") {
		const outcomes = writeDocuments(
			connection,
			revisions,
			known,
			indexes,
			request,
		);
		indexes.settle();
		return outcomes;
	}
	known.forget();
	indexes.forget();
	changeCollections(connection, request);
	return undefined;
}

function changeCollections(
	connection: Connection,
	request: Exclude<WriteRequest, { kind: "write" | "indexAgain" }>,
): void {
	switch (request.kind) {
		case "createIndex":
			createIndex(connection, request.owner, request.index);
			return;
		case "deleteIndex":
			deleteIndex(connection, request.owner, request.index);
			return;
		case "createCollection":
			createCollection(
				connection,
				request.place,
				request.definition,
				request.made,
			);
			return;
		case "updateCollection":
			updateCollection(connection, request.place, request.definition);
			return;
		case "deleteCollection":
			deleteCollection(connection, request.place);
			return;
		case "truncateCollection":
			truncateCollection(connection, request.place);
			return;
	}
}
