import { findDamage, openToRead } from "../../sqlite/back-up.ts";
import type { Connection } from "../../sqlite/connection.ts";
import { FORMAT, readFormat } from "../../sqlite/schema.ts";
import { checkDatabase } from "./check-database.ts";

/**
 * What is wrong in a database file, a sentence each: first in SQLite's own structures and, where those are sound, between the documents
 * and what they are found by. It looks at one moment; others may read and write meanwhile. Throws for a file that is no database of this
 * format.
 */
export function* checkFile(file: string): Generator<string, void> {
	const connection = openToRead(file);
	try {
		connection.exec("BEGIN");
		assertReady(connection, file);
		const damage = findDamage(connection);
		yield* damage;
		if (damage.length > 0) return;
		const names = readNames(connection);
		for (const { collection, id, what } of checkDatabase(connection)) {
			const place = names.get(collection);
			const document = id === undefined ? "" : `document "${id}": `;
			yield place === undefined
				? `${document}${what}`
				: `${place}: ${document}${what}`;
		}
	} finally {
		connection.close();
	}
}

function assertReady(connection: Connection, file: string): void {
	const isOld = readFormat(connection, file) < FORMAT;
	const isBeingIndexed =
		!isOld &&
		connection.get(
			"SELECT 1 FROM counters WHERE name = 'documents to index'",
		) !== undefined;
	if (isOld || isBeingIndexed)
		throw new Error(
			`${file} was written by an earlier version. Start the server once, which brings it to this one's format, and check it then.`,
		);
}

function readNames(connection: Connection): Map<number, string> {
	const rows = connection.all<{ number: number; name: string }>(
		`SELECT c.number, iif(i.scope = 'public', '', i.scope || ' ') || i.name || '/' || c.name AS name
			FROM collections AS c JOIN indexes AS i ON i.number = c.index_number`,
	);
	return new Map(rows.map(({ number, name }) => [number, name]));
}
