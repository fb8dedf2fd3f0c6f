import type { Connection } from "../../sqlite/connection.ts";

/**
 * The numbers that revisions are made of: each is given once in the life of the database, so a document that was deleted
 * and created again has a new revision. Only the writer thread draws them.
 */
export class Revisions {
	readonly #connection: Connection;
	#last: number | undefined;
	#saved: number | undefined;

	constructor(connection: Connection) {
		this.#connection = connection;
	}

	next(): number {
		this.#last ??= this.#read();
		return ++this.#last;
	}

	/** Once a commit. After a rollback the numbers go on: a gap does no harm, a number given twice would. */
	save(): void {
		if (this.#last === undefined || this.#last === this.#saved) return;
		this.#connection.run(
			"INSERT INTO counters (name, value) VALUES ('revision', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
			this.#last,
		);
		this.#saved = this.#last;
	}

	/** What was saved in a transaction that was undone is not saved. */
	rolledBack(): void {
		this.#saved = undefined;
	}

	#read(): number {
		return (
			this.#connection.get<{ value: number }>(
				"SELECT value FROM counters WHERE name = 'revision'",
			)?.value ?? 0
		);
	}
}
