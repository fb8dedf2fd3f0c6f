import { setImmediate as nextTurn } from "node:timers/promises";
import type { Connection } from "../../sqlite/connection.ts";
import type { Database } from "../../sqlite/database.ts";
import { moduleUrl } from "../../sqlite/program.ts";
import type { CallOptions } from "../storage.ts";
import type { ReadRequest, WriteRequest } from "./messages.ts";
import { translateError, untilAborted } from "./translate-error.ts";

const WRITE_PROGRAM = moduleUrl("write-program", import.meta.url);
const READ_PROGRAM = moduleUrl("read-program", import.meta.url);

/** Rows that are read before others get their turn on the main thread. */
const READS_PER_TURN = 200;

/** How the adapter reaches the database: each kind of call on its thread, with the signal kept and the errors of the port. */
export class StoreCalls {
	readonly #database: Database;
	#opened: Promise<void> | undefined;

	constructor(database: Database) {
		this.#database = database;
	}

	/** May be called again. */
	async open(): Promise<void> {
		this.#opened ??= this.#open();
		try {
			await this.#opened;
		} catch (error) {
			this.#opened = undefined;
			throw error;
		}
	}

	async close(): Promise<void> {
		if (this.#opened === undefined) return;
		await this.#opened;
		this.#opened = undefined;
		await this.#database.close();
	}

	/** On the main thread: for what takes microseconds. */
	read<Result>(
		options: CallOptions | undefined,
		read: (connection: Connection) => Result,
	): Result {
		options?.signal?.throwIfAborted();
		try {
			return read(this.#database.connection);
		} catch (error) {
			throw translateError(error, false);
		}
	}

	/** On the main thread, some items at a time. */
	async readEach<Item, Result>(
		items: readonly Item[],
		options: CallOptions | undefined,
		read: (connection: Connection, some: readonly Item[]) => Result[],
	): Promise<Result[]> {
		const results: Result[] = [];
		let from = 0;
		do {
			if (from > 0) await nextTurn();
			const some = items.slice(from, from + READS_PER_TURN);
			results.push(
				...this.read(options, (connection) => read(connection, some)),
			);
			from += READS_PER_TURN;
		} while (from < items.length);
		return results;
	}

	/** On the writer thread. Resolves after the commit. */
	async write(
		options: CallOptions | undefined,
		request: WriteRequest,
		bytes = 1_000,
	): Promise<unknown> {
		try {
			return await untilAborted(options?.signal, () =>
				this.#database.write(WRITE_PROGRAM, request, bytes),
			);
		} catch (error) {
			throw isReason(options, error) ? error : translateError(error, true);
		}
	}

	/** On the reader thread. */
	async ask(
		options: CallOptions | undefined,
		request: ReadRequest,
	): Promise<unknown> {
		try {
			return await this.#database.read(READ_PROGRAM, request, options?.signal);
		} catch (error) {
			throw isReason(options, error) ? error : translateError(error, false);
		}
	}

	async #open(): Promise<void> {
		await this.#database.open();
		try {
			await this.#database.load(WRITE_PROGRAM);
			await this.#indexAgain();
		} catch (error) {
			await this.#database.close();
			throw translateError(error, false);
		}
	}

	/** Nothing is searched before all documents of an older format can be found. It goes on where it was interrupted. */
	async #indexAgain(): Promise<void> {
		const request: WriteRequest = { kind: "indexAgain" };
		while (await this.#database.write(WRITE_PROGRAM, request, 0));
	}
}

/** An aborted call rejects with the reason itself, whatever that is. */
function isReason(options: CallOptions | undefined, error: unknown): boolean {
	return options?.signal?.aborted === true && error === options.signal.reason;
}
