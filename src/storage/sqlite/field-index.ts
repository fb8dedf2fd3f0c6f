import type { Connection } from "../../sqlite/connection.ts";
import { type Fragment, sql } from "./fragment.ts";
import { rowsOf } from "./read-rows.ts";

/** The statistics of a field of a collection, and its number in `field_values` and `texts`. */
export interface FieldFigures {
	readonly number: number;
	/** Documents that have a value, or a word, in it. */
	readonly documents: number;
	/** Words of a text; of any other field, how many different values its documents have, added up. */
	readonly terms: number;
}

/** Scores a matching document; `length` is how many words its text has. */
export type Scorer = (document: number, length: number) => number;

/** Of how many matches it is worth knowing how many there are. */
const SIZE_MAX = 10_000;

/** What a collection's documents can be found by, as one search on the reader thread sees it. */
export class FieldIndex {
	readonly collection: number;
	readonly #connection: Connection;
	readonly #scorers: Scorer[];
	readonly #fields = new Map<string, FieldFigures | undefined>();

	/** `scorers`: of the whole search; SQL finds them by their place. */
	constructor(connection: Connection, collection: number, scorers: Scorer[]) {
		this.#connection = connection;
		this.collection = collection;
		this.#scorers = scorers;
	}

	/** By its key in `fields`. Undefined when no document ever had a value there. */
	field(key: string): FieldFigures | undefined {
		if (this.#fields.has(key)) return this.#fields.get(key);
		const found = this.#connection.get<FieldFigures>(
			"SELECT number, documents, terms FROM indexed_fields WHERE collection = ? AND key = ?",
			this.collection,
			key,
		);
		this.#fields.set(key, found);
		return found;
	}

	/** How many documents a statement finds; beyond 10,000 they are not counted. */
	size(documents: Fragment): number {
		return this.value(
			sql`SELECT count(*) AS n FROM (${documents} LIMIT ${SIZE_MAX})`,
		);
	}

	/** The column `n` of the only row. */
	value(statement: Fragment): number {
		return this.rows<{ n: number }>(statement)[0]?.n ?? 0;
	}

	rows<Row>(statement: Fragment): Row[] {
		return rowsOf<Row>(this.#connection, statement);
	}

	/** The score of a row `d` by a function. */
	score(scorer: Scorer, length: Fragment): Fragment {
		const place = this.#scorers.push(scorer) - 1;
		return sql`text_score(${place}, d.number, ${length})`;
	}
}
