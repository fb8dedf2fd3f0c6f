import { existsSync, renameSync, rmSync, statSync } from "node:fs";
import { assertSound, copyDatabase } from "./back-up.ts";
import {
	type DataFiles,
	dataFiles,
	prepareDataFolder,
	syncFolder,
} from "./data-folder.ts";
import { lockDataFolder } from "./lock.ts";

export interface RestoreOptions {
	/** Replaces a database that is there. It is kept, under another name. */
	readonly force: boolean;
	/** Milliseconds since the epoch, for that name. */
	readonly now: number;
}

/**
 * Puts a backup into a data folder, for which nobody else may use the folder. The backup is checked before anything is touched. Answers where
 * the database that was there is kept now, null when there was none. Throws a DataFolderInUseError, a DatabaseFormatError, or what is
 * wrong with the backup.
 */
export function restore(
	backup: string,
	folder: string,
	{ force, now }: RestoreOptions,
): string | null {
	if (!existsSync(backup)) throw new Error(`There is no file ${backup}.`);
	assertSound(backup);
	if (!force && holdsDatabase(dataFiles(folder)))
		throw new Error(
			`${dataFiles(folder).folder} holds a database already. Choose another data folder, or replace it, which keeps it under another name: --force`,
		);
	const files = prepareDataFolder(folder);
	const unlock = lockDataFolder(files);
	try {
		const part = `${files.database}.part`;
		rmSync(part, { force: true });
		copyDatabase(backup, part);
		const kept = putAside(files, now);
		renameSync(part, files.database);
		syncFolder(files.folder);
		return kept;
	} finally {
		unlock();
	}
}

/** A start that failed may have left an empty file. */
function holdsDatabase({ database }: DataFiles): boolean {
	return (statSync(database, { throwIfNoEntry: false })?.size ?? 0) > 0;
}

/** With its log, which may hold what is not in the file yet: SQLite finds the log by the file's name. */
function putAside(files: DataFiles, now: number): string | null {
	const { database } = files;
	const wasThere = holdsDatabase(files);
	const time = new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, "");
	const kept = `${database}.before-restore-${time}`;
	if (wasThere && existsSync(kept))
		throw new Error(`${kept} exists. Try again in a second.`);
	for (const suffix of ["-wal", "-shm", ""]) {
		if (!existsSync(database + suffix)) continue;
		if (wasThere) renameSync(database + suffix, kept + suffix);
		else rmSync(database + suffix);
	}
	return wasThere ? kept : null;
}
