import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Bus } from "../../src/bus/bus.ts";
import { createLocalBus } from "../../src/bus/local/local-bus.ts";
import { ManualClock } from "../../src/lib/clock.ts";
import { silentLog } from "../../src/lib/log.ts";
import { settle } from "../support/settle.ts";
import { testConnection } from "../support/test-connection.ts";
import { startRealtime } from "./start-realtime.ts";

const PLACE = { index: "i", collection: "c" };
const OPTIONS = { scope: "all", users: "none", volatile: null } as const;
const HEARTBEAT_MS = 1000;

/** Two nodes in one process, and whether they can hear each other. */
async function startPair() {
	const local = createLocalBus({ log: silentLog });
	const link = { isCut: false };
	const bus: Bus = {
		backend: "redis",
		open: () => local.open(),
		close: () => local.close(),
		subscribe: (topic, handler) => local.subscribe(topic, handler),
		publish: async (topic, message, options) =>
			link.isCut
				? { acknowledged: false }
				: local.publish(topic, message, options),
		onConnectivity: () => () => {},
		check() {},
	};
	const clock = new ManualClock();
	const one = await startRealtime({ id: "one", bus, clock });
	const two = await startRealtime({ id: "two", bus, clock });
	await settle();
	/** Somebody who comes into a room of the second node. */
	const enter = async () => {
		const connection = testConnection();
		two.connections.add(connection);
		const { roomId } = await two.realtime.subscribe(
			connection,
			PLACE,
			{},
			OPTIONS,
		);
		return { connection, roomId };
	};
	const beat = async (times = 1) => {
		for (let n = 0; n < times; n++) {
			clock.advance(HEARTBEAT_MS);
			await settle();
		}
	};
	return { one: one.realtime, two, link, enter, beat };
}

describe("nodes", () => {
	it("know of each other and of their rooms", async () => {
		const { one, two, enter } = await startPair();
		assert.deepEqual(
			one.peers.alive.map(({ id }) => id),
			["two"],
		);
		const { roomId, connection } = await enter();
		assert.equal(one.count(roomId), 1);
		assert.ok(one.peers.isWatching(PLACE));
		two.connections.remove(connection);
		await settle();
		assert.equal(one.count(roomId), 0);
		assert.ok(!one.peers.isWatching(PLACE));
	});

	it("ask for what they missed, at the next heartbeat", async () => {
		const { one, link, enter, beat } = await startPair();
		const first = await enter();
		link.isCut = true;
		await enter();
		link.isCut = false;
		assert.equal(one.count(first.roomId), 1);
		await beat();
		assert.equal(one.count(first.roomId), 2);
	});

	it("that are silent are counted no more, and still get what they watch", async () => {
		const { one, link, enter, beat } = await startPair();
		const { roomId } = await enter();
		link.isCut = true;
		await beat(3);
		assert.equal(one.count(roomId), 0);
		assert.deepEqual(one.peers.alive, []);
		assert.ok(one.peers.isWatching(PLACE));
		link.isCut = false;
		await beat();
		assert.equal(one.count(roomId), 1);
	});

	it("that are silent for a minute are forgotten", async () => {
		const { one, link, enter, beat } = await startPair();
		await enter();
		link.isCut = true;
		await beat(62);
		assert.ok(!one.peers.isWatching(PLACE));
		assert.deepEqual(
			one.peers.events.map(({ card, event }) => `${card.id} ${event}`),
			["one joined", "two joined", "two silent"],
		);
	});

	it("that stop say so", async () => {
		const { one, two } = await startPair();
		await two.realtime.close();
		await settle();
		assert.deepEqual(one.peers.alive, []);
		assert.equal(one.peers.events.at(-1)?.event, "left");
	});
});
