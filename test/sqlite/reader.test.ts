import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isErrorId } from "../../src/errors/gateway-error.ts";
import { createDatabase, type Database } from "../../src/sqlite/database.ts";
import { ThreadGone } from "../../src/sqlite/thread-errors.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { COUNTING, type CountingRequest } from "./programs/counting.ts";

/** Far longer than any test may last. */
const FOR_EVER: CountingRequest = { to: Number.MAX_SAFE_INTEGER };

describe("the reader thread", () => {
	it("answers in order", async () => {
		const database = await openDatabase();
		const counts = await Promise.all(
			[10, 20, 30].map((to) => read(database, { to })),
		);
		assert.deepEqual(counts, [10, 20, 30]);
		await database.close();
	});

	it("lets the caller go when it aborts, and stops the statement", async () => {
		const database = await openDatabase();
		await read(database, { to: 1 });
		const controller = new AbortController();
		const reason = new Error("enough");
		const endless = read(database, FOR_EVER, controller.signal);
		const behind = read(database, { to: 5 });
		controller.abort(reason);
		await assert.rejects(endless, (error) => error === reason);
		// Only a thread that has stopped the first one comes to this.
		assert.equal(await behind, 5);
		await database.close();
	});

	it("does not begin what was aborted while it waited, or before", async () => {
		const database = await openDatabase();
		const [first, second] = [new AbortController(), new AbortController()];
		const running = read(database, FOR_EVER, first.signal);
		const waiting = read(database, FOR_EVER, second.signal);
		const aborted = read(
			database,
			FOR_EVER,
			AbortSignal.abort(new Error("before")),
		);
		await assert.rejects(aborted, /before/);
		second.abort(new Error("while it waited"));
		await assert.rejects(waiting, /while it waited/);
		first.abort(new Error("while it ran"));
		await assert.rejects(running, /while it ran/);
		assert.equal(await read(database, { to: 3 }), 3);
		await database.close();
	});

	it("refuses more than may wait", async () => {
		const database = await openDatabase(2);
		const controller = new AbortController();
		const running = read(database, FOR_EVER, controller.signal);
		const waiting = [read(database, { to: 1 }), read(database, { to: 2 })];
		await assert.rejects(read(database, { to: 3 }), (error) =>
			isErrorId(error, "api.process.overloaded"),
		);
		controller.abort();
		await assert.rejects(running);
		assert.deepEqual(await Promise.all(waiting), [1, 2]);
		await database.close();
	});

	it("is started again after a crash, which only the request that made it feels", async () => {
		const database = await openDatabase();
		const crash = read(database, "crash");
		const behind = read(database, { to: 7 });
		await assert.rejects(crash, ThreadGone);
		assert.equal(await behind, 7);
		assert.equal(database.trouble(), undefined);
		await database.close();
	});

	it("does not keep the database from closing", async () => {
		const database = await openDatabase();
		const running = read(database, FOR_EVER);
		const waiting = read(database, { to: 1 });
		const results = Promise.allSettled([running, waiting]);
		await database.close();
		for (const { status } of await results) assert.equal(status, "rejected");
	});
});

async function openDatabase(searchQueueMax = 100): Promise<Database> {
	const database = createDatabase({
		folder: await tempFolder("reader"),
		searchQueueMax,
	});
	await database.open();
	return database;
}

function read(
	database: Database,
	request: CountingRequest,
	signal?: AbortSignal,
): Promise<unknown> {
	return database.read(COUNTING, request, signal);
}
