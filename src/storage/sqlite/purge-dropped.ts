/** Collections that are gone, removed in small steps: runs on the writer thread while nobody waits. */
import type { Connection } from "../../sqlite/connection.ts";

/** Values are smaller than documents. */
const VALUES_PER_DOCUMENT = 10;

/** Removes some of what they left. True while there is more. */
export function purgeDropped(
	connection: Connection,
	documentsMax: number,
): boolean {
	const dropped = connection.get<{ number: number }>(
		"SELECT number FROM dropped_collections LIMIT 1",
	);
	if (dropped === undefined) return false;
	const { number } = dropped;
	if (purgeDocuments(connection, number, documentsMax)) return true;
	if (purgeField(connection, number, documentsMax * VALUES_PER_DOCUMENT))
		return true;
	connection.run("DELETE FROM dropped_collections WHERE number = ?", number);
	return true;
}

function purgeDocuments(
	connection: Connection,
	collection: number,
	limit: number,
): boolean {
	const numbers = JSON.stringify(
		connection
			.all<{ number: number }>(
				"SELECT number FROM documents WHERE collection = ? LIMIT ?",
				collection,
				limit,
			)
			.map(({ number }) => number),
	);
	if (numbers === "[]") return false;
	for (const [table, key] of [
		["texts", "rowid"],
		["documents", "number"],
	])
		connection.run(
			`DELETE FROM ${table} WHERE ${key} IN (SELECT value FROM json_each(?))`,
			numbers,
		);
	return true;
}

/** The values of one field, and the field with the last of them. */
function purgeField(
	connection: Connection,
	collection: number,
	limit: number,
): boolean {
	const field = connection.get<{ number: number }>(
		"SELECT number FROM indexed_fields WHERE collection = ? LIMIT 1",
		collection,
	);
	if (field === undefined) return false;
	const removed = connection.run(
		`DELETE FROM field_values WHERE (field, value, document) IN
			(SELECT field, value, document FROM field_values WHERE field = ? LIMIT ?)`,
		field.number,
		limit,
	);
	if (removed < limit)
		connection.run("DELETE FROM indexed_fields WHERE number = ?", field.number);
	return true;
}
