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
import type { MappingsCache } from "./collections.ts";
import type { SentOutcome, WriteRequest } from "./messages.ts";
import { Revisions } from "./revisions.ts";
import { writeDocuments } from "./write-documents.ts";

/** Documents of dropped collections that are removed in one step of background work. */
const PURGE_STEP = 500;

/** The storage adapter's part of the writer thread. */
export function createProgram(connection: Connection): WriteProgram {
	const revisions = new Revisions(connection);
	const mappings: MappingsCache = new Map();
	return {
		run: (request) =>
			run(connection, revisions, mappings, request as WriteRequest),
		beforeCommit: () => revisions.save(),
		rolledBack: () => revisions.rolledBack(),
		idle: () => purgeDropped(connection, PURGE_STEP),
	};
}

function run(
	connection: Connection,
	revisions: Revisions,
	mappings: MappingsCache,
	request: WriteRequest,
): SentOutcome[] | undefined {
	switch (request.kind) {
		case "write":
			return writeDocuments(connection, revisions, mappings, request);
		case "createIndex":
			createIndex(connection, request.owner, request.index);
			return undefined;
		case "deleteIndex":
			deleteIndex(connection, request.owner, request.index);
			return undefined;
		case "createCollection":
			createCollection(
				connection,
				request.place,
				request.definition,
				request.common,
			);
			return undefined;
		case "updateCollection":
			updateCollection(connection, request.place, request.definition);
			return undefined;
		case "deleteCollection":
			deleteCollection(connection, request.place);
			return undefined;
		case "truncateCollection":
			truncateCollection(connection, request.place);
			return undefined;
	}
}
