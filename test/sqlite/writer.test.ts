import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isErrorId } from "../../src/errors/gateway-error.ts";
import {
	createDatabase,
	type Database,
	type DatabaseOptions,
} from "../../src/sqlite/database.ts";
import { ThreadFailure, ThreadGone } from "../../src/sqlite/thread-errors.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { NOTES, type NotesRequest } from "./programs/notes.ts";

describe("the writer thread", () => {
	it("commits together what is asked for in one turn", async () => {
		const database = await openDatabase();
		const before = database.figures();
		await Promise.all(
			Array.from({ length: 50 }, (_, n) =>
				ask(database, { kind: "note", text: `${n}` }),
			),
		);
		const after = database.figures();
		assert.equal(after.requests - before.requests, 50);
		assert.equal(after.groups - before.groups, 1);
		assert.equal(notes(database).length, 50);
		await database.close();
	});

	it("keeps the order in which it was asked", async () => {
		const database = await openDatabase();
		const texts = Array.from({ length: 300 }, (_, n) => `${n}`);
		await Promise.all(
			texts.map((text) => ask(database, { kind: "note", text })),
		);
		assert.deepEqual(notes(database), texts);
		await database.close();
	});

	it("undoes what fails, and nothing else of its group", async () => {
		const database = await openDatabase();
		const results = await Promise.allSettled([
			ask(database, { kind: "note", text: "first" }),
			ask(database, { kind: "fail", text: "refused", isCatalogued: true }),
			ask(database, { kind: "note", text: "second" }),
			ask(database, { kind: "fail", text: "broken", isCatalogued: false }),
			ask(database, { kind: "note", text: "third" }),
		]);
		assert.deepEqual(
			results.map(({ status }) => status),
			["fulfilled", "rejected", "fulfilled", "rejected", "fulfilled"],
		);
		assert.equal(database.figures().groups, 1);
		assert.ok(
			isErrorId(reasonOf(results[1]), "services.storage.unknown_index"),
		);
		assert.deepEqual(reasonOf(results[1]).props, ["nowhere"]);
		assert.ok(reasonOf(results[3]) instanceof ThreadFailure);
		assert.deepEqual(notes(database), ["first", "second", "third"]);
		await database.close();
	});

	it("rejects when the disk is full, loses nothing of before, and says so to each", async () => {
		const database = await openDatabase();
		await ask(database, { kind: "note", text: "kept" });
		await ask(database, { kind: "fill" });
		const long = "x".repeat(100_000);
		const results = await Promise.allSettled([
			ask(database, { kind: "note", text: long }),
			ask(database, { kind: "note", text: long }),
		]);
		for (const result of results)
			assert.match(String(reasonOf(result)), /full/);
		assert.deepEqual(notes(database), ["kept"]);
		assert.equal(database.trouble(), undefined);
		await database.close();
	});

	it("refuses more than it is to hold, and goes on once there is room", async () => {
		const database = await openDatabase({ queueMax: 10 });
		const results = await Promise.allSettled(
			Array.from({ length: 12 }, (_, n) =>
				ask(database, { kind: "note", text: `${n}` }),
			),
		);
		const refused = results.filter(({ status }) => status === "rejected");
		assert.equal(refused.length, 2);
		for (const result of refused)
			assert.ok(isErrorId(reasonOf(result), "api.process.overloaded"));
		await ask(database, { kind: "note", text: "later" });
		assert.equal(notes(database).length, 11);
		await database.close();
	});

	it("refuses more bytes than it is to hold, but takes a single large request", async () => {
		const database = await openDatabase({ queueBytesMax: 1_000 });
		const request: NotesRequest = { kind: "note", text: "a" };
		const [large, small] = await Promise.allSettled([
			database.write(NOTES, request, 5_000),
			database.write(NOTES, request, 1),
		]);
		assert.equal(large?.status, "fulfilled");
		assert.ok(isErrorId(reasonOf(small), "api.process.overloaded"));
		assert.equal(await database.write(NOTES, request, 1), 1);
		await database.close();
	});

	it("tells everybody when the thread crashes, and stays red", async () => {
		const database = await openDatabase();
		const waiting = [
			ask(database, { kind: "crash" }),
			ask(database, { kind: "note", text: "lost?" }),
		];
		await Promise.allSettled(waiting);
		const late = await Promise.allSettled([
			ask(database, { kind: "note", text: "too late" }),
		]);
		const sent = [...(await Promise.allSettled(waiting))].filter(
			({ status }) => status === "rejected",
		);
		for (const result of sent) {
			const reason = reasonOf(result);
			assert.ok(reason instanceof ThreadGone && reason.isSent);
		}
		const reason = reasonOf(late[0]);
		assert.ok(reason instanceof ThreadGone);
		await assert.rejects(
			ask(database, { kind: "note", text: "red" }),
			ThreadGone,
		);
		assert.match(String(database.trouble()), /crashed on purpose/);
		await database.close();
	});

	it("finishes what was asked for before it closes", async () => {
		const folder = await tempFolder("writer");
		const database = await openDatabase({ folder });
		const writes = Array.from({ length: 20 }, (_, n) =>
			ask(database, { kind: "note", text: `${n}` }),
		);
		await Promise.all([
			...writes,
			Promise.resolve().then(() => database.close()),
		]);
		await assert.rejects(
			ask(database, { kind: "note", text: "closed" }),
			ThreadGone,
		);
		const again = await openDatabase({ folder });
		assert.equal(notes(again).length, 20);
		await again.close();
	});

	it("reports a program that cannot be loaded", async () => {
		const database = await openDatabase();
		await assert.rejects(database.load(`${NOTES}.missing`), ThreadFailure);
		await assert.rejects(database.write("unknown", {}, 1), /not loaded/);
		await ask(database, { kind: "note", text: "still works" });
		await database.close();
	});
});

async function openDatabase(
	options: Partial<DatabaseOptions> = {},
): Promise<Database> {
	const folder = options.folder ?? (await tempFolder("writer"));
	const database = createDatabase({ ...options, folder });
	await database.open();
	await database.load(NOTES);
	return database;
}

function ask(database: Database, request: NotesRequest): Promise<unknown> {
	return database.write(NOTES, request, 100);
}

function notes(database: Database): string[] {
	return database.connection
		.all<{ text: string }>("SELECT text FROM notes ORDER BY number")
		.map(({ text }) => text);
}

function reasonOf(result: PromiseSettledResult<unknown> | undefined) {
	assert.equal(result?.status, "rejected");
	return (result as PromiseRejectedResult).reason;
}
