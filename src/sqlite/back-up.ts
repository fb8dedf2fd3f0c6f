import { closeSync, fsyncSync, openSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { Connection } from "./connection.ts";
import { syncFolder } from "./data-folder.ts";
import { DatabaseFormatError, readFormat } from "./schema.ts";

/** As long as another process may hold the file back, in milliseconds. */
const BUSY_TIMEOUT_MS = 60_000;

/**
 * Copies a database, of one moment, while others may read and write it: `VACUUM INTO` reads in one transaction, so the copy is
 * consistent, and without gaps. The file (0600) has its name only once it is whole, checked and on the disk. Takes no lock of the data
 * folder, and must not be called in the process that uses it. Throws a DatabaseFormatError, or what SQLite says.
 */
export function backUp(database: string, file: string): void {
	const part = `${file}.part`;
	rmSync(part, { force: true });
	try {
		copyDatabase(database, part);
		assertSound(part);
		renameSync(part, file);
		syncFolder(path.dirname(path.resolve(file)));
	} catch (error) {
		rmSync(part, { force: true });
		throw error;
	}
}

/** What a read transaction sees of a database, in a new file that is on the disk when this returns. */
export function copyDatabase(database: string, file: string): void {
	// SQLite would make it with the mode that the umask leaves; an empty file is as good as none.
	const descriptor = openSync(file, "wx", 0o600);
	try {
		const connection = openToRead(database);
		try {
			connection.run("VACUUM INTO ?", file);
		} finally {
			connection.close();
		}
		fsyncSync(descriptor);
	} finally {
		closeSync(descriptor);
	}
}

/** Throws where the file is no database of ours, or a damaged one. */
export function assertSound(file: string): void {
	const connection = openToRead(file);
	try {
		const [damage] = findDamage(connection);
		if (damage !== undefined)
			throw new Error(
				`${file} is damaged: ${damage}. Take another copy of it.`,
			);
	} finally {
		connection.close();
	}
}

/** What SQLite finds wrong in its own structures: up to 100 sentences, none where all is well. */
export function findDamage(connection: Connection): string[] {
	return connection
		.all<Record<string, string>>("PRAGMA integrity_check(100)")
		.map((row) => Object.values(row)[0] ?? "")
		.filter((answer) => answer !== "ok");
}

/** Only ever for a file that this process does not use otherwise. */
export function openToRead(file: string): Connection {
	const connection = new Connection(file, {
		readOnly: true,
		busyTimeoutMs: BUSY_TIMEOUT_MS,
	});
	try {
		if (readFormat(connection, file) > 0) return connection;
		throw new DatabaseFormatError(`${file} is not a database of this program.`);
	} catch (error) {
		connection.close();
		throw isNoDatabase(error)
			? new DatabaseFormatError(`${file} is not a database.`)
			: error;
	}
}

const SQLITE_NOTADB = 26;

function isNoDatabase(error: unknown): boolean {
	return (error as { errcode?: unknown }).errcode === SQLITE_NOTADB;
}
