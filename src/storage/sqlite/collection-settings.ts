/**
 * The settings of a collection: kept and told as Elasticsearch keeps and tells those of an index, so that they are there for the day the
 * collection moves to one. Here they have no effect.
 */
import type { JsonObject } from "../../lib/json.ts";
import type { Connection } from "../../sqlite/connection.ts";
import { FORMAT } from "../../sqlite/schema.ts";
import {
	initialSettings,
	normalizeSettings,
	OWN_SETTINGS,
	toNestedSettings,
} from "../index-settings.ts";
import { requireCollection } from "./collections.ts";
import { badRequest } from "./field-types.ts";
import type { NewCollection, Place } from "./messages.ts";

/** What cannot change once there are documents. */
const FINAL_SETTINGS = ["index.number_of_shards"];

/** Throws `unexpected_bad_request` for settings that are the store's own. */
export function newSettings(
	given: JsonObject = {},
	{ defaultSettings, createdAt, uuid }: NewCollection,
): JsonObject {
	const settings = initialSettings(given);
	assertNotOwn(settings);
	return {
		...normalizeSettings(defaultSettings),
		...settings,
		"index.creation_date": String(createdAt),
		"index.uuid": uuid,
		"index.version.created": String(FORMAT),
	};
}

/** Null takes a setting away. Throws `unexpected_bad_request` for those that cannot change. */
export function changeSettings(
	connection: Connection,
	collection: number,
	given: JsonObject,
): void {
	const changes = normalizeSettings(given);
	assertNotOwn(changes);
	for (const name of FINAL_SETTINGS)
		if (Object.hasOwn(changes, name))
			throw badRequest(`final index setting [${name}], not updateable`);
	const changed = { ...readSettings(connection, collection), ...changes };
	const kept = Object.entries(changed).filter(([, value]) => value !== null);
	connection.run(
		"UPDATE collections SET settings = ? WHERE number = ?",
		JSON.stringify(Object.fromEntries(kept)),
		collection,
	);
}

/** Throws `unknown_index` or `unknown_collection`. */
export function tellSettings(connection: Connection, place: Place): JsonObject {
	const { number } = requireCollection(connection, place);
	const sign = place.scope === "public" ? "&" : "%";
	return toNestedSettings({
		...readSettings(connection, number),
		// The name that its index would have in Elasticsearch.
		"index.provided_name": `${sign}${place.index}.${place.collection}`,
	});
}

function readSettings(connection: Connection, collection: number): JsonObject {
	const row = connection.get<{ settings: string }>(
		"SELECT settings FROM collections WHERE number = ?",
		collection,
	);
	return normalizeSettings(JSON.parse(row?.settings ?? "{}") as JsonObject);
}

function assertNotOwn(settings: JsonObject): void {
	const own = OWN_SETTINGS.find((name) => Object.hasOwn(settings, name));
	if (own !== undefined)
		throw badRequest(
			`private index setting [${own}] can not be set explicitly`,
		);
}
