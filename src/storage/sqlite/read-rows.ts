import { createError } from "../../errors/gateway-error.ts";
import type { Connection } from "../../sqlite/connection.ts";
import { badRequest } from "./field-types.ts";
import { type Fragment, sql } from "./fragment.ts";
import type { SentHit } from "./messages.ts";

/** Contents of a page in all: a page passes through memory several times. A scan ends its page here, a search is refused. */
export const PAGE_LENGTH_MAX = 64 * 1024 * 1024;

/** Runs a statement that was put together. */
export function rowsOf<Row>(
	connection: Connection,
	statement: Fragment,
): Row[] {
	// A query within its own limits may still be too large for one statement over many collections; SQLite's limit is 32,766.
	if (statement.values.length > 32_000)
		throw badRequest(
			"the query has too many clauses for the number of collections that it searches",
		);
	return connection.all<Row>(statement.sql, ...statement.values);
}

/** For WHERE: ends the statement within a thousand rows or so after its caller has gone. */
export const WHILE_WANTED = sql`((d.number & 1023) <> 0 OR still_wanted())`;

/** The document of a row, as a hit. */
export function readHit(
	connection: Connection,
	number: number,
	found: Pick<SentHit, "place" | "score" | "sort">,
): SentHit {
	const row = connection.get<{
		id: string;
		version: number;
		revision: number;
		content: string;
	}>(
		"SELECT id, version, revision, content FROM documents WHERE number = ?",
		number,
	);
	if (row === undefined)
		throw createError(
			"services.storage.unexpected_error",
			`the document ${number} has left its own snapshot`,
		);
	const { id, version, revision, content } = row;
	return { ...found, id, version, revision: String(revision), content };
}
