import { missing, type Wrong, wrongType } from "../support/scenario-rows.ts";

/* What can be wrong with the names of an index and of a collection, whichever action is given them. */

/** No names, or none that could be. */
export function badNames(...names: readonly ("index" | "collection")[]) {
	return names.flatMap((name): Wrong[] => [
		missing(name),
		missing(name, ""),
		wrongType(name, {}, "string"),
		wrongType(name, 12, "string"),
	]);
}

/** Names of places that are not there; the collection is to be looked for in the index `there`. */
export function unknownPlaces(there: string): Wrong[] {
	return [
		{
			when: "an index that is not there",
			args: { index: "ghost", collection: "c" },
			error: "services.storage.unknown_index",
			props: ["ghost"],
		},
		{
			when: "a collection that is not there",
			args: { index: there, collection: "ghost" },
			error: "services.storage.unknown_collection",
			props: [there, "ghost"],
		},
		{
			when: "a pattern in place of a collection",
			args: { index: there, collection: "*" },
			error: "services.storage.unknown_collection",
			props: [there, "*"],
		},
		{
			when: "the collection that keeps an empty index",
			args: { index: there, collection: "_kuzzle_keep" },
			error: "services.storage.unknown_collection",
			props: [there, "_kuzzle_keep"],
		},
		{
			when: "an index of the server's own",
			args: { index: "kuzzle", collection: "users" },
			error: "services.storage.unknown_index",
			props: ["kuzzle"],
		},
	];
}
