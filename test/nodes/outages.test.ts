import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
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
import { createKey, logIn, must, whoIs } from "../support/people.ts";
import { startRedis, type TestRedis } from "../support/redis.ts";

const NOT_CONNECTED = "services.cache.not_connected";

if (canCluster())
	describe("two nodes", () => {
		let redis: TestRedis;
		let relay: DelayingRelay;
		let cluster: Cluster;
		let one: TestGateway;
		let other: TestGateway;
		/** A key of the administrator: login tokens are in Redis, keys are not. */
		let admin: string;
		let count = 0;
		before(async () => {
			redis = await startRedis();
			relay = await createDelayingRelay(redis.port);
			const far = { host: "127.0.0.1", port: relay.port };
			cluster = await startCluster({
				redis: [{ ...redis.settings, node: far }, redis.settings],
			});
			[one, other] = [cluster.node(0), cluster.node(1)];
			admin = await createKey(one, await restrict(one));
		});
		after(async () => {
			redis?.resume();
			await cluster?.stop();
			await relay?.close();
			await redis?.stop();
		});

		const makeKey = async () => {
			const _id = `key-${++count}`;
			return { _id, text: await createKey(one, admin, { _id }) };
		};
		const deleteKey = (_id: string) =>
			must(one, { controller: "auth", action: "deleteApiKey", _id }, admin);
		const untilBack = () =>
			eventually("both nodes have Redis", async () => {
				const tokens = await Promise.all(
					cluster.nodes.map((node) => tryLogin(node)),
				);
				return tokens.every((token) => token !== null);
			});

		describe("without Redis", () => {
			let login: string;
			beforeEach(async () => {
				login = await logIn(one, "admin");
				assert.equal(await whoIs(other, login), "admin");
			});
			afterEach(async () => {
				await redis.restart();
				await untilBack();
			});

			it("go on with keys, say 503 to logins, and start over with logins when it is back, empty", async () => {
				await redis.kill();
				for (const node of cluster.nodes) {
					assert.equal(await whoIs(node, admin), "admin");
					const me = { controller: "auth", action: "getCurrentUser" };
					await eventually("nobody is taken for logged in", async () => {
						const { error } = await node.query(me, login);
						return error?.id === NOT_CONNECTED;
					});
					assert.equal(await tryLogin(node), null);
				}
				await redis.restart();
				await untilBack();
				for (const node of cluster.nodes) {
					assert.equal(await whoIs(node, login), null);
					assert.equal(await whoIs(node, admin), "admin");
				}
			});

			it("let no key through on the other once its deletion is answered", async () => {
				await redis.kill();
				const key = await makeKey();
				assert.equal(await whoIs(other, key.text), "admin");
				await deleteKey(key._id);
				assert.equal(await whoIs(other, key.text), null);
			});

			it("let nobody do on the other what a role forbids once that is answered", async () => {
				const info = { controller: "server", action: "info" };
				await redis.kill();
				assert.equal((await other.query(info)).status, 401);
				for (const allowed of [true, false]) {
					await allowInfo(one, admin, allowed);
					assert.equal((await other.query(info)).status, allowed ? 200 : 401);
				}
			});
		});

		describe("whose Redis stands still", () => {
			afterEach(async () => {
				redis.resume();
				await untilBack();
			});

			it("let no key through on the other once its deletion is answered, and go on as before", async () => {
				const key = await makeKey();
				assert.equal(await whoIs(other, key.text), "admin");
				redis.pause();
				await deleteKey(key._id);
				assert.equal(await whoIs(other, key.text), null);
				redis.resume();
				await untilBack();
				const next = await makeKey();
				assert.equal(await whoIs(other, next.text), "admin");
				await deleteKey(next._id);
				assert.equal(await whoIs(other, next.text), null);
			});
		});

		describe("of which one has lost the others", () => {
			afterEach(async () => {
				relay.mend();
				await untilBack();
			});

			it("tells them of what was deleted meanwhile as soon as it is back", async () => {
				const key = await makeKey();
				assert.equal(await whoIs(other, key.text), "admin");
				relay.cut();
				await deleteKey(key._id);
				relay.mend();
				await eventually("the other has forgotten it", async () => {
					return (await whoIs(other, key.text)) === null;
				});
			});

			it("remembers nothing longer than a second itself", async () => {
				const info = { controller: "server", action: "info" };
				relay.cut();
				for (const allowed of [true, false]) {
					await allowInfo(other, admin, allowed);
					await eventually("the lost one knows it too", async () => {
						return (await one.query(info)).status === (allowed ? 200 : 401);
					});
				}
			});
		});
	});

async function tryLogin(node: TestGateway): Promise<string | null> {
	try {
		return await logIn(node, "admin");
	} catch {
		return null;
	}
}

/** Whether strangers may ask for `server:info`. */
async function allowInfo(
	node: TestGateway,
	admin: string,
	allowed: boolean,
): Promise<void> {
	const role = {
		controllers: {
			auth: { actions: { login: true, getCurrentUser: true } },
			server: { actions: { info: allowed } },
		},
	};
	await must(
		node,
		{
			controller: "security",
			action: "createOrReplaceRole",
			_id: "anonymous",
			body: role,
		},
		admin,
	);
}
