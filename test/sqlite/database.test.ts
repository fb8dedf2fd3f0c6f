import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
	existsSync,
	mkdirSync,
	readdirSync,
	statSync,
	writeFileSync,
} from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { createDatabase } from "../../src/sqlite/database.ts";
import { DataFolderInUseError } from "../../src/sqlite/lock.ts";
import { moduleUrl } from "../../src/sqlite/program.ts";
import { ThreadGone } from "../../src/sqlite/thread-errors.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { NOTES } from "./programs/notes.ts";

const CHILD = fileURLToPath(moduleUrl("writing-process", import.meta.url));

describe("the data folder", () => {
	it("is private, with every file in it, whatever the umask is", async () => {
		const folder = path.join(await tempFolder("modes"), "new", "data");
		const umask = process.umask(0);
		try {
			const database = createDatabase({ folder });
			await database.open();
			await database.load(NOTES);
			await database.write(NOTES, { kind: "note", text: "a" }, 1);
			assert.equal(statSync(folder).mode & 0o777, 0o700);
			const files = readdirSync(folder).sort();
			assert.deepEqual(files, [
				"portico.db",
				"portico.db-shm",
				"portico.db-wal",
				"portico.lock",
				"portico.pid",
			]);
			for (const file of files)
				assert.equal(
					statSync(path.join(folder, file)).mode & 0o777,
					0o600,
					file,
				);
			await database.close();
			assert.deepEqual(readdirSync(folder).sort(), [
				"portico.db",
				"portico.lock",
			]);
		} finally {
			process.umask(umask);
		}
	});

	it("keeps its mode where it holds other things", async () => {
		const folder = path.join(await tempFolder("modes"), "shared");
		mkdirSync(folder, { mode: 0o755 });
		writeFileSync(path.join(folder, "notes.txt"), "mine");
		const database = createDatabase({ folder });
		await database.open();
		assert.equal(statSync(folder).mode & 0o777, 0o755);
		assert.equal(statSync(path.join(folder, "portico.db")).mode & 0o777, 0o600);
		await database.close();
	});

	it("is refused to a second gateway of the same process", async () => {
		const folder = await tempFolder("lock");
		const first = createDatabase({ folder });
		await first.open();
		const second = createDatabase({ folder });
		await assert.rejects(second.open(), (error) => isInUse(error, process.pid));
		// The refused one has not loosened the lock.
		await assert.rejects(second.open(), (error) => isInUse(error, process.pid));
		const { status } = spawnSync(process.execPath, [CHILD, folder, "once"], {
			timeout: 60_000,
		});
		assert.equal(status, 1, "another process got in");
		await first.close();
		await second.open();
		await second.close();
	});

	it("is refused to a second process, which learns the first one's pid; SIGKILL frees it", async () => {
		const folder = await tempFolder("lock");
		const child = await startChild(folder);
		const database = createDatabase({ folder });
		const refused = await database.open().then(
			() => undefined,
			(error: unknown) => error,
		);
		child.process.kill("SIGKILL");
		isInUse(refused, child.process.pid);
		await once(child.process, "exit");
		assert.ok(existsSync(path.join(folder, "portico.pid")));
		await database.open();
		await database.close();
	});

	it("keeps every acknowledged write when its process is killed", async () => {
		const folder = await tempFolder("kill");
		for (let round = 0; round < 3; round++) {
			const child = await startChild(folder, 200 + 100 * round);
			const acknowledged = await child.killed;
			const database = createDatabase({ folder });
			await database.open();
			assert.equal(
				database.connection.get<{ result: string }>(
					"SELECT integrity_check AS result FROM pragma_integrity_check",
				)?.result,
				"ok",
			);
			const kept = new Set(
				database.connection
					.all<{ text: string }>("SELECT text FROM notes")
					.map(({ text }) => text),
			);
			assert.ok(acknowledged.length >= 200);
			for (const text of acknowledged)
				assert.ok(kept.has(text), `${text} is lost`);
			await database.close();
		}
	});
});

describe("a connection", () => {
	it("syncs every commit, and reads only on the main thread", async () => {
		const database = createDatabase({ folder: await tempFolder("pragmas") });
		await database.open();
		const { connection } = database;
		assert.equal(
			connection.get<{ journal_mode: string }>("PRAGMA journal_mode")
				?.journal_mode,
			"wal",
		);
		// 2: FULL.
		assert.equal(
			connection.get<{ synchronous: number }>("PRAGMA synchronous")
				?.synchronous,
			2,
		);
		assert.throws(() => connection.run("DELETE FROM documents"), /readonly/);
		await database.close();
	});
});

describe("opening and closing", () => {
	it("closes with its last user, and opens again", async () => {
		const database = createDatabase({ folder: await tempFolder("users") });
		await Promise.all([database.open(), database.open()]);
		await database.close();
		assert.equal(database.trouble(), undefined);
		await database.close();
		assert.match(String(database.trouble()), /not open/);
		assert.throws(() => database.connection, ThreadGone);
		await assert.rejects(database.write(NOTES, {}, 1), ThreadGone);
		await database.close();
		await Promise.all([database.open(), database.close(), database.open()]);
		await database.close();
	});
});

interface Child {
	readonly process: ChildProcess;
	/** What it acknowledged until it was killed. */
	readonly killed: Promise<string[]>;
}

/** A process that opens the folder and writes; it is killed after as many acknowledgements. Without a number it only holds the folder. */
async function startChild(folder: string, killAfter?: number): Promise<Child> {
	const child = spawn(
		process.execPath,
		[CHILD, folder, killAfter === undefined ? "hold" : "write"],
		{
			stdio: ["ignore", "pipe", "inherit"],
		},
	);
	const lines = createInterface({ input: child.stdout });
	const acknowledged: string[] = [];
	const exited = once(child, "exit");
	await once(lines, "line");
	lines.on("line", (line) => {
		acknowledged.push(line);
		if (acknowledged.length === killAfter) child.kill("SIGKILL");
	});
	return { process: child, killed: exited.then(() => acknowledged) };
}

function isInUse(error: unknown, pid: number | undefined): true {
	assert.ok(error instanceof DataFolderInUseError, String(error));
	assert.equal(error.pid, pid);
	assert.match(error.message, new RegExp(`process ${pid}`));
	return true;
}
