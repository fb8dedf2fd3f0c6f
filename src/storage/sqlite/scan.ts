/** One page of a scan: runs on the reader thread, each page in a read transaction of its own. */
import type { Query } from "../../search/query.ts";
import type { Connection } from "../../sqlite/connection.ts";
import type { Collection } from "./collections.ts";
import { FieldIndex } from "./field-index.ts";
import { sql } from "./fragment.ts";
import type { ScanPage, ScanPosition, SentHit } from "./messages.ts";
import { queryToSql } from "./query-to-sql.ts";
import { PAGE_LENGTH_MAX, readHit, rowsOf, WHILE_WANTED } from "./read-rows.ts";

interface Scan {
	readonly query: Query;
	readonly now: number;
	readonly pageSize: number;
	readonly from?: ScanPosition | undefined;
}

/** Documents are seen in the order of their ids, collection by collection: a document that stays is met once, whatever is written meanwhile. */
export function scanPage(
	connection: Connection,
	collections: readonly Collection[],
	scan: Scan,
): ScanPage {
	const hits: SentHit[] = [];
	let position = scan.from ?? {
		place: 0,
		id: "",
		youngest: youngestDocument(connection),
	};
	let length = 0;
	for (;;) {
		const collection = collections[position.place];
		if (collection === undefined) return { hits };
		const numbers = matchesAfter(
			connection,
			collection,
			scan,
			position,
			scan.pageSize - hits.length,
		);
		for (const number of numbers) {
			const hit = readHit(connection, number, {
				place: position.place,
				score: null,
			});
			hits.push(hit);
			position = { ...position, id: hit.id };
			length += hit.content.length;
			if (length >= PAGE_LENGTH_MAX) return { hits, next: position };
		}
		if (hits.length >= scan.pageSize) return { hits, next: position };
		position = { ...position, place: position.place + 1, id: "" };
	}
}

function youngestDocument(connection: Connection): number {
	return (
		connection.get<{ number: number | null }>(
			"SELECT max(number) AS number FROM documents",
		)?.number ?? 0
	);
}

function matchesAfter(
	connection: Connection,
	collection: Collection,
	{ query, now }: Scan,
	{ id, youngest }: ScanPosition,
	limit: number,
): number[] {
	const { where } = queryToSql(query, {
		mappings: collection.mappings,
		now,
		index: new FieldIndex(connection, collection.number, []),
		isScored: false,
	});
	const rows = rowsOf<{ number: number }>(
		connection,
		sql`SELECT d.number FROM documents AS d
			WHERE d.collection = ${collection.number} AND d.id > ${id} AND d.number <= ${youngest}
				AND ${WHILE_WANTED} AND ${where}
			ORDER BY d.id LIMIT ${limit}`,
	);
	return rows.map(({ number }) => number);
}
