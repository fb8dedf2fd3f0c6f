/** The tables `indexes` and `collections`, changed: runs on the writer thread, inside its transaction. */
import { createError } from "../../errors/gateway-error.ts";
import type { JsonObject } from "../../lib/json.ts";
import type { Connection } from "../../sqlite/connection.ts";
import { checkMappings } from "../check-mappings.ts";
import { type CommonMapping, withCommonMapping } from "../common-mapping.ts";
import { assertCollectionName, assertIndexName } from "../names.ts";
import type { CollectionDefinition, Mappings } from "../storage.ts";
import { changeSettings, newSettings } from "./collection-settings.ts";
import {
	findIndex,
	otherScope,
	requireCollection,
	requireIndex,
	scopeKey,
} from "./collections.ts";
import { parseTemplates } from "./dynamic-templates.ts";
import { mergeMappings } from "./merge-mappings.ts";
import type { NewCollection, Owner, Place } from "./messages.ts";

/** Throws `invalid_index_name` or `index_already_exists`. */
export function createIndex(
	connection: Connection,
	owner: Owner,
	index: string,
): void {
	assertIndexName(index);
	assertFreeIn(connection, owner, index);
	insertIndex(connection, owner, index);
}

/** Throws `unknown_index`. */
export function deleteIndex(
	connection: Connection,
	owner: Owner,
	index: string,
): void {
	const number = requireIndex(connection, owner, index);
	connection.run(
		"INSERT INTO dropped_collections (number) SELECT number FROM collections WHERE index_number = ?",
		number,
	);
	connection.run("DELETE FROM collections WHERE index_number = ?", number);
	connection.run("DELETE FROM indexes WHERE number = ?", number);
}

/** Throws `invalid_index_name`, `invalid_collection_name`, `collection_reserved`, `invalid_mapping`, `index_already_exists` (in the other scope). */
export function createCollection(
	connection: Connection,
	place: Place,
	definition: CollectionDefinition,
	made: NewCollection,
): void {
	assertIndexName(place.index);
	assertCollectionName(place.collection);
	const index = findIndex(connection, place, place.index);
	if (index !== undefined && hasCollection(connection, index, place.collection))
		updateCollection(connection, place, definition);
	else
		insertCollection(
			connection,
			place,
			index,
			newMappings(definition, made.common),
			newSettings(definition.settings, made),
		);
}

function insertCollection(
	connection: Connection,
	place: Place,
	index: number | undefined,
	mappings: Mappings,
	settings: JsonObject,
): void {
	connection.run(
		"INSERT INTO collections (index_number, name, mappings, settings) VALUES (?, ?, ?, ?)",
		index ?? addIndex(connection, place),
		place.collection,
		JSON.stringify(mappings),
		JSON.stringify(settings),
	);
}

/** Throws `unknown_index`, `unknown_collection`, `invalid_mapping`. */
export function updateCollection(
	connection: Connection,
	place: Place,
	definition: CollectionDefinition,
): void {
	const collection = requireCollection(connection, place);
	if (definition.mappings !== undefined) {
		const additions = checkMappings(definition.mappings);
		parseTemplates(additions.dynamic_templates);
		saveMappings(
			connection,
			collection.number,
			mergeMappings(collection.mappings, additions),
		);
	}
	if (definition.settings !== undefined)
		changeSettings(connection, collection.number, definition.settings);
}

export function saveMappings(
	connection: Connection,
	collection: number,
	mappings: Mappings,
): void {
	connection.run(
		"UPDATE collections SET mappings = ? WHERE number = ?",
		JSON.stringify(mappings),
		collection,
	);
}

/** Throws `unknown_index` or `unknown_collection`. The documents go later, in small steps (`purgeDropped`). */
export function deleteCollection(connection: Connection, place: Place): void {
	const { number } = requireCollection(connection, place);
	connection.run("INSERT INTO dropped_collections (number) VALUES (?)", number);
	connection.run("DELETE FROM collections WHERE number = ?", number);
}

/** Gives the collection a new number, under which there are no documents. Throws `unknown_index` or `unknown_collection`. */
export function truncateCollection(connection: Connection, place: Place): void {
	const { number } = requireCollection(connection, place);
	const row = connection.get<{
		index_number: number;
		name: string;
		mappings: string;
		settings: string;
	}>(
		"SELECT index_number, name, mappings, settings FROM collections WHERE number = ?",
		number,
	);
	if (row === undefined) return;
	deleteCollection(connection, place);
	connection.run(
		"INSERT INTO collections (index_number, name, mappings, settings) VALUES (?, ?, ?, ?)",
		row.index_number,
		row.name,
		row.mappings,
		row.settings,
	);
}

function newMappings(
	definition: CollectionDefinition,
	common: CommonMapping,
): Mappings {
	const own = withCommonMapping(
		checkMappings(definition.mappings ?? {}),
		common,
	);
	parseTemplates(own.dynamic_templates);
	return mergeMappings(undefined, own);
}

function hasCollection(
	connection: Connection,
	index: number,
	collection: string,
): boolean {
	const row = connection.get(
		"SELECT 1 FROM collections WHERE index_number = ? AND name = ?",
		index,
		collection,
	);
	return row !== undefined;
}

function addIndex(connection: Connection, place: Place): number {
	assertFreeIn(connection, place, place.index);
	return insertIndex(connection, place, place.index);
}

/** One name is never both public and private. */
function assertFreeIn(
	connection: Connection,
	owner: Owner,
	index: string,
): void {
	for (const scope of [owner.scope, otherScope(owner.scope)])
		if (findIndex(connection, { ...owner, scope }, index) !== undefined)
			throw createError("services.storage.index_already_exists", scope, index);
}

function insertIndex(
	connection: Connection,
	owner: Owner,
	index: string,
): number {
	connection.run(
		"INSERT INTO indexes (scope, name) VALUES (?, ?)",
		scopeKey(owner),
		index,
	);
	return requireIndex(connection, owner, index);
}
