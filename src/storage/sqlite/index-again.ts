/** Documents that an older format did not index as this one does: runs on the writer thread, before the store is open. */
import { GatewayError } from "../../errors/gateway-error.ts";
import type { JsonObject } from "../../lib/json.ts";
import type { Connection } from "../../sqlite/connection.ts";
import type { Mappings } from "../storage.ts";
import { type IndexedDocument, indexDocument } from "./index-document.ts";
import type { IndexWriter } from "./index-writer.ts";

/** Where it stands: the number of the last document that is done. The row is there while there is something to do. */
const COUNTER = "documents to index";

interface Row {
	readonly number: number;
	readonly collection: number;
	readonly content: string;
	readonly mappings: string;
}

/** Indexes some documents. True while there are more. */
export function indexAgain(
	connection: Connection,
	indexes: IndexWriter,
	documentsMax: number,
): boolean {
	const position = connection.get<{ value: number }>(
		"SELECT value FROM counters WHERE name = ?",
		COUNTER,
	);
	if (position === undefined) return false;
	const rows = connection.all<Row>(
		`SELECT d.number, d.collection, d.content, c.mappings
			FROM documents AS d JOIN collections AS c ON c.number = d.collection
			WHERE d.number > ? ORDER BY d.number LIMIT ?`,
		position.value,
		documentsMax,
	);
	for (const row of rows) indexRow(connection, indexes, row);
	indexes.settle();
	const last = rows.at(-1);
	if (last === undefined)
		connection.run("DELETE FROM counters WHERE name = ?", COUNTER);
	else
		connection.run(
			"UPDATE counters SET value = ? WHERE name = ?",
			last.number,
			COUNTER,
		);
	return last !== undefined;
}

function indexRow(
	connection: Connection,
	indexes: IndexWriter,
	{ number, collection, content, mappings }: Row,
): void {
	const indexed = tryToIndex(JSON.parse(content), JSON.parse(mappings));
	indexes.put(collection, number, indexed);
	connection.run(
		"UPDATE documents SET fields = jsonb(?) WHERE number = ?",
		indexed.fields,
		number,
	);
}

/**
 * A field that was mapped after the document was written may not take what the document has there. The document stays, and
 * is found by nothing but its id.
 */
function tryToIndex(content: JsonObject, mappings: Mappings): IndexedDocument {
	try {
		return indexDocument(content, mappings, TARGET);
	} catch (error) {
		if (!(error instanceof GatewayError)) throw error;
		return { fields: "{}", texts: new Map(), values: new Map() };
	}
}

/** It is only named in refusals, which nobody gets here. */
const TARGET = { scope: "public", index: "", collection: "" } as const;
