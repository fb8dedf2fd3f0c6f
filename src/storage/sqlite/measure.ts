/** What a collection holds: runs on the reader thread, since it looks at every document. */
import type { Connection } from "../../sqlite/connection.ts";
import type { Collection } from "./collections.ts";
import { sql } from "./fragment.ts";
import type { MeasuredCollection } from "./messages.ts";
import { rowsOf, WHILE_WANTED } from "./read-rows.ts";

export function measure(
	connection: Connection,
	collections: readonly Collection[],
): MeasuredCollection[] {
	return collections.map(({ number }) => {
		// The length of a column is told without reading it.
		const [row] = rowsOf<MeasuredCollection>(
			connection,
			sql`SELECT count(*) AS documents,
				coalesce(sum(octet_length(d.content) + octet_length(d.fields) + octet_length(d.id)), 0) AS bytes
				FROM documents AS d WHERE d.collection = ${number} AND ${WHILE_WANTED}`,
		);
		return row ?? { documents: 0, bytes: 0 };
	});
}
