import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, it } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import { eventually } from "../support/eventually.ts";
import { withFolder } from "../support/temporary-folder.ts";
import { makeArchive } from "../transfer/make-archive.ts";
import { ENV, MAIN, runPortico } from "./run-portico.ts";

const DOCUMENTS = 3_000;

/** A folder with an archive, and the program run in it. */
async function inFolder(
	test: (
		run: (...args: string[]) => ReturnType<typeof runPortico>,
		folder: string,
	) => Promise<void>,
): Promise<void> {
	await withFolder(async (folder) => {
		await makeArchive(path.join(folder, "made.gz"), DOCUMENTS, 100);
		await test((...args) => runPortico(args, { folder }), folder);
	});
}

/** The lines of an archive; those of documents in the order of their ids, since a store may scan in any. */
function linesOf(folder: string, file: string): string[] {
	return gunzipSync(readFileSync(path.join(folder, file)))
		.toString()
		.trimEnd()
		.split("\n");
}

function documentsOf(folder: string, file: string): string[] {
	return linesOf(folder, file)
		.filter((line) => line.startsWith('{"_id"'))
		.toSorted();
}

describe("portico export and import", () => {
	it("bring a store over, and again change nothing", () =>
		inFolder(async (run, folder) => {
			const first = await run("import", "made.gz", "--data", "a");
			assert.deepEqual(
				[first.status, first.stdout, first.stderr],
				[0, "", "Imported 3,000 documents into 1 collection.\n"],
			);
			const again = await run("import", "made.gz", "--data", "a");
			assert.match(again.stderr, /Imported 0 .*3,000 were there already/);
			const out = await run("export", "out.gz", "--data", "a");
			assert.equal(out.status, 0, out.stderr);
			assert.equal(statSync(path.join(folder, "out.gz")).mode & 0o777, 0o600);
			assert.equal(existsSync(path.join(folder, "out.gz.part")), false);
			assert.deepEqual(
				documentsOf(folder, "out.gz"),
				documentsOf(folder, "made.gz"),
			);
			const collection = linesOf(folder, "out.gz").find((line) =>
				line.includes('"type":"collection"'),
			);
			const { mappings, settings } = JSON.parse(collection ?? "");
			assert.equal(mappings.dynamic, "false");
			assert.deepEqual(mappings.properties.kind, { type: "keyword" });
			assert.equal(Object.hasOwn(settings, "index.uuid"), false);
		}));

	it("do not overwrite a file unless told to, and know a folder without a store", () =>
		inFolder(async (run, folder) => {
			await run("import", "made.gz", "--data", "a");
			const before = readFileSync(path.join(folder, "made.gz"));
			const refused = await run("export", "made.gz", "--data", "a");
			assert.equal(refused.status, 1);
			assert.match(refused.stderr, /made\.gz exists.*--force/);
			assert.deepEqual(readFileSync(path.join(folder, "made.gz")), before);
			const forced = await run("export", "made.gz", "--data", "a", "--force");
			assert.equal(forced.status, 0, forced.stderr);
			const none = await run("export", "x.gz", "--data", "nowhere");
			assert.deepEqual(
				[none.status, existsSync(path.join(folder, "nowhere"))],
				[1, false],
			);
			assert.match(none.stderr, /There is no database in .*nowhere/);
		}));

	it("take a part of a store", () =>
		inFolder(async (run, folder) => {
			await run("import", "made.gz", "--data", "a");
			const part = ["--data", "a", "--index", "made"];
			const whole = await run("export", "i.gz", ...part);
			assert.equal(whole.status, 0, whole.stderr);
			assert.equal(documentsOf(folder, "i.gz").length, DOCUMENTS);
			const none = await run("export", "c.gz", ...part, "--collection", "x");
			assert.match(none.stderr, /no collection "x" in the index "made"/);
			const other = await run("export", "o.gz", "--data", "a", "--index", "x");
			assert.match(other.stderr, /no index "x"/);
			const mistake = await run("export", "m.gz", "--collection", "up");
			assert.equal(mistake.status, 2);
		}));

	it("leave the securities out when told to, and print no secret", () =>
		withFolder(async (folder) => {
			const env = { PORTICO_ADMIN_PASSWORD: "pass-phrase-of-the-test" };
			const admin = ["admin", "create", "--data", "a"];
			await runPortico(admin, { folder, env });
			const run = (...args: string[]) => runPortico(args, { folder });
			const all = await run("export", "all.gz", "--data", "a");
			const some = ["some.gz", "--data", "a", "--without-securities"];
			await run("export", ...some);
			const secret = documentsOf(folder, "all.gz").find((line) =>
				line.includes('"security.jwt.secret"'),
			);
			const { seed } = JSON.parse(secret ?? "").body;
			assert.equal(all.stderr.includes(seed), false);
			assert.deepEqual(documentsOf(folder, "some.gz"), []);
			const collections = linesOf(folder, "some.gz").filter((line) =>
				line.includes('"type":"collection"'),
			);
			assert.equal(collections.length, 1);
			assert.match(collections[0] ?? "", /"collection":"validations"/);
			await run("import", "all.gz", "--data", "b");
			await runPortico(["admin", "create", "--data", "c"], { folder, env });
			const started = await run("import", "all.gz", "--data", "c");
			assert.equal(started.status, 1);
			assert.match(started.stderr, /is there already, with another content/);
			assert.equal(started.stderr.includes(seed), false);
		}));

	it("end when nobody reads on", () =>
		inFolder(async (run, folder) => {
			await makeArchive(path.join(folder, "big.gz"), 20_000, 50);
			await run("import", "big.gz", "--data", "a");
			const child = spawnPiped(["export", "--data", "a"], folder);
			child.stdout.destroy();
			child.stderr.resume();
			const [status] = await once(child, "close");
			assert.equal(status, 1);
		}));

	it("read and write pipes", () =>
		inFolder(async (run, folder) => {
			await run("import", "made.gz", "--data", "a");
			const child = spawnPiped(["export", "-", "--data", "a"], folder);
			const chunks: Buffer[] = [];
			child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
			assert.deepEqual(await once(child, "close"), [0, null]);
			const reader = spawnPiped(["import", "-", "--data", "b"], folder);
			reader.stdin.end(Buffer.concat(chunks));
			assert.deepEqual(await once(reader, "close"), [0, null]);
			await run("export", "b.gz", "--data", "b");
			assert.deepEqual(
				documentsOf(folder, "b.gz"),
				documentsOf(folder, "made.gz"),
			);
		}));

	it("settle conflicts as told, and name the line", () =>
		inFolder(async (run, folder) => {
			await run("import", "made.gz", "--data", "a");
			const lines = linesOf(folder, "made.gz");
			// A document of line 4, changed, in an archive that is whole otherwise: the checksum is made anew.
			const changed = lines.with(3, lines[3]?.replace("one", "ONE") ?? "");
			await writeArchive(path.join(folder, "changed.gz"), changed);
			const failed = await run("import", "changed.gz", "--data", "a");
			assert.equal(failed.status, 1);
			assert.match(
				failed.stderr,
				/^Line 4: The document "document-0000000" of made\/up is there already/,
			);
			const policy = ["--data", "a", "--on-conflict"];
			const skip = await run("import", "changed.gz", ...policy, "skip");
			assert.match(skip.stderr, /1 were left as they were there/);
			const replace = await run("import", "changed.gz", ...policy, "replace");
			assert.equal(replace.status, 0, replace.stderr);
			await run("export", "out.gz", "--data", "a");
			assert.match(documentsOf(folder, "out.gz")[0] ?? "", /ONE/);
			const wrong = await run("import", "changed.gz", ...policy, "ask");
			assert.equal(wrong.status, 2);
		}));

	it("see that an archive is cut short, changed, of another format or none, and write nothing of it", () =>
		inFolder(async (run, folder) => {
			const whole = readFileSync(path.join(folder, "made.gz"));
			const text = gunzipSync(whole).toString();
			const lines = text.trimEnd().split("\n");
			const damaged: [string, Buffer, RegExp][] = [
				["cut", whole.subarray(0, whole.length / 2), /cut short after line \d/],
				[
					"ended",
					gzipSync(lines.slice(0, 100).join("\n")),
					/cut short after line 100/,
				],
				[
					"changed",
					gzipSync(text.replace("gateway", "GATEWAY")),
					/Line 3004: the checksum/,
				],
				[
					"missing",
					gzipSync(lines.toSpliced(50, 1).join("\n")),
					/Line 3003: the checksum/,
				],
				[
					"broken",
					gzipSync(lines.with(50, "{").join("\n")),
					/Line 51: this is no JSON/,
				],
				[
					"later",
					gzipSync(text.replace('"format":1', '"format":2')),
					/format 2.*later version/,
				],
				["plain", Buffer.from(text), /not compressed by gzip/],
				["other", gzipSync("hello\n"), /Line 1: this is no archive/],
				["empty", gzipSync(""), /empty/],
			];
			for (const [name, bytes, message] of damaged) {
				writeFileSync(path.join(folder, name), bytes);
				const { status, stderr } = await run("import", name, "--data", "b");
				assert.equal(status, 1, name);
				assert.match(stderr, message, name);
			}
			assert.equal(existsSync(path.join(folder, "b")), false);
		}));

	it("is finished by a second run after SIGKILL in its midst", () =>
		withFolder(async (folder) => {
			const file = path.join(folder, "big.gz");
			await makeArchive(file, 20_000, 300);
			const child = spawnPiped(["import", "-", "--data", "a"], folder);
			child.stdin.on("error", () => {});
			const bytes = readFileSync(file);
			// The rest never comes: the import is in the midst of it whatever the machine does.
			child.stdin.write(bytes.subarray(0, bytes.length / 2));
			const wal = path.join(folder, "a", "portico.db-wal");
			await eventually(
				"some of it is written",
				() => (statSync(wal, { throwIfNoEntry: false })?.size ?? 0) > 1_000_000,
			);
			child.kill("SIGKILL");
			await once(child, "close");
			const { status, stderr } = await runPortico(
				["import", "big.gz", "--data", "a"],
				{ folder },
			);
			assert.equal(status, 0, stderr);
			const found = /Imported ([\d,]+) .* ([\d,]+) were there/.exec(stderr);
			const [written, there] = [found?.[1], found?.[2]].map((text) =>
				Number(text?.replaceAll(",", "")),
			);
			assert.ok((written ?? 0) > 0 && (there ?? 0) > 0, stderr);
			assert.equal((written ?? 0) + (there ?? 0), 20_000);
			await runPortico(["export", "out.gz", "--data", "a"], { folder });
			assert.deepEqual(
				documentsOf(folder, "out.gz"),
				documentsOf(folder, "big.gz"),
			);
			const sound = await runPortico(["check", "--data", "a"], { folder });
			assert.equal(sound.status, 0, sound.stdout);
		}));

	it("stop at Ctrl-C, and say how to go on", () =>
		inFolder(async (_run, folder) => {
			const child = spawnPiped(["import", "-", "--data", "a"], folder);
			child.stdin.on("error", () => {});
			const bytes = readFileSync(path.join(folder, "made.gz"));
			child.stdin.write(bytes.subarray(0, bytes.length / 2));
			await eventually("the store is open", () =>
				existsSync(path.join(folder, "a", "portico.pid")),
			);
			let stderr = "";
			child.stderr.on("data", (text) => {
				stderr += text;
			});
			child.kill("SIGINT");
			assert.deepEqual(await once(child, "close"), [130, null]);
			assert.match(stderr, /Stopped\. .*Run the same command again/);
		}));
});

function spawnPiped(args: readonly string[], folder: string) {
	return spawn(process.execPath, [MAIN, ...args], {
		cwd: folder,
		env: { ...ENV, HOME: folder },
	});
}

async function writeArchive(
	file: string,
	lines: readonly string[],
): Promise<void> {
	const { createHash } = await import("node:crypto");
	const body = `${lines.slice(0, -1).join("\n")}\n`;
	const sha256 = createHash("sha256").update(body).digest("hex");
	const end = { ...JSON.parse(lines.at(-1) ?? ""), sha256 };
	writeFileSync(file, gzipSync(`${body}${JSON.stringify(end)}\n`));
}
