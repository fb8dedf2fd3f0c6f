import { DatabaseSync } from "@photostructure/sqlite";
import type { Order } from "../corpus/orders.ts";

/** A document as the bare server keeps it. */
export interface BareDocument {
	readonly id: string;
	readonly content: Order & { readonly _kuzzle_info: BareInfo };
}

export interface BareInfo {
	readonly author: string;
	readonly createdAt: number;
	readonly updatedAt: null;
	readonly updater: null;
}

export type BareSearch =
	| { readonly term: { readonly customer: string } }
	| { readonly match: { readonly note: string } };

export interface BareHit {
	readonly id: string;
	readonly score: number;
	/** JSON. */
	readonly content: string;
}

export interface BarePage {
	readonly hits: readonly BareHit[];
	readonly total: number;
}

export interface DocumentsTable {
	get(id: string): string | undefined;
	/** All of them in one transaction, synced to the disk. */
	insert(documents: readonly BareDocument[]): void;
	search(search: BareSearch): BarePage;
}

/** What one would write for this corpus alone, without a gateway: documents by id, their values by field, and their notes in FTS5. */
export function openDocumentsTable(file: string): DocumentsTable {
	// The threads wait for each other's locks, as the gateway's do.
	const database = new DatabaseSync(file, { timeout: 10_000 });
	database.exec(`
		PRAGMA journal_mode=WAL;
		PRAGMA synchronous=FULL;
		PRAGMA journal_size_limit=67108864;
		CREATE TABLE IF NOT EXISTS documents (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, content TEXT NOT NULL) STRICT;
		CREATE TABLE IF NOT EXISTS field_values (
			field INTEGER NOT NULL, value ANY NOT NULL, document INTEGER NOT NULL, PRIMARY KEY (field, value, document)
		) STRICT, WITHOUT ROWID;
		CREATE VIRTUAL TABLE IF NOT EXISTS notes USING fts5 (note, content = '', contentless_delete = 1, tokenize = 'ascii');
	`);
	const read = database.prepare("SELECT content FROM documents WHERE id = ?");
	const insertDocument = database.prepare(
		"INSERT INTO documents (id, content) VALUES (?, ?) RETURNING number",
	);
	const insertValue = database.prepare(
		"INSERT INTO field_values (field, value, document) VALUES (?, ?, ?)",
	);
	const insertNote = database.prepare(
		"INSERT INTO notes (rowid, note) VALUES (?, ?)",
	);
	const term = database.prepare(
		"SELECT d.id, 1.0 AS score, d.content FROM field_values v JOIN documents d ON d.number = v.document WHERE v.field = 0 AND v.value = ? LIMIT 10",
	);
	const countTerm = database.prepare(
		"SELECT count(*) AS n FROM field_values WHERE field = 0 AND value = ?",
	);
	const match = database.prepare(
		"SELECT d.id, n.rank AS score, d.content FROM (SELECT rowid, rank FROM notes WHERE notes MATCH ? ORDER BY rank LIMIT 10) n JOIN documents d ON d.number = n.rowid ORDER BY n.rank",
	);
	const countMatch = database.prepare(
		"SELECT count(*) AS n FROM notes WHERE notes MATCH ?",
	);
	const insert = ({ id, content }: BareDocument) => {
		const { number } = insertDocument.get(id, JSON.stringify(content)) as {
			number: number;
		};
		const { note, _kuzzle_info, ...fields } = content;
		const { author, createdAt } = _kuzzle_info;
		const values = [...Object.values(fields), author, createdAt];
		for (const [field, value] of values.entries())
			insertValue.run(field, value, number);
		insertNote.run(number, note);
	};
	// A statement does not keep its database alive, so the closures must.
	return {
		get: (id) => {
			const row = read.get(id) as { content: string } | undefined;
			return database.isOpen ? row?.content : undefined;
		},
		insert(documents) {
			database.exec("BEGIN IMMEDIATE");
			for (const document of documents) insert(document);
			database.exec("COMMIT");
		},
		search(search) {
			const [page, count, value] =
				"term" in search
					? [term, countTerm, search.term.customer]
					: [match, countMatch, search.match.note];
			const { n } = count.get(value) as { n: number };
			return { hits: page.all(value) as BareHit[], total: n };
		},
	};
}
