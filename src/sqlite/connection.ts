import {
	DatabaseSync,
	type StatementSyncInstance,
} from "@photostructure/sqlite";

export type SqlValue = string | number | bigint | null | Uint8Array;

type Driver = InstanceType<typeof DatabaseSync>;

/**
 * A prepared statement of the driver does not keep its database alive: once the garbage collector has taken the
 * database, using the statement ends the process. So every open database is held here until it is closed.
 */
const held = new Set<Driver>();

/** Statements kept prepared. Searches differ in their text, so the oldest go first. */
const STATEMENTS_MAX = 256;

/** One connection to the database file, with the settings that each of ours has, and its prepared statements. Synchronous. */
export class Connection {
	readonly #driver: Driver;
	readonly #statements = new Map<string, StatementSyncInstance>();

	constructor(file: string, options: { readOnly?: boolean } = {}) {
		this.#driver = new DatabaseSync(file, {
			readOnly: options.readOnly ?? false,
			timeout: BUSY_TIMEOUT_MS,
			defensive: true,
		});
		held.add(this.#driver);
		// The driver is built with NORMAL for WAL, which loses the last commits in a power cut.
		this.#driver.exec(
			"PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF;",
		);
	}

	get inTransaction(): boolean {
		return this.#driver.isTransaction;
	}

	/** The first row, or undefined. */
	get<Row>(sql: string, ...values: SqlValue[]): Row | undefined {
		return this.#prepare(sql).get(...values) as Row | undefined;
	}

	all<Row>(sql: string, ...values: SqlValue[]): Row[] {
		return this.#prepare(sql).all(...values) as Row[];
	}

	/** Answers how many rows were changed. */
	run(sql: string, ...values: SqlValue[]): number {
		return this.#prepare(sql).run(...values).changes;
	}

	/** One or several statements without values, not kept prepared. */
	exec(sql: string): void {
		this.#driver.exec(sql);
	}

	/** Makes a JavaScript function known to SQL. What it throws ends the statement and comes out of it. */
	define(name: string, run: (...values: SqlValue[]) => SqlValue): void {
		this.#driver.function(name, run);
	}

	close(): void {
		if (!held.delete(this.#driver)) return;
		this.#statements.clear();
		this.#driver.close();
	}

	#prepare(sql: string): StatementSyncInstance {
		const known = this.#statements.get(sql);
		if (known !== undefined) return known;
		const statement = this.#driver.prepare(sql);
		this.#statements.set(sql, statement);
		if (this.#statements.size > STATEMENTS_MAX) this.#dropOldest();
		return statement;
	}

	#dropOldest(): void {
		for (const sql of this.#statements.keys()) {
			this.#statements.delete(sql);
			return;
		}
	}
}

/** Our threads only wait for each other's checkpoint, for milliseconds. */
const BUSY_TIMEOUT_MS = 10_000;
