import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Connection } from "../../src/call/connection.ts";
import type { DocumentChange } from "../../src/documents/change-news.ts";
import { ManualClock } from "../../src/lib/clock.ts";
import type { JsonObject } from "../../src/lib/json.ts";
import type { Realtime } from "../../src/realtime/realtime.ts";
import { testConnection } from "../support/test-connection.ts";
import { startRealtime } from "./start-realtime.ts";

const PLACE = { index: "i", collection: "c" };
const OPTIONS = { scope: "all", users: "none", volatile: null } as const;
const ORIGIN = {
	controller: "document",
	action: "createOrReplace",
	requestId: "r",
	protocol: "http",
	volatile: null,
	timestamp: null,
} as const;

/** As Elasticsearch tells of it: without what was there before. */
function replaced(id: string, after: JsonObject): DocumentChange {
	return {
		target: { scope: "public", ...PLACE },
		kind: "replace",
		id,
		version: 2,
		after,
		kuid: null,
		origin: ORIGIN,
	};
}

function scopesOf({ frames }: { readonly frames: string[] }): string[] {
	return frames.map((frame) => JSON.parse(frame).scope);
}

async function enter(
	{ realtime }: { readonly realtime: Realtime },
	connection: Connection,
	filter: object,
) {
	return realtime.subscribe(connection, PLACE, filter, OPTIONS);
}

describe("the rooms of a node", () => {
	it("are as before after 10,000 connections that came and went", async () => {
		const node = await startRealtime();
		for (let n = 0; n < 10_000; n++) {
			const connection = testConnection();
			node.connections.add(connection);
			await enter(node, connection, { equals: { n: n % 100 } });
			await enter(node, connection, {});
			if (n % 2 === 0) assert.equal(node.realtime.size.subscriptions, 2);
			node.connections.remove(connection);
		}
		assert.deepEqual(node.realtime.size, { rooms: 0, subscriptions: 0 });
		assert.equal(node.connections.size, 0);
	});

	it("are one for filters that mean the same, and another for each place", async () => {
		const node = await startRealtime();
		const connection = testConnection();
		node.connections.add(connection);
		const one = await enter(node, connection, { exists: "a" });
		const same = await enter(node, connection, { exists: { field: "a" } });
		assert.deepEqual(same, one);
		const elsewhere = { index: "i", collection: "d" };
		const other = await node.realtime.subscribe(
			connection,
			elsewhere,
			{ exists: "a" },
			OPTIONS,
		);
		assert.notEqual(other.roomId, one.roomId);
		assert.deepEqual(node.realtime.size, { rooms: 2, subscriptions: 2 });
	});

	it("do not let in a connection that is gone", async () => {
		const node = await startRealtime();
		await enter(node, testConnection(), {});
		assert.equal(node.realtime.size.rooms, 0);
	});
});

describe("a notification", () => {
	it("is written down once for all who listen on a channel", async () => {
		const node = await startRealtime();
		const seen = new Set<unknown>();
		for (let n = 0; n < 3; n++) {
			const connection = {
				...testConnection(),
				notify: (notification: { readonly frame: Buffer }) =>
					seen.add(notification.frame),
			};
			node.connections.add(connection);
			await enter(node, connection, {});
		}
		node.realtime.changed([replaced("d", {})]);
		assert.equal(seen.size, 1);
	});

	it("goes to each channel of a connection once", async () => {
		const node = await startRealtime();
		const connection = testConnection();
		node.connections.add(connection);
		const all = await enter(node, connection, {});
		const some = await node.realtime.subscribe(
			connection,
			PLACE,
			{},
			{ ...OPTIONS, scope: "in" },
		);
		node.realtime.changed([replaced("d", {})]);
		assert.deepEqual(
			connection.frames.map((frame) => JSON.parse(frame).room),
			[all.channel, some.channel],
		);
	});
});

describe("where a store does not tell what it replaced", () => {
	const start = async () => {
		const clock = new ManualClock();
		const node = await startRealtime({ clock, tellsBefore: false });
		const connection = testConnection();
		node.connections.add(connection);
		await enter(node, connection, { equals: { a: 1 } });
		return { ...node, connection, clock };
	};

	it("a document leaves the scope that it was seen in, once", async () => {
		const { realtime, connection } = await start();
		for (const a of [1, 2, 2, 1, 1, 3])
			realtime.changed([replaced("d", { a })]);
		assert.deepEqual(scopesOf(connection), ["in", "out", "in", "in", "out"]);
	});

	it("it is forgotten after its time that a document matched", async () => {
		const { realtime, connection, clock } = await start();
		realtime.changed([replaced("d", { a: 1 })]);
		clock.advance(1000);
		realtime.changed([replaced("d", { a: 2 })]);
		assert.deepEqual(scopesOf(connection), ["in"]);
	});

	it("it is forgotten with the room that a document matched", async () => {
		const { realtime, connection, connections } = await start();
		realtime.changed([replaced("d", { a: 1 })]);
		connections.remove(connection);
		const next = testConnection();
		connections.add(next);
		await enter({ realtime }, next, { equals: { a: 1 } });
		realtime.changed([replaced("d", { a: 2 })]);
		assert.deepEqual(scopesOf(next), []);
	});
});
