import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import type { VerifiedToken } from "../../src/call/caller.ts";
import { isError } from "../support/assert-error.ts";
import {
	type SecuritySetting,
	startSecurity,
	type TestSecurity,
} from "../support/security.ts";
import { testConnection } from "../support/test-connection.ts";

const invalid = isError("security.token.invalid", []);

async function start(
	test: TestContext,
	setting?: SecuritySetting,
): Promise<TestSecurity> {
	const node = await startSecurity(test, setting);
	await node.user("ann");
	return node;
}

async function works(node: TestSecurity, text: string): Promise<boolean> {
	try {
		await node.authenticate(text);
		return true;
	} catch (error) {
		invalid(error);
		return false;
	}
}

describe("a login token", () => {
	it("lets its user in, on every node, and is remembered", async (test) => {
		const node = await start(test);
		const { authTokens } = node.security;
		const token = await authTokens.create("ann", 60_000);
		assert.equal(token.expiresAt, node.clock.now() + 60_000);
		for (const each of [node, node.otherNode()]) {
			const caller = await each.authenticate(token.text);
			assert.equal(caller.kuid, "ann");
			assert.deepEqual(caller.profileIds, ["default"]);
			// Remembered: no more waiting.
			const again = each.security.gatekeeper.authenticateToken(token.text);
			assert.equal(again instanceof Promise, false);
		}
	});

	it("is not like another of the same user and second", async (test) => {
		const { authTokens } = (await start(test)).security;
		const tokens = await Promise.all(
			Array.from({ length: 20 }, () => authTokens.create("ann", 60_000)),
		);
		assert.equal(new Set(tokens.map(({ text }) => text)).size, 20);
	});

	it("is refused from the very millisecond of its end", async (test) => {
		const node = await start(test);
		const { text } = await node.security.authTokens.create("ann", 1500);
		assert.equal(await works(node, text), true);
		node.clock.advance(1499);
		assert.equal(await works(node, text), true);
		assert.equal(await works(node.otherNode(), text), true);
		node.clock.advance(1);
		assert.equal(await works(node, text), false);
		assert.equal(await works(node.otherNode(), text), false);
	});

	it("may last for ever, or have ended before it began", async (test) => {
		const node = await start(test);
		const { authTokens } = node.security;
		const eternal = await authTokens.create("ann", -1);
		assert.deepEqual([eternal.expiresAt, eternal.ttl], [-1, -1]);
		const over = await authTokens.create("ann", -5);
		assert.deepEqual([over.expiresAt, over.ttl], [node.clock.now() - 5, -5]);
		node.clock.advance(1e12);
		assert.equal(await works(node, eternal.text), true);
		assert.equal(await works(node, over.text), false);
	});

	it("lasts no longer than allowed", async (test) => {
		const { authTokens } = (
			await start(test, { rules: { tokenMaxTtlMs: 5000 } })
		).security;
		await authTokens.create("ann", 5000);
		for (const ttl of [5001, -1]) {
			await assert.rejects(
				authTokens.create("ann", ttl),
				isError("security.token.ttl_exceeded"),
			);
		}
	});

	it("is refused when only its signature is good", async (test) => {
		const node = await start(test);
		const text = node.security.jwt.sign("authToken", { _id: "ann" }, -1);
		assert.equal(await works(node, text), false);
	});

	it("is refused once its user is gone", async (test) => {
		const node = await start(test);
		const { text } = await node.security.authTokens.create("nobody", 60_000);
		assert.equal(await works(node, text), false);
	});

	it("is no API key", async (test) => {
		const node = await start(test);
		const { text } = await node.security.authTokens.create("ann", 60_000);
		const posing = text.replace("kauth-", "kapikey-");
		assert.equal(await works(node, posing), false);
		const key = await node.key("ann");
		assert.equal(await works(node, key.replace("kapikey-", "kauth-")), false);
		assert.equal(await works(node, key), true);
	});

	it("works with the members that Kuzzle stores", async (test) => {
		const node = await start(test);
		const text = node.security.jwt.sign(
			"authToken",
			{ _id: "ann" },
			node.clock.now() + 60_000,
		);
		const tokens = node.cache.namespace("token", { durable: true });
		await tokens.set(
			`ann#${text}`,
			JSON.stringify({
				_id: `ann#${text}`,
				expiresAt: node.clock.now() + 60_000,
				ttl: 60_000,
				userId: "ann",
				jwt: text,
				refreshed: false,
			}),
		);
		assert.equal(await works(node, text), true);
	});
});

describe("a token for one use", () => {
	it("lets exactly one of 100 in", async (test) => {
		const node = await start(test);
		const other = node.otherNode();
		const { text } = await node.security.authTokens.create("ann", 60_000, {
			singleUse: true,
		});
		const tries = await Promise.all(
			Array.from({ length: 100 }, (_, number) =>
				works(number % 2 === 0 ? node : other, text),
			),
		);
		assert.equal(tries.filter(Boolean).length, 1);
		assert.equal(await works(node, text), false);
	});
});

describe("the refresh of a token", () => {
	it("gives a new one, and the old one a moment more", async (test) => {
		const node = await start(test);
		const { authTokens } = node.security;
		const old = await authTokens.create("ann", 60_000);
		const fresh = await authTokens.refresh(old, 120_000);
		assert.equal(fresh.expiresAt, node.clock.now() + 120_000);
		assert.equal(await works(node, old.text), true);
		assert.equal(await works(node, fresh.text), true);
		await assert.rejects(authTokens.refresh(old, 60_000), invalid);
		node.clock.advance(999);
		assert.equal(await works(node, old.text), true);
		node.clock.advance(1);
		assert.equal(await works(node, old.text), false);
		assert.equal(await works(node.otherNode(), old.text), false);
		assert.equal(await works(node, fresh.text), true);
	});

	it("is won by one of 50 who try at once", async (test) => {
		const node = await start(test);
		const other = node.otherNode();
		const old = await node.security.authTokens.create("ann", 60_000);
		const tries = await Promise.allSettled(
			Array.from({ length: 50 }, (_, number) =>
				(number % 2 === 0 ? node : other).security.authTokens.refresh(
					old,
					60_000,
				),
			),
		);
		const won = tries.filter(({ status }) => status === "fulfilled");
		assert.equal(won.length, 1);
		for (const tried of tries) {
			if (tried.status === "rejected") invalid(tried.reason);
		}
	});

	it("is refused for keys, for tokens without end and for revoked ones", async (test) => {
		const node = await start(test);
		const { authTokens, gatekeeper } = node.security;
		const { token: key } = await gatekeeper.authenticateToken(
			await node.key("ann"),
		);
		await assert.rejects(
			authTokens.refresh(key as VerifiedToken, 1000),
			isError("security.token.refresh_forbidden", ["API Key"]),
		);
		await assert.rejects(
			authTokens.refresh(await authTokens.create("ann", -1), 1000),
			isError("security.token.refresh_forbidden"),
		);
		const revoked = await authTokens.create("ann", 60_000);
		await authTokens.revoke(revoked);
		await assert.rejects(authTokens.refresh(revoked, 1000), invalid);
	});

	it("that was refused can be tried again", async (test) => {
		const { authTokens } = (
			await start(test, { rules: { tokenMaxTtlMs: 5000 } })
		).security;
		const old = await authTokens.create("ann", 5000);
		await assert.rejects(
			authTokens.refresh(old, 6000),
			isError("security.token.ttl_exceeded"),
		);
		await authTokens.refresh(old, 5000);
	});

	it("does not bring a token back that is being revoked", async (test) => {
		const node = await start(test);
		const { authTokens } = node.security;
		for (let round = 0; round < 20; round++) {
			const old = await authTokens.create("ann", 60_000);
			const [refreshed] = await Promise.allSettled([
				authTokens.refresh(old, 60_000),
				authTokens.revoke(old),
			]);
			assert.equal(await works(node, old.text), false);
			assert.equal(await works(node.otherNode(), old.text), false);
			if (refreshed.status === "rejected") invalid(refreshed.reason);
		}
	});
});

describe("the revocation of a token", () => {
	it("stops it at once on every node, and no other", async (test) => {
		const node = await start(test);
		const other = node.otherNode();
		const { authTokens } = node.security;
		const [one, two] = [
			await authTokens.create("ann", 60_000),
			await authTokens.create("ann", -1),
		];
		for (const each of [node, other]) {
			await each.authenticate(one.text);
			await each.authenticate(two.text);
		}
		await authTokens.revoke(one);
		for (const each of [node, other]) {
			assert.equal(await works(each, one.text), false);
			assert.equal(await works(each, two.text), true);
		}
	});

	it("of all of a user stops all of these, and none of another", async (test) => {
		const node = await start(test);
		const { authTokens } = node.security;
		// Ids that begin like each other, with the sign that stands between id and token.
		const others = ["an", "ann#b", "ann#kauth-x", "annb"];
		for (const kuid of others) await node.user(kuid);
		const theirs = await Promise.all(
			others.map((kuid) => authTokens.create(kuid, 60_000)),
		);
		const own = await Promise.all(
			Array.from({ length: 300 }, () => authTokens.create("ann", 60_000)),
		);
		for (const { text } of [...own, ...theirs]) await node.authenticate(text);
		await authTokens.revokeAll("ann");
		for (const { text } of own) assert.equal(await works(node, text), false);
		for (const { text } of theirs) {
			assert.equal(await works(node, text), true);
			assert.equal(await works(node.otherNode(), text), true);
		}
	});

	it("of all of a user reaches a token that is being refreshed", async (test) => {
		const node = await start(test);
		const { authTokens } = node.security;
		for (let round = 0; round < 20; round++) {
			const old = await authTokens.create("ann", 60_000);
			const [refreshed] = await Promise.allSettled([
				authTokens.refresh(old, 60_000),
				authTokens.revokeAll("ann"),
			]);
			assert.equal(await works(node, old.text), false);
			if (refreshed.status === "rejected") invalid(refreshed.reason);
			else assert.equal(await works(node, refreshed.value.text), false);
		}
	});

	it("unties the connections that used it, on every node, and announces nothing", async (test) => {
		const node = await start(test);
		const other = node.otherNode();
		const { authTokens } = node.security;
		const [one, two] = [
			await authTokens.create("ann", 60_000),
			await authTokens.create("ann", 60_000),
		];
		const revoked = testConnection();
		const stays = testConnection();
		for (const connection of [revoked, stays])
			other.connections.add(connection);
		await other.authenticate(one.text, revoked);
		await other.authenticate(two.text, stays);
		await authTokens.revoke(one);
		assert.equal(other.connections.identity(revoked), undefined);
		assert.equal(other.connections.identity(stays)?.kuid, "ann");
		await authTokens.revokeAll("ann");
		assert.equal(other.connections.identity(stays), undefined);
		assert.deepEqual([revoked.frames, stays.frames], [[], []]);
	});
});
