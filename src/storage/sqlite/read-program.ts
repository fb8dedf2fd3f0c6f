import type { Connection } from "../../sqlite/connection.ts";
import type { ReadProgram } from "../../sqlite/program.ts";
import { type MappingsCache, requireCollection } from "./collections.ts";
import { defineGeoFunctions } from "./geo/geo-to-sql.ts";
import { measure } from "./measure.ts";
import type { ReadRequest } from "./messages.ts";
import { defineTextPattern } from "./patterns/text-pattern.ts";
import { scanPage } from "./scan.ts";
import { search } from "./search.ts";
import { SearchFunctions } from "./search-functions.ts";
import { defineSortFunctions } from "./sort-values.ts";

/** The storage adapter's part of the reader thread. */
export function createProgram(connection: Connection): ReadProgram {
	const mappings: MappingsCache = new Map();
	const functions = new SearchFunctions(connection);
	defineTextPattern(connection);
	defineGeoFunctions(connection);
	defineSortFunctions(connection);
	return {
		run(request) {
			const wanted = request as ReadRequest;
			const collections = wanted.places.map((place) =>
				requireCollection(connection, place, mappings),
			);
			switch (wanted.kind) {
				case "search":
					return search(connection, collections, wanted, functions);
				case "scan":
					return scanPage(connection, collections, wanted);
				case "measure":
					return measure(connection, collections);
			}
		},
	};
}
