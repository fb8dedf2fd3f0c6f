import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
	type Cluster,
	canCluster,
	restrict,
	startCluster,
} from "../support/cluster.ts";
import {
	createDelayingRelay,
	type DelayingRelay,
} from "../support/delaying-relay.ts";
import { eventually } from "../support/eventually.ts";
import type { TestGateway } from "../support/gateway.ts";
import {
	createKey,
	createUser,
	logIn,
	must,
	whoIs,
} from "../support/people.ts";
import { startRedis, type TestRedis } from "../support/redis.ts";

/** How long a word between the nodes takes, one way: long enough that an answer which does not wait for it is too early. */
const DELAY_MS = 40;

if (canCluster()) describe("what is changed on one node", () => changes());

function changes(): void {
	let redis: TestRedis;
	let relay: DelayingRelay;
	let cluster: Cluster;
	let one: TestGateway;
	let other: TestGateway;
	let admin: string;
	before(async () => {
		redis = await startRedis();
		relay = await createDelayingRelay(redis.port);
		const far = { host: "127.0.0.1", port: relay.port };
		cluster = await startCluster({
			redis: [redis.settings, { ...redis.settings, node: far }],
		});
		[one, other] = [cluster.node(0), cluster.node(1)];
		admin = await restrict(one);
		relay.delayMs = DELAY_MS;
	});
	after(async () => {
		await cluster?.stop();
		await relay?.close();
		await redis?.stop();
	});

	const security = (action: string, args: object) =>
		must(one, { controller: "security", action, ...args }, admin);
	/** Asks on the other node. */
	const asked = async (token: string, action = "getCurrentUser") =>
		(await other.query({ controller: "auth", action }, token)).status;

	it("is so on the other: a key", async () => {
		const key = await createKey(one, admin, { _id: "a-key" });
		assert.equal(await whoIs(other, key), "admin");
		await must(
			one,
			{ controller: "auth", action: "deleteApiKey", _id: "a-key" },
			admin,
		);
		assert.equal(await whoIs(other, key), null);
	});

	it("is so on the other: the specification of a collection", async () => {
		const place = { index: "i", collection: "c" };
		const change = (action: string, body?: object) =>
			must(one, { controller: "collection", action, ...place, body }, admin);
		const isValid = async () => {
			const request = { controller: "document", action: "validate", ...place };
			const document = { n: "x" };
			return (await must(other, { ...request, body: document }, admin)).valid;
		};
		assert.equal(await isValid(), true);
		const fields = { n: { type: "integer" } };
		await change("updateSpecifications", { fields });
		assert.equal(await isValid(), false);
		await change("deleteSpecifications");
		assert.equal(await isValid(), true);
	});

	it("is so on the other: a login that ends", async () => {
		const token = await logIn(one, "admin");
		assert.equal(await whoIs(other, token), "admin");
		await must(one, { controller: "auth", action: "logout" }, token);
		assert.equal(await whoIs(other, token), null);
	});

	it("is so on the other: all logins of a user, whichever node made them; keys are left alone", async () => {
		const tokens = await Promise.all([
			...Array.from({ length: 3 }, () => logIn(one, "admin")),
			...Array.from({ length: 3 }, () => logIn(other, "admin")),
		]);
		const key = await createKey(one, admin);
		for (const token of tokens) {
			assert.equal(await whoIs(one, token), "admin");
			assert.equal(await whoIs(other, token), "admin");
		}
		await must(
			one,
			{ controller: "auth", action: "logout", global: true },
			tokens[0],
		);
		for (const token of tokens) {
			assert.equal(await whoIs(one, token), null);
			assert.equal(await whoIs(other, token), null);
		}
		assert.equal(await whoIs(other, key), "admin");
		admin = await logIn(one, "admin");
	});

	it("is so on the other: a token that is refreshed is refreshed once", async () => {
		const token = await logIn(one, "admin");
		assert.equal(await whoIs(other, token), "admin");
		const refresh = { controller: "auth", action: "refreshToken" };
		const fresh = await must(one, refresh, token);
		const again = await other.query(refresh, token);
		assert.equal(again.error?.id, "security.token.invalid");
		assert.equal(await whoIs(other, fresh.jwt), "admin");
		await eventually("its grace is over", async () => {
			return (await whoIs(other, token)) === null;
		});
	});

	it("is so on the other: a connection follows its refreshed token", async () => {
		const token = await logIn(one, "admin");
		const client = await other.connect();
		const me = { controller: "auth", action: "getCurrentUser" };
		await client.request({ ...me, jwt: token });
		await must(
			one,
			{ controller: "auth", action: "refreshToken", expiresIn: 500 },
			token,
		);
		// The first one would have lasted an hour.
		await client.waitFor(({ type }) => type === "TokenExpired");
	});

	it("is so on the other: a role", async () => {
		await security("createOrReplaceRole", {
			_id: "curious",
			body: { controllers: { server: { actions: { info: true } } } },
		});
		await security("createOrReplaceProfile", {
			_id: "curious",
			body: { policies: [{ roleId: "curious" }, { roleId: "default" }] },
		});
		const user = { _id: "nosy", profileIds: ["curious"] };
		const token = await createUser(one, admin, user);
		const info = async () => {
			const request = { controller: "server", action: "info" };
			return (await other.query(request, token)).status;
		};
		assert.equal(await info(), 200);
		for (const allowed of [false, true]) {
			await security("createOrReplaceRole", {
				_id: "curious",
				body: { controllers: { server: { actions: { info: allowed } } } },
			});
			assert.equal(await info(), allowed ? 200 : 403);
		}
	});

	it("is so on the other: a profile", async () => {
		const user = { _id: "climber", profileIds: ["ladder"] };
		const policies = [[{ roleId: "default" }], [{ roleId: "admin" }]];
		await security("createOrReplaceProfile", {
			_id: "ladder",
			body: { policies: policies[0] },
		});
		const token = await createUser(one, admin, user);
		const info = async () => {
			const request = { controller: "server", action: "info" };
			return (await other.query(request, token)).status;
		};
		assert.equal(await info(), 403);
		for (const [number, expected] of [
			[1, 200],
			[0, 403],
		] as const) {
			await security("createOrReplaceProfile", {
				_id: "ladder",
				body: { policies: policies[number] },
			});
			assert.equal(await info(), expected);
		}
	});

	it("is so on the other: a user who is deleted, with its keys and logins", async () => {
		const user = { _id: "leaver", profileIds: ["admin"] };
		const token = await createUser(one, admin, user);
		const keys = await Promise.all([
			createKey(one, token),
			createKey(other, token),
		]);
		for (const text of [token, ...keys]) {
			assert.equal(await whoIs(other, text), "leaver");
		}
		await security("deleteUser", { _id: "leaver" });
		for (const text of [token, ...keys]) {
			assert.equal(await whoIs(other, text), null);
		}
		const login = await other.query({
			controller: "auth",
			action: "login",
			strategy: "local",
			body: { username: "leaver", password: "whatever" },
		});
		assert.equal(login.status, 401);
	});

	it("is so on the other: how a user may log in", async () => {
		const user = { _id: "mover", profileIds: ["admin"] };
		const token = await createUser(one, admin, user);
		const mine = { controller: "auth", action: "credentialsExist" };
		const exists = () => must(other, { ...mine, strategy: "local" }, token);
		assert.equal(await exists(), true);
		await security("deleteCredentials", { _id: "mover", strategy: "local" });
		assert.equal(await exists(), false);
	});

	it("is so on the other: a token of one use is used once, wherever", async () => {
		const { token } = await must(
			one,
			{ controller: "auth", action: "createToken", singleUse: true },
			admin,
		);
		const asks = Array.from({ length: 20 }, (_, n) =>
			whoIs(n % 2 === 0 ? one : other, token),
		);
		const found = (await Promise.all(asks)).filter((who) => who !== null);
		assert.deepEqual(found, ["admin"]);
		assert.equal(await asked(token), 401);
	});
}
