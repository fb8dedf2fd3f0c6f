import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startGateway, type TestGateway } from "../../support/gateway.ts";
import {
	type MqttClient,
	type MqttOptions,
	openMqtt,
} from "../../support/mqtt-client.ts";

const ENABLED = { enabled: true } as const;
const NOW = { controller: "server", action: "now" };

describe("MQTT requests", () => {
	let gateway: TestGateway;
	const clients: MqttClient[] = [];
	before(async () => {
		gateway = await startGateway({
			config: { server: { protocols: { mqtt: ENABLED } } },
		});
	});
	after(async () => {
		for (const client of clients) await client.close();
		await gateway.stop();
	});
	async function open(options?: MqttOptions, url?: string) {
		const where = url ?? `mqtt://127.0.0.1:${gateway.mqttPort}`;
		const client = await openMqtt(where, options);
		clients.push(client);
		return client;
	}

	it("answers the client that asked, and no other", async () => {
		const asking = await open();
		const other = await open();
		await other.client.subscribeAsync("Kuzzle/response");
		const answer = await asking.request(NOW);
		assert.equal(answer.status, 200);
		assert.equal(answer.action, "now");
		assert.equal("room" in answer, false);
		await other.request(NOW);
		assert.equal(other.messages.length, 1);
	});

	it("answers over WebSocket on the port of HTTP", async () => {
		const client = await open({}, `ws://127.0.0.1:${gateway.port}/mqtt`);
		assert.equal((await client.request(NOW)).status, 200);
	});

	it("answers requests of each QoS once", async () => {
		const client = await open();
		for (const qos of [0, 1, 2] as const) {
			const request = JSON.stringify({ ...NOW, requestId: `qos-${qos}` });
			await client.client.publishAsync("Kuzzle/request", request, { qos });
			await client.waitFor(({ text }) => text.includes(`qos-${qos}`));
		}
		assert.equal(client.messages.length, 3);
	});

	it("says what is wrong with a message that is no request", async () => {
		const client = await open();
		await client.client.publishAsync("Kuzzle/request", "not json");
		const { text } = await client.waitFor(() => true);
		assert.equal(JSON.parse(text).error.id, "network.mqtt.unexpected_error");
	});

	it("closes a connection that publishes or listens where it may not", async () => {
		for (const topic of ["elsewhere", "Kuzzle/response"]) {
			const client = await open();
			client.client.publish(topic, "x");
			await client.closed();
		}
		for (const topic of ["Kuzzle/request", "#", "Kuzzle/+"]) {
			const client = await open();
			client.client.subscribe(topic, () => {});
			await client.closed();
		}
	});
});

describe("MQTT users", () => {
	let gateway: TestGateway;
	const clients: MqttClient[] = [];
	let key = "";
	before(async () => {
		gateway = await startGateway({
			config: { server: { protocols: { mqtt: ENABLED } } },
		});
		await gateway.query({
			controller: "security",
			action: "createFirstAdmin",
			_id: "boss",
			reset: true,
			body: {
				content: {},
				credentials: { local: { username: "boss", password: "top-secret" } },
			},
		});
		const login = await gateway.query({
			controller: "auth",
			action: "login",
			strategy: "local",
			body: { username: "boss", password: "top-secret" },
		});
		const token = (login as { result: { jwt: string } }).result.jwt;
		const made = await gateway.query(
			{
				controller: "auth",
				action: "createApiKey",
				_id: "device-1",
				body: { description: "device" },
			},
			token,
		);
		key = (made as { result: { _source: { token: string } } }).result._source
			.token;
	});
	after(async () => {
		for (const client of clients) await client.close();
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
	const whoAmI = { controller: "auth", action: "getCurrentUser" };

	it("is the user of the key that was its password", async () => {
		const client = await open({ username: "any", password: key });
		const answer = await client.request<{ result: { _id: string } }>(whoAmI);
		assert.equal(answer.result._id, "boss");
	});

	it("is who the request's own token says", async () => {
		const client = await open({ username: "any", password: key });
		const answer = await client.request({ ...whoAmI, jwt: "garbage" });
		assert.equal(answer.status, 401);
	});

	it("is anonymous without a password", async () => {
		const client = await open();
		assert.equal((await client.request(NOW)).status, 401);
	});

	it("refuses a bad password with return code 4", async () => {
		await assert.rejects(open({ username: "any", password: "garbage" }), {
			code: 4,
		});
	});

	it("checks the key again at each request", async () => {
		const client = await open({ username: "any", password: key });
		assert.equal((await client.request(whoAmI)).status, 200);
		const deleted = await client.request({
			controller: "auth",
			action: "deleteApiKey",
			_id: "device-1",
		});
		assert.equal(deleted.status, 200);
		assert.equal((await client.request(whoAmI)).status, 401);
		await assert.rejects(open({ username: "any", password: key }), { code: 4 });
	});
});
