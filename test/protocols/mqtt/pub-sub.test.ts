import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { startGateway, type TestGateway } from "../../support/gateway.ts";
import {
	type MqttClient,
	type MqttOptions,
	openMqtt,
} from "../../support/mqtt-client.ts";

const CHANNEL = `${"a".repeat(64)}-311`;

describe("MQTT clients among each other", () => {
	let gateway: TestGateway;
	let clients: MqttClient[] = [];
	beforeEach(async () => {
		gateway = await startGateway({
			config: {
				server: { protocols: { mqtt: { enabled: true, allowPubSub: true } } },
				limits: { mqttSubscriptions: 3, mqttStoredMessages: 2 },
			},
		});
	});
	afterEach(async () => {
		for (const client of clients) await client.close();
		clients = [];
		await gateway.stop();
	});
	async function open(options?: MqttOptions) {
		const client = await openMqtt(
			`mqtt://127.0.0.1:${gateway.mqttPort}`,
			options,
		);
		clients.push(client);
		return client;
	}
	const texts = ({ messages }: MqttClient) => messages.map(({ text }) => text);

	it("hear what is published to topics that they listen to, with the lower QoS", async () => {
		const [sender, plain, once] = [await open(), await open(), await open()];
		await plain.client.subscribeAsync("room/1", { qos: 0 });
		await once.client.subscribeAsync("room/1", { qos: 1 });
		await sender.client.publishAsync("room/1", "hello", { qos: 2 });
		assert.equal((await plain.waitFor(() => true)).qos, 0);
		assert.equal((await once.waitFor(() => true)).qos, 1);
		assert.equal(sender.messages.length, 0);
	});

	it("hear all messages of mixed QoS, those of one QoS in the order of their publishing [MQTT-4.6.0-6]", async () => {
		const [sender, listener] = [await open(), await open()];
		await listener.client.subscribeAsync("room/1", { qos: 2 });
		const sent: number[][] = [[], []];
		for (let i = 0; i < 60; i++) {
			const qos = (i % 2) as 0 | 1;
			sent[qos]?.push(i);
			sender.client.publish("room/1", String(i), { qos });
		}
		await listener.waitFor(({ text }) => text === "58");
		await listener.waitFor(({ text }) => text === "59");
		const received = [0, 1].map((qos) =>
			listener.messages
				.filter((message) => message.qos === qos)
				.map(({ text }) => Number(text)),
		);
		assert.deepEqual(received, sent);
	});

	it("cannot publish what is the gateway's to say", async () => {
		for (const topic of [
			CHANNEL,
			"kuzzle:notification:server",
			"Kuzzle/response",
			"$SYS/x",
		]) {
			const client = await open();
			client.client.publish(topic, "forged");
			await client.closed();
		}
	});

	it("get the retained message, until an empty one takes it away", async () => {
		const sender = await open();
		await sender.client.publishAsync("state", "on", { retain: true, qos: 1 });
		const late = await open();
		await late.client.subscribeAsync("state");
		const { text, retain } = await late.waitFor(() => true);
		assert.deepEqual([text, retain], ["on", true]);
		await sender.client.publishAsync("state", "", { retain: true, qos: 1 });
		const later = await open();
		await later.client.subscribeAsync("state");
		await sender.client.publishAsync("state", "last", { qos: 1 });
		await later.waitFor(({ text }) => text === "last");
		assert.deepEqual(texts(later), ["last"]);
	});

	it("keep no more retained messages than the limit says", async () => {
		const sender = await open();
		for (const topic of ["r/1", "r/2", "r/3"]) {
			await sender.client.publishAsync(topic, topic, { retain: true, qos: 1 });
		}
		const late = await open();
		await late.client.subscribeAsync(["r/1", "r/2", "r/3"]);
		await late.waitFor(({ text }) => text === "r/2");
		// What is published now comes after whatever was kept.
		await sender.client.publishAsync("r/3", "live", { qos: 1 });
		await late.waitFor(({ text }) => text === "live");
		assert.deepEqual(texts(late).sort(), ["live", "r/1", "r/2"]);
	});

	it("are refused more topics than the limit says", async () => {
		const client = await open();
		const granted = await client.client.subscribeAsync(["a", "b", "c"]);
		assert.deepEqual(
			granted.map(({ qos }) => qos),
			[0, 0, 0],
		);
		await assert.rejects(client.client.subscribeAsync("d"));
		await client.client.unsubscribeAsync("a");
		await client.client.subscribeAsync("d");
	});

	it("find in their session what was published meanwhile, within the limit", async () => {
		const session = { clientId: "sleeper", clean: false } as const;
		const first = await open(session);
		await first.client.subscribeAsync("mail", { qos: 1 });
		await first.close();
		const sender = await open();
		for (const text of ["1", "2", "3"]) {
			await sender.client.publishAsync("mail", text, { qos: 1 });
		}
		const second = await open(session);
		await second.waitFor(({ text }) => text === "2");
		assert.deepEqual(texts(second), ["1", "2"]);
		await sender.client.publishAsync("mail", "4", { qos: 1 });
		await second.waitFor(({ text }) => text === "4");
	});

	it("lose their session to a clean one of the same name", async () => {
		const first = await open({ clientId: "sleeper", clean: false });
		await first.client.subscribeAsync("mail", { qos: 1 });
		await first.close();
		await (await open({ clientId: "sleeper", clean: true })).close();
		const sender = await open();
		await sender.client.publishAsync("mail", "1", { qos: 1 });
		const last = await open({ clientId: "sleeper", clean: false });
		await sender.client.publishAsync("mail", "2", { qos: 1 });
		assert.equal((await last.request({})).status, 400);
		assert.equal(last.messages.length, 1);
	});

	it("end the connection of the same user and client id", async () => {
		const first = await open({ clientId: "twin" });
		await open({ clientId: "twin" });
		await first.closed();
	});

	it("tell their will to others when they are cut off", async () => {
		const listener = await open();
		await listener.client.subscribeAsync("wills");
		const dying = await open({
			will: { topic: "wills", payload: Buffer.from("farewell"), qos: 0 },
		});
		dying.client.stream.destroy();
		await listener.waitFor(({ text }) => text === "farewell");
	});
});
