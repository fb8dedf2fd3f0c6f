import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type Cluster, canCluster, startCluster } from "../support/cluster.ts";
import { eventually } from "../support/eventually.ts";
import type { TestGateway } from "../support/gateway.ts";
import { must } from "../support/people.ts";
import { startRedis, type TestRedis } from "../support/redis.ts";
import type { WsClient } from "../support/ws-client.ts";

const HEARTBEAT_MS = 200;
const PLACE = { index: "i", collection: "c" };

if (canCluster())
	describe("realtime on three nodes", () => realtimeOnThreeNodes());

function realtimeOnThreeNodes(): void {
	let redis: TestRedis;
	let cluster: Cluster;
	before(async () => {
		redis = await startRedis();
		const { settings } = redis;
		cluster = await startCluster({
			redis: [settings, settings, settings],
			config: { cluster: { heartbeat: HEARTBEAT_MS } },
		});
		for (const node of cluster.nodes) await seesNodes(node, 3);
		await must(cluster.node(0), ask("index", "create", { index: "i" }));
		await must(cluster.node(0), ask("collection", "create", PLACE));
	});
	after(async () => {
		await cluster?.stop();
		await redis?.stop();
	});

	it("tells on each node what was written on another, once and in order", async () => {
		const clients = await Promise.all(
			cluster.nodes.map((node) => node.connect()),
		);
		for (const client of clients) await subscribe(client, { exists: "n" });
		for (let n = 0; n < 10; n++)
			await must(
				cluster.node(n % 2),
				ask("document", "createOrReplace", { ...PLACE, _id: "d", body: { n } }),
			);
		await must(
			cluster.node(0),
			ask("document", "delete", { ...PLACE, _id: "d" }),
		);
		for (const client of clients) {
			const told = () =>
				client.frames.filter(({ type }) => type === "document");
			await eventually("all was told", () => told().length >= 11);
			assert.equal(told().length, 11);
			const written = told()
				.filter(({ action }) => action !== "delete")
				.map(({ result }) => result._source.n as number);
			// Each node tells its own writes in order; those of two nodes may cross.
			for (const rest of [0, 1])
				assert.deepEqual(
					written.filter((n) => n % 2 === rest),
					[0, 2, 4, 6, 8].map((n) => n + rest),
				);
			await client.close();
		}
	});

	it("tells of messages, and of a document that left the scope", async () => {
		const client = await cluster.node(2).connect();
		await subscribe(client, { equals: { left: true } });
		const write = (action: string, body: object) =>
			must(
				cluster.node(0),
				ask("document", action, { ...PLACE, _id: "l", body }),
			);
		await write("createOrReplace", { left: true });
		await write("replace", { left: false });
		await must(
			cluster.node(1),
			ask("realtime", "publish", { ...PLACE, body: { left: true } }),
		);
		await client.waitFor(({ action }) => action === "publish");
		const told = client.frames.filter(({ type }) => type === "document");
		assert.deepEqual(told.map(({ scope }) => scope).sort(), [
			"in",
			"in",
			"out",
		]);
		await client.close();
	});

	it("counts, lists and joins over all nodes, and tells who comes and goes", async () => {
		const [one, two] = [
			await cluster.node(0).connect(),
			await cluster.node(1).connect(),
		];
		const { roomId } = await subscribe(one, { exists: "x" }, { users: "all" });
		const joined = await two.request(
			ask("realtime", "join", { body: { roomId }, volatile: { me: 2 } }),
		);
		assert.equal(joined.result.roomId, roomId);
		const came = await one.waitFor(({ user }) => user === "in");
		assert.deepEqual(came.result, { count: 2 });
		assert.deepEqual(came.volatile, { me: 2 });
		for (const node of cluster.nodes) await counts(node, roomId, 2);
		const listed = await must(cluster.node(2), ask("realtime", "list"));
		assert.equal(listed.i.c[roomId], 2);
		await two.close();
		const went = await one.waitFor(({ user }) => user === "out");
		assert.deepEqual(went.result, { count: 1 });
		await one.close();
		for (const node of cluster.nodes) await counts(node, roomId, 0);
	});

	it("counts its own alone while Redis is away, and all again afterwards", async () => {
		const clients = [
			await cluster.node(0).connect(),
			await cluster.node(1).connect(),
		];
		let roomId = "";
		for (const client of clients)
			({ roomId } = await subscribe(client, { exists: "y" }));
		await counts(cluster.node(0), roomId, 2);
		await redis.kill();
		await counts(cluster.node(0), roomId, 1);
		const status = await must(cluster.node(0), ask("cluster", "status"));
		assert.equal(status.activeNodes, 1);
		await redis.restart();
		for (const node of cluster.nodes) await counts(node, roomId, 2);
		await must(
			cluster.node(2),
			ask("realtime", "publish", { ...PLACE, body: { y: 1 } }),
		);
		for (const client of clients) {
			await client.waitFor(({ type }) => type === "document");
			await client.close();
		}
	});

	it("counts a node that stopped no more", async () => {
		const [gone, stays] = [cluster.node(2), cluster.node(0)];
		const client = await gone.connect();
		const { roomId } = await subscribe(client, { exists: "z" });
		await counts(stays, roomId, 1);
		await gone.gateway.close();
		await counts(stays, roomId, 0);
		await seesNodes(stays, 2);
		const { activity } = await must(stays, ask("cluster", "status"));
		assert.equal(activity.at(-1).event, "evicted");
	});
}

function ask(controller: string, action: string, parts: object = {}) {
	return { controller, action, ...parts };
}

async function subscribe(
	client: WsClient,
	body: object,
	options: object = {},
): Promise<{ roomId: string }> {
	const answer = await client.request(
		ask("realtime", "subscribe", { ...PLACE, ...options, body }),
	);
	assert.equal(answer.status, 200, JSON.stringify(answer.error));
	return answer.result;
}

async function counts(
	node: TestGateway,
	roomId: string,
	expected: number,
): Promise<void> {
	await eventually(`${expected} in the room`, async () => {
		const answer = await node.query(
			ask("realtime", "count", { body: { roomId } }),
		);
		return answer.result?.count === expected;
	});
}

async function seesNodes(node: TestGateway, expected: number): Promise<void> {
	await eventually(`${expected} nodes`, async () => {
		const answer = await node.query(ask("cluster", "status"));
		return answer.result?.activeNodes === expected;
	});
}
