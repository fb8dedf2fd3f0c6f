import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, it, type TestContext } from "node:test";
import { ManualClock } from "../../src/lib/clock.ts";
import { randomIds } from "../../src/lib/ids.ts";
import { silentLog } from "../../src/lib/log.ts";
import {
	type BootstrapOptions,
	type Bootstrapped,
	bootstrap,
} from "../../src/security/bootstrap.ts";
import { collections, own } from "../../src/security/collections.ts";
import { createDatabase } from "../../src/sqlite/database.ts";
import { createSqliteStorage } from "../../src/storage/sqlite/sqlite-storage.ts";
import type { Storage } from "../../src/storage/storage.ts";

const { config, roles, profiles } = collections;
const strategyCollection = own("users", {}, "false", "plugin-x");

async function open(test: TestContext): Promise<{
	storage: Storage;
	clock: ManualClock;
	run: (options?: Partial<BootstrapOptions>) => Promise<Bootstrapped>;
}> {
	const folder = await mkdtemp(path.join(tmpdir(), "portico-bootstrap-"));
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
	const run = (options: Partial<BootstrapOptions> = {}) =>
		bootstrap({
			storage,
			clock,
			log: silentLog,
			strategyCollections: [strategyCollection],
			secret: null,
			passwordFormat: null,
			...options,
		});
	return { storage, clock, run };
}

/** Every document of the collections that a start writes to. */
async function contents(storage: Storage): Promise<unknown> {
	const found: Record<string, unknown> = {};
	for (const { target } of [config, roles, profiles]) {
		await storage.refresh(target);
		for await (const page of storage.scan([target], {
			query: { kind: "match_all" },
		})) {
			for (const { id, content, version } of page) {
				found[`${target.collection}/${id}`] = { content, version };
			}
		}
	}
	return found;
}

/** What a real Kuzzle leaves behind. */
async function fillAsKuzzle(storage: Storage): Promise<void> {
	for (const { target, definition } of Object.values(collections)) {
		await storage.createCollection(target, definition);
	}
	const create = (id: string, content: Record<string, string | number>) => ({
		kind: "create" as const,
		id,
		content,
	});
	await storage.write(config.target, [
		create("kuzzle.done", { timestamp: 1 }),
		create("internalIndex.dataModelVersion", { version: "2.0.0" }),
		create("security.jwt.secret", { seed: "kuzzle's own secret" }),
	]);
	await storage.write(roles.target, [create("admin", { tag: "kept" })]);
}

describe("the first start on a store", () => {
	it("makes the collections, the seeded rights and a secret", async (test) => {
		const { storage, run } = await open(test);
		const { isNew, secret, passwordFormat } = await run();
		assert.equal(isNew, true);
		assert.match(secret, /^[0-9a-f]{1024}$/);
		assert.equal(passwordFormat, "portico");
		for (const { target } of [
			...Object.values(collections),
			strategyCollection,
		]) {
			assert.equal(await storage.collectionExists(target), true);
		}
		for (const id of ["admin", "default", "anonymous"]) {
			const role = await storage.get(roles.target, id);
			assert.deepEqual(role?.content.controllers, {
				"*": { actions: { "*": true } },
			});
			const profile = await storage.get(profiles.target, id);
			assert.deepEqual(profile?.content.policies, [{ roleId: id }]);
			assert.equal(profile?.content.rateLimit, 0);
		}
		const version = await storage.get(
			config.target,
			"internalIndex.dataModelVersion",
		);
		assert.deepEqual(version?.content, { version: "2.0.0" });
	});

	it("answers and leaves the same when it is done again", async (test) => {
		const { storage, clock, run } = await open(test);
		const first = await run();
		const before = await contents(storage);
		clock.advance(1000);
		assert.deepEqual(await run(), { ...first, isNew: false });
		assert.deepEqual(await contents(storage), before);
	});

	it("agrees with others that do it at the same time", async (test) => {
		const { storage, run } = await open(test);
		const found = await Promise.all(Array.from({ length: 10 }, () => run()));
		assert.equal(new Set(found.map(({ secret }) => secret)).size, 1);
		assert.deepEqual(
			new Set(found.map(({ passwordFormat }) => passwordFormat)),
			new Set(["portico"]),
		);
		for (const document of Object.values(
			(await contents(storage)) as Record<string, { version: number }>,
		)) {
			assert.equal(document.version, 1);
		}
	});

	it("is finished by the next one, when it was cut off", async (test) => {
		const { storage, run } = await open(test);
		const first = await run();
		await storage.write(config.target, [{ kind: "delete", id: "kuzzle.done" }]);
		await storage.write(roles.target, [{ kind: "delete", id: "default" }]);
		assert.deepEqual(await run(), first);
		assert.notEqual(await storage.get(roles.target, "default"), null);
	});
});

describe("a start on a Kuzzle's store", () => {
	it("keeps its secret, its rights and its kind of passwords", async (test) => {
		const { storage, run } = await open(test);
		await fillAsKuzzle(storage);
		const expected = {
			isNew: false,
			secret: "kuzzle's own secret",
			passwordFormat: "kuzzle",
		};
		assert.deepEqual(await run(), expected);
		assert.deepEqual(await run(), expected);
		const admin = await storage.get(roles.target, "admin");
		assert.deepEqual(admin?.content, { tag: "kept" });
		assert.equal(await storage.get(profiles.target, "admin"), null);
	});

	it("follows the operator who has switched the kind of passwords", async (test) => {
		const { storage, run } = await open(test);
		await fillAsKuzzle(storage);
		const { passwordFormat } = await run({ passwordFormat: "portico" });
		assert.equal(passwordFormat, "portico");
		assert.equal((await run()).passwordFormat, "kuzzle");
	});
});

describe("the price of a start", () => {
	it("is four groups of writes at most, and one where all is there", async (test) => {
		const { storage, run } = await open(test);
		const commits = async () => Number((await storage.info()).commits);
		const begun = await commits();
		await run();
		const made = await commits();
		assert.ok(made - begun <= 4, `${made - begun} groups`);
		await run();
		assert.equal((await commits()) - made, 1);
	});
});

describe("the secret", () => {
	it("is the configured one, and then none is stored", async (test) => {
		const { storage, run } = await open(test);
		assert.equal((await run({ secret: "mine" })).secret, "mine");
		assert.equal(await storage.get(config.target, "security.jwt.secret"), null);
	});

	it("stops the start when its document holds none", async (test) => {
		const { storage, run } = await open(test);
		await run();
		for (const seed of ["", 3, null]) {
			await storage.write(config.target, [
				{ kind: "replace", id: "security.jwt.secret", content: { seed } },
			]);
			await assert.rejects(run(), /holds no secret/);
		}
	});
});
