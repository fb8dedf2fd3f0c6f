import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, it } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { createEmbeddedCache } from "../../src/cache/embedded/embedded-cache.ts";
import { isErrorId } from "../../src/errors/gateway-error.ts";
import { ManualClock } from "../../src/lib/clock.ts";
import { createDatabase, type Database } from "../../src/sqlite/database.ts";
import { cacheContract } from "../contracts/cache.contract.ts";
import { tempFolder } from "../support/temp-folder.ts";

cacheContract("the embedded cache", async () => {
	const clock = new ManualClock();
	const folder = await mkdtemp(path.join(tmpdir(), "portico-cache-"));
	const openCache = async () => {
		const cache = createEmbeddedCache({
			database: createDatabase({ folder }),
			clock,
		});
		await cache.open();
		return cache;
	};
	let cache = await openCache();
	return {
		cache,
		clock,
		async reopen() {
			await cache.close();
			cache = await openCache();
			return cache;
		},
		async close() {
			await cache.close();
			await rm(folder, { recursive: true });
		},
	};
});

describe("the embedded cache", () => {
	it("removes from the disk what has ended, in the background", async () => {
		const { cache, clock, database } = await openCache();
		const namespace = cache.namespace("tokens", { durable: true });
		await Promise.all(
			Array.from({ length: 1_200 }, (_, n) =>
				namespace.set(`${n}`, "x", n < 5 ? {} : { ttlMs: 1_000 }),
			),
		);
		const rows = () =>
			database.connection.get<{ n: number }>("SELECT count(*) AS n FROM cache")
				?.n;
		assert.equal(rows(), 1_200);
		clock.advance(1_000);
		assert.equal(rows(), 1_200);
		clock.advance(60_000);
		while (rows() !== 5) await nextTurn();
		// And again, round after round.
		await namespace.set("late", "x", { ttlMs: 1 });
		await nextTurn();
		clock.advance(60_000);
		while (rows() !== 5) await nextTurn();
		await cache.close();
	});

	it("answers a durable write after its commit, and commits many together", async () => {
		const { cache, database } = await openCache();
		const namespace = cache.namespace("tokens", { durable: true });
		const before = database.figures().groups;
		await Promise.all(
			Array.from({ length: 50 }, (_, n) => namespace.set(`${n}`, "x")),
		);
		assert.equal(database.figures().groups - before, 1);
		await cache.close();
	});

	it("writes nothing of volatile namespaces to the disk", async () => {
		const { cache, database } = await openCache();
		const namespace = cache.namespace("rates", { durable: false });
		await namespace.set("a", "1");
		await namespace.increment("b", 1, { ttlMs: 1_000 });
		assert.equal(database.figures().requests, 0);
		await cache.close();
	});

	it("keeps as many volatile entries as it may; the ones nearest to their end go first, not the one just set", async () => {
		const { cache, clock } = await openCache();
		const namespace = cache.namespace("rates", {
			durable: false,
			entriesMax: 3,
		});
		await namespace.set("ever", "1");
		await namespace.set("soon", "1", { ttlMs: 1_000 });
		await namespace.set("later", "1", { ttlMs: 9_000 });
		await namespace.set("soonest", "1", { ttlMs: 10 });
		assert.deepEqual(await keysOf(namespace), ["ever", "later", "soonest"]);
		// Setting again what is there pushes nothing out.
		await namespace.set("later", "2", { ttlMs: 9_000 });
		assert.deepEqual(await keysOf(namespace), ["ever", "later", "soonest"]);
		await namespace.set("other", "1", { ttlMs: 5_000 });
		assert.deepEqual(await keysOf(namespace), ["ever", "later", "other"]);
		clock.advance(5_000);
		await namespace.set("next", "1", { ttlMs: 8_000 });
		assert.deepEqual(await keysOf(namespace), ["ever", "later", "next"]);
		await cache.close();
	});

	it("stays within its bound and finds the right ones to drop through many changes", async () => {
		const { cache } = await openCache();
		const namespace = cache.namespace("rates", {
			durable: false,
			entriesMax: 100,
		});
		// Keys are set over and over, so that most of what the queue holds is stale.
		for (let n = 0; n < 20_000; n++)
			await namespace.set(`k${(n * 7) % 90}`, "x", {
				ttlMs: 1_000 + ((n * 31) % 997),
			});
		for (let n = 0; n < 50; n++)
			await namespace.set(`kept${n}`, "x", { ttlMs: 10_000 + n });
		for (let n = 0; n < 50; n++)
			await namespace.set(`more${n}`, "x", { ttlMs: 20_000 + n });
		const keys = await keysOf(namespace);
		assert.equal(keys.length, 100);
		assert.ok(
			keys.every((key) => !key.startsWith("k") || key.startsWith("kept")),
		);
		await cache.close();
	});

	it("does not take one name for two kinds", async () => {
		const { cache } = await openCache();
		cache.namespace("a", { durable: true });
		assert.throws(() => cache.namespace("a", { durable: false }), /both/);
		await cache.close();
	});

	it("says so when it is closed", async () => {
		const { cache } = await openCache();
		const namespace = cache.namespace("tokens", { durable: true });
		await cache.close();
		const isAway = (error: unknown) =>
			isErrorId(error, "services.cache.not_connected");
		await assert.rejects(namespace.get("a"), isAway);
		await assert.rejects(namespace.set("a", "1"), isAway);
		await assert.rejects(
			namespace.scan("")[Symbol.asyncIterator]().next(),
			isAway,
		);
		assert.equal((await cache.health()).status, "red");
		await cache.close();
	});
});

async function openCache() {
	const clock = new ManualClock();
	const database: Database = createDatabase({
		folder: await tempFolder("cache"),
	});
	const cache = createEmbeddedCache({ database, clock });
	await cache.open();
	return { cache, clock, database };
}

async function keysOf(namespace: {
	scan(prefix: string): AsyncIterable<{ key: string }>;
}): Promise<string[]> {
	const keys: string[] = [];
	for await (const { key } of namespace.scan("")) keys.push(key);
	return keys.sort((a, b) => (a < b ? -1 : 1));
}
