import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, beforeEach, describe, it } from "node:test";
import type { Cache } from "../../src/cache/cache.ts";
import { createEmbeddedCache } from "../../src/cache/embedded/embedded-cache.ts";
import { isErrorId } from "../../src/errors/gateway-error.ts";
import { ManualClock } from "../../src/lib/clock.ts";
import { LoginThrottle } from "../../src/security/login-throttle.ts";
import type { Verdict } from "../../src/security/strategies/strategy.ts";
import { createDatabase } from "../../src/sqlite/database.ts";

const WRONG: Verdict = { ok: false, reason: "wrong" };
const RIGHT: Verdict = { ok: true, kuid: "ann" };
const STEP: Verdict = { ok: "continue", status: 302 };

interface Try {
	readonly account?: string | null;
	readonly address?: string;
	readonly strategy?: string;
}

describe("the login throttle", () => {
	const clock = new ManualClock();
	let folder: string;
	let cache: Cache;
	let throttle: LoginThrottle;

	before(async () => {
		folder = await mkdtemp(path.join(tmpdir(), "portico-throttle-"));
		const database = createDatabase({ folder });
		cache = createEmbeddedCache({ database, clock });
		await cache.open();
	});
	after(async () => {
		await cache.close();
		await rm(folder, { recursive: true, force: true });
	});
	beforeEach(async () => {
		throttle = new LoginThrottle({
			cache,
			limits: {
				failuresPerAccount: 3,
				failuresPerAddress: 8,
				windowMs: 100_000,
				delayMaxMs: 4_000,
			},
		});
		await cache.namespace("login-failures", { durable: false }).clear();
	});

	/** What became of an attempt: its verdict, or that it was not made. */
	async function attempt(verdict: Verdict, given: Try = {}) {
		const {
			account = "ann",
			address = "192.0.2.1",
			strategy = "local",
		} = given;
		const login = { strategy, account, address };
		try {
			return (await throttle.guard(login, async () => verdict)).ok;
		} catch (error) {
			assert.ok(isErrorId(error, "api.process.too_many_logins_requests"));
			return "refused";
		}
	}

	async function fail(times: number, given: Try = {}) {
		for (let i = 0; i < times; i++) {
			assert.equal(await attempt(WRONG, given), false);
		}
	}

	it("lets the first failures pass, then one attempt per delay, which doubles up to its limit", async () => {
		await fail(3);
		for (const delayMs of [1000, 2000, 4000, 4000]) {
			assert.equal(await attempt(WRONG), false);
			clock.advance(delayMs - 1);
			assert.equal(await attempt(RIGHT), "refused");
			clock.advance(1);
		}
	});

	it("forgets the failures of an account at a good login", async () => {
		await fail(3);
		assert.equal(await attempt(RIGHT), true);
		await fail(3);
		assert.equal(await attempt(RIGHT), true);
		await fail(3);
	});

	it("never refuses a good login for what others did at another address", async () => {
		for (let i = 0; i < 20; i++) await attempt(WRONG);
		assert.equal(await attempt(RIGHT), "refused");
		assert.equal(await attempt(RIGHT, { address: "192.0.2.2" }), true);
	});

	it("leaves other accounts of the address alone", async () => {
		await fail(4);
		assert.equal(await attempt(RIGHT), "refused");
		assert.equal(await attempt(RIGHT, { account: "bob" }), true);
		assert.equal(await attempt(RIGHT, { strategy: "badge" }), true);
	});

	it("slows down an address that tries many accounts", async () => {
		for (let i = 0; i < 9; i++) await fail(1, { account: `user-${i}` });
		assert.equal(await attempt(RIGHT, { account: "another" }), "refused");
		assert.equal(await attempt(RIGHT, { account: null }), "refused");
		clock.advance(1000);
		assert.equal(await attempt(RIGHT, { account: "another" }), true);
	});

	it("counts no good login against the address", async () => {
		for (let i = 0; i < 30; i++) {
			assert.equal(await attempt(RIGHT, { account: `user-${i}` }), true);
		}
	});

	it("takes the addresses of one IPv6 line for one", async () => {
		await fail(4, { address: "2001:db8:1:2::1" });
		const neighbour = { address: "2001:db8:1:2:aaaa::7" };
		assert.equal(await attempt(RIGHT, neighbour), "refused");
		assert.equal(await attempt(RIGHT, { address: "2001:db8:1:3::1" }), true);
	});

	it("counts neither a step on the way nor a fault", async () => {
		for (let i = 0; i < 30; i++) assert.equal(await attempt(STEP), "continue");
		const login = { strategy: "local", account: "ann", address: "192.0.2.1" };
		for (let i = 0; i < 30; i++) {
			const broken = throttle.guard(login, () => {
				throw new Error("The store is away.");
			});
			await assert.rejects(broken, /The store is away/);
		}
		assert.equal(await attempt(RIGHT), true);
	});

	it("lets no more of a hundred attempts at once through than one after the other", async () => {
		const verdicts = await Promise.all(
			Array.from({ length: 100 }, () => attempt(WRONG)),
		);
		assert.equal(verdicts.filter((verdict) => verdict === false).length, 4);
	});

	it("starts anew after the window", async () => {
		await fail(4);
		clock.advance(100_000);
		await fail(3);
	});

	it("keeps no names", async () => {
		await fail(2, { account: "ann" });
		const kept = cache.namespace("login-failures", { durable: false });
		for await (const { key, value } of kept.scan("")) {
			assert.doesNotMatch(key + value, /ann|192/);
		}
	});
});
