/** Whether the tables that documents are found by agree with the documents. Reads everything, in steps of bounded memory. */
import { GatewayError } from "../../errors/gateway-error.ts";
import { isObject, type JsonObject } from "../../lib/json.ts";
import type { Connection } from "../../sqlite/connection.ts";
import { fieldWords } from "./full-text/text-words.ts";
import { type IndexedDocument, indexDocument } from "./index-document.ts";

/** Something that does not agree. */
export interface Disagreement {
	/** The collection's number, and the document's id where it is about one. */
	readonly collection: number;
	readonly id?: string;
	readonly what: string;
}

interface Row {
	readonly number: number;
	readonly collection: number;
	readonly id: string;
	readonly version: number;
	readonly revision: number;
	readonly fields: string;
	readonly content: string;
}

interface Field {
	readonly number: number;
	readonly collection: number;
	readonly key: string;
	readonly isText: boolean;
	readonly documents: number;
	readonly terms: number;
}

/** What the documents say that the statistics of a field are. */
interface Sums {
	documents: number;
	terms: number;
}

const DOCUMENTS_PER_STEP = 500;

/**
 * Compares `fields`, `field_values`, `texts`, the statistics and the revisions with the contents of the documents, and tells each
 * disagreement; nothing where all is well. The connection is one that nobody writes to meanwhile, or in a read transaction.
 *
 * A field that a document lacks in `fields` may have been mapped after it was written, so that is no disagreement by itself.
 */
export function* checkDatabase(
	connection: Connection,
): Generator<Disagreement, void> {
	yield* checkFile(connection);
	const fields = readFields(connection);
	const sums = new Map<number, Sums>();
	const mappings = readMappings(connection);
	const lastRevision =
		connection.get<{ value: number }>(
			"SELECT value FROM counters WHERE name = 'revision'",
		)?.value ?? 0;
	for (const row of documents(connection)) {
		const told = mappings.get(row.collection);
		if (told === undefined) continue;
		const report = (what: string): Disagreement => ({
			collection: row.collection,
			id: row.id,
			what,
		});
		if (row.version < 1 || row.revision > lastRevision)
			yield report("its version or its revision was never given");
		const stored = JSON.parse(row.fields) as JsonObject;
		yield* checkValues(connection, row, stored, fields, sums, report);
		const indexed = toIndexed(row, told);
		if (indexed !== undefined)
			yield* checkContent(connection, row, stored, indexed, fields, report);
	}
	yield* checkSums(fields, sums, mappings);
	yield* checkOrphans(connection);
}

/** SQLite looks through its own structures, the full text index among them. */
function* checkFile(connection: Connection): Generator<Disagreement> {
	const [row] = connection.all<Record<string, string>>("PRAGMA quick_check(1)");
	const answer = Object.values(row ?? {})[0];
	if (answer !== "ok")
		yield { collection: 0, what: `the file is damaged: ${answer}` };
}

function* documents(connection: Connection): Generator<Row> {
	let last = 0;
	for (;;) {
		const rows = connection.all<Row>(
			`SELECT number, collection, id, version, revision, json(fields) AS fields, content
				FROM documents WHERE number > ? ORDER BY number LIMIT ?`,
			last,
			DOCUMENTS_PER_STEP,
		);
		yield* rows;
		const end = rows.at(-1);
		if (end === undefined) return;
		last = end.number;
	}
}

function readMappings(connection: Connection): Map<number, string> {
	const rows = connection.all<{ number: number; mappings: string }>(
		"SELECT number, mappings FROM collections",
	);
	return new Map(rows.map(({ number, mappings }) => [number, mappings]));
}

function readFields(connection: Connection): Map<string, Field> {
	const rows = connection.all<Omit<Field, "isText"> & { is_text: number }>(
		"SELECT number, collection, key, is_text, documents, terms FROM indexed_fields",
	);
	return new Map(
		rows.map(({ is_text, ...field }) => [
			nameOf(field.collection, field.key),
			{ ...field, isText: is_text === 1 },
		]),
	);
}

function nameOf(collection: number, key: string): string {
	return `${collection} ${key}`;
}

function toIndexed(row: Row, mappings: string): IndexedDocument | undefined {
	try {
		const target = { scope: "public", index: "", collection: "" } as const;
		return indexDocument(JSON.parse(row.content), JSON.parse(mappings), target);
	} catch (error) {
		if (error instanceof GatewayError) return undefined;
		throw error;
	}
}

/** What `fields` says must be in the tables. */
function* checkValues(
	connection: Connection,
	row: Row,
	stored: JsonObject,
	fields: ReadonlyMap<string, Field>,
	sums: Map<number, Sums>,
	report: (what: string) => Disagreement,
): Generator<Disagreement> {
	for (const [key, told] of Object.entries(stored)) {
		const field = fields.get(nameOf(row.collection, key));
		if (field === undefined) continue;
		if (field.isText) {
			if (typeof told === "string" && told !== "0")
				addTo(sums, field.number, Number(told));
			continue;
		}
		const values = new Set([told].flat().filter(isValue));
		if (values.size > 0) addTo(sums, field.number, values.size);
		for (const value of values)
			if (
				connection.get(
					"SELECT 1 FROM field_values WHERE field = ? AND value = ? AND document = ?",
					field.number,
					value,
					row.number,
				) === undefined
			)
				yield report(`a value of ${key} is not in the index`);
	}
}

function isValue(value: unknown): value is string | number {
	return typeof value === "string" || typeof value === "number";
}

/** What the content says must be in `fields`, and its words in `texts`. */
function* checkContent(
	connection: Connection,
	row: Row,
	stored: JsonObject,
	indexed: IndexedDocument,
	fields: ReadonlyMap<string, Field>,
	report: (what: string) => Disagreement,
): Generator<Disagreement> {
	const expected = JSON.parse(indexed.fields) as JsonObject;
	for (const [key, told] of Object.entries(stored))
		if (inOrder(told) !== inOrder(expected[key]))
			yield report(`\`fields\` says of ${key} what the content does not`);
	for (const key of indexed.values.keys())
		if (Object.hasOwn(stored, key) && !fields.has(nameOf(row.collection, key)))
			yield report(`the field ${key} has no number`);
	for (const [key, values] of indexed.texts) {
		if (!Object.hasOwn(stored, key) || values.flat().length === 0) continue;
		const number = fields.get(nameOf(row.collection, key))?.number;
		if (
			number === undefined ||
			!hasWords(connection, row.number, fieldWords(number, values))
		)
			yield report(`the words of ${key} are not in the index`);
	}
}

/** Members of objects may come in any order. */
function inOrder(value: unknown): string {
	return JSON.stringify(value, (_, member: unknown) =>
		isObject(member)
			? Object.fromEntries(
					Object.entries(member).sort(([x], [y]) => (x < y ? -1 : 1)),
				)
			: member,
	);
}

function addTo(sums: Map<number, Sums>, field: number, terms: number): void {
	const sum = sums.get(field);
	if (sum === undefined) sums.set(field, { documents: 1, terms });
	else {
		sum.documents += 1;
		sum.terms += terms;
	}
}

/** Each value of a field is one phrase. A long one is looked for in pieces. */
function hasWords(
	connection: Connection,
	document: number,
	words: string,
): boolean {
	return words.split(" | ").every((value) => {
		const all = value.split(" ");
		for (let from = 0; from < all.length; from += WORDS_PER_PHRASE) {
			const phrase = all.slice(from, from + WORDS_PER_PHRASE).join(" ");
			const found = connection.get(
				"SELECT 1 FROM texts WHERE texts MATCH ? AND rowid = ?",
				`"${phrase.replaceAll('"', '""')}"`,
				document,
			);
			if (found === undefined) return false;
		}
		return true;
	});
}

const WORDS_PER_PHRASE = 200;

/** What is too much in a field shows in its sums; so a document needs no look at what others have there. */
function* checkSums(
	fields: ReadonlyMap<string, Field>,
	sums: ReadonlyMap<number, Sums>,
	mappings: ReadonlyMap<number, string>,
): Generator<Disagreement> {
	for (const { number, collection, key, documents, terms } of fields.values()) {
		if (!mappings.has(collection)) continue;
		const sum = sums.get(number) ?? { documents: 0, terms: 0 };
		if (sum.documents !== documents || sum.terms !== terms)
			yield {
				collection,
				what: `the statistics of ${key} say ${documents} documents and ${terms} terms, the documents ${sum.documents} and ${sum.terms}`,
			};
	}
}

/** Rows of documents that are not there. */
function* checkOrphans(connection: Connection): Generator<Disagreement> {
	for (const [table, key] of [
		["field_values", "document"],
		["texts", "rowid"],
	]) {
		const row = connection.get<{ n: number }>(
			`SELECT count(*) AS n FROM ${table} WHERE ${key} NOT IN (SELECT number FROM documents)`,
		);
		if (row !== undefined && row.n > 0)
			yield {
				collection: 0,
				what: `${row.n} rows of ${table} belong to no document`,
			};
	}
	const surplus = connection.all<{ collection: number; key: string }>(
		`SELECT f.collection, f.key FROM indexed_fields AS f JOIN collections AS c ON c.number = f.collection
			WHERE f.is_text = 0 AND f.terms <> (SELECT count(*) FROM field_values AS v WHERE v.field = f.number)`,
	);
	for (const { collection, key } of surplus)
		yield {
			collection,
			what: `${key} has more or fewer values in the index than its statistics say`,
		};
}
