import type { Connection } from "../../sqlite/connection.ts";
import { type Collection, requireCollection, scopeKey } from "./collections.ts";
import type { Place } from "./messages.ts";

const KNOWN_MAX = 1_000;

/**
 * The collections that were written to, with their mappings. The writer thread is the only one to change collections, so what
 * it remembers of them is right until it changes one itself, or a change is undone.
 */
export class KnownCollections {
	readonly #connection: Connection;
	readonly #byPlace = new Map<string, Collection>();

	constructor(connection: Connection) {
		this.#connection = connection;
	}

	/** Throws `unknown_index` or `unknown_collection`. */
	find(place: Place): Collection {
		const known = this.#byPlace.get(keyOf(place));
		if (known !== undefined) return known;
		const found = requireCollection(this.#connection, place);
		this.remember(place, found);
		return found;
	}

	remember(place: Place, collection: Collection): void {
		if (this.#byPlace.size >= KNOWN_MAX) this.#byPlace.clear();
		this.#byPlace.set(keyOf(place), collection);
	}

	forget(): void {
		this.#byPlace.clear();
	}
}

/** Names that are sent may hold anything, also what would make two places look alike if they were merely joined. */
function keyOf(place: Place): string {
	return JSON.stringify([scopeKey(place), place.index, place.collection]);
}
