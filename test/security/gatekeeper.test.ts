import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Envelope } from "../../src/call/envelope.ts";
import { isError } from "../support/assert-error.ts";
import { overrideStorage } from "../support/override-storage.ts";
import { startSecurity, type TestSecurity } from "../support/security.ts";
import { testConnection } from "../support/test-connection.ts";
import { testEnvelope } from "../support/test-envelope.ts";

const invalid = isError("security.token.invalid", []);
const both = isError("security.token.verification_error");
const withCookie = (token: string, headers: Record<string, string> = {}) =>
	testConnection({
		protocol: "http",
		headers: { cookie: `authToken=${token}`, ...headers },
	});

async function who(
	node: TestSecurity,
	connection = testConnection(),
	parts: Partial<Envelope> = {},
	cookieUse: "required" | "tolerated" | "left" = "required",
): Promise<string> {
	const caller = await node.security.gatekeeper.authenticate(
		testEnvelope("auth:getCurrentUser", parts),
		connection,
		cookieUse,
	);
	return caller.kuid;
}

describe("who calls", () => {
	it("is a stranger without a token, and nothing is waited for", async (test) => {
		const node = await startSecurity(test);
		const { gatekeeper } = node.security;
		assert.deepEqual(
			gatekeeper.authenticate(
				testEnvelope("a:b"),
				testConnection(),
				"required",
			),
			{ kuid: "-1", profileIds: ["anonymous"], token: null },
		);
	});

	it("is told by the token, which need not be read from the store twice", async (test) => {
		const node = await startSecurity(test);
		await node.user("ann");
		const { text } = await node.security.authTokens.create("ann", 60_000);
		const key = await node.key("ann");
		let reads = 0;
		const counting = node.otherNode({
			wrapStorage: (storage) =>
				overrideStorage(storage, {
					get: (...args) => {
						reads++;
						return storage.get(...args);
					},
				}),
		});
		for (const jwt of [text, key]) {
			assert.equal(await who(counting, testConnection(), { jwt }), "ann");
		}
		const before = reads;
		for (const jwt of [text, key]) {
			assert.equal(await who(counting, testConnection(), { jwt }), "ann");
		}
		assert.equal(reads, before);
	});

	it("is nobody with an empty token, which is no good one", async (test) => {
		const node = await startSecurity(test);
		await assert.rejects(who(node, testConnection(), { jwt: "" }), invalid);
	});

	it("ties connections that stay to the token, and no stranger", async (test) => {
		const node = await startSecurity(test);
		await node.user("ann");
		const { text } = await node.security.authTokens.create("ann", 60_000);
		const stranger = await node.security.authTokens.create("-1", 60_000);
		const connection = testConnection();
		node.connections.add(connection);
		await who(node, connection, { jwt: stranger.text });
		assert.equal(node.connections.identity(connection), undefined);
		await who(node, connection, { jwt: text });
		assert.deepEqual(node.connections.identity(connection), {
			kuid: "ann",
			token: text,
			expiresAt: node.clock.now() + 60_000,
		});
		const single = testConnection();
		await who(node, single, { jwt: text });
		assert.deepEqual(node.connections.ofToken(text), [connection]);
	});

	it("does not use up a token for one use whose user is gone", async (test) => {
		const node = await startSecurity(test);
		const { text } = await node.security.authTokens.create("ann", 60_000, {
			singleUse: true,
		});
		await assert.rejects(node.authenticate(text), invalid);
		await node.user("ann");
		assert.equal((await node.authenticate(text)).kuid, "ann");
		await assert.rejects(node.authenticate(text), invalid);
	});
});

describe("a cookie", () => {
	it("holds a login token or a key", async (test) => {
		const node = await startSecurity(test);
		await node.user("ann");
		const { text } = await node.security.authTokens.create("ann", 60_000);
		for (const token of [text, await node.key("ann")]) {
			assert.equal(await who(node, withCookie(token)), "ann");
		}
		for (const empty of ["", "null"]) {
			assert.equal(await who(node, withCookie(empty)), "-1");
		}
		await assert.rejects(who(node, withCookie("garbage")), invalid);
	});

	it("is refused beside a token, whichever is good", async (test) => {
		const node = await startSecurity(test);
		await node.user("ann");
		const jwt = await node.key("ann");
		await assert.rejects(who(node, withCookie(jwt), { jwt }), both);
		await assert.rejects(who(node, withCookie("x"), { jwt: "" }), both);
		await assert.rejects(who(node, withCookie(jwt), { jwt }, "left"), both);
	});

	it("is refused from another origin, and taken from the same", async (test) => {
		const node = await startSecurity(test);
		await node.user("ann");
		const key = await node.key("ann");
		const from = (origin: string) =>
			withCookie(key, { host: "a.com:7512", origin });
		assert.equal(await who(node, from("http://a.com:7512")), "ann");
		for (const origin of ["http://b.com", "http://a.com", "null"]) {
			await assert.rejects(
				who(node, from(origin)),
				isError("api.process.unauthorized_origin", [origin]),
			);
		}
	});

	it("is not supported where it is switched off", async (test) => {
		const node = await startSecurity(test, {
			rules: { cookieAuthentication: false },
		});
		const unsupported = isError("security.cookie.unsupported");
		await assert.rejects(who(node, withCookie("x")), unsupported);
		await assert.rejects(who(node, testConnection(), {}, "left"), unsupported);
		assert.equal(await who(node, withCookie("null")), "-1");
	});

	it("is left to an action that reads it: the caller is a stranger", async (test) => {
		const node = await startSecurity(test);
		await node.user("ann");
		const key = await node.key("ann");
		assert.equal(await who(node, withCookie(key), {}, "left"), "-1");
		assert.equal(await who(node, withCookie("garbage"), {}, "left"), "-1");
	});
});

describe("auth:logout", () => {
	/** A login, and ways to ask who holds it. */
	async function start(node: TestSecurity) {
		await node.user("ann");
		const { authTokens } = node.security;
		const [used, other] = [
			await authTokens.create("ann", 60_000),
			await authTokens.create("ann", 60_000),
		];
		const holds = async (text: string) => {
			try {
				return (await node.authenticate(text)).kuid === "ann";
			} catch (error) {
				return !invalid(error);
			}
		};
		return { used: used.text, other: other.text, holds };
	}
	const cleared = [{ name: "authToken", value: "null" }];

	it("by cookie revokes the cookie's token (Kuzzle only clears the cookie)", async (test) => {
		const node = await startSecurity(test);
		const { used, other, holds } = await start(node);
		const answer = (await node.run("auth:logout", {
			args: { cookieAuth: true },
			connection: withCookie(used),
		})) as { result: unknown; extra: { cookies: unknown } };
		assert.deepEqual(answer.result, { acknowledged: true });
		assert.deepEqual(answer.extra.cookies, cleared);
		assert.deepEqual([await holds(used), await holds(other)], [false, true]);
	});

	it("by cookie can be global", async (test) => {
		const node = await startSecurity(test);
		const { used, other, holds } = await start(node);
		await node.run("auth:logout", {
			args: { cookieAuth: true, global: true },
			connection: withCookie(used),
		});
		assert.deepEqual([await holds(used), await holds(other)], [false, false]);
	});

	it("by cookie acknowledges, too, where there is none or no good one", async (test) => {
		const node = await startSecurity(test);
		for (const connection of [testConnection(), withCookie("garbage")]) {
			const answer = (await node.run("auth:logout", {
				args: { cookieAuth: true },
				connection,
			})) as { result: unknown };
			assert.deepEqual(answer.result, { acknowledged: true });
		}
	});

	it("by cookie cannot be asked for by a foreign page", async (test) => {
		const node = await startSecurity(test);
		const { used, holds } = await start(node);
		await assert.rejects(
			node.run("auth:logout", {
				args: { cookieAuth: true },
				connection: withCookie(used, {
					host: "a.com",
					origin: "http://evil.com",
				}),
			}),
			isError("api.process.unauthorized_origin"),
		);
		assert.equal(await holds(used), true);
	});

	it("revokes the login that it was asked with, and no key", async (test) => {
		const node = await startSecurity(test);
		const { used, other, holds } = await start(node);
		const key = await node.key("ann");
		await node.run("auth:logout", { jwt: used });
		assert.deepEqual([await holds(used), await holds(other)], [false, true]);
		await node.run("auth:logout", { jwt: key });
		assert.deepEqual([await holds(key), await holds(other)], [true, true]);
		await node.run("auth:logout", { jwt: key, args: { global: true } });
		assert.deepEqual([await holds(key), await holds(other)], [true, false]);
	});

	it("unties its own connection before the others of the token", async (test) => {
		const node = await startSecurity(test);
		const { used } = await start(node);
		const [own, sharing] = [testConnection(), testConnection()];
		for (const connection of [own, sharing]) {
			node.connections.add(connection);
			await node.authenticate(used, connection);
		}
		const untied: string[] = [];
		node.connections.onTie(({ id }) => untied.push(id));
		await node.run("auth:logout", { jwt: used, connection: own });
		assert.deepEqual(untied, [own.id, sharing.id]);
		assert.deepEqual([own.frames, sharing.frames], [[], []]);
	});
});

describe("auth:refreshToken", () => {
	it("moves the connections to the new token", async (test) => {
		const node = await startSecurity(test);
		await node.user("ann");
		const used = await node.security.authTokens.create("ann", 60_000);
		const [own, sharing] = [testConnection(), testConnection()];
		for (const connection of [own, sharing]) {
			node.connections.add(connection);
			await node.authenticate(used.text, connection);
		}
		const { jwt } = (await node.run("auth:refreshToken", {
			jwt: used.text,
			connection: own,
		})) as { jwt: string };
		assert.deepEqual(
			new Set(node.connections.ofToken(jwt)),
			new Set([own, sharing]),
		);
		assert.deepEqual(node.connections.ofToken(used.text), []);
	});
});

describe("failsafe mode", () => {
	it("lets administrators and logins pass, and nobody else", async (test) => {
		const node = await startSecurity(test, { rules: { failsafeMode: true } });
		const ask = async (name: string, profileIds: string[]) =>
			node.security.gatekeeper.assertAllowed(
				{ kuid: "ann", profileIds, token: null },
				testEnvelope(name),
			);
		const refused = isError("security.rights.failsafe_mode_admin_only", []);
		await ask("auth:login", ["anonymous"]);
		await ask("server:now", ["default", "admin"]);
		for (const profileIds of [["anonymous"], ["default"]]) {
			await assert.rejects(ask("server:now", profileIds), refused);
			await assert.rejects(ask("auth:logout", profileIds), refused);
		}
	});
});

describe("an open server", () => {
	it("is one where strangers may do everything, until rights are restricted", async (test) => {
		const node = await startSecurity(test);
		const other = node.otherNode();
		for (const { security } of [node, other]) {
			assert.equal(await security.findOpen(), true);
			assert.equal(security.isOpen(), true);
		}
		await node.security.restrictDefaultRights({ refresh: false });
		assert.equal(node.security.isOpen(), false);
		assert.equal(await other.security.findOpen(), false);
		const anonymous = await other.security.profiles.read("anonymous");
		assert.equal(anonymous._source.rateLimit, 200);
	});

	it("is closed to its end once that has begun, and not at all before", async (test) => {
		const gone = new AbortController();
		const node = await startSecurity(test, {
			wrapStorage: (storage) =>
				overrideStorage(storage, {
					async write(...args) {
						gone.abort(new Error("gone"));
						return storage.write(...args);
					},
				}),
		});
		const { security } = node;
		await assert.rejects(
			security.restrictDefaultRights({
				refresh: false,
				signal: AbortSignal.abort(new Error("gone")),
			}),
			/gone/,
		);
		assert.equal(await security.findOpen(), true);
		await security.restrictDefaultRights({
			refresh: false,
			signal: gone.signal,
		});
		assert.equal(await security.findOpen(), false);
	});

	it("is taken for open while that cannot be found out", async (test) => {
		const node = await startSecurity(test);
		const away = node.otherNode({
			wrapStorage: (storage) =>
				overrideStorage(storage, {
					get: () => Promise.reject(new Error("away")),
				}),
		});
		assert.equal(away.security.isOpen(), true);
		await assert.rejects(away.security.findOpen(), /away/);
		assert.equal(away.security.isOpen(), true);
	});
});
