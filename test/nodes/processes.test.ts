import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import {
	type Cluster,
	canCluster,
	restrict,
	startCluster,
} from "../support/cluster.ts";
import { eventually } from "../support/eventually.ts";
import type { TestGateway } from "../support/gateway.ts";
import { createKey, must, whoIs } from "../support/people.ts";
import { startRedis, type TestRedis } from "../support/redis.ts";
import { type ServerProcess, startServer } from "../support/server-process.ts";

if (canCluster())
	describe("a node in a process of its own", () => {
		let redis: TestRedis;
		let cluster: Cluster;
		let one: TestGateway;
		let admin: string;
		let folder: string;
		let other: ServerProcess;
		before(async () => {
			redis = await startRedis();
			cluster = await startCluster({ redis: [redis.settings] });
			one = cluster.node(0);
			admin = await createKey(one, await restrict(one));
			folder = await mkdtemp(path.join(tmpdir(), "portico-node-"));
		});
		after(async () => {
			await cluster?.stop();
			await redis?.stop();
			if (folder) await rm(folder, { recursive: true, force: true });
		});
		beforeEach(async () => {
			other = await startServer({ dataFolder: folder, flags: flags(cluster) });
		});
		afterEach(async () => {
			await other?.end("SIGKILL");
		});

		const deleteKey = (_id: string) =>
			must(one, { controller: "auth", action: "deleteApiKey", _id }, admin);

		it("says which store and cache it has, and why, and keeps no file", () => {
			assert.match(other.output(), /Store: elasticsearch, because/);
			assert.match(
				other.output(),
				/Cache: redis, because services\.internalCache\.node\.host is given/,
			);
			assert.match(other.output(), /"dataFolder":null/);
		});

		it("holds an answer up for no longer than a second when it is killed in the middle, and not again", async () => {
			const key = await createKey(one, admin, { _id: "killed" });
			assert.equal(await whoIs(other, key), "admin");
			process.kill(other.pid, "SIGSTOP");
			const deleting = deleteKey("killed");
			await other.end("SIGKILL");
			await deleting;
			assert.equal(await whoIs(one, key), null);
			const next = await createKey(one, admin, { _id: "next" });
			assert.equal(await whoIs(one, next), "admin");
			await deleteKey("next");
			assert.equal(await whoIs(one, next), null);
		});

		it("is counted no more once it was killed, and when it stands still, and again when it goes on", async () => {
			const place = { index: "i", collection: "c" };
			const subscribe = { controller: "realtime", action: "subscribe" };
			const client = await other.connect();
			const { result } = await client.request({
				...subscribe,
				...place,
				body: { exists: "killed" },
				jwt: admin,
			});
			const counts = (expected: number) =>
				eventually(`${expected} in the room`, async () => {
					const count = { controller: "realtime", action: "count" };
					const body = { roomId: result.roomId };
					return (
						(await must(one, { ...count, body }, admin)).count === expected
					);
				});
			await counts(1);
			process.kill(other.pid, "SIGSTOP");
			await counts(0);
			process.kill(other.pid, "SIGCONT");
			await counts(1);
			await other.end("SIGKILL");
			await counts(0);
			const status = { controller: "cluster", action: "status" };
			assert.equal((await must(one, status, admin)).activeNodes, 1);
		});

		it("trusts nothing that it remembers after it stood still, were the request the first thing it sees", async () => {
			const key = await createKey(one, admin, { _id: "stopped" });
			assert.equal(await whoIs(other, key), "admin");
			const client = await other.connect();
			process.kill(other.pid, "SIGSTOP");
			// They wait at its door, before the word that the key is gone.
			const ids = Array.from({ length: 20 }, (_, n) => `asked-${n}`);
			for (const requestId of ids) {
				const me = { controller: "auth", action: "getCurrentUser" };
				const frame = JSON.stringify({ ...me, jwt: key, requestId });
				await new Promise((resolve) => client.socket.send(frame, resolve));
			}
			await deleteKey("stopped");
			process.kill(other.pid, "SIGCONT");
			for (const requestId of ids) {
				const answer = await client.waitFor(
					(frame) => frame.requestId === requestId,
				);
				assert.equal(answer.error?.id, "security.token.invalid");
			}
			await client.close();
		});
	});

/** The cluster's configuration, as a command line. */
function flags({ config }: Cluster): string[] {
	const { storageEngine, internalCache } = config.services ?? {};
	return [
		`services.storageEngine.backend=${storageEngine?.backend}`,
		`services.storageEngine.namespace=${storageEngine?.namespace}`,
		`services.storageEngine.client.node=${storageEngine?.client?.node}`,
		`services.internalCache.node.host=${internalCache?.node?.host}`,
		`services.internalCache.node.port=${internalCache?.node?.port}`,
		`services.internalCache.namespace=${internalCache?.namespace}`,
	].flatMap((setting) => ["--set", setting]);
}
