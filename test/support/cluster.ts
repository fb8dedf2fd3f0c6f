import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { it } from "node:test";
import type { ConfigOverrides } from "../../src/config.ts";
import type { JsonObject } from "../../src/lib/json.ts";
import { type Log, silentLog } from "../../src/lib/log.ts";
import type { RedisSettings } from "../../src/redis/redis-client.ts";
import { createNamespace, type Namespace } from "./elasticsearch-namespace.ts";
import { eventually } from "./eventually.ts";
import { TestGateway } from "./gateway.ts";
import { createAdmin, must } from "./people.ts";
import { hasRedis } from "./redis.ts";

/** Nodes of one gateway, in this process: one Elasticsearch and one Redis, with a namespace of their own in each. */
export interface Cluster {
	readonly nodes: readonly TestGateway[];
	/** Rejects where there is no such node. The first is 0. */
	node(number: number): TestGateway;
	/** What a node is configured with, for one in a process of its own. */
	readonly config: ConfigOverrides;
	stop(): Promise<void>;
}

export interface ClusterOptions {
	/** Where each node reaches Redis: one entry for each node. */
	readonly redis: readonly RedisSettings[];
	readonly config?: ConfigOverrides;
}

/**
 * Whether this run can test many nodes: a Redis, and the Elasticsearch that ELASTICSEARCH_URL names. Without them a skipped test says
 * so, and with CI=true a failing one: call this once in a test file.
 */
export function canCluster(): boolean {
	if (!hasRedis()) return false;
	if (process.env.ELASTICSEARCH_URL) return true;
	const reason = "ELASTICSEARCH_URL names no server: many nodes are left out";
	if (process.env.CI === "true") {
		it("has an Elasticsearch to test many nodes with", () => {
			throw new Error(reason);
		});
	} else {
		it("runs on many nodes", { skip: reason }, () => {});
	}
	return false;
}

/** All nodes start at once, on an empty store. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
	const namespace = createNamespace();
	const nodes = await Promise.all(
		options.redis.map((redis) => createNode(namespace, redis, options)),
	);
	const cluster: Cluster = {
		nodes,
		node(number) {
			const node = nodes[number];
			if (node === undefined) throw new Error(`There is no node ${number}.`);
			return node;
		},
		config: toConfig(namespace, options.redis[0], options),
		async stop() {
			await Promise.all(nodes.map((node) => node.stop()));
			await namespace.drop();
		},
	};
	try {
		await Promise.all(nodes.map((node) => node.start()));
		// A store that is slow to answer a node's first questions is waited for while the node listens.
		for (const node of nodes)
			await eventually("it is ready", () => isReady(node));
	} catch (error) {
		await cluster.stop();
		throw error;
	}
	return cluster;
}

/** Creates the first administrator and closes the server, without limits on how often anybody may ask. Answers a token of the administrator. */
export async function restrict(node: TestGateway): Promise<string> {
	const admin = await createAdmin(node);
	for (const _id of ["anonymous", "default"]) {
		await must(
			node,
			{
				controller: "security",
				action: "createOrReplaceProfile",
				_id,
				body: { policies: [{ roleId: _id }], rateLimit: 0 },
			},
			admin,
		);
	}
	return admin;
}

async function isReady(node: TestGateway): Promise<boolean> {
	return (await node.call("GET", "/_ready")).status === 200;
}

async function createNode(
	namespace: Namespace,
	redis: RedisSettings,
	options: ClusterOptions,
): Promise<TestGateway> {
	const folder = await mkdtemp(path.join(tmpdir(), "portico-node-"));
	const config = toConfig(namespace, redis, options);
	// The namespace is shared: it goes with the last node.
	const shared = { ...namespace, drop: async () => {} };
	return new TestGateway(
		{ backend: "elasticsearch", config, log: defectLog },
		folder,
		shared,
	);
}

/** What no test here means to cause is shown with its result. */
const defectLog: Log = {
	...silentLog,
	error: (fields, message) => console.error(message, fields),
	child: () => defectLog,
};

function toConfig(
	{ name, url }: Namespace,
	redis: RedisSettings | undefined,
	{ config }: ClusterOptions,
): ConfigOverrides {
	if (redis === undefined) throw new Error("A cluster has a node at least.");
	return {
		...config,
		services: {
			...config?.services,
			storageEngine: {
				backend: "elasticsearch",
				namespace: name,
				client: { node: url },
			},
			internalCache: {
				namespace: name,
				node: redis.node,
				database: redis.database,
				options: redis.options as JsonObject,
				requestTimeout: redis.commandTimeoutMs,
			},
		},
	};
}
