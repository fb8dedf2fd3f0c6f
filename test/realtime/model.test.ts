import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import type { Bus } from "../../src/bus/bus.ts";
import { createRedisBus } from "../../src/bus/redis/redis-bus.ts";
import type { Connections } from "../../src/call/connection.ts";
import type { DocumentChange } from "../../src/documents/change-news.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { randomIds } from "../../src/lib/ids.ts";
import { silentLog } from "../../src/lib/log.ts";
import type { Realtime } from "../../src/realtime/realtime.ts";
import { hasRedis, startRedis, type TestRedis } from "../support/redis.ts";
import {
	type TestConnection,
	testConnection,
} from "../support/test-connection.ts";
import { startRealtime } from "./start-realtime.ts";

const NODES = 3;
const CLIENTS = 4;

/** Filters, and what they mean. */
const FILTERS = [
	{ filter: {}, matches: () => true },
	{ filter: { equals: { v: 1 } }, matches: (v: number) => v === 1 },
	{ filter: { range: { v: { gt: 1 } } }, matches: (v: number) => v > 1 },
	{ filter: { not: { equals: { v: 2 } } }, matches: (v: number) => v !== 2 },
];

interface Node {
	readonly bus: Bus;
	readonly realtime: Realtime;
	readonly connections: Connections;
}

type Step =
	| {
			readonly do: "subscribe";
			readonly client: number;
			readonly filter: number;
	  }
	| { readonly do: "leave"; readonly client: number; readonly filter: number }
	| { readonly do: "disconnect"; readonly client: number }
	| {
			readonly do: "write";
			readonly node: number;
			readonly id: string;
			readonly v: number;
	  }
	| { readonly do: "delete"; readonly node: number; readonly id: string };

const client = fc.nat(CLIENTS - 1);
const filter = fc.nat(FILTERS.length - 1);
const node = fc.nat(NODES - 1);
const id = fc.constantFrom("a", "b");
const steps = fc.array(
	fc.oneof(
		fc.record({ do: fc.constant("subscribe" as const), client, filter }),
		fc.record({ do: fc.constant("leave" as const), client, filter }),
		fc.record({ do: fc.constant("disconnect" as const), client }),
		fc.record({ do: fc.constant("write" as const), node, id, v: fc.nat(3) }),
		fc.record({ do: fc.constant("delete" as const), node, id }),
	),
	{ maxLength: 40 },
) satisfies fc.Arbitrary<Step[]>;

if (hasRedis())
	describe("subscribers on three nodes", () => {
		let redis: TestRedis;
		let nodes: Node[] = [];
		before(async () => {
			redis = await startRedis();
			for (let n = 0; n < NODES; n++) nodes.push(await startNode(n, redis));
		});
		after(async () => {
			for (const { realtime, bus } of nodes) {
				await realtime.close();
				await bus.close();
			}
			nodes = [];
			await redis?.stop();
		});

		it("get exactly what the model says, once and in order", async () => {
			await fc.assert(
				fc.asyncProperty(steps, async (plan) => {
					const world = new World(nodes);
					for (const step of plan) await world.take(step);
					world.end();
				}),
				{ numRuns: 40 },
			);
			for (const { realtime } of nodes)
				assert.deepEqual(realtime.size, { rooms: 0, subscriptions: 0 });
		});
	});

/** Does each step for real, and by the model beside it. */
class World {
	readonly #nodes: readonly Node[];
	readonly #place = { index: "i", collection: randomUUID() };
	readonly #connections: TestConnection[] = [];
	readonly #documents = new Map<string, number>();
	/** The filters of each client, with their rooms. */
	readonly #model: Map<number, string>[] = [];
	/** What each client is to be told: room, scope and version. */
	readonly #expected: string[][] = [];
	#version = 0;

	constructor(nodes: readonly Node[]) {
		this.#nodes = nodes;
		for (let n = 0; n < CLIENTS; n++) this.#connect(n);
	}

	async take(step: Step): Promise<void> {
		switch (step.do) {
			case "subscribe":
				return this.#subscribe(step.client, step.filter);
			case "leave":
				return this.#leave(step.client, step.filter);
			case "disconnect":
				this.#disconnect(step.client);
				this.#connect(step.client);
				return;
			case "write":
				return this.#write(step.node, step.id, step.v);
			case "delete":
				return this.#write(step.node, step.id, null);
		}
	}

	end(): void {
		for (let n = 0; n < CLIENTS; n++) this.#disconnect(n);
	}

	#nodeOf(client: number): Node {
		return at(this.#nodes, client % NODES);
	}

	#connect(client: number): void {
		const connection = testConnection();
		this.#connections[client] = connection;
		this.#model[client] = new Map();
		this.#expected[client] = [];
		this.#nodeOf(client).connections.add(connection);
	}

	#disconnect(client: number): void {
		const connection = at(this.#connections, client);
		this.#nodeOf(client).connections.remove(connection);
		const told = connection.frames.map((frame) => {
			const { room, scope, requestId } = JSON.parse(frame);
			return `${room.split("-")[0]} ${scope} ${requestId}`;
		});
		const expected = at(this.#expected, client);
		// Rooms of one write come in no order.
		assert.deepEqual(grouped(told), grouped(expected));
	}

	async #subscribe(client: number, filter: number): Promise<void> {
		const { realtime } = this.#nodeOf(client);
		const { roomId } = await realtime.subscribe(
			at(this.#connections, client),
			this.#place,
			at(FILTERS, filter).filter,
			{ scope: "all", users: "none", volatile: null },
		);
		at(this.#model, client).set(filter, roomId);
	}

	#leave(client: number, filter: number): void {
		const roomId = at(this.#model, client).get(filter);
		if (roomId === undefined) return;
		at(this.#model, client).delete(filter);
		const connection = at(this.#connections, client);
		this.#nodeOf(client).realtime.unsubscribe(connection, roomId);
	}

	async #write(number: number, id: string, v: number | null): Promise<void> {
		const old = this.#documents.get(id) ?? null;
		if (v === null && old === null) return;
		const change = this.#change(id, { old, v });
		const { realtime, bus } = at(this.#nodes, number);
		realtime.changed([change]);
		// Messages of a node come in order: once all have heard this one, they have heard of the change.
		await bus.publish("after the change", null);
		this.#expect(old, v);
		if (v === null) this.#documents.delete(id);
		else this.#documents.set(id, v);
	}

	#expect(old: number | null, v: number | null): void {
		this.#model.forEach((rooms, client) => {
			for (const [filter, roomId] of rooms) {
				const { matches } = at(FILTERS, filter);
				const scope =
					v !== null && matches(v)
						? "in"
						: old !== null && matches(old)
							? "out"
							: null;
				if (scope !== null)
					at(this.#expected, client).push(
						`${roomId} ${scope} r${this.#version}`,
					);
			}
		});
	}

	#change(
		id: string,
		{ old, v }: { readonly old: number | null; readonly v: number | null },
	): DocumentChange {
		this.#version++;
		return {
			target: { scope: "public", ...this.#place },
			kind: v === null ? "delete" : old === null ? "create" : "replace",
			id,
			version: this.#version,
			before: old === null ? null : { v: old },
			...(v === null ? {} : { after: { v } }),
			kuid: null,
			origin: {
				controller: "document",
				action: "createOrReplace",
				requestId: `r${this.#version}`,
				protocol: "http",
				volatile: null,
				timestamp: null,
			},
		};
	}
}

async function startNode(n: number, redis: TestRedis): Promise<Node> {
	const bus = createRedisBus({
		settings: redis.settings,
		prefix: "model:",
		clock: systemClock,
		ids: randomIds,
		log: silentLog,
	});
	await bus.open();
	const node = await startRealtime({ id: `n${n}`, bus, clock: systemClock });
	return { ...node, bus };
}

/** In the order of the writes, and by room within one. */
function grouped(told: readonly string[]): string[] {
	const writes = new Map<string, string[]>();
	let last = "";
	for (const line of told) {
		const write = line.slice(line.lastIndexOf(" "));
		// A write that comes up again later was not told in order.
		if (write !== last && writes.has(write)) writes.set(`again${write}`, []);
		last = write;
		writes.set(write, [...(writes.get(write) ?? []), line]);
	}
	return [...writes].flatMap(([write, lines]) => [write, ...lines.sort()]);
}

function at<T>(list: readonly T[], index: number): T {
	const item = list[index];
	if (item === undefined) throw new Error(`nothing at ${index}`);
	return item;
}
