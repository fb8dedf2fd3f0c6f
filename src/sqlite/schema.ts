import type { Connection } from "./connection.ts";

/** Marks a database file as ours ("PRTC"); `file` and SQLite's own tools show it. */
const APPLICATION_ID = 0x50525443;

/**
 * The format of the database file, as the steps that made it: step n leads from format n to format n + 1. A released
 * step is never changed; a file of each released format is kept in `test/sqlite/formats`.
 * What the tables mean is written in `src/storage/sqlite/DESIGN.md` and `src/cache/embedded/durable-namespace.ts`.
 */
const STEPS: readonly string[] = [
	`
	CREATE TABLE indexes (
		number INTEGER PRIMARY KEY,
		scope TEXT NOT NULL,
		name TEXT NOT NULL,
		UNIQUE (scope, name)
	) STRICT;
	CREATE TABLE collections (
		number INTEGER PRIMARY KEY AUTOINCREMENT,
		index_number INTEGER NOT NULL REFERENCES indexes (number),
		name TEXT NOT NULL,
		mappings TEXT NOT NULL,
		settings TEXT NOT NULL,
		UNIQUE (index_number, name)
	) STRICT;
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
	CREATE TABLE dropped_collections (number INTEGER PRIMARY KEY) STRICT;
	CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
	CREATE TABLE cache (
		namespace TEXT NOT NULL,
		key BLOB NOT NULL,
		value BLOB NOT NULL,
		expires_at INTEGER,
		PRIMARY KEY (namespace, key)
	) STRICT, WITHOUT ROWID;
	CREATE INDEX cache_by_expiry ON cache (expires_at) WHERE expires_at IS NOT NULL;
	`,
	`
	CREATE TABLE indexed_fields (
		number INTEGER PRIMARY KEY,
		collection INTEGER NOT NULL,
		key TEXT NOT NULL,
		is_text INTEGER NOT NULL,
		documents INTEGER NOT NULL,
		terms INTEGER NOT NULL,
		UNIQUE (collection, key)
	) STRICT;
	CREATE TABLE field_values (
		field INTEGER NOT NULL,
		value ANY NOT NULL,
		document INTEGER NOT NULL,
		PRIMARY KEY (field, value, document)
	) STRICT, WITHOUT ROWID;
	CREATE VIRTUAL TABLE texts USING fts5 (
		words,
		content = '',
		contentless_delete = 1,
		tokenize = "ascii tokenchars '!#$%&()*+,-./:;<=>?@[]^_{|}~''""'"
	);
	CREATE VIRTUAL TABLE text_terms USING fts5vocab (texts, row);
	CREATE VIRTUAL TABLE text_places USING fts5vocab (texts, instance);
	INSERT INTO counters (name, value) SELECT 'documents to index', 0 WHERE EXISTS (SELECT 1 FROM documents);
	`,
];

/** The format that this program writes. */
export const FORMAT = STEPS.length;

/** The database file was written by a later version of this program, or by another program. */
export class DatabaseFormatError extends Error {
	constructor(message: string) {
		super(message);
		this.name = "DatabaseFormatError";
	}
}

/** Brings the file to this program's format, in one transaction: all of it or nothing. Throws a DatabaseFormatError, and then has changed nothing. */
export function migrate(connection: Connection, file: string): void {
	if (readFormat(connection, file) === FORMAT) return;
	connection.exec("BEGIN IMMEDIATE");
	try {
		for (let format = readFormat(connection, file); format < FORMAT; format++)
			connection.exec(STEPS[format] as string);
		connection.exec(
			`PRAGMA application_id=${APPLICATION_ID}; PRAGMA user_version=${FORMAT}; COMMIT`,
		);
	} catch (error) {
		if (connection.inTransaction) connection.exec("ROLLBACK");
		throw error;
	}
}

/** 0 of an empty file. Throws a DatabaseFormatError. */
export function readFormat(connection: Connection, file: string): number {
	const format = pragma(connection, "user_version");
	const application = pragma(connection, "application_id");
	const isEmpty =
		connection.get("SELECT 1 FROM sqlite_schema LIMIT 1") === undefined;
	if (application !== APPLICATION_ID && !isEmpty)
		throw new DatabaseFormatError(`${file} is not a database of this program.`);
	if (format > FORMAT)
		throw new DatabaseFormatError(
			`${file} has format ${format}, and this program knows formats up to ${FORMAT}. It was written by a later version: use that version, or another data folder.`,
		);
	return format;
}

function pragma(
	connection: Connection,
	name: "user_version" | "application_id",
): number {
	const row = connection.get<Record<string, number>>(`PRAGMA ${name}`);
	return row?.[name] ?? 0;
}
