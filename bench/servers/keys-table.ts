import { DatabaseSync } from "@photostructure/sqlite";

/** The row that the gateway writes for a key. */
export interface KeyRow {
	readonly id: string;
	/** What the document can be found by, as JSON. */
	readonly fields: string;
	readonly content: string;
}

export interface KeysTable {
	/** All of them in one transaction, synced to the disk. */
	insert(rows: readonly KeyRow[]): void;
}

/** The gateway's table of documents, with its index, its settings and nothing else. */
export function openKeysTable(file: string): KeysTable {
	const database = new DatabaseSync(file);
	database.exec(`
		PRAGMA journal_mode=WAL;
		PRAGMA synchronous=FULL;
		PRAGMA cache_size=-8000;
		PRAGMA journal_size_limit=67108864;
		CREATE TABLE documents (
			number INTEGER PRIMARY KEY,
			collection INTEGER NOT NULL,
			id TEXT NOT NULL,
			version INTEGER NOT NULL,
			revision INTEGER NOT NULL,
			fields BLOB NOT NULL,
			content TEXT NOT NULL
		) STRICT;
		CREATE UNIQUE INDEX documents_by_id ON documents (collection, id);
	`);
	const insert = database.prepare(
		"INSERT INTO documents (collection, id, version, revision, fields, content) VALUES (6, ?, 1, ?, jsonb(?), ?)",
	);
	let revision = 0;
	// A statement does not keep its database alive, so the closure must.
	return {
		insert(rows) {
			database.exec("BEGIN IMMEDIATE");
			for (const { id, fields, content } of rows) {
				insert.run(id, ++revision, fields, content);
			}
			database.exec("COMMIT");
		},
	};
}
