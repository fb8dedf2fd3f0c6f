import { chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Connection } from "./connection.ts";
import type { DataFiles } from "./data-folder.ts";

/** Another process, or another gateway of this one, works on the data folder. */
export class DataFolderInUseError extends Error {
	readonly folder: string;
	/** Of the owner; undefined in the moment before it has written it. */
	readonly pid: number | undefined;

	constructor(folder: string, pid: number | undefined, cause: unknown) {
		const owner = pid === undefined ? "another process" : `process ${pid}`;
		super(
			`The data folder ${folder} is in use by ${owner}. Stop it, or choose another data folder.`,
			{ cause },
		);
		this.name = "DataFolderInUseError";
		this.folder = folder;
		this.pid = pid;
	}
}

/**
 * Takes the data folder for this process and answers how to let go of it. The lock is one of the operating system,
 * held through an open transaction on a small database of its own: it ends with the process, also on SIGKILL, so a
 * process id that was left behind blocks nobody. Throws a DataFolderInUseError.
 */
export function lockDataFolder(files: DataFiles): () => void {
	const connection = holdLock(files);
	writeFileSync(files.pid, `${process.pid}\n`, { mode: 0o600 });
	chmodSync(files.pid, 0o600);
	return () => {
		rmSync(files.pid, { force: true });
		connection.close();
	};
}

function holdLock(files: DataFiles): Connection {
	let connection: Connection | undefined;
	try {
		connection = new Connection(files.lock, { busyTimeoutMs: 0 });
		// Nothing is ever written, so there is nothing to keep a journal of.
		connection.exec("PRAGMA journal_mode=MEMORY; BEGIN EXCLUSIVE");
		return connection;
	} catch (error) {
		connection?.close();
		throw isBusy(error)
			? new DataFolderInUseError(files.folder, readOwner(files.pid), error)
			: error;
	}
}

const SQLITE_BUSY = 5;

function isBusy(error: unknown): boolean {
	const code = (error as { errcode?: unknown }).errcode;
	return typeof code === "number" && (code & 0xff) === SQLITE_BUSY;
}

function readOwner(file: string): number | undefined {
	try {
		const pid = Number.parseInt(readFileSync(file, "utf8"), 10);
		return Number.isSafeInteger(pid) && isAlive(pid) ? pid : undefined;
	} catch {
		return undefined;
	}
}

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === "EPERM";
	}
}
