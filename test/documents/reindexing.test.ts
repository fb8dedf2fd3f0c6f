import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { Reindexing } from "../../src/documents/reindexing.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { randomIds } from "../../src/lib/ids.ts";
import { type Log, silentLog } from "../../src/lib/log.ts";
import { createDatabase } from "../../src/sqlite/database.ts";
import { createSqliteStorage } from "../../src/storage/sqlite/sqlite-storage.ts";
import type { Storage } from "../../src/storage/storage.ts";
import { makeStorage } from "../storage/elasticsearch/test-kit.ts";
import { type Backend, backends } from "../support/backends.ts";
import { eventually } from "../support/eventually.ts";
import { overrideStorage } from "../support/override-storage.ts";
import { tempFolder } from "../support/temp-folder.ts";

const TARGET = { scope: "public", index: "cars", collection: "seen" } as const;
/** More than fit on a page. */
const DOCUMENTS = 450;

async function start(backend: Backend, test: TestContext): Promise<Storage> {
	const storage = await open(backend);
	test.after(async () => {
		await storage.deleteIndex("public", TARGET.index);
		await storage.close();
	});
	await storage.createCollection(TARGET);
	await storage.write(
		TARGET,
		Array.from({ length: DOCUMENTS }, (_, i) => ({
			kind: "create",
			id: `d${i}`,
			content: { plate: `p${i % 2}`, _kuzzle_info: { author: "ann" } },
		})),
	);
	await storage.updateCollection(TARGET, {
		mappings: { properties: { plate: { type: "keyword" } } },
	});
	return storage;
}

async function open(backend: Backend): Promise<Storage> {
	if (backend === "elasticsearch") {
		const { storage } = await makeStorage(
			String(process.env.ELASTICSEARCH_URL),
		);
		return storage;
	}
	const folder = await tempFolder("reindexing");
	const storage = createSqliteStorage(createDatabase({ folder }), {
		clock: systemClock,
		ids: randomIds,
	});
	await storage.open();
	return storage;
}

async function found(storage: Storage): Promise<number> {
	await storage.refresh(TARGET);
	const { total } = await storage.search([TARGET], {
		query: {
			kind: "term",
			field: "plate",
			value: "p1",
			caseInsensitive: false,
		},
		sort: [],
		from: 0,
		size: 1,
	});
	return total;
}

/** What was logged, by message. */
function listen(): { log: Log; lines: Map<string, object> } {
	const lines = new Map<string, object>();
	const note = (fields: object, message: string) =>
		void lines.set(message, fields);
	return { log: { ...silentLog, info: note, warn: note }, lines };
}

const DONE = "A collection was indexed anew";
const FAILED = "A collection was not indexed anew to its end";

for (const backend of backends()) {
	describe(`indexing anew on ${backend}`, () => {
		it("lets documents be found by fields that were mapped later, and leaves them as they are", async (test) => {
			const storage = await start(backend, test);
			assert.equal(await found(storage), 0);
			const { log, lines } = listen();
			new Reindexing({ storage, log }).start(TARGET);
			await eventually("the end", () => lines.has(DONE));
			assert.equal(await found(storage), DOCUMENTS / 2);
			assert.deepEqual((await storage.get(TARGET, "d7"))?.content, {
				plate: "p1",
				_kuzzle_info: { author: "ann" },
			});
			const { misfits } = lines.get(DONE) as { misfits: number };
			assert.equal(misfits, 0);
		});

		it("leaves documents alone that no longer fit, and goes on", async (test) => {
			const storage = await start(backend, test);
			await storage.write(TARGET, [
				{ kind: "create", id: "odd", content: { free: 1 } },
			]);
			await storage.updateCollection(TARGET, {
				mappings: { dynamic: "strict" },
			});
			const { log, lines } = listen();
			new Reindexing({ storage, log }).start(TARGET);
			await eventually("the end", () => lines.has(DONE));
			const { misfits } = lines.get(DONE) as { misfits: number };
			assert.equal(misfits, 1);
			assert.equal((await storage.get(TARGET, "odd"))?.version, 1);
			assert.equal(await found(storage), DOCUMENTS / 2);
		});

		it("writes nothing over what somebody else writes meanwhile", async (test) => {
			const storage = await start(backend, test);
			const { log, lines } = listen();
			const late = overrideStorage(storage, {
				async write(target, operations, options) {
					await storage.write(target, [
						{ kind: "update", id: "d3", changes: { plate: "new" } },
						{ kind: "delete", id: "d5" },
					]);
					return storage.write(target, operations, options);
				},
			});
			new Reindexing({ storage: late, log }).start(TARGET);
			await eventually("the end", () => lines.has(DONE));
			const { content } = (await storage.get(TARGET, "d3")) ?? {};
			assert.equal(content?.plate, "new");
			assert.equal(await storage.get(TARGET, "d5"), null);
			const { misfits } = lines.get(DONE) as { misfits: number };
			assert.equal(misfits, 0);
		});
	});
}

describe("indexing anew", () => {
	it("is told of where it fails", async (test) => {
		const storage = await start("sqlite", test);
		const { log, lines } = listen();
		const ghost = { ...TARGET, collection: "ghost" };
		new Reindexing({ storage, log }).start(ghost);
		await eventually("its end", () => lines.has(FAILED));
	});

	it("stops when it is told to, and when it begins again", async (test) => {
		const storage = await start("sqlite", test);
		const { log, lines } = listen();
		let writes = 0;
		const counted = overrideStorage(storage, {
			write(target, operations, options) {
				writes++;
				return storage.write(target, operations, options);
			},
		});
		const reindexing = new Reindexing({ storage: counted, log });
		reindexing.start(TARGET);
		reindexing.start(TARGET);
		await eventually("the end", () => lines.has(DONE));
		assert.ok(writes <= 4, `${writes} pages were written`);
		writes = 0;
		lines.clear();
		reindexing.start(TARGET);
		await reindexing.stop();
		assert.ok(writes <= 1, `${writes} pages were written`);
		assert.equal(lines.size, 0);
	});
});
