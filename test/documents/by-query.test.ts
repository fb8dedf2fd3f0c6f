import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, it, type TestContext } from "node:test";
import { DocumentsByQuery } from "../../src/documents/by-query.ts";
import { Documents } from "../../src/documents/documents.ts";
import { createError } from "../../src/errors/gateway-error.ts";
import { ManualClock } from "../../src/lib/clock.ts";
import { randomIds } from "../../src/lib/ids.ts";
import type { Query } from "../../src/search/query.ts";
import { createDatabase } from "../../src/sqlite/database.ts";
import { createSqliteStorage } from "../../src/storage/sqlite/sqlite-storage.ts";
import type { Storage } from "../../src/storage/storage.ts";
import { isError } from "../support/assert-error.ts";
import { overrideStorage } from "../support/override-storage.ts";

const TARGET = { scope: "public", index: "i", collection: "c" } as const;
const MANY = 1_200;
const old: Query = {
	kind: "term",
	field: "state",
	value: "old",
	caseInsensitive: false,
};
const everything: Query = { kind: "match_all" };

interface Started {
	readonly storage: Storage;
	/** Writes by query, over a storage with some of its methods replaced. */
	readonly over: (methods?: Partial<Storage>) => DocumentsByQuery;
}

async function start(test: TestContext, count: number): Promise<Started> {
	const folder = await mkdtemp(path.join(tmpdir(), "portico-by-query-"));
	const clock = new ManualClock();
	const storage = createSqliteStorage(createDatabase({ folder }), {
		clock,
		ids: randomIds,
	});
	await storage.open();
	test.after(async () => {
		await storage.close();
		await rm(folder, { recursive: true, force: true });
	});
	await storage.createCollection(TARGET, {
		mappings: { properties: { state: { type: "keyword" } } },
	});
	await storage.write(
		TARGET,
		Array.from({ length: count }, (_, at) => ({
			kind: "create" as const,
			id: `d${at}`,
			content: { state: "old" },
		})),
	);
	const over = (methods: Partial<Storage> = {}) => {
		const changed = overrideStorage(storage, methods);
		return new DocumentsByQuery({
			storage: changed,
			writeMax: 3,
			documents: new Documents({
				storage: changed,
				clock,
				limits: { documentsFetchCount: 3, documentsWriteCount: 3 },
				sink: {
					changed() {
						throw new Error("nobody is to be told");
					},
				},
				validator: { rulesOf: () => null },
			}),
		});
	};
	return { storage, over };
}

/** Before the first write, somebody else writes. */
function raced(
	storage: Storage,
	race: () => Promise<unknown>,
): Pick<Storage, "write"> {
	let isRaced = false;
	return {
		async write(...args) {
			if (!isRaced) {
				isRaced = true;
				await race();
			}
			return storage.write(...args);
		},
	};
}

const update = (storage: Storage, id: string, changes: { state: string }) =>
	storage.write(TARGET, [{ kind: "update", id, changes }]);

describe("writes by query", () => {
	it("pass over a document that the query no longer finds", async (test) => {
		const { storage, over } = await start(test, 2);
		const byQuery = over(
			raced(storage, () => update(storage, "d0", { state: "new" })),
		);
		const hits = await byQuery.delete(TARGET, old, {
			kuid: null,
			silent: true,
		});
		assert.deepEqual(
			hits.map(({ id }) => id),
			["d1"],
		);
		assert.equal(await storage.exists(TARGET, "d0"), true);
	});

	it("find a document again that was changed and still matches, and answer it as it was then", async (test) => {
		const { storage, over } = await start(test, 1);
		const race = () =>
			storage.write(TARGET, [
				{ kind: "update", id: "d0", changes: { more: 1 } },
			]);
		const byQuery = over(raced(storage, race));
		const [hit] = await byQuery.delete(TARGET, old, {
			kuid: null,
			silent: true,
		});
		assert.deepEqual(hit?.content, { state: "old", more: 1 });
		assert.equal(await storage.exists(TARGET, "d0"), false);
	});

	it("pass over a document that is gone", async (test) => {
		const { storage, over } = await start(test, 2);
		const race = () => storage.write(TARGET, [{ kind: "delete", id: "d0" }]);
		const byQuery = over(raced(storage, race));
		const { updated, failed } = await byQuery.update(
			TARGET,
			old,
			{ state: "new" },
			{ kuid: null, silent: true },
		);
		assert.deepEqual(
			updated.map(({ id }) => id),
			["d1"],
		);
		assert.deepEqual(failed, []);
	});

	it("give up on a document that changes each time", async (test) => {
		const { storage, over } = await start(test, 1);
		const byQuery = over({
			async write(...args) {
				const [, [operation]] = args;
				if (operation?.kind === "delete")
					await update(storage, "d0", { state: "old" });
				return storage.write(...args);
			},
		});
		await assert.rejects(
			byQuery.delete(TARGET, old, { kuid: null, silent: true }),
			isError("services.storage.incomplete_delete"),
		);
	});

	it("of any number go page by page, also where each page changes what is found", async (test) => {
		const { storage, over } = await start(test, MANY);
		const largest = { page: 0 };
		const byQuery = over({
			write(...args) {
				largest.page = Math.max(largest.page, args[1].length);
				return storage.write(...args);
			},
		});
		const changes = { state: "new" };
		assert.equal(await byQuery.updateAll(TARGET, old, changes, {}), MANY);
		assert.equal(await byQuery.updateAll(TARGET, old, changes, {}), 0);
		assert.ok(largest.page <= 500, `${largest.page} at once`);
		assert.equal(await byQuery.deleteAll(TARGET, everything, {}), MANY);
		assert.equal(await byQuery.deleteAll(TARGET, everything, {}), 0);
	});

	it("that are cut off after their first page do not say that nothing was changed", async (test) => {
		const { storage, over } = await start(test, MANY);
		const controller = new AbortController();
		const byQuery = over({
			async write(...args) {
				const outcomes = await storage.write(...args);
				controller.abort(createError("portico.call.timeout"));
				return outcomes;
			},
		});
		const { signal } = controller;
		await assert.rejects(
			byQuery.deleteAll(TARGET, everything, { signal }),
			isError("portico.call.outcome_unknown"),
		);
	});
});
