import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { Redis } from "ioredis";
import type { Cache } from "../../../src/cache/cache.ts";
import { createRedisCache } from "../../../src/cache/redis/redis-cache.ts";
import { isErrorId } from "../../../src/errors/gateway-error.ts";
import { type Log, silentLog } from "../../../src/lib/log.ts";
import { cacheContract } from "../../contracts/cache.contract.ts";
import { eventually } from "../../support/eventually.ts";
import { hasRedis, startRedis, type TestRedis } from "../../support/redis.ts";

if (hasRedis()) {
	let redis: TestRedis;
	let admin: Redis;
	before(async () => {
		redis = await startRedis();
		admin = new Redis(redis.port, "127.0.0.1");
	});
	after(async () => {
		admin.disconnect();
		await redis.stop();
	});

	cacheContract("the cache on Redis", async () => {
		const prefix = randomUUID();
		let cache = await openCache(redis, { prefix });
		return {
			cache,
			clock: { advance: (ms) => shortenLifetimes(admin, ms) },
			async reopen() {
				await cache.close();
				cache = await openCache(redis, { prefix });
				return cache;
			},
			close: () => cache.close(),
		};
	});

	describe("the cache on Redis", () => {
		let cache: Cache;
		beforeEach(async () => {
			await admin.flushall();
			cache = await openCache(redis);
		});
		afterEach(() => cache.close());

		it("keeps login tokens where Kuzzle keeps them, with their lifetime", async () => {
			const tokens = cache.namespace("token", { durable: true });
			await tokens.set("kuid#kauth-x", "{}", { ttlMs: 50_000 });
			await tokens.set("kuid#kauth-y", "{}");
			const key = "repos/kuzzle/token/kuid#kauth-x";
			assert.equal(await admin.get(key), "{}");
			const left = await admin.pttl(key);
			assert.ok(left > 0 && left <= 50_000, `${left}`);
			assert.equal(await admin.pttl("repos/kuzzle/token/kuid#kauth-y"), -1);
		});

		it("finds the tokens that Kuzzle has written", async () => {
			await admin.set("repos/kuzzle/token/kuid#kauth-x", "{}", "PX", 50_000);
			await admin.set("repos/kuzzle/users/kuid", "{}");
			const tokens = cache.namespace("token", { durable: true });
			assert.equal(await tokens.get("kuid#kauth-x"), "{}");
			const found = [];
			for await (const { key } of tokens.scan("kuid#")) found.push(key);
			assert.deepEqual(found, ["kuid#kauth-x"]);
		});

		it("clears its own and nothing else", async () => {
			await admin.set("repos/kuzzle/users/kuid", "{}");
			await cache.namespace("a", { durable: false }).set("x", "1");
			const tokens = cache.namespace("token", { durable: true });
			await tokens.set("x", "1");
			await tokens.clear();
			assert.deepEqual((await admin.keys("*")).toSorted(), [
				"portico/a/x",
				"repos/kuzzle/users/kuid",
			]);
		});

		it("keeps gateways of several prefixes and databases apart", async () => {
			const others = [
				await openCache(redis, { prefix: "other/" }),
				await openCache(redis, { database: 3 }),
			];
			try {
				for (const one of [cache, ...others]) {
					const tokens = one.namespace("token", { durable: true });
					assert.equal(await tokens.setIfAbsent("x", "1"), true);
				}
			} finally {
				for (const other of others) await other.close();
			}
		});

		it("has a prefix once, were it an option of the client as well", async () => {
			const options = { keyPrefix: "k:" };
			const prefixed = createRedisCache({
				settings: { ...redis.settings, options },
				prefix: "k:",
				log: silentLog,
			});
			await prefixed.open();
			try {
				const tokens = prefixed.namespace("token", { durable: true });
				await tokens.set("x", "1");
				assert.deepEqual(await admin.keys("*"), ["k:repos/kuzzle/token/x"]);
				for await (const entry of tokens.scan(""))
					assert.deepEqual(entry, { key: "x", value: "1" });
			} finally {
				await prefixed.close();
			}
		});

		it("scans thousands of keys among others", async () => {
			const pipeline = admin.pipeline();
			for (let n = 0; n < 5000; n++) {
				pipeline.set(`repos/kuzzle/token/u${n % 2}#${n}`, `${n}`);
			}
			await pipeline.exec();
			const found = new Map<string, string>();
			const tokens = cache.namespace("token", { durable: true });
			for await (const { key, value } of tokens.scan("u1#")) {
				found.set(key, value);
			}
			assert.equal(found.size, 2500);
			assert.equal(found.get("u1#4999"), "4999");
		});

		it("says what Redis refuses, and no value of it", async () => {
			await admin.lpush("portico/a/list", "x");
			const namespace = cache.namespace("a", { durable: false });
			await assert.rejects(
				namespace.increment("list", 1, { ttlMs: 1000 }),
				(error) => isErrorId(error, "services.cache.write_failed"),
			);
			await assert.rejects(namespace.get("list"), (error) => {
				assert.ok(isErrorId(error, "services.cache.read_failed"));
				assert.ok(!("command" in ((error as Error).cause as object)));
				return true;
			});
		});
	});

	describe("the cache on a Redis that goes away", () => {
		let own: TestRedis;
		let cache: Cache;
		let lines: object[];
		beforeEach(async () => {
			own = await startRedis();
			lines = [];
			cache = createRedisCache({
				settings: own.settings,
				prefix: "",
				log: { ...silentLog, warn: (fields) => lines.push(fields) },
			});
		});
		afterEach(async () => {
			await cache.close();
			await own.stop();
		});
		const tokens = () => cache.namespace("token", { durable: true });

		it("opens without it, fails at once, and finds it later", async () => {
			await own.kill();
			await cache.open();
			for (const command of commands(cache)) {
				await assert.rejects(command(), isAway);
			}
			assert.equal((await cache.health()).status, "red");
			await own.restart();
			await eventually("it is there", async () => {
				return (await cache.health()).status === "green";
			});
			await tokens().set("a", "1");
			assert.equal(await tokens().get("a"), "1");
		});

		it("fails at once when it is lost, is told of once, and comes back by itself", async () => {
			await cache.open();
			await tokens().set("a", "1");
			await own.kill();
			await eventually("it is lost", async () => {
				return (await cache.health()).status === "red";
			});
			// None of so many waits for a connection, and none is carried out later.
			const answers = await Promise.allSettled(
				Array.from({ length: 10_000 }, (_, n) => tokens().set(`${n}`, "x")),
			);
			for (const answer of answers) {
				assert.ok(answer.status === "rejected" && isAway(answer.reason));
			}
			await own.restart();
			await eventually("it is there", async () => {
				return (await cache.health()).status === "green";
			});
			const left = [];
			for await (const { key } of tokens().scan("")) left.push(key);
			assert.deepEqual(left, []);
			assert.equal(lines.length, 1, JSON.stringify(lines));
		});

		it("gives up on one that stands still: reads fail, the outcome of writes is unknown, and what follows fails at once", async () => {
			await cache.open();
			await tokens().set("a", "1");
			own.pause();
			const [read, write] = await Promise.allSettled([
				tokens().get("a"),
				tokens().set("b", "2"),
			]);
			assert.ok(read.status === "rejected" && isAway(read.reason));
			assert.ok(
				write.status === "rejected" &&
					isErrorId(write.reason, "portico.call.outcome_unknown"),
			);
			// One that is not sent is not carried out later.
			await assert.rejects(tokens().set("c", "3"), isAway);
			own.resume();
			await eventually("it is there", async () => {
				return (await cache.health()).status === "green";
			});
			assert.equal(await tokens().get("a"), "1");
			assert.equal(await tokens().get("c"), null);
		});

		it("lets go of everything when it is closed, also while it is away", async () => {
			await own.kill();
			await cache.open();
			await cache.close();
			await assert.rejects(tokens().get("a"), isAway);
			assert.equal((await cache.health()).status, "red");
			await cache.close();
		});
	});

	it("writes no password of Redis to the log", async () => {
		const own = await startRedis(["--requirepass", "right"]);
		const lines: string[] = [];
		const note = (fields: object) => void lines.push(JSON.stringify(fields));
		const log: Log = { ...silentLog, warn: note, info: note, error: note };
		const options = { password: "wrong-SECRET" };
		const settings = { ...own.settings, options };
		const cache = createRedisCache({ settings, prefix: "", log });
		try {
			await cache.open();
			await eventually("it is told", () => lines.length > 0);
			assert.match(lines.join(), /WRONGPASS/);
			assert.doesNotMatch(lines.join(), /SECRET/);
		} finally {
			await cache.close();
			await own.stop();
		}
	});
}

async function openCache(
	{ settings }: TestRedis,
	{ prefix = "", database = 0 } = {},
): Promise<Cache> {
	const cache = createRedisCache({
		settings: { ...settings, database },
		prefix,
		log: silentLog,
	});
	await cache.open();
	return cache;
}

/** One of each kind. */
function commands(cache: Cache): (() => Promise<unknown>)[] {
	const namespace = cache.namespace("token", { durable: true });
	return [
		() => namespace.get("a"),
		() => namespace.set("a", "1"),
		() => namespace.setIfAbsent("a", "1"),
		() => namespace.setIfPresent("a", "1"),
		() => namespace.increment("a", 1, { ttlMs: 1000 }),
		() => namespace.delete("a"),
		() => namespace.compareAndDelete("a", "1"),
		() => namespace.scan("")[Symbol.asyncIterator]().next(),
		() => namespace.clear(),
	];
}

function isAway(error: unknown): boolean {
	return isErrorId(error, "services.cache.not_connected");
}

/** As if that time had passed in Redis. */
async function shortenLifetimes(admin: Redis, ms: number): Promise<void> {
	await admin.eval(
		`for _, key in ipairs(redis.call("KEYS", "*")) do
			local left = redis.call("PTTL", key)
			if left >= 0 then redis.call("PEXPIRE", key, left - tonumber(ARGV[1])) end
		end`,
		0,
		ms,
	);
}
