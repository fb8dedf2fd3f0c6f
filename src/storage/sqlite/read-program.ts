import type { Connection } from "../../sqlite/connection.ts";
import type { ReadProgram } from "../../sqlite/program.ts";
import { type MappingsCache, requireCollection } from "./collections.ts";
import type { ReadRequest } from "./messages.ts";
import { scanPage } from "./scan.ts";
import { search } from "./search.ts";

/** The storage adapter's part of the reader thread. */
export function createProgram(connection: Connection): ReadProgram {
	const mappings: MappingsCache = new Map();
	return {
		run(request) {
			const wanted = request as ReadRequest;
			const collections = wanted.places.map((place) =>
				requireCollection(connection, place, mappings),
			);
			return wanted.kind === "search"
				? search(connection, collections, wanted)
				: scanPage(connection, collections, wanted);
		},
	};
}
