import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, beforeEach, describe, it } from "node:test";
import { createError } from "../../src/errors/gateway-error.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { randomIds } from "../../src/lib/ids.ts";
import {
	measureStorage,
	type StoreOutcome,
} from "../../src/metrics/measured-storage.ts";
import { createDatabase } from "../../src/sqlite/database.ts";
import { createSqliteStorage } from "../../src/storage/sqlite/sqlite-storage.ts";
import type { SearchHit, Storage, Target } from "../../src/storage/storage.ts";

const target: Target = { scope: "public", index: "i", collection: "c" };
const everything = {
	query: { kind: "match_all" },
	sort: [],
	from: 0,
	size: 1,
} as const;

describe("a measured store", () => {
	let folder: string;
	let storage: Storage;
	let seen: [string, StoreOutcome][] = [];
	const durations: number[] = [];

	before(async () => {
		folder = await mkdtemp(path.join(tmpdir(), "portico-measured-"));
		const database = createDatabase({ folder });
		const adapter = createSqliteStorage(database, {
			clock: systemClock,
			ids: randomIds,
		});
		storage = measureStorage(adapter, (operation, outcome, seconds) => {
			seen.push([operation, outcome]);
			durations.push(seconds);
		});
		await storage.open();
		await storage.createCollection(target);
	});
	beforeEach(() => {
		seen = [];
	});
	after(async () => {
		await storage.close();
		await rm(folder, { recursive: true });
	});

	it("answers as the store does, and tells of each operation once", async () => {
		assert.equal(storage.backend, "sqlite");
		const create = { kind: "create", id: "1", content: { a: 1 } } as const;
		const outcomes = await storage.write(target, [create], {
			refresh: "wait_for",
		});
		assert.equal(outcomes[0]?.ok, true);
		assert.deepEqual((await storage.get(target, "1"))?.content, { a: 1 });
		assert.deepEqual(await storage.mExists(target, ["1", "2"]), [true, false]);
		assert.deepEqual(await storage.listCollections("public", "i"), ["c"]);
		assert.deepEqual(seen, [
			["write", "ok"],
			["get", "ok"],
			["mExists", "ok"],
			["listCollections", "ok"],
		]);
		assert.ok(durations.every((seconds) => seconds >= 0 && seconds < 60));
	});

	it("passes errors on, and tells the caller's from the store's own", async () => {
		await assert.rejects(storage.deleteIndex("public", "nowhere"), {
			id: "services.storage.unknown_index",
		});
		const gone = createError("portico.call.timeout");
		await assert.rejects(
			storage.search([target], everything, {
				signal: AbortSignal.abort(gone),
			}),
			gone,
		);
		assert.deepEqual(seen, [
			["deleteIndex", "refused"],
			["search", "failed"],
		]);
	});

	it("tells of each page of a scan, and of its end", async () => {
		const ids = ["s1", "s2", "s3"];
		const scanned = { ...target, collection: "scanned" };
		await storage.createCollection(scanned);
		await storage.write(
			scanned,
			ids.map((id) => ({ kind: "create", id, content: {} })),
			{ refresh: "wait_for" },
		);
		seen = [];
		const found: string[] = [];
		const pages = storage.scan([scanned], {
			query: everything.query,
			pageSize: 2,
		});
		for await (const page of pages) found.push(...page.map(({ id }) => id));
		assert.deepEqual(new Set(found), new Set(ids));
		assert.deepEqual(new Set(seen.map(String)), new Set(["scan,ok"]));
		assert.ok(seen.length >= 2);
	});
});

describe("a measured scan", () => {
	it("ends with its reader, who may stop half-way", async () => {
		const seen: string[] = [];
		let isFreed = false;
		async function* pages(): AsyncIterable<SearchHit[]> {
			try {
				yield [];
				yield [];
				yield [];
			} finally {
				isFreed = true;
			}
		}
		const storage = measureStorage(
			{ scan: () => pages() } as unknown as Storage,
			(operation) => seen.push(operation),
		);
		for await (const _page of storage.scan([target], {} as never)) {
			if (seen.length === 2) break;
		}
		assert.deepEqual(seen, ["scan", "scan"]);
		assert.ok(isFreed);
	});
});
