import { statSync } from "node:fs";
import type { Worker } from "node:worker_threads";
import { Connection } from "./connection.ts";
import { type DataFiles, prepareDataFolder } from "./data-folder.ts";
import { lockDataFolder } from "./lock.ts";
import { Reader } from "./reader.ts";
import { migrate } from "./schema.ts";
import { startWriterThread } from "./start-writer-thread.ts";
import { ThreadGone } from "./thread-errors.ts";
import { Writer, type WriterLimits } from "./writer.ts";

/**
 * The embedded database: one file, `portico.db` in the data folder, shared by the storage and the cache adapter.
 * Small reads run on the caller's thread, writes on the writer thread, searches on the reader thread.
 */
export interface Database {
	/**
	 * Locks the folder, brings the file to this program's format and starts the writer thread. Each user of the database
	 * opens it and closes it; the last one to close it does. Rejects with a DataFolderInUseError or a DatabaseFormatError.
	 */
	open(): Promise<void>;
	close(): Promise<void>;
	/** For reads that take microseconds; it cannot write. Sees what was committed. Throws a ThreadGone while the database is not open. */
	readonly connection: Connection;
	/** Makes a write program known to the writer thread, before its first request. */
	load(program: string): Promise<void>;
	/**
	 * Hands a request to a write program. Resolves once it is committed and synced. `bytes` is about its size. Rejects with what
	 * the program threw, `api.process.overloaded`, a ThreadFailure (it did not happen) or a ThreadGone.
	 */
	write(program: string, request: unknown, bytes: number): Promise<unknown>;
	/** Hands a request to a read program. Rejects likewise, and with the signal's reason as soon as it aborts. */
	read(
		program: string,
		request: unknown,
		signal: AbortSignal | undefined,
	): Promise<unknown>;
	/** Why the database cannot work, or undefined. */
	trouble(): string | undefined;
	/** As `trouble`, and why nothing can be written: a disk that took no write is tried again first. */
	checkDisk(): Promise<string | undefined>;
	/** What was done so far, for metrics and tests: requests written, the groups that they were committed in, bytes on disk. */
	figures(): { requests: number; groups: number; bytes: number };
}

export interface DatabaseOptions {
	readonly folder: string;
	/** Writes that wait or are under way; default 10,000. */
	readonly queueMax?: number;
	/** Their sizes together; default 64 MB. */
	readonly queueBytesMax?: number;
	/** Searches that wait; default 1,000. */
	readonly searchQueueMax?: number;
	/** The thread for the first time that it is opened, from `startWriterThread`; default: started then. */
	readonly writerThread?: Worker;
}

interface Parts {
	readonly files: DataFiles;
	readonly connection: Connection;
	readonly writer: Writer;
	readonly reader: Reader;
	readonly unlock: () => void;
}

export function createDatabase(options: DatabaseOptions): Database {
	const limits: WriterLimits = {
		queueMax: options.queueMax ?? 10_000,
		queueBytesMax: options.queueBytesMax ?? 64 * 1024 * 1024,
	};
	let { writerThread } = options;
	let users = 0;
	let parts: Parts | undefined;
	/** Opening and closing take turns, so that a user who opens while the last one closes gets a database. */
	let turn: Promise<void> = Promise.resolve();

	const open = async () => {
		if (users === 0) {
			parts = await openParts(options, limits, () => {
				const thread = writerThread ?? startWriterThread();
				writerThread = undefined;
				return thread;
			});
		}
		users++;
	};
	const close = async () => {
		if (users === 0 || --users > 0) return;
		const closing = parts;
		parts = undefined;
		if (closing !== undefined) await closeParts(closing);
	};
	const inTurn = (step: () => Promise<void>) => {
		const result = turn.then(step);
		turn = result.catch(() => {});
		return result;
	};
	const opened = (): Parts => {
		if (parts === undefined) throw new ThreadGone(false, undefined);
		return parts;
	};

	return {
		open: () => inTurn(open),
		close: () => inTurn(close),
		get connection() {
			return opened().connection;
		},
		load: async (program) => opened().writer.load(program),
		write: async (program, request, bytes) =>
			opened().writer.send(program, request, bytes),
		read: async (program, request, signal) =>
			opened().reader.send(program, request, signal),
		trouble: () =>
			parts === undefined
				? "The database is not open."
				: parts.writer.failure?.message,
		checkDisk: async () =>
			parts === undefined
				? "The database is not open."
				: parts.writer.trouble(),
		figures: () => ({
			...opened().writer.counts,
			bytes: bytesOf(opened().files.database),
		}),
	};
}

async function openParts(
	options: DatabaseOptions,
	limits: WriterLimits,
	takeThread: () => Worker,
): Promise<Parts> {
	const files = prepareDataFolder(options.folder);
	const unlock = lockDataFolder(files);
	let connection: Connection | undefined;
	try {
		connection = openFile(files);
		const writer = new Writer(takeThread(), files.database, limits);
		await writer.ready();
		const reader = new Reader(files.database, options.searchQueueMax ?? 1_000);
		return { files, connection, writer, reader, unlock };
	} catch (error) {
		connection?.close();
		unlock();
		throw error;
	}
}

/** Creates or migrates the file, then keeps the connection for reading. */
function openFile(files: DataFiles): Connection {
	const connection = new Connection(files.database);
	try {
		migrate(connection, files.database);
		connection.exec("PRAGMA journal_mode=WAL; PRAGMA query_only=ON");
		return connection;
	} catch (error) {
		connection.close();
		throw error;
	}
}

/** The main connection goes last: SQLite removes the log when the last connection closes. */
async function closeParts(parts: Parts): Promise<void> {
	await parts.reader.close();
	await parts.writer.close();
	parts.connection.close();
	parts.unlock();
}

function bytesOf(file: string): number {
	return (
		statSync(file).size +
		(statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0)
	);
}
