import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ManualClock } from "../../src/lib/clock.ts";
import { RateLimits } from "../../src/security/rate-limits.ts";
import { isError } from "../support/assert-error.ts";
import { startSecurity } from "../support/security.ts";
import { testConnection } from "../support/test-connection.ts";

/** At the start of a second. */
const clock = () => new ManualClock(1_700_000_000_000);
const tooMany = isError("api.process.too_many_requests", []);
const tooManyLogins = isError("api.process.too_many_logins_requests", []);

describe("the rate of requests", () => {
	it("is counted by user, in the seconds of the clock", () => {
		const time = clock();
		const limits = new RateLimits({ clock: time, loginsPerSecond: 1 });
		const count = (kuid = "ann") => limits.countRequest(kuid, 3);
		for (let number = 0; number < 3; number++) count();
		assert.throws(() => count(), tooMany);
		count("bob");
		time.advance(999);
		assert.throws(() => count(), tooMany);
		time.advance(1);
		count();
	});

	it("is not saved up over seconds without requests", () => {
		const time = clock();
		const limits = new RateLimits({ clock: time, loginsPerSecond: 1 });
		time.advance(60_000);
		limits.countRequest("ann", 1);
		assert.throws(() => limits.countRequest("ann", 1), tooMany);
	});
});

describe("the rate of logins", () => {
	it("is counted by connection", () => {
		const time = clock();
		const limits = new RateLimits({ clock: time, loginsPerSecond: 2 });
		const [one, two] = [testConnection(), testConnection()];
		limits.countLogin(one);
		limits.countLogin(one);
		assert.throws(() => limits.countLogin(one), tooManyLogins);
		limits.countLogin(two);
		time.advance(1000);
		limits.countLogin(one);
	});
});

describe("the rate that the gate allows", () => {
	const caller = (profileIds: string[], kuid = "ann") => ({
		kuid,
		profileIds,
		token: null,
	});

	it("is the highest of the profiles; 0 is without limit", async (test) => {
		const node = await startSecurity(test);
		const { gatekeeper, profiles } = node.security;
		for (const [id, rateLimit] of Object.entries({
			slow: 2,
			fast: 4,
			free: 0,
		})) {
			await profiles.write(id, { policies: [], rateLimit }, { refresh: false });
		}
		const connection = testConnection();
		/** How many of ten requests in a second pass. */
		const passing = async (profileIds: string[], kuid: string) => {
			let passed = 0;
			for (let number = 0; number < 10; number++) {
				try {
					await gatekeeper.assertRate(
						caller(profileIds, kuid),
						connection,
						"user",
					);
					passed++;
				} catch (error) {
					tooMany(error);
				}
			}
			return passed;
		};
		assert.equal(await passing(["slow"], "a"), 2);
		assert.equal(await passing(["slow", "fast"], "b"), 4);
		assert.equal(await passing(["fast", "slow"], "c"), 4);
		assert.equal(await passing(["slow", "free"], "d"), 10);
		assert.equal(await passing(["free", "slow"], "e"), 10);
		// Every stranger counts as one.
		assert.equal(await passing(["slow"], "-1"), 2);
		assert.equal(await passing(["slow"], "-1"), 0);
		// Whether or not they are remembered.
		const fresh = node.otherNode().security.gatekeeper;
		for (let number = 0; number < 2; number++) {
			await fresh.assertRate(caller(["slow"]), connection, "user");
		}
		assert.throws(
			() => void fresh.assertRate(caller(["slow"]), connection, "user"),
			tooMany,
		);
	});

	it("has its own count for logins, and none for a logout", async (test) => {
		const { gatekeeper } = (await startSecurity(test)).security;
		const connection = testConnection();
		await gatekeeper.assertRate(caller([]), connection, "login");
		assert.throws(
			() => void gatekeeper.assertRate(caller([]), connection, "login"),
			tooManyLogins,
		);
		await gatekeeper.assertRate(caller([]), connection, "none");
	});
});
