import type { Connection } from "../../sqlite/connection.ts";
import type { WriteProgram } from "../../sqlite/program.ts";
import {
	createCollection,
	createIndex,
	deleteCollection,
	deleteIndex,
	purgeDropped,
	truncateCollection,
	updateCollection,
} from "./change-collections.ts";
import { KnownCollections } from "./known-collections.ts";
import type { SentOutcome, WriteRequest } from "./messages.ts";
import { Revisions } from "./revisions.ts";
import { writeDocuments } from "./write-documents.ts";

/** Documents of dropped collections that are removed in one step of background work. */
const PURGE_STEP = 500;

/** The storage adapter's part of the writer thread. */
export function createProgram(connection: Connection): WriteProgram {
	const revisions = new Revisions(connection);
	const known = new KnownCollections(connection);
	return {
		run: (request) =>
			run(connection, revisions, known, request as WriteRequest),
		beforeCommit: () => revisions.save(),
		rolledBack() {
			revisions.rolledBack();
			known.forget();
		},
		idle: () => purgeDropped(connection, PURGE_STEP),
	};
}

function run(
	connection: Connection,
	revisions: Revisions,
	known: KnownCollections,
	request: WriteRequest,
): SentOutcome[] | undefined {
	if (request.kind === "write")
		return writeDocuments(connection, revisions, known, request);
	known.forget();
	changeCollections(connection, request);
	return undefined;
}

function changeCollections(
	connection: Connection,
	request: Exclude<WriteRequest, { kind: "write" }>,
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
				request.common,
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
