import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { createMqttProtocol } from "../../../protocols/mqtt/create-mqtt-protocol.ts";
import type { MqttConfig } from "../../../protocols/mqtt/mqtt-config.ts";
import { createClientResolver } from "../../../src/call/client-address.ts";
import { type Connection, Connections } from "../../../src/call/connection.ts";
import { Notification } from "../../../src/call/notification.ts";
import { systemClock } from "../../../src/lib/clock.ts";
import { randomIds } from "../../../src/lib/ids.ts";
import { silentLog } from "../../../src/lib/log.ts";
import { eventually } from "../../support/eventually.ts";
import { type MqttClient, openMqtt } from "../../support/mqtt-client.ts";
import { succeed } from "../start-protocols.ts";

const CHANNEL = `${"b".repeat(64)}-311`;
const CONFIG: MqttConfig = {
	requestTopic: "Kuzzle/request",
	responseTopic: "Kuzzle/response",
	allowPubSub: false,
	developmentMode: false,
	realtimeNotifications: true,
	disconnectDelayMs: 0,
	tls: null,
	packetBytesMax: 1024 * 1024,
	connectionsMax: 100,
	connectTimeoutMs: 30_000,
	outgoingBytesMax: 1024 * 1024,
	shutdownTimeoutMs: 30_000,
	subscriptionsMax: 100,
	sessionsMax: 10,
	storedMessagesMax: 10,
	storedBytesMax: 100_000,
};

/** The protocol alone, with a pipeline that echoes and remembers who asked. */
function createMqtt(config: Partial<MqttConfig> = {}) {
	const connections = new Connections();
	const asked = new Map<string, Connection>();
	let release = () => {};
	const protocol = createMqttProtocol({
		config: { ...CONFIG, ...config },
		connections,
		async execute(envelope, connection) {
			asked.set(String(envelope.action), connection);
			if (envelope.action === "wait") {
				await new Promise<void>((resolve) => {
					release = resolve;
				});
			}
			return succeed(envelope, "ok");
		},
		resolveClient: createClientResolver([]),
		authenticate: () => {
			throw new Error("Nobody has a token");
		},
		assertOrigin: () => {},
		ids: randomIds,
		clock: systemClock,
		log: silentLog,
	});
	return { protocol, connections, asked, release: () => release() };
}

describe("MQTT notifications", () => {
	const mqtt = createMqtt();
	const clients: MqttClient[] = [];
	let port = 0;
	before(async () => {
		({ port } = await mqtt.protocol.listen({ host: "127.0.0.1", port: 0 }));
	});
	after(async () => {
		for (const client of clients) await client.close();
		await mqtt.protocol.close();
		assert.equal(mqtt.connections.size, 0);
	});
	async function open(name: string) {
		const client = await openMqtt(`mqtt://127.0.0.1:${port}`);
		clients.push(client);
		await client.request({ controller: "x", action: name });
		const connection = mqtt.asked.get(name);
		assert.ok(connection);
		return { client, connection };
	}

	it("come once to each listener of the channel, with the QoS that it asked for", async () => {
		const one = await open("one");
		const two = await open("two");
		await one.client.client.subscribeAsync(CHANNEL, { qos: 0 });
		await two.client.client.subscribeAsync(CHANNEL, { qos: 1 });
		const first = new Notification(CHANNEL, '{"n":1}');
		const second = new Notification(CHANNEL, '{"n":2}');
		// The gateway tells each subscriber.
		for (const notification of [first, second]) {
			one.connection.notify(notification);
			two.connection.notify(notification);
		}
		for (const { client } of [one, two]) {
			await client.waitFor(({ text }) => text === '{"n":2}');
		}
		const got = ({ client }: typeof one) =>
			client.messages
				.filter(({ topic }) => topic === CHANNEL)
				.map(({ text, qos }) => [text, qos]);
		assert.deepEqual(got(one), [
			['{"n":1}', 0],
			['{"n":2}', 0],
		]);
		assert.deepEqual(got(two), [
			['{"n":1}', 1],
			['{"n":2}', 1],
		]);
	});

	it("of the server come to their connection alone, subscribed or not", async () => {
		const one = await open("alone");
		const two = await open("other");
		await two.client.client.subscribeAsync("kuzzle:notification:server");
		const json = '{"type":"TokenExpired"}';
		one.connection.notify(new Notification("kuzzle:notification:server", json));
		const { topic, text } = await one.client.waitFor(
			({ topic }) => topic === "kuzzle:notification:server",
		);
		assert.deepEqual([topic, text], ["kuzzle:notification:server", json]);
		await two.client.request({ controller: "x", action: "after" });
		assert.ok(two.client.messages.every((one) => one.topic !== topic));
	});

	it("reach nobody any more who has left", async () => {
		const { client, connection } = await open("leaving");
		await client.client.subscribeAsync(CHANNEL, { qos: 1 });
		await client.close();
		await eventually(
			"it is forgotten",
			() => !mqtt.connections.has(connection),
		);
		connection.notify(new Notification(CHANNEL, "{}"));
		connection.send("{}");
	});
});

describe("MQTT at its limits", () => {
	it("cuts a client that does not read", async () => {
		const { protocol, connections, asked } = createMqtt();
		const { port } = await protocol.listen({ host: "127.0.0.1", port: 0 });
		const client = await openMqtt(`mqtt://127.0.0.1:${port}`);
		await client.request({ controller: "x", action: "slow" });
		const connection = asked.get("slow");
		assert.ok(connection);
		client.client.stream.pause();
		const text = JSON.stringify("x".repeat(500_000));
		await eventually("the connection is cut", () => {
			connection.send(text);
			return !connections.has(connection);
		});
		await client.close();
		await protocol.close();
	});

	it("answers what is in flight before it closes", async () => {
		const { protocol, asked, release } = createMqtt();
		const { port } = await protocol.listen({ host: "127.0.0.1", port: 0 });
		const client = await openMqtt(`mqtt://127.0.0.1:${port}`);
		const answer = client.request({ controller: "x", action: "wait" });
		await eventually("it was asked", () => asked.has("wait"));
		const closed = protocol.close();
		await assert.rejects(openMqtt(`mqtt://127.0.0.1:${port}`));
		release();
		assert.equal((await answer).status, 200);
		await closed;
		await client.closed();
		await client.close();
	});
});
