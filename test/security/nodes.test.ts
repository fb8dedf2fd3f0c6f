import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Bus } from "../../src/bus/bus.ts";
import type { Cache } from "../../src/cache/cache.ts";
import { isErrorId } from "../../src/errors/gateway-error.ts";
import { ManualClock } from "../../src/lib/clock.ts";
import { Invalidation } from "../../src/security/invalidation.ts";
import { startSecurity, TestSecurity } from "../support/security.ts";

const HOUR_MS = 3_600_000;

describe("a token that one node refreshes", () => {
	it("does not come back when another revokes it in the middle, and nothing takes its place", async (test) => {
		const one = await startSecurity(test);
		await one.user("somebody");
		const used = await one.security.authTokens.create("somebody", HOUR_MS);
		const stored: string[] = [];
		const other = new TestSecurity({
			...one,
			cache: afterEachToken(one.cache, async (text) => {
				stored.push(text);
				if (text !== used.text) await one.security.authTokens.revoke(used);
			}),
		});
		await assert.rejects(
			other.security.authTokens.refresh(used, HOUR_MS),
			(error) => isErrorId(error, "security.token.invalid"),
		);
		assert.equal(stored.length, 1);
		for (const text of [used.text, ...stored])
			for (const node of [one, other])
				await assert.rejects(node.authenticate(text), (error) =>
					isErrorId(error, "security.token.invalid"),
				);
	});
});

describe("what a node remembers", () => {
	it("is dropped when the others cannot be heard, again each second, and when they can", () => {
		const bus = new SilentBus();
		const clock = new ManualClock();
		const invalidation = new Invalidation(bus, clock);
		const dropped: (string | null)[] = [];
		invalidation.on("role", (key) => void dropped.push(key));
		const count = () => dropped.splice(0).length;
		const check = (afterMs: number) => {
			clock.advance(afterMs);
			invalidation.check();
			return count();
		};
		assert.equal(check(HOUR_MS), 0);
		bus.tell(false);
		assert.equal(count(), 1);
		assert.equal(check(999), 0);
		assert.equal(check(1), 1);
		assert.equal(check(0), 0);
		assert.equal(check(HOUR_MS), 1);
		bus.tell(true);
		assert.equal(count(), 1);
		assert.equal(check(HOUR_MS), 0);
		assert.deepEqual(bus.published, [{ kind: "everything", key: null }]);
	});

	it("is dropped whole when another node has been out of hearing", async () => {
		const bus = new SilentBus();
		const invalidation = new Invalidation(bus, new ManualClock());
		const dropped: [string, string | null][] = [];
		for (const kind of ["role", "apiKey"] as const)
			invalidation.on(kind, (key) => void dropped.push([kind, key]));
		bus.hear({ kind: "role", key: "a" });
		bus.hear({ kind: "everything", key: null });
		bus.hear("nothing of ours");
		bus.hear({ kind: "unheard-of", key: null });
		assert.deepEqual(dropped, [
			["role", "a"],
			["role", null],
			["apiKey", null],
		]);
	});

	it("asks the bus at each check", () => {
		const bus = new SilentBus();
		new Invalidation(bus, new ManualClock()).check();
		assert.equal(bus.checks, 1);
	});
});

/** Calls back once a login token was stored. */
function afterEachToken(
	cache: Cache,
	stored: (text: string) => Promise<void>,
): Cache {
	return {
		backend: cache.backend,
		open: () => cache.open(),
		close: () => cache.close(),
		health: () => cache.health(),
		namespace(name, options) {
			const own = cache.namespace(name, options);
			if (name !== "token") return own;
			return {
				get: (key) => own.get(key),
				async set(key, value, lifetime) {
					await own.set(key, value, lifetime);
					await stored(JSON.parse(value).jwt);
				},
				setIfAbsent: (...args) => own.setIfAbsent(...args),
				setIfPresent: (...args) => own.setIfPresent(...args),
				increment: (...args) => own.increment(...args),
				delete: (key) => own.delete(key),
				compareAndDelete: (key, value) => own.compareAndDelete(key, value),
				scan: (prefix) => own.scan(prefix),
				clear: () => own.clear(),
			};
		},
	};
}

/** A bus of which a test says what is heard on it, and whether anything is. */
class SilentBus implements Bus {
	readonly backend = "redis";
	readonly published: unknown[] = [];
	checks = 0;
	#handler: Parameters<Bus["subscribe"]>[1] = () => {};
	#listener = (_connected: boolean) => {};

	async open(): Promise<void> {}
	async close(): Promise<void> {}
	subscribe(
		_topic: string,
		handler: Parameters<Bus["subscribe"]>[1],
	): () => void {
		this.#handler = handler;
		return () => {};
	}
	async publish(
		_topic: string,
		message: Parameters<Bus["publish"]>[1],
	): Promise<{ acknowledged: boolean }> {
		this.published.push(message);
		return { acknowledged: true };
	}
	onConnectivity(listener: (connected: boolean) => void): () => void {
		this.#listener = listener;
		return () => {};
	}
	check(): void {
		this.checks++;
	}
	hear(message: Parameters<Bus["publish"]>[1]): void {
		void this.#handler(message);
	}
	tell(connected: boolean): void {
		this.#listener(connected);
	}
}
