import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { Connection } from "../../../src/sqlite/connection.ts";
import { moduleUrl } from "../../../src/sqlite/program.ts";
import { checkDatabase } from "../../../src/storage/sqlite/check-database.ts";
import { tempFolder } from "../../support/temp-folder.ts";

const PROCESS = fileURLToPath(
	moduleUrl("mixed-writing-process", import.meta.url),
);
const ROUNDS = 3;

describe("a process that is killed while it writes documents", () => {
	it("leaves each acknowledged one, and indexes that agree with all", async () => {
		const folder = await tempFolder("killed");
		for (let round = 0; round < ROUNDS; round++) {
			const acknowledged = await killAfter(folder, 100 + 70 * round);
			const connection = new Connection(path.join(folder, "portico.db"));
			assert.deepEqual([...checkDatabase(connection)], []);
			for (const id of acknowledged)
				assert.equal(
					connection.get<{ name: string }>(
						"SELECT content ->> 'name' AS name FROM documents WHERE id = ?",
						id,
					)?.name,
					"second",
					`${id} is lost`,
				);
			connection.close();
		}
	});
});

/** The ids of the documents that it acknowledged. */
async function killAfter(folder: string, lines: number): Promise<string[]> {
	const child = spawn(process.execPath, [PROCESS, folder], {
		stdio: ["ignore", "pipe", "inherit"],
	});
	const ended = once(child, "exit");
	const acknowledged: string[] = [];
	for await (const line of createInterface({ input: child.stdout })) {
		acknowledged.push(line);
		if (acknowledged.length === lines) child.kill("SIGKILL");
	}
	await ended;
	assert.ok(acknowledged.length >= lines, "it wrote until it was killed");
	return acknowledged;
}
