import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Cache } from "../../src/cache/cache.ts";
import { createRedisCache } from "../../src/cache/redis/redis-cache.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { randomIds } from "../../src/lib/ids.ts";
import { silentLog } from "../../src/lib/log.ts";
import { Locks } from "../../src/security/locks.ts";
import { isError } from "../support/assert-error.ts";
import { hasRedis, startRedis } from "../support/redis.ts";
import { startSecurity } from "../support/security.ts";
import { later, settle } from "../support/settle.ts";

const LIFETIME_MS = 30_000;
const work = { name: "work", action: "first" };
const other = { name: "work", action: "second" };
const nothing = async () => {};

describe("a lock", () => {
	it("lets one in on all nodes, and says what is under way", async (test) => {
		const node = await startSecurity(test);
		const { promise, resolve } = later();
		const running = node.security.locks.run(work, () => promise);
		await settle();
		for (const { security } of [node, node.otherNode()]) {
			await assert.rejects(
				security.locks.run(other, nothing),
				isError("api.process.action_locked", ["first"]),
			);
			await security.locks.run({ ...other, name: "else" }, nothing);
		}
		resolve();
		await running;
		await node.otherNode().security.locks.run(other, nothing);
	});

	it("is let go when the work fails", async (test) => {
		const { security } = await startSecurity(test);
		const failure = new Error("of the work");
		const failing = security.locks.run(work, () => Promise.reject(failure));
		await assert.rejects(failing, failure);
		assert.equal(await security.locks.run(work, async () => 7), 7);
	});

	it("is kept for as long as the work takes", async (test) => {
		const node = await startSecurity(test);
		const { promise, resolve } = later();
		const running = node.security.locks.run(work, () => promise);
		for (let tenths = 0; tenths < 50; tenths++) {
			await settle();
			node.clock.advance(LIFETIME_MS / 10);
		}
		const locked = isError("api.process.action_locked");
		const { locks } = node.otherNode().security;
		await assert.rejects(locks.run(other, nothing), locked);
		resolve();
		await running;
		await locks.run(other, nothing);
	});

	it("of a node that is gone ends by itself", async (test) => {
		const node = await startSecurity(test);
		const held = node.cache.namespace("lock", { durable: false });
		await held.set("work", "first of-a-dead-node", { ttlMs: LIFETIME_MS });
		const { locks } = node.security;
		const locked = isError("api.process.action_locked", ["first"]);
		await assert.rejects(locks.run(other, nothing), locked);
		node.clock.advance(LIFETIME_MS);
		await locks.run(other, nothing);
	});

	it("that was lost by standing still is not taken from its next owner", async (test) => {
		const node = await startSecurity(test);
		const first = later();
		const second = later();
		const running = node.security.locks.run(work, () => first.promise);
		await settle();
		// All at once, as after a pause of the process.
		node.clock.advance(LIFETIME_MS);
		await settle();
		node.clock.advance(LIFETIME_MS);
		await settle();
		const { locks } = node.otherNode().security;
		const next = locks.run(other, () => second.promise);
		await settle();
		node.clock.advance(LIFETIME_MS / 2);
		await settle();
		first.resolve();
		await running;
		const locked = isError("api.process.action_locked", ["second"]);
		await assert.rejects(locks.run(work, nothing), locked);
		second.resolve();
		await next;
	});
});

if (hasRedis())
	describe("a lock on Redis", () => {
		it("lets one of many in, on two nodes, and the next once it is let go", async (test) => {
			const redis = await startRedis();
			test.after(() => redis.stop());
			const open = async (): Promise<Cache> => {
				const { settings } = redis;
				const cache = createRedisCache({
					settings,
					prefix: "",
					log: silentLog,
				});
				await cache.open();
				return cache;
			};
			const caches = [await open(), await open()];
			test.after(() => Promise.all(caches.map((cache) => cache.close())));
			const nodes = caches.map(
				(cache) => new Locks({ cache, clock: systemClock, ids: randomIds }),
			);
			for (const round of [1, 2]) {
				const { promise, resolve } = later();
				const tries = Array.from({ length: 20 }, (_, n) =>
					nodes[n % 2]?.run(work, () => promise),
				);
				const settled = Promise.allSettled(tries);
				const refusals = tries.map((one) => one?.catch((error) => error.id));
				const early = await firstOf(refusals, tries.length - 1);
				assert.deepEqual(
					new Set(early),
					new Set(["api.process.action_locked"]),
				);
				resolve();
				const winners = (await settled).filter(
					({ status }) => status === "fulfilled",
				);
				assert.equal(winners.length, 1, `round ${round}`);
			}
		});
	});

/** What so many of the promises came to first. */
function firstOf(
	promises: readonly (Promise<unknown> | undefined)[],
	count: number,
): Promise<unknown[]> {
	const results: unknown[] = [];
	return new Promise((resolve) => {
		for (const promise of promises)
			void promise?.then((result) => {
				results.push(result);
				if (results.length === count) resolve(results);
			});
	});
}
