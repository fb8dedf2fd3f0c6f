import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import path from "node:path";
import { after, describe, it } from "node:test";
import { gunzipSync } from "node:zlib";
import { backends } from "../support/backends.ts";
import {
	createNamespace,
	type Namespace,
} from "../support/elasticsearch-namespace.ts";
import { eventually } from "../support/eventually.ts";
import { createAdmin, createKey, logIn, whoIs } from "../support/people.ts";
import { startServer } from "../support/server-process.ts";
import { withFolder } from "../support/temporary-folder.ts";
import { makeArchive } from "../transfer/make-archive.ts";
import { runPortico, spawnPortico } from "./run-portico.ts";

const namespaces: Namespace[] = [];
after(async () => {
	for (const namespace of namespaces) await namespace.drop();
});

/** Flags by which a command reaches names of its own in the Elasticsearch of the tests. */
function ownNames() {
	const namespace = createNamespace();
	namespaces.push(namespace);
	const { url, name } = namespace;
	const set = `services.storageEngine.namespace=${name}`;
	return { ...namespace, flags: ["--elasticsearch", url, "--set", set] };
}

const TO_ELASTICSEARCH = ["move", "--from", "sqlite", "--to", "elasticsearch"];
const TO_SQLITE = ["move", "--from", "elasticsearch", "--to", "sqlite"];

/** What an archive says of the database, in an order of its own. */
function contentOf(file: string): string[] {
	const lines = gunzipSync(readFileSync(file)).toString().trimEnd().split("\n");
	return lines.filter((line) => line.startsWith('{"_id"')).toSorted();
}

if (backends().includes("elasticsearch"))
	describe("portico move", () => {
		it("brings everything to Elasticsearch and back, with logins and keys", () =>
			withFolder(async (folder) => {
				const { flags } = ownNames();
				const run = (...args: string[]) => runPortico(args, { folder });
				const { token, key } = await fill(path.join(folder, "data"), run);
				const there = await run(
					...TO_ELASTICSEARCH,
					"--data",
					"data",
					...flags,
				);
				assert.equal(there.status, 0, there.stderr);
				assert.match(there.stderr, /Compared [\d,]+ documents: all are equal/);
				const back = await run(...TO_SQLITE, "--data", "back", ...flags);
				assert.equal(back.status, 0, back.stderr);
				for (const data of ["data", "back"])
					await run("export", `${data}.gz`, "--data", data);
				await run("export", "elasticsearch.gz", ...flags);
				const before = contentOf(path.join(folder, "data.gz"));
				assert.ok(before.length > 1_000);
				for (const other of ["back.gz", "elasticsearch.gz"])
					assert.deepEqual(contentOf(path.join(folder, other)), before);

				for (const [data, more] of [
					["data", flags],
					["back", []],
				] as const) {
					const dataFolder = path.join(folder, data);
					const server = await startServer({ dataFolder, flags: more });
					try {
						// The login is kept in the data folder, and that of the copy has none.
						if (data === "data")
							assert.equal(await whoIs(server, token), "admin");
						assert.equal(await whoIs(server, key), "admin");
						const fresh = await logIn(server, "admin");
						const found = await server.query(
							{
								controller: "document",
								action: "search",
								index: "made",
								collection: "up",
								body: { query: { term: { kind: "kind-3" } } },
							},
							fresh,
						);
						assert.equal(found.result.total, 143);
					} finally {
						await server.end("SIGTERM");
					}
				}
			}));

		it("is finished by a second run after SIGKILL in its midst", () =>
			withFolder(async (folder) => {
				const { flags, url, name } = ownNames();
				const run = (...args: string[]) => runPortico(args, { folder });
				await makeArchive(path.join(folder, "big.gz"), 20_000, 300);
				await run("import", "big.gz", "--data", "data");
				const args = [...TO_ELASTICSEARCH, "--data", "data", ...flags];
				const child = spawnPortico(args, { folder });
				const closed = once(child, "close");
				await eventually(
					"some of it is written",
					async () => (await written(url, name)) > 1_000,
				);
				child.kill("SIGKILL");
				assert.deepEqual(await closed, [null, "SIGKILL"]);
				const { status, stderr } = await run(...args);
				assert.equal(status, 0, stderr);
				assert.match(stderr, /were there already/);
				assert.match(stderr, /Compared 20,000 documents: all are equal/);
			}));

		it("refuses a target that holds something else, and leaves both as they are", () =>
			withFolder(async (folder) => {
				const { flags } = ownNames();
				const run = (...args: string[]) => runPortico(args, { folder });
				await makeArchive(path.join(folder, "a.gz"), 10, 50);
				await makeArchive(path.join(folder, "b.gz"), 12, 60);
				await run("import", "a.gz", "--data", "data");
				await run("import", "b.gz", ...flags);
				const args = [...TO_ELASTICSEARCH, "--data", "data", ...flags];
				const { status, stderr } = await run(...args);
				assert.equal(status, 1);
				assert.match(stderr, /"document-\d+" of made\/up is there already/);
				await run("export", "after.gz", ...flags);
				assert.deepEqual(
					contentOf(path.join(folder, "after.gz")),
					contentOf(path.join(folder, "b.gz")),
				);
				await makeArchive(path.join(folder, "c.gz"), 12, 50);
				await run("import", "c.gz", ...flags, "--on-conflict", "replace");
				const more = await run(...args);
				assert.equal(more.status, 1);
				assert.match(more.stderr, /made\/up has 10 documents, its copy 12/);
			}));
	});

describe("portico move, wrongly called", () => {
	for (const args of [
		[],
		["--from", "sqlite"],
		["--from", "sqlite", "--to", "sqlite"],
		["--from", "sqlite", "--to", "mongo"],
		["--from", "sqlite", "--to", "elasticsearch", "--verify", "no"],
	])
		it(`says what is wrong with: ${args.join(" ")}`, () =>
			withFolder(async (folder) => {
				const { status, stderr } = await runPortico(["move", ...args], {
					folder,
				});
				assert.equal(status, 2);
				assert.match(stderr, /See: portico move --help/);
			}));
});

/** A store with an administrator, a login, a key and some documents. */
async function fill(
	dataFolder: string,
	run: (...args: string[]) => ReturnType<typeof runPortico>,
) {
	const folder = path.dirname(dataFolder);
	await makeArchive(path.join(folder, "made.gz"), 1_000, 100);
	const imported = await run("import", "made.gz", "--data", dataFolder);
	assert.equal(imported.status, 0, imported.stderr);
	const server = await startServer({ dataFolder });
	try {
		const token = await createAdmin(server);
		const created = await server.query(
			{ controller: "index", action: "create", index: "empty" },
			token,
		);
		assert.equal(created.status, 200);
		return { token, key: await createKey(server, token) };
	} finally {
		await server.end("SIGTERM");
	}
}

async function written(url: string, name: string): Promise<number> {
	const reply = await fetch(new URL(`/${name}*/_stats/indexing`, url));
	if (!reply.ok) return 0;
	const body = (await reply.json()) as {
		_all?: { total?: { indexing?: { index_total: number } } };
	};
	return body._all?.total?.indexing?.index_total ?? 0;
}
