import {
	chmodSync,
	closeSync,
	existsSync,
	fsyncSync,
	mkdirSync,
	openSync,
	readdirSync,
	statSync,
} from "node:fs";
import path from "node:path";

const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

export interface DataFiles {
	readonly folder: string;
	readonly database: string;
	/** Held locked while a process owns the folder. */
	readonly lock: string;
	/** The process id of the owner, for people and for the refusal of a second one. */
	readonly pid: string;
}

/**
 * Makes the data folder (0700) and the database file (0600) whatever the umask is, and answers where the files are.
 * SQLite gives `-wal` and `-shm` the mode of the database. A folder that was there and holds other things keeps its mode.
 */
export function prepareDataFolder(folder: string): DataFiles {
	const files = dataFiles(folder);
	const isNew = !existsSync(files.folder);
	mkdirSync(files.folder, { recursive: true, mode: FOLDER_MODE });
	if (isNew || isOurs(files)) tighten(files.folder, FOLDER_MODE);
	for (const file of [files.database, files.lock]) createFile(file);
	syncFolder(files.folder);
	return files;
}

export function dataFiles(folder: string): DataFiles {
	const root = path.resolve(folder);
	return {
		folder: root,
		database: path.join(root, "portico.db"),
		lock: path.join(root, "portico.lock"),
		pid: path.join(root, "portico.pid"),
	};
}

function isOurs(files: DataFiles): boolean {
	return existsSync(files.database) || readdirSync(files.folder).length === 0;
}

/**
 * Only ever opens a file that is not there yet: POSIX drops every lock that a process has on a file as soon as it
 * closes any descriptor of it, so opening a database that this process uses would unlock it.
 */
function createFile(file: string): void {
	try {
		closeSync(openSync(file, "wx", FILE_MODE));
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
	}
	tighten(file, FILE_MODE);
}

/** A volume may belong to somebody else, who has then chosen its mode. */
function tighten(file: string, mode: number): void {
	if ((statSync(file).mode & 0o777) === mode) return;
	try {
		chmodSync(file, mode);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== "EPERM") throw error;
	}
}

/** The names of new files are only safe once their folder is synced. Windows cannot, and need not. */
export function syncFolder(folder: string): void {
	if (process.platform === "win32") return;
	const descriptor = openSync(folder, "r");
	try {
		fsyncSync(descriptor);
	} finally {
		closeSync(descriptor);
	}
}
