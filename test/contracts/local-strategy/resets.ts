import assert from "node:assert/strict";
import { test } from "node:test";
import jsonwebtoken from "jsonwebtoken";
import { localCollections } from "../../../src/security/strategies/local.ts";
import { refuses } from "./policies.ts";
import {
	assertLogsIn,
	assertRefused,
	type LocalStrategyTest,
	rejectsBare,
} from "./test-kit.ts";

const ISSUER = "kuzzle-plugin-auth-passport-local";
const ann = { username: "ann", password: "secret" };

/** Reset tokens. */
export function resets(kit: LocalStrategyTest): void {
	const redeem = (
		strategy: ReturnType<LocalStrategyTest["strategy"]>,
		token: string,
		password = "fresh",
	) => strategy.resets.redeem({ token, password }, {});

	/** The secret as the first token made it. */
	async function secret(): Promise<string> {
		const [, config] = localCollections;
		assert.ok(config !== undefined);
		const document = await kit.storage.get(config.target, "resetTokenSecret");
		const { secret } = document?.content ?? {};
		assert.match(String(secret), /^[0-9a-f]{1024}$/);
		return String(secret);
	}

	test("a reset token sets a password, once, and the owner counts as who set it", async () => {
		const strategy = kit.strategy();
		await strategy.create("ann-id", ann, { caller: "root" });
		const token = await strategy.resets.createToken("ann-id", {});
		const claims = jsonwebtoken.verify(token, await secret(), {
			issuer: ISSUER,
			clockTimestamp: Math.floor(kit.clock.now() / 1000),
		});
		assert.ok(typeof claims === "object");
		assert.equal(claims.resetForKuid, "ann-id");
		assert.equal(claims.exp, undefined);

		assert.equal(await redeem(strategy, token), "ann-id");
		await assertRefused(strategy, "ann", "secret");
		await assertLogsIn(strategy, "ann", "fresh", "ann-id");
		assert.equal((await kit.content("ann")).updater, "ann-id");
		await refuses("invalid_token", redeem(strategy, token, "again"));
		await assertLogsIn(strategy, "ann", "fresh", "ann-id");
	});

	test("a token dies with the password that it was for", async () => {
		const strategy = kit.strategy();
		await strategy.create("ann-id", ann, {});
		const token = await strategy.resets.createToken("ann-id", {});
		await strategy.update("ann-id", { password: "changed" }, {});
		await refuses("invalid_token", redeem(strategy, token));
		await assertLogsIn(strategy, "ann", "changed", "ann-id");
	});

	test("of many who redeem one token at once, one does", async () => {
		const strategy = kit.strategy();
		await strategy.create("ann-id", ann, {});
		const token = await strategy.resets.createToken("ann-id", {});
		const outcomes = await Promise.allSettled(
			["a", "b", "c", "d"].map((password) => redeem(strategy, token, password)),
		);
		const done = outcomes.filter(({ status }) => status === "fulfilled");
		assert.equal(done.length, 1);
	});

	test("a token ends at its time", async () => {
		const strategy = kit.strategy({ options: { resetTtlMs: 60_000 } });
		await strategy.create("ann-id", ann, {});
		const token = await strategy.resets.createToken("ann-id", {});
		kit.clock.advance(61_000);
		await refuses("expired_token", redeem(strategy, token));
		kit.clock.advance(-10_000);
		await redeem(strategy, token);
	});

	test("a token that Kuzzle made works", async () => {
		const strategy = kit.strategy();
		await strategy.create("ann-id", ann, {});
		await strategy.resets.createToken("ann-id", {});
		const token = jsonwebtoken.sign(
			{ resetForKuid: "ann-id" },
			await secret(),
			{
				issuer: ISSUER,
			},
		);
		assert.equal(await redeem(strategy, token), "ann-id");
	});

	test("what is no token of ours is invalid", async () => {
		const strategy = kit.strategy();
		await strategy.create("ann-id", ann, {});
		const good = await strategy.resets.createToken("ann-id", {});
		const key = await secret();
		const claims = { resetForKuid: "ann-id" };
		const tokens = [
			"",
			"a.b.c",
			good.slice(0, -2),
			"x".repeat(10_000),
			jsonwebtoken.sign(claims, key),
			jsonwebtoken.sign(claims, key, { issuer: "another" }),
			jsonwebtoken.sign(claims, key, { issuer: ISSUER, algorithm: "HS512" }),
			jsonwebtoken.sign(claims, "another", { issuer: ISSUER }),
			jsonwebtoken.sign(claims, null as never, {
				issuer: ISSUER,
				algorithm: "none",
			}),
			jsonwebtoken.sign({ resetForKuid: 1 }, key, { issuer: ISSUER }),
			jsonwebtoken.sign({ ...claims, pwd: "x" }, key, { issuer: ISSUER }),
			jsonwebtoken.sign({ ...claims, pwd: 1 }, key, { issuer: ISSUER }),
		];
		for (const token of tokens) {
			await refuses("invalid_token", redeem(strategy, token));
		}
		await assertLogsIn(strategy, "ann", "secret", "ann-id");
	});

	test("the policies hold for a reset too, and leave the token good", async () => {
		const strategy = kit.strategy({
			options: {
				passwordPolicies: [{ appliesTo: "*", passwordRegex: "^long" }],
			},
		});
		await kit.strategy().create("ann-id", ann, {});
		const token = await strategy.resets.createToken("ann-id", {});
		await refuses("weak_password", redeem(strategy, token, "short"));
		await rejectsBare(redeem(strategy, token, ""), 400);
		await redeem(strategy, token, "long enough");
	});

	test("there is no token for who has no credentials", async () => {
		const strategy = kit.strategy();
		await rejectsBare(strategy.resets.createToken("ghost", {}), 412);
		await strategy.create("ann-id", ann, {});
		const token = await strategy.resets.createToken("ann-id", {});
		await strategy.delete("ann-id", {});
		await rejectsBare(redeem(strategy, token), 412);
	});

	test("nodes that need the secret first at once agree on one", async () => {
		const [, config] = localCollections;
		assert.ok(config !== undefined);
		await kit.storage.truncateCollection(config.target);
		const nodes = [kit.strategy(), kit.strategy(), kit.strategy()];
		await nodes[0]?.create("ann-id", ann, {});
		await kit.storage.refresh(kit.target);
		const tokens = await Promise.all(
			nodes.map((node) => node.resets.createToken("ann-id", {})),
		);
		const key = await secret();
		const clockTimestamp = Math.floor(kit.clock.now() / 1000);
		for (const token of tokens) {
			jsonwebtoken.verify(token, key, { clockTimestamp });
		}
	});
}
