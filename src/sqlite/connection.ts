import type { StatementSyncInstance } from "@photostructure/sqlite";
import { requirePackage } from "../lib/require-package.ts";

const { DatabaseSync } = requirePackage(
	"@photostructure/sqlite",
) as typeof import("@photostructure/sqlite");

export type SqlValue = string | number | bigint | null | Uint8Array;

type Driver = InstanceType<typeof DatabaseSync>;

/** Statements kept prepared. Searches differ in their text, so the oldest go first. */
const STATEMENTS_MAX = 256;

export interface ConnectionOptions {
	readonly readOnly?: boolean;
	/** How long a statement waits for another connection's lock; default 10 s. */
	readonly busyTimeoutMs?: number;
}

/**
 * One connection to the database file, with the settings that each of ours has, and its prepared statements. Synchronous.
 *
 * A prepared statement of the driver does not keep its database alive: once the garbage collector has taken the database,
 * using the statement ends the process. So both stay in here, and no statement is ever handed out.
 */
export class Connection {
	readonly #driver: Driver;
	readonly #statements = new Map<string, StatementSyncInstance>();

	constructor(file: string, options: ConnectionOptions = {}) {
		this.#driver = new DatabaseSync(file, {
			readOnly: options.readOnly ?? false,
			timeout: options.busyTimeoutMs ?? BUSY_TIMEOUT_MS,
			defensive: true,
		});
		try {
			// The driver is built with NORMAL for WAL, which loses the last commits in a power cut.
			this.#driver.exec(
				"PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF;",
			);
		} catch (error) {
			this.close();
			throw error;
		}
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

	/** Row by row, for more rows than memory should hold. No other use of the same text while it runs. */
	iterate<Row>(sql: string, ...values: SqlValue[]): IterableIterator<Row> {
		return this.#prepare(sql).iterate(...values) as IterableIterator<Row>;
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
		this.#statements.clear();
		if (this.#driver.isOpen) this.#driver.close();
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
