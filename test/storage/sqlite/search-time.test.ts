import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { systemClock } from "../../../src/lib/clock.ts";
import { randomIds } from "../../../src/lib/ids.ts";
import { parseQuery } from "../../../src/search/parse-query.ts";
import { createDatabase } from "../../../src/sqlite/database.ts";
import { createSqliteStorage } from "../../../src/storage/sqlite/sqlite-storage.ts";
import type { Storage, Target } from "../../../src/storage/storage.ts";
import { tempFolder } from "../../support/temp-folder.ts";

const THINGS: Target = { scope: "public", index: "time", collection: "things" };
const COUNT = 50;

describe("the time limit of searches", () => {
	it("ends a search, which answers what it has and says so", async () => {
		const storage = await open(0);
		for (const query of [
			{ match: { text: "word" } },
			{ term: { name: "n1" } },
			{ bool: { must_not: [{ term: { name: "n1" } }] } },
		]) {
			const result = await search(storage, query);
			assert.equal(result.timedOut, true, JSON.stringify(query));
			assert.ok(result.hits.length < COUNT);
		}
		await storage.close();
	});

	it("does not touch one that is done before, nor scrolls and scans", async () => {
		const early = await open(60_000);
		const result = await search(early, { match: { text: "word" } });
		assert.equal(result.timedOut, undefined);
		assert.equal(result.total, COUNT);
		await early.close();

		const late = await open(0);
		const query = parseQuery({ match: { text: "word" } });
		const page = await late.scroll([THINGS], {
			query,
			sort: [],
			size: COUNT,
			keepAliveMs: 60_000,
		});
		assert.equal(page.hits.length, COUNT);
		assert.equal(page.timedOut, undefined);
		const scanned = [];
		for await (const hits of late.scan([THINGS], { query }))
			scanned.push(...hits);
		assert.equal(scanned.length, COUNT);
		await late.close();
	});
});

async function open(searchTimeoutMs: number): Promise<Storage> {
	const folder = await tempFolder("time");
	const storage = createSqliteStorage(createDatabase({ folder }), {
		clock: systemClock,
		ids: randomIds,
		searchTimeoutMs,
	});
	await storage.open();
	await storage.createCollection(THINGS, {
		mappings: {
			properties: { name: { type: "keyword" }, text: { type: "text" } },
		},
	});
	await storage.write(
		THINGS,
		Array.from({ length: COUNT }, (_, n) => ({
			kind: "create" as const,
			content: { name: `n${n}`, text: `word ${n}` },
		})),
	);
	return storage;
}

function search(storage: Storage, dsl: object) {
	const query = parseQuery(dsl);
	return storage.search([THINGS], { query, sort: [], from: 0, size: 100 });
}
