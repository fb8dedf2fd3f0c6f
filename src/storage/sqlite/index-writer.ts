import type { Connection } from "../../sqlite/connection.ts";
import type { IndexedValue } from "./field-types.ts";
import { fieldWords } from "./full-text/text-words.ts";
import type { IndexedDocument } from "./index-document.ts";

/** A field of a collection, as a row of `indexed_fields`. */
interface IndexedField {
	readonly number: number;
	readonly isText: boolean;
}

/** What a document adds to the statistics of a field. */
interface Figures {
	documents: number;
	/** Words of a text; different values of any other field. */
	terms: number;
}

/**
 * Keeps the tables that documents are found by: `field_values`, `texts`, and in `indexed_fields` the statistics that relevance is
 * worked out from. Runs on the writer thread, in the transaction of the documents themselves.
 */
export class IndexWriter {
	readonly #connection: Connection;
	readonly #fields = new Map<string, IndexedField>();
	/** By field number: what the table does not have yet, of requests that are done and of the one that runs. */
	#settled = new Map<number, Figures>();
	#pending = new Map<number, Figures>();

	constructor(connection: Connection) {
		this.#connection = connection;
	}

	/** The document is new, or all that it was found by is told in `before`, its former `fields`. */
	put(
		collection: number,
		document: number,
		after: IndexedDocument,
		before?: string,
	): void {
		const old = this.#stored(collection, before);
		for (const [key, values] of after.values) {
			const field = this.#field(collection, key, false);
			const added = new Set(values);
			const removed = old.values.get(field.number);
			old.values.delete(field.number);
			this.#changeValues(document, field.number, added, removed);
		}
		for (const [field, removed] of old.values)
			this.#changeValues(document, field, NONE, removed);
		this.#putWords(collection, document, after.texts, old.lengths);
	}

	remove(collection: number, document: number, before: string): void {
		this.put(collection, document, NOTHING, before);
	}

	/** A request is done: what it changed is only undone with its group. */
	settle(): void {
		for (const [field, figures] of this.#pending)
			add(this.#settled, field, figures.documents, figures.terms);
		this.#pending.clear();
	}

	/** Once a commit. */
	save(): void {
		this.settle();
		for (const [field, { documents, terms }] of this.#settled)
			if (documents !== 0 || terms !== 0)
				this.#connection.run(
					"UPDATE indexed_fields SET documents = documents + ?, terms = terms + ? WHERE number = ?",
					documents,
					terms,
					field,
				);
		this.#settled = new Map();
	}

	/** One request was undone, or with the transaction the whole group. */
	rolledBack(): void {
		this.#fields.clear();
		this.#pending = new Map();
		if (!this.#connection.inTransaction) this.#settled = new Map();
	}

	/** Collections are gone, and their fields with them. */
	forget(): void {
		this.#fields.clear();
	}

	#changeValues(
		document: number,
		field: number,
		added: ReadonlySet<IndexedValue>,
		removed: ReadonlySet<IndexedValue> = NONE,
	): void {
		for (const value of removed)
			if (!added.has(value))
				this.#connection.run(
					"DELETE FROM field_values WHERE field = ? AND value = ? AND document = ?",
					field,
					value,
					document,
				);
		for (const value of added)
			if (!removed.has(value))
				// Two texts that UTF-8 cannot tell apart (halves of surrogate pairs) are one value.
				this.#connection.run(
					"INSERT OR IGNORE INTO field_values (field, value, document) VALUES (?, ?, ?)",
					field,
					value,
					document,
				);
		const documents = Math.sign(added.size) - Math.sign(removed.size);
		add(this.#pending, field, documents, added.size - removed.size);
	}

	#putWords(
		collection: number,
		document: number,
		texts: IndexedDocument["texts"],
		oldLengths: ReadonlyMap<number, number>,
	): void {
		if (oldLengths.size > 0)
			this.#connection.run("DELETE FROM texts WHERE rowid = ?", document);
		for (const [field, length] of oldLengths)
			add(this.#pending, field, -1, -length);
		const words: string[] = [];
		for (const [key, values] of texts) {
			const { number } = this.#field(collection, key, true);
			const length = values.reduce((sum, value) => sum + value.length, 0);
			if (length === 0) continue;
			add(this.#pending, number, 1, length);
			words.push(fieldWords(number, values));
		}
		if (words.length > 0)
			this.#connection.run(
				"INSERT INTO texts (rowid, words) VALUES (?, ?)",
				document,
				words.join(" "),
			);
	}

	/** What the tables have of a document, by field number. */
	#stored(collection: number, fields: string | undefined): StoredRows {
		const rows: StoredRows = { values: new Map(), lengths: new Map() };
		if (fields === undefined) return rows;
		for (const [key, stored] of Object.entries(JSON.parse(fields) as object)) {
			const field = this.#known(collection, key);
			if (field === undefined) continue;
			if (!field.isText) {
				const values = [stored].flat().filter(isIndexedValue);
				if (values.length > 0) rows.values.set(field.number, new Set(values));
			} else if (typeof stored === "string" && stored !== "0")
				rows.lengths.set(field.number, Number(stored));
		}
		return rows;
	}

	#field(collection: number, key: string, isText: boolean): IndexedField {
		const known = this.#known(collection, key);
		if (known !== undefined) return known;
		const row = this.#connection.get<{ number: number }>(
			"INSERT INTO indexed_fields (collection, key, is_text, documents, terms) VALUES (?, ?, ?, 0, 0) RETURNING number",
			collection,
			key,
			isText ? 1 : 0,
		);
		const field = { number: row?.number ?? 0, isText };
		this.#fields.set(`${collection} ${key}`, field);
		return field;
	}

	#known(collection: number, key: string): IndexedField | undefined {
		const name = `${collection} ${key}`;
		const known = this.#fields.get(name);
		if (known !== undefined) return known;
		const row = this.#connection.get<{ number: number; is_text: number }>(
			"SELECT number, is_text FROM indexed_fields WHERE collection = ? AND key = ?",
			collection,
			key,
		);
		if (row === undefined) return undefined;
		const field = { number: row.number, isText: row.is_text === 1 };
		if (this.#fields.size >= FIELDS_KNOWN_MAX) this.#fields.clear();
		this.#fields.set(name, field);
		return field;
	}
}

interface StoredRows {
	readonly values: Map<number, ReadonlySet<IndexedValue>>;
	/** Of texts that have words. */
	readonly lengths: Map<number, number>;
}

const FIELDS_KNOWN_MAX = 10_000;
const NONE: ReadonlySet<IndexedValue> = new Set();
const NOTHING: IndexedDocument = {
	fields: "{}",
	texts: new Map(),
	values: new Map(),
};

function isIndexedValue(value: unknown): value is IndexedValue {
	return typeof value === "string" || typeof value === "number";
}

function add(
	to: Map<number, Figures>,
	field: number,
	documents: number,
	terms: number,
): void {
	const figures = to.get(field);
	if (figures === undefined) to.set(field, { documents, terms });
	else {
		figures.documents += documents;
		figures.terms += terms;
	}
}
