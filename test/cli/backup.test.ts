import assert from "node:assert/strict";
import {
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	statSync,
	writeFileSync,
} from "node:fs";
import path from "node:path";
import { describe, it } from "node:test";
import { Connection } from "../../src/sqlite/connection.ts";
import { eventually } from "../support/eventually.ts";
import { createAdmin, createKey, whoIs } from "../support/people.ts";
import { type ServerProcess, startServer } from "../support/server-process.ts";
import { withFolder } from "../support/temporary-folder.ts";
import { makeArchive } from "../transfer/make-archive.ts";
import { runPortico } from "./run-portico.ts";

describe("portico backup, restore and check", () => {
	it("take a copy of one moment while a server writes, and bring it back", () =>
		withFolder(async (folder) => {
			const dataFolder = path.join(folder, "data");
			mkdirSync(dataFolder);
			const run = (...args: string[]) => runPortico(args, { folder });
			const server = await startServer({ dataFolder });
			let key = "";
			let acknowledged = 0;
			try {
				const token = await createAdmin(server);
				key = await createKey(server, token);
				await prepare(server, token);
				const load = writeOn(server, token);
				await load.until(200);
				acknowledged = load.acknowledged();
				const backup = await run("backup", "copy.db", "--data", "data");
				assert.equal(backup.status, 0, backup.stderr);
				const sound = await run("check", "--data", "data");
				assert.equal(sound.status, 0, sound.stdout);
				await load.until(load.acknowledged() + 100);
				await load.stop();
			} finally {
				await server.end("SIGTERM");
			}
			assert.equal(statSync(path.join(folder, "copy.db")).mode & 0o777, 0o600);
			const restored = await run("restore", "copy.db", "--data", "back");
			assert.equal(restored.status, 0, restored.stderr);
			assert.equal((await run("check", "--data", "back")).status, 0);
			const again = await startServer({
				dataFolder: path.join(folder, "back"),
			});
			try {
				assert.equal(await whoIs(again, key), "admin");
				const found = await again.query(
					{
						controller: "document",
						action: "search",
						index: "load",
						collection: "numbers",
						body: {
							aggregations: { highest: { max: { field: "n" } } },
							size: 0,
						},
					},
					key,
				);
				const { total, aggregations } = found.result;
				// One writer wrote one after the other: of one moment means that none is missing in between.
				assert.ok(total >= acknowledged, `${total} < ${acknowledged}`);
				assert.equal(aggregations.highest.value, total - 1);
			} finally {
				await again.end("SIGTERM");
			}
		}));

	it("replace a store only when told to, and keep it", () =>
		withFolder(async (folder) => {
			const run = (...args: string[]) => runPortico(args, { folder });
			await makeArchive(path.join(folder, "made.gz"), 50, 100);
			await run("import", "made.gz", "--data", "a");
			await run("backup", "copy.db", "--data", "a");
			const taken = await run("backup", "copy.db", "--data", "a");
			assert.match(taken.stderr, /copy\.db exists.*--force/);
			const refused = await run("restore", "copy.db", "--data", "a");
			assert.equal(refused.status, 1);
			assert.match(refused.stderr, /holds a database already.*--force/);
			const forced = await run("restore", "copy.db", "--data", "a", "--force");
			assert.equal(forced.status, 0, forced.stderr);
			const kept = readdirSync(path.join(folder, "a")).filter((name) =>
				/before-restore-\d{8}T\d{6}Z$/.test(name),
			);
			assert.equal(kept.length, 1);
			assert.equal((await run("check", "--data", "a")).status, 0);
		}));

	it("refuse a folder in use, and files that are damaged or no backup", () =>
		withFolder(async (folder) => {
			const run = (...args: string[]) => runPortico(args, { folder });
			await makeArchive(path.join(folder, "made.gz"), 3_000, 300);
			await run("import", "made.gz", "--data", "a");
			await run("backup", "copy.db", "--data", "a");
			const bytes = readFileSync(path.join(folder, "copy.db"));
			bytes.fill(0xff, 100_000, 140_000);
			writeFileSync(path.join(folder, "damaged.db"), bytes);
			writeFileSync(path.join(folder, "text.db"), "no database ".repeat(900));
			for (const [file, message] of [
				["damaged.db", /damaged/],
				["text.db", /is not a database/],
				["made.gz", /is not a database/],
				["nothing.db", /There is no file/],
			] as const) {
				const { status, stderr } = await run("restore", file, "--data", "b");
				assert.equal(status, 1, file);
				assert.match(stderr, message);
			}
			assert.equal(existsSync(path.join(folder, "b")), false);
			const dataFolder = path.join(folder, "a");
			const server = await startServer({ dataFolder });
			try {
				const used = await run("restore", "copy.db", "--data", "a", "--force");
				assert.match(
					used.stderr,
					new RegExp(`in use by process ${server.pid}`),
				);
				const exported = await run("export", "x.gz", "--data", "a");
				assert.match(exported.stderr, /portico backup FILE/);
			} finally {
				await server.end("SIGTERM");
			}
		}));

	it("find what is not as it should be", () =>
		withFolder(async (folder) => {
			const run = (...args: string[]) => runPortico(args, { folder });
			await makeArchive(path.join(folder, "made.gz"), 50, 100);
			await run("import", "made.gz", "--data", "a");
			const database = new Connection(path.join(folder, "a", "portico.db"));
			database.run(
				"DELETE FROM field_values WHERE document = (SELECT number FROM documents WHERE id = 'document-0000007')",
			);
			database.close();
			const { status, stdout } = await run("check", "--data", "a");
			assert.equal(status, 1);
			assert.match(stdout, /^made\/up: document "document-0000007": /);
			assert.match(stdout, /\d+ findings/);
		}));

	it("are of the embedded store only", () =>
		withFolder(async (folder) => {
			for (const args of [["backup", "x.db"], ["restore", "x.db"], ["check"]]) {
				const { status, stderr } = await runPortico(
					[...args, "--elasticsearch", "http://127.0.0.1:1"],
					{ folder },
				);
				assert.equal(status, 1);
				assert.match(stderr, /embedded store, and the store is elasticsearch/);
			}
		}));
});

async function prepare(server: ServerProcess, token: string): Promise<void> {
	for (const request of [
		{ controller: "index", action: "create", index: "load" },
		{
			controller: "collection",
			action: "create",
			index: "load",
			collection: "numbers",
			body: { mappings: { properties: { n: { type: "integer" } } } },
		},
	]) {
		const { status } = await server.query(request, token);
		assert.equal(status, 200);
	}
}

/** Writes numbers, one document after the other, until it is stopped. */
function writeOn(server: ServerProcess, token: string) {
	let next = 0;
	let isStopped = false;
	const run = async () => {
		while (!isStopped) {
			const { status } = await server.query(
				{
					controller: "document",
					action: "create",
					index: "load",
					collection: "numbers",
					body: { n: next },
				},
				token,
			);
			assert.equal(status, 200);
			next++;
		}
	};
	const running = run();
	return {
		acknowledged: () => next,
		async until(count: number) {
			await Promise.race([
				running,
				eventually(`${count} are written`, () => next >= count),
			]);
		},
		async stop() {
			isStopped = true;
			await running;
		},
	};
}
