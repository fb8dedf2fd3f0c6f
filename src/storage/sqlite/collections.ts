/** The tables `indexes` and `collections`, read. Used on all three threads, each with its own connection. */
import { createError } from "../../errors/gateway-error.ts";
import type { Connection } from "../../sqlite/connection.ts";
import { assertMayExist } from "../names.ts";
import type { Mappings, Scope } from "../storage.ts";
import type { Owner, Place } from "./messages.ts";

export interface Collection {
	readonly number: number;
	readonly mappings: Mappings;
}

/** How a scope is written in the table `indexes`. No namespace holds a slash. */
export function scopeKey({ namespace, scope }: Owner): string {
	return namespace === "" ? scope : `${namespace}/${scope}`;
}

export function otherScope(scope: Scope): Scope {
	return scope === "public" ? "private" : "public";
}

export function findIndex(
	connection: Connection,
	owner: Owner,
	index: string,
): number | undefined {
	return connection.get<{ number: number }>(
		"SELECT number FROM indexes WHERE scope = ? AND name = ?",
		scopeKey(owner),
		index,
	)?.number;
}

/** Throws `unknown_index`. */
export function requireIndex(
	connection: Connection,
	owner: Owner,
	index: string,
): number {
	const number = findIndex(connection, owner, index);
	if (number === undefined)
		throw createError("services.storage.unknown_index", index);
	return number;
}

/** Mappings are parsed once for as long as their text stays the same. */
export type MappingsCache = Map<
	number,
	{ readonly text: string; readonly mappings: Mappings }
>;

const CACHED_MAPPINGS_MAX = 1_000;

/** Throws `unknown_index` or `unknown_collection`. */
export function requireCollection(
	connection: Connection,
	place: Place,
	cache: MappingsCache = new Map(),
): Collection {
	const row = connection.get<{ number: number; mappings: string }>(
		`SELECT c.number, c.mappings FROM indexes i JOIN collections c ON c.index_number = i.number
			WHERE i.scope = ? AND i.name = ? AND c.name = ?`,
		scopeKey(place),
		place.index,
		place.collection,
	);
	if (row === undefined) throw unknownPlace(connection, place);
	return { number: row.number, mappings: parseMappings(row, cache) };
}

export function unknownPlace(connection: Connection, place: Place): Error {
	try {
		assertMayExist(place);
		requireIndex(connection, place, place.index);
	} catch (error) {
		return error as Error;
	}
	return createError(
		"services.storage.unknown_collection",
		place.index,
		place.collection,
	);
}

function parseMappings(
	row: { number: number; mappings: string },
	cache: MappingsCache,
): Mappings {
	const known = cache.get(row.number);
	if (known?.text === row.mappings) return known.mappings;
	const mappings = JSON.parse(row.mappings) as Mappings;
	if (cache.size >= CACHED_MAPPINGS_MAX) cache.clear();
	cache.set(row.number, { text: row.mappings, mappings });
	return mappings;
}
