import assert from "node:assert/strict";
import path from "node:path";
import { it } from "node:test";
import { Connection } from "../../src/sqlite/connection.ts";
import { FORMAT } from "../../src/sqlite/schema.ts";
import { runPortico } from "../cli/run-portico.ts";
import { createAdmin, createKey, whoIs } from "../support/people.ts";
import { startServer } from "../support/server-process.ts";
import { withFolder } from "../support/temporary-folder.ts";

const TIMEOUT_MS = 120_000;

it(
	"a second process on the data folder is refused, with the pid of the first, which goes on",
	{
		timeout: TIMEOUT_MS,
	},
	() =>
		withFolder(async (dataFolder) => {
			const first = await startServer({ dataFolder });
			try {
				const admin = await createAdmin(first);
				for (const command of [
					["start", "--port", "0"],
					["admin", "create", "--username", "eve"],
				]) {
					const second = await runPortico([...command, "--data", dataFolder], {
						folder: dataFolder,
						env: { PORTICO_ADMIN_PASSWORD: "a-long-password" },
					});
					assert.equal(second.status, 1, command.join(" "));
					assert.match(second.stderr, /data folder .* is in use/);
					assert.ok(
						second.stderr.includes(`process ${first.pid}.`),
						second.stderr,
					);
				}
				const key = await createKey(first, admin);
				assert.equal(await whoIs(first, key), "admin");
				assert.equal(await first.end("SIGTERM"), 0);
			} finally {
				await first.end("SIGKILL");
			}
		}),
);

it(
	"what a killed process left in the data folder keeps nobody out",
	{
		timeout: TIMEOUT_MS,
	},
	() =>
		withFolder(async (dataFolder) => {
			for (let round = 0; round < 2; round++) {
				const server = await startServer({ dataFolder });
				await server.end("SIGKILL");
			}
		}),
);

it(
	"a database of a later format is refused, and left as it is",
	{
		timeout: TIMEOUT_MS,
	},
	() =>
		withFolder(async (dataFolder) => {
			const server = await startServer({ dataFolder });
			await server.end("SIGTERM");
			const later = FORMAT + 1;
			useDatabase(dataFolder, (file) =>
				file.exec(`PRAGMA user_version=${later}`),
			);
			const { status, stderr } = await runPortico(
				["start", "--port", "0", "--data", dataFolder, "--log-level", "silent"],
				{ folder: dataFolder },
			);
			assert.equal(status, 1);
			assert.match(
				stderr,
				new RegExp(`has format ${later}, .* up to ${FORMAT}\\b`),
			);
			assert.doesNotMatch(stderr, /\n\s+at /);
			useDatabase(dataFolder, (file) =>
				assert.equal(
					file.get<{ user_version: number }>("PRAGMA user_version")
						?.user_version,
					later,
				),
			);
		}),
);

function useDatabase(
	dataFolder: string,
	use: (database: Connection) => void,
): void {
	const database = new Connection(path.join(dataFolder, "portico.db"));
	try {
		use(database);
	} finally {
		database.close();
	}
}
