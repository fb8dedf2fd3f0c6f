import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { createSseProtocol } from "../../../protocols/sse/create-sse-protocol.ts";
import type { SseConfig } from "../../../protocols/sse/sse-config.ts";
import { type Connection, Connections } from "../../../src/call/connection.ts";
import type { Execute } from "../../../src/call/execute-types.ts";
import { Notification } from "../../../src/call/notification.ts";
import { ManualClock } from "../../../src/lib/clock.ts";
import { randomIds } from "../../../src/lib/ids.ts";
import { silentLog } from "../../../src/lib/log.ts";
import { eventually } from "../../support/eventually.ts";
import {
	createGate,
	RawClient,
	startProtocols,
	succeed,
} from "../start-protocols.ts";

const GET = "GET /i/c/_subscribe HTTP/1.1\r\nHost: x\r\n\r\n";
const ANSWER = { roomId: "r", channel: "r-1" };

/** Streams without a realtime service behind them: the test is what notifies. */
async function start(
	test: TestContext,
	{ config, execute }: { config?: Partial<SseConfig>; execute?: Execute } = {},
) {
	const connections = new Connections();
	const clock = new ManualClock();
	const subscribers: Connection[] = [];
	const run: Execute = async (envelope, connection, aborted) => {
		subscribers.push(connection);
		return (
			execute?.(envelope, connection, aborted) ?? succeed(envelope, ANSWER)
		);
	};
	const eventStreams = createSseProtocol({
		execute: run,
		connections,
		clock,
		ids: randomIds,
		log: silentLog,
		config: { idleTimeoutMs: 60_000, outgoingBytesMax: 1_000_000, ...config },
	});
	const protocols = await startProtocols({
		test,
		clock,
		extra: { eventStreams },
	});
	return { connections, clock, subscribers, protocols };
}

const note = (n: number, padding = "") =>
	new Notification(
		"r-1",
		`{"type":"document","n":${n},"padding":"${padding}"}`,
	);

describe("a stream", () => {
	it("begins with what came while its subscription was under way, in order", async (test) => {
		const { protocols } = await start(test, {
			async execute(envelope, connection) {
				connection.notify(note(1));
				connection.notify(note(2));
				return succeed(envelope, ANSWER);
			},
		});
		const client = new RawClient(protocols.port);
		client.write(GET);
		await client.until(({ received }) => received.includes('"n":2'));
		const order = /subscribed.*"n":1.*"n":2/s;
		assert.match(client.received, order);
	});

	it("sends what is told in one turn in one write", async (test) => {
		const { protocols, subscribers } = await start(test);
		const client = new RawClient(protocols.port);
		client.write(GET);
		await client.until(({ received }) => received.includes("subscribed"));
		const [subscriber] = subscribers;
		assert.equal(subscriber?.bufferedBytes(), 0);
		for (let n = 0; n < 3; n++) subscriber.notify(note(n));
		const waiting = subscriber.bufferedBytes();
		// Nothing has left yet: all of it waits for the end of the turn.
		assert.ok(waiting > 3 * note(0).frame.length, String(waiting));
		await client.until(({ received }) => received.includes('"n":2'));
		assert.equal(subscriber.bufferedBytes(), 0);
	});

	it("is kept alive by comments, on the gateway's clock", async (test) => {
		const { protocols, clock } = await start(test);
		const client = new RawClient(protocols.port);
		client.write(GET);
		await client.until(({ received }) => received.includes("subscribed"));
		for (let beat = 1; beat <= 3; beat++) {
			clock.advance(15_000);
			await client.until(
				({ received }) => received.split(":\n\n").length === beat + 1,
			);
		}
	});

	it("is cut when its client does not read", async (test) => {
		const config = { outgoingBytesMax: 100_000 };
		const { protocols, subscribers, connections } = await start(test, {
			config,
		});
		const client = new RawClient(protocols.port);
		client.write(GET);
		await client.until(({ received }) => received.includes("subscribed"));
		client.socket.pause();
		const padding = "x".repeat(50_000);
		const [subscriber] = subscribers;
		assert.ok(subscriber !== undefined);
		let sent = 0;
		// What the kernel takes is not ours to count.
		await eventually("it is cut", () => {
			for (let n = 0; n < 20; n++) subscriber.notify(note(sent++, padding));
			assert.ok(subscriber.bufferedBytes() < 200_000);
			return connections.size === 0;
		});
		subscriber.notify(note(0));
	});

	it("leaves nothing in the registry, whenever its client goes", async (test) => {
		const gate = createGate();
		let isHeld = false;
		const { protocols, connections, subscribers, clock } = await start(test, {
			async execute(envelope) {
				if (isHeld) await gate.opened;
				return succeed(envelope, ANSWER);
			},
		});
		for (let n = 0; n < 20; n++) {
			const client = new RawClient(protocols.port);
			client.write(GET);
			await client.until(({ received }) => received.includes("subscribed"));
			assert.equal(connections.size, 1);
			client.socket.destroy();
			await eventually("it is gone", () => connections.size === 0);
		}
		isHeld = true;
		const early = new RawClient(protocols.port);
		early.write(GET);
		await eventually("it has come", () => subscribers.length === 21);
		early.socket.destroy();
		await eventually("it is gone", () => connections.size === 0);
		gate.open();
		for (const subscriber of subscribers) subscriber.notify(note(1));
		clock.advance(60_000);
	});

	it("gives its connection back when it ends", async (test) => {
		const { protocols, subscribers, connections } = await start(test);
		const client = new RawClient(protocols.port);
		client.write(GET);
		await client.until(({ received }) => received.includes("subscribed"));
		subscribers[0]?.notify(note(7));
		subscribers[0]?.close(1000, "");
		await client.until(({ received }) => received.endsWith("0\r\n\r\n"));
		assert.match(client.received, /"n":7/);
		await eventually("it has left", () => connections.size === 0);
		client.write("GET /_now HTTP/1.1\r\nHost: x\r\n\r\n");
		await client.until(({ received }) => received.includes('"now"'));
		assert.equal(client.isClosed, false);
	});

	it("does not hold up a shutdown, nor does one that is about to begin", async (test) => {
		const gate = createGate();
		let isHeld = false;
		const { protocols, subscribers } = await start(test, {
			async execute(envelope) {
				if (isHeld) await gate.opened;
				return succeed(envelope, ANSWER);
			},
		});
		const first = new RawClient(protocols.port);
		first.write(GET);
		await first.until(({ received }) => received.includes("subscribed"));
		isHeld = true;
		const second = new RawClient(protocols.port);
		second.write(GET);
		await eventually("it has come", () => subscribers.length === 2);
		// Its end is not sent yet when the port is closed.
		subscribers[0]?.notify(note(1, "x".repeat(5_000_000)));
		const closed = protocols.close();
		gate.open();
		assert.match(await first.closed(), /0\r\n\r\n$/);
		assert.match(await second.closed(), /0\r\n\r\n$/);
		await closed;
	});
});
