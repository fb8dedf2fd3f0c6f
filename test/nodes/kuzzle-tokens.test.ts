import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Redis } from "ioredis";
import jsonwebtoken from "jsonwebtoken";
import {
	type Cluster,
	canCluster,
	restrict,
	startCluster,
} from "../support/cluster.ts";
import { must, whoIs } from "../support/people.ts";
import { startRedis, type TestRedis } from "../support/redis.ts";

/** Of the Kuzzle whose tokens these are. */
const SECRET = "the secret of the Kuzzle that was here before";
const HOUR_MS = 3_600_000;

if (canCluster())
	describe("login tokens that a Kuzzle left in Redis", () => {
		let redis: TestRedis;
		let client: Redis;
		let cluster: Cluster;
		/** Keys of this cluster begin with it. */
		let prefix: string;
		before(async () => {
			redis = await startRedis();
			client = new Redis(redis.port, "127.0.0.1");
			cluster = await startCluster({
				redis: [redis.settings, redis.settings],
				config: { security: { authToken: { secret: SECRET } } },
			});
			prefix = `${cluster.config.services?.internalCache?.namespace}/`;
			await restrict(cluster.node(0));
		});
		after(async () => {
			await cluster?.stop();
			client?.disconnect();
			await redis?.stop();
		});

		/** Writes one as Kuzzle does (facts: key, value and lifetime). */
		async function leave(ttl: number): Promise<string> {
			const iat = Math.floor(Date.now() / 1000);
			const exp = ttl === -1 ? {} : { exp: Math.ceil(iat + ttl / 1000) };
			const claims = { _id: "admin", iat, ...exp };
			const jwt = `kauth-${jsonwebtoken.sign(claims, SECRET)}`;
			const _id = `admin#${jwt}`;
			const value = JSON.stringify({
				_id,
				expiresAt: ttl === -1 ? -1 : Date.now() + ttl,
				ttl,
				userId: "admin",
				jwt,
				refreshed: false,
				singleUse: false,
			});
			const key = `${prefix}repos/kuzzle/token/${_id}`;
			if (ttl === -1) await client.set(key, value);
			else await client.set(key, value, "PX", ttl);
			return jwt;
		}

		it("go on working on every node", async () => {
			for (const ttl of [HOUR_MS, -1]) {
				const token = await leave(ttl);
				for (const node of cluster.nodes)
					assert.equal(await whoIs(node, token), "admin");
			}
		});

		it("can be refreshed, and the new one is where Kuzzle looks for it", async () => {
			const token = await leave(HOUR_MS);
			const fresh = await must(
				cluster.node(0),
				{ controller: "auth", action: "refreshToken" },
				token,
			);
			assert.equal(await whoIs(cluster.node(1), fresh.jwt), "admin");
			const key = `${prefix}repos/kuzzle/token/admin#${fresh.jwt}`;
			const stored = JSON.parse((await client.get(key)) ?? "null");
			assert.deepEqual(Object.keys(stored), [
				"_id",
				"expiresAt",
				"ttl",
				"userId",
				"jwt",
				"refreshed",
				"singleUse",
			]);
			assert.equal(stored._id, `admin#${fresh.jwt}`);
			assert.equal(stored.jwt, fresh.jwt);
			const left = await client.pttl(key);
			assert.ok(left > 0 && left <= fresh.ttl, `${left}`);
		});

		it("can be ended, one and all", async () => {
			const [one, two, three] = [
				await leave(HOUR_MS),
				await leave(2 * HOUR_MS),
				await leave(-1),
			];
			await must(
				cluster.node(0),
				{ controller: "auth", action: "logout" },
				one,
			);
			assert.equal(await whoIs(cluster.node(1), one), null);
			assert.equal(await whoIs(cluster.node(1), two), "admin");
			await must(
				cluster.node(0),
				{ controller: "auth", action: "logout", global: true },
				two,
			);
			for (const token of [two, three])
				assert.equal(await whoIs(cluster.node(1), token), null);
			assert.deepEqual(await client.keys(`${prefix}repos/kuzzle/token/*`), []);
		});

		it("are refused when Redis does not hold them, though their signature is good", async () => {
			const token = await leave(HOUR_MS);
			await client.del(`${prefix}repos/kuzzle/token/admin#${token}`);
			assert.equal(await whoIs(cluster.node(0), token), null);
		});
	});
