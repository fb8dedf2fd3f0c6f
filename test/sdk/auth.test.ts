import assert from "node:assert/strict";
import { it } from "node:test";
import { must, PASSWORD } from "../support/people.ts";
import { withSdk } from "./with-sdk.ts";

/** The methods of the stock SDK's `auth` controller, as its documentation shows them. */
withSdk("the SDK's auth methods", (stage, protocol) => {
	const credentials = { username: "admin", password: PASSWORD };
	const suffix = protocol.toLowerCase();

	it("logs in, tells who that is, and logs out", async () => {
		const kuzzle = await stage().connect();
		const jwt = await kuzzle.auth.login("local", credentials, "1h");
		assert.match(jwt, /^kauth-/);
		assert.equal(kuzzle.jwt, jwt);
		assert.equal(await kuzzle.isAuthenticated(), true);
		assert.equal((await kuzzle.auth.getCurrentUser())._id, "admin");
		await kuzzle.auth.logout();
		assert.equal(await kuzzle.isAuthenticated(), false);
		const { valid } = await kuzzle.auth.checkToken(jwt);
		assert.equal(valid, false);
	});

	it("is told of a wrong password by the error's id", async () => {
		const kuzzle = await stage().connect();
		const attempts: unknown[] = [];
		kuzzle.on("loginAttempt", (attempt: unknown) => attempts.push(attempt));
		const wrong = { ...credentials, password: "guess" };
		await assert.rejects(kuzzle.auth.login("local", wrong), {
			id: "plugin.strategy.missing_user",
			status: 401,
		});
		assert.equal(attempts.length, 1);
	});

	it("refreshes its token, and checks both", async () => {
		const kuzzle = await stage().connect();
		const jwt = await kuzzle.auth.login("local", credentials, "1h");
		const fresh = await kuzzle.auth.refreshToken({ expiresIn: "2h" });
		assert.equal(fresh._id, "admin");
		assert.equal(fresh.ttl, 7_200_000);
		assert.notEqual(fresh.jwt, jwt);
		assert.equal(kuzzle.jwt, fresh.jwt);
		const checked = await kuzzle.auth.checkToken();
		assert.equal(checked.valid, true);
		assert.equal(checked.expiresAt, fresh.expiresAt);
	});

	it("lists strategies and rights, and asks what it may", async () => {
		const { connect, admin } = stage();
		const kuzzle = await connect({ token: admin });
		assert.deepEqual(await kuzzle.auth.getStrategies(), ["local"]);
		assert.deepEqual(await kuzzle.auth.getMyRights(), [
			{
				controller: "*",
				action: "*",
				index: "*",
				collection: "*",
				value: "allowed",
			},
		]);
		const request = { controller: "document", action: "get", index: "i" };
		assert.equal(await kuzzle.auth.checkRights(request), true);
	});

	it("makes API keys, finds them, uses them and deletes them", async () => {
		const { connect, admin } = stage();
		const owner = await connect({ token: admin });
		const key = await owner.auth.createApiKey(`for ${suffix}`, {
			_id: `key-${suffix}`,
			// The documentation allows a text; the SDK's types do not.
			expiresIn: "6d" as unknown as number,
			refresh: "wait_for",
		});
		assert.equal(key._id, `key-${suffix}`);
		assert.equal(key._source.userId, "admin");
		assert.equal(key._source.ttl, 518_400_000);
		const found = await owner.auth.searchApiKeys(
			{ match: { description: suffix } },
			{ from: 0, size: 1 },
		);
		assert.equal(found.total, 1);
		assert.equal(found.hits[0]?._id, key._id);
		const koncorde = await owner.auth.searchApiKeys(
			{ equals: { userId: "admin" } },
			{ lang: "koncorde" },
		);
		assert.ok(koncorde.hits.some(({ _id }) => _id === key._id));

		const user = await connect();
		user.setAPIKey(key._source.token ?? "");
		assert.equal((await user.auth.getCurrentUser())._id, "admin");
		await owner.auth.deleteApiKey(key._id, { refresh: "wait_for" });
		await assert.rejects(user.auth.getCurrentUser(), {
			id: "security.token.invalid",
		});
	});

	it("makes keys that never end by default, and refuses a lifetime of nothing", async () => {
		const { connect, admin } = stage();
		const kuzzle = await connect({ token: admin });
		const { _source } = await kuzzle.auth.createApiKey("for ever");
		assert.deepEqual([_source.expiresAt, _source.ttl], [-1, -1]);
		await assert.rejects(kuzzle.auth.createApiKey("never", { expiresIn: 0 }), {
			id: "api.assert.invalid_argument",
		});
	});

	it("is refused without a token, and told so once a token is no good", async () => {
		const { connect, gateway, admin } = stage();
		const kuzzle = await connect();
		await assert.rejects(kuzzle.auth.createApiKey("mine"), {
			id: "security.rights.unauthorized",
			status: 401,
		});
		const { token } = await must(
			gateway,
			{ controller: "auth", action: "createToken" },
			admin,
		);
		await must(gateway, { controller: "auth", action: "logout" }, token);
		kuzzle.jwt = token;
		const expired = new Promise<void>((resolve) =>
			kuzzle.once("tokenExpired", () => resolve()),
		);
		await assert.rejects(kuzzle.auth.getCurrentUser(), {
			id: "security.token.invalid",
		});
		await expired;
		assert.equal(kuzzle.jwt, null);
	});
});
