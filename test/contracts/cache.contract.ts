import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, describe, it } from "node:test";
import type { Cache, CacheNamespace } from "../../src/cache/cache.ts";

export interface CacheUnderTest {
	/** Open. Replaced by what `reopen` answers. */
	cache: Cache;
	/** The clock that the lifetimes run by. Where that is another machine's, a little more time may pass than is asked for: lifetimes here are long. */
	readonly clock: { advance(ms: number): void | Promise<void> };
	/** Closes the cache and opens another on the same data. */
	reopen(): Promise<Cache>;
	close(): Promise<void>;
}

/** Everything that the cache port promises, on a durable and on a volatile namespace. An adapter's own test calls this and adds what is its own. */
export function cacheContract(
	name: string,
	makeCache: () => Promise<CacheUnderTest>,
): void {
	describe(`the cache contract, kept by ${name}`, { timeout: 120_000 }, () => {
		let made: CacheUnderTest;
		before(async () => {
			made = await makeCache();
		});
		after(() => made.close());
		for (const durable of [true, false])
			describe(durable ? "durable" : "volatile", () => {
				values(() => made, durable);
				lifetimes(() => made, durable);
				races(() => made, durable);
				counts(() => made, durable);
				scans(() => made, durable);
			});
		durability(() => made);
	});
}

type Made = () => CacheUnderTest;

/** A namespace that nobody else uses. */
function fresh(made: Made, durable: boolean): CacheNamespace {
	return made().cache.namespace(`ns-${randomBytes(6).toString("hex")}`, {
		durable,
	});
}

const HOSTILE = [
	"",
	" ",
	"a\0b",
	"a'b\"c",
	"*",
	"a*",
	"[a]",
	"é日本🎉",
	"a:b/c",
	"__proto__",
	"x".repeat(10_000),
];

function values(made: Made, durable: boolean): void {
	it("keeps what is set until it is set again or deleted", async () => {
		const namespace = fresh(made, durable);
		assert.equal(await namespace.get("a"), null);
		await namespace.set("a", "1");
		assert.equal(await namespace.get("a"), "1");
		await namespace.set("a", "2");
		assert.equal(await namespace.get("a"), "2");
		assert.equal(await namespace.delete("a"), true);
		assert.equal(await namespace.get("a"), null);
		assert.equal(await namespace.delete("a"), false);
	});

	it("takes any text as key and as value", async () => {
		const namespace = fresh(made, durable);
		for (const [n, key] of HOSTILE.entries())
			await namespace.set(key, `${n}${key}`);
		for (const [n, key] of HOSTILE.entries())
			assert.equal(await namespace.get(key), `${n}${key}`);
		const found = await collect(namespace, "");
		assert.deepEqual(keysOf(found), sorted(HOSTILE));
		for (const key of HOSTILE)
			assert.equal(await namespace.compareAndDelete(key, "other"), false);
		for (const key of HOSTILE) assert.equal(await namespace.delete(key), true);
	});

	it("keeps namespaces apart, and gives the same one for the same name", async () => {
		const { cache } = made();
		const name = `ns-${randomBytes(6).toString("hex")}`;
		const [one, same] = [
			cache.namespace(name, { durable }),
			cache.namespace(name, { durable }),
		];
		const other = cache.namespace(`${name}-2`, { durable });
		await one.set("a", "1");
		assert.equal(await same.get("a"), "1");
		assert.equal(await other.get("a"), null);
		await other.set("a", "2");
		await one.clear();
		assert.equal(await same.get("a"), null);
		assert.equal(await other.get("a"), "2");
	});

	it("clears all, and goes on", async () => {
		const namespace = fresh(made, durable);
		await Promise.all(
			Array.from({ length: 50 }, (_, n) =>
				namespace.set(`${n}`, "x", { ttlMs: 1_000 }),
			),
		);
		await namespace.clear();
		assert.deepEqual(await collect(namespace, ""), []);
		await namespace.set("a", "1");
		assert.equal(await namespace.get("a"), "1");
	});
}

function lifetimes(made: Made, durable: boolean): void {
	it("never answers a value past its lifetime", async () => {
		const namespace = fresh(made, durable);
		await namespace.set("short", "1", { ttlMs: 100_000 });
		await namespace.set("long", "2", { ttlMs: 500_000 });
		await namespace.set("ever", "3");
		await made().clock.advance(90_000);
		assert.equal(await namespace.get("short"), "1");
		await made().clock.advance(10_000);
		assert.equal(await namespace.get("short"), null);
		assert.deepEqual(await keys(namespace), ["ever", "long"]);
		assert.equal(await namespace.delete("short"), false);
		assert.equal(await namespace.compareAndDelete("short", "1"), false);
		await made().clock.advance(10 ** 12);
		assert.deepEqual(await keys(namespace), ["ever"]);
	});

	it("gives each setting its own lifetime", async () => {
		const namespace = fresh(made, durable);
		await namespace.set("a", "1", { ttlMs: 100_000 });
		await namespace.set("a", "2");
		await made().clock.advance(200_000);
		assert.equal(await namespace.get("a"), "2");
		await namespace.set("a", "3", { ttlMs: 100_000 });
		await made().clock.advance(90_000);
		await namespace.set("a", "4", { ttlMs: 100_000 });
		await made().clock.advance(90_000);
		assert.equal(await namespace.get("a"), "4");
		await made().clock.advance(10_000);
		assert.equal(await namespace.get("a"), null);
	});

	it("frees a key when its value has ended", async () => {
		const namespace = fresh(made, durable);
		assert.equal(
			await namespace.setIfAbsent("a", "1", { ttlMs: 100_000 }),
			true,
		);
		assert.equal(
			await namespace.setIfAbsent("a", "2", { ttlMs: 900_000 }),
			false,
		);
		await made().clock.advance(100_000);
		assert.equal(await namespace.setIfAbsent("a", "3"), true);
		assert.equal(await namespace.get("a"), "3");
	});

	it("changes what is there, with a new lifetime, and brings back nothing that has gone", async () => {
		const namespace = fresh(made, durable);
		assert.equal(await namespace.setIfPresent("a", "0"), false);
		assert.equal(await namespace.get("a"), null);
		await namespace.set("a", "1", { ttlMs: 100_000 });
		await made().clock.advance(90_000);
		assert.equal(
			await namespace.setIfPresent("a", "2", { ttlMs: 100_000 }),
			true,
		);
		await made().clock.advance(90_000);
		assert.equal(await namespace.get("a"), "2");
		await made().clock.advance(10_000);
		assert.equal(await namespace.setIfPresent("a", "3"), false);
		await namespace.set("a", "4");
		const [, changed] = await Promise.all([
			namespace.delete("a"),
			namespace.setIfPresent("a", "5"),
		]);
		assert.equal(changed, false);
		assert.equal(await namespace.get("a"), null);
	});

	it("refuses a lifetime that is none", async () => {
		const namespace = fresh(made, durable);
		for (const ttlMs of [0, -1, Number.NaN])
			await assert.rejects(namespace.set("a", "1", { ttlMs }));
		assert.equal(await namespace.get("a"), null);
	});
}

function races(made: Made, durable: boolean): void {
	it("lets one of many set an absent key", async () => {
		const namespace = fresh(made, durable);
		const results = await Promise.all(
			Array.from({ length: 50 }, (_, n) =>
				namespace.setIfAbsent("lock", `${n}`),
			),
		);
		const winners = results.flatMap((won, n) => (won ? [n] : []));
		assert.equal(winners.length, 1);
		assert.equal(await namespace.get("lock"), `${winners[0]}`);
	});

	it("lets a lock be let go by its owner only, and by one of many", async () => {
		const namespace = fresh(made, durable);
		await namespace.set("lock", "me");
		assert.equal(await namespace.compareAndDelete("lock", "you"), false);
		assert.equal(await namespace.get("lock"), "me");
		const results = await Promise.all(
			Array.from({ length: 20 }, () =>
				namespace.compareAndDelete("lock", "me"),
			),
		);
		assert.equal(results.filter(Boolean).length, 1);
		assert.equal(await namespace.compareAndDelete("never", "me"), false);
	});

	it("has one owner at a time, whatever the callers do", async () => {
		const namespace = fresh(made, durable);
		let owners = 0;
		let turns = 0;
		const take = async (owner: string): Promise<void> => {
			while (!(await namespace.setIfAbsent("lock", owner)))
				await Promise.resolve();
			assert.equal(++owners, 1);
			await namespace.get("lock");
			owners--;
			turns++;
			assert.equal(await namespace.compareAndDelete("lock", owner), true);
		};
		await Promise.all(Array.from({ length: 10 }, (_, n) => take(`${n}`)));
		assert.equal(turns, 10);
	});

	it("does things in the order in which they were asked for", async () => {
		const namespace = fresh(made, durable);
		const results = await Promise.all([
			namespace.set("a", "1"),
			namespace.delete("a"),
			namespace.setIfAbsent("a", "2"),
			namespace.compareAndDelete("a", "2"),
			namespace.increment("a", 5, { ttlMs: 1_000 }),
		]);
		assert.deepEqual(results, [undefined, true, true, true, 5]);
	});
}

function counts(made: Made, durable: boolean): void {
	it("loses no increment of many at once, and answers each count once", async () => {
		const namespace = fresh(made, durable);
		const results = await Promise.all(
			Array.from({ length: 100 }, () =>
				namespace.increment("n", 1, { ttlMs: 100_000 }),
			),
		);
		assert.deepEqual(
			results.sort((a, b) => a - b),
			Array.from({ length: 100 }, (_, n) => n + 1),
		);
		assert.equal(await namespace.get("n"), "100");
		assert.equal(await namespace.increment("n", -30, { ttlMs: 100_000 }), 70);
	});

	it("begins a count's lifetime with the count, and does not renew it", async () => {
		const namespace = fresh(made, durable);
		await namespace.increment("n", 1, { ttlMs: 100_000 });
		await made().clock.advance(60_000);
		assert.equal(await namespace.increment("n", 1, { ttlMs: 100_000 }), 2);
		await made().clock.advance(40_000);
		assert.equal(await namespace.get("n"), null);
		assert.equal(await namespace.increment("n", 1, { ttlMs: 100_000 }), 1);
	});

	it("refuses to count on what is no whole number, and leaves it", async () => {
		const namespace = fresh(made, durable);
		for (const value of ["word", "1.5", ""]) {
			await namespace.set("n", value);
			await assert.rejects(namespace.increment("n", 1, { ttlMs: 100_000 }));
			assert.equal(await namespace.get("n"), value);
		}
	});
}

function scans(made: Made, durable: boolean): void {
	it("finds every live entry with the prefix, and no other", async () => {
		const namespace = fresh(made, durable);
		const wanted = ["a:", "a:1", "a:é", "a:\u{10ffff}", "a:*"];
		for (const key of [...wanted, "a", "a;", "b:1", "A:1", "*"])
			await namespace.set(key, key);
		await namespace.set("a:ended", "x", { ttlMs: 1 });
		await made().clock.advance(1);
		const found = await collect(namespace, "a:");
		assert.deepEqual(keysOf(found), sorted(wanted));
		for (const { key, value } of found) assert.equal(value, key);
		assert.equal((await collect(namespace, "")).length, 10);
		assert.deepEqual(await collect(namespace, "nothing"), []);
	});

	it("meets what stays exactly once, while others come and go", async () => {
		const namespace = fresh(made, durable);
		const names = Array.from(
			{ length: 1_000 },
			(_, n) => `k${String(n).padStart(4, "0")}`,
		);
		await Promise.all(names.map((key) => namespace.set(key, "old")));
		const seen = new Map<string, number>();
		for await (const { key } of namespace.scan("k")) {
			seen.set(key, (seen.get(key) ?? 0) + 1);
			if (seen.size % 100 !== 0) continue;
			// What was met and what was not, one stays and is set again, one goes, one comes.
			const n = seen.size;
			await Promise.all([
				namespace.set(names[n - 50] as string, "new"),
				namespace.set(names[(n + 50) % 1_000] as string, "new"),
				namespace.delete(names[(n + 7) % 1_000] as string),
				namespace.set(`k${n}-new`, "new"),
			]);
		}
		const gone = new Set(
			Array.from({ length: 10 }, (_, n) => names[((n + 1) * 100 + 7) % 1_000]),
		);
		for (const key of names)
			if (!gone.has(key)) assert.equal(seen.get(key), 1, key);
		for (const times of seen.values()) assert.equal(times, 1);
	});

	it("may be left early", async () => {
		const namespace = fresh(made, durable);
		await Promise.all(
			Array.from({ length: 600 }, (_, n) => namespace.set(`${n}`, "x")),
		);
		for await (const { value } of namespace.scan("")) {
			assert.equal(value, "x");
			break;
		}
		await namespace.set("after", "1");
		assert.equal(await namespace.get("after"), "1");
	});
}

function durability(made: Made): void {
	it("answers health, and opens again without harm", async () => {
		assert.equal((await made().cache.health()).status, "green");
		await made().cache.open();
		assert.equal((await made().cache.health()).status, "green");
	});

	it("keeps what is durable through a restart, with the lifetimes that it has left", async () => {
		const name = `ns-${randomBytes(6).toString("hex")}`;
		const before = made().cache.namespace(name, { durable: true });
		await before.set("ever", "1");
		await before.set("short", "2", { ttlMs: 100_000 });
		await before.set("long", "3", { ttlMs: 500_000 });
		await before.increment("count", 4, { ttlMs: 500_000 });
		await before.set("deleted", "5");
		await before.delete("deleted");
		made().cache = await made().reopen();
		const after = made().cache.namespace(name, { durable: true });
		assert.deepEqual(await keys(after), ["count", "ever", "long", "short"]);
		await made().clock.advance(100_000);
		assert.deepEqual(await keys(after), ["count", "ever", "long"]);
		assert.equal(await after.increment("count", 1, { ttlMs: 500_000 }), 5);
		await made().clock.advance(400_000);
		assert.deepEqual(await keys(after), ["ever"]);
	});
}

async function collect(
	namespace: CacheNamespace,
	prefix: string,
): Promise<{ key: string; value: string }[]> {
	const found: { key: string; value: string }[] = [];
	for await (const entry of namespace.scan(prefix)) found.push(entry);
	return found;
}

async function keys(namespace: CacheNamespace): Promise<string[]> {
	return keysOf(await collect(namespace, ""));
}

function keysOf(entries: readonly { readonly key: string }[]): string[] {
	return sorted(entries.map(({ key }) => key));
}

/** Any fixed order will do. */
function sorted(texts: readonly string[]): string[] {
	return [...texts].sort((a, b) => (a < b ? -1 : 1));
}
