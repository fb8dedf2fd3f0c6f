import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import {
	CLEAN,
	type ConnectOptions,
	connect,
	DISCONNECT,
	PINGREQ,
	PINGRESP,
	packet,
	publish,
	subscribe,
	takeMessage,
	takePacket,
	text,
	uint16,
	unsubscribe,
} from "./mqtt-packets.ts";
import { openRaw, type RawClient } from "./raw-client.ts";

const [WILL, WILL_QOS1, WILL_RETAIN, PASSWORD, USER_NAME] = [
	0x04, 0x08, 0x20, 0x40, 0x80,
];
const CONNACK = (code: number, sessionPresent = 0) =>
	Buffer.from([0x20, 2, sessionPresent, code]);
const REQUEST = JSON.stringify({
	controller: "server",
	action: "now",
	requestId: "r1",
});

describe("MQTT 3.1.1", () => {
	let gateway: TestGateway;
	const clients: RawClient[] = [];
	before(async () => {
		gateway = await startGateway({
			config: {
				server: {
					maxRequestSize: 20_000,
					protocols: { mqtt: { enabled: true, allowPubSub: true } },
				},
			},
		});
	});
	after(async () => {
		for (const { socket } of clients) socket.destroy();
		await gateway.stop();
	});

	async function dial(): Promise<RawClient> {
		const client = await openRaw(gateway.mqttPort);
		clients.push(client);
		return client;
	}
	async function open(options?: ConnectOptions): Promise<RawClient> {
		const client = await dial();
		client.send(connect(options));
		assert.deepEqual(await takePacket(client), CONNACK(0));
		return client;
	}
	/** A new connection on which these bytes come is closed without an answer. */
	async function closes(...bytes: Buffer[]): Promise<void> {
		const client = await dial();
		client.send(...bytes);
		assert.equal((await client.closed()).toString("hex"), "");
	}
	/** A connected client that sends these bytes is closed without an answer. */
	async function isCut(...bytes: (Buffer | readonly number[])[]) {
		const client = await open();
		client.send(...bytes);
		assert.equal((await client.closed()).toString("hex"), "");
	}
	async function refuses(code: number, options: ConnectOptions) {
		const client = await dial();
		client.send(connect(options));
		assert.deepEqual(await takePacket(client), CONNACK(code));
		await client.closed();
	}
	async function listen(topic: string, qos = 0, options?: ConnectOptions) {
		const client = await open(options);
		client.send(subscribe(1, [topic, qos]));
		assert.deepEqual(await takePacket(client), suback(1, qos));
		return client;
	}
	const suback = (id: number, ...codes: number[]) =>
		packet(0x90, uint16(id), codes);
	/** Shows that the connection is alive, and that nothing came before. */
	async function isAlive(client: RawClient): Promise<void> {
		client.send(PINGREQ);
		assert.deepEqual(await takePacket(client), PINGRESP);
	}

	describe("3.1 CONNECT", () => {
		it("[MQTT-3.1.0-1] the first packet must be CONNECT", async () => {
			await closes(PINGREQ);
			await closes(publish("Kuzzle/request", REQUEST));
			await closes(subscribe(1, ["a", 0]));
			await closes(Buffer.from("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
		});

		it("[MQTT-3.1.0-2] a second CONNECT ends the connection", async () => {
			await isCut(connect());
		});

		it("[MQTT-3.1.2-1] another protocol name ends the connection", async () => {
			await closes(connect({ name: "MQTX" }));
			await closes(connect({ name: "mqtt" }));
		});

		it("[MQTT-3.1.2-2] an unknown level is answered with code 1", async () => {
			for (const level of [0, 2, 6, 127]) await refuses(1, { level });
			// Version 5 has its properties in between: here there are none.
			const client = await dial();
			const head = [text("MQTT"), [5, CLEAN], uint16(0), [0]] as const;
			client.send(packet(0x10, ...head, text("")));
			assert.deepEqual(await takePacket(client), CONNACK(1));
			await client.closed();
		});

		it("3.1 clients (MQIsdp, level 3) are served", async () => {
			await open({ name: "MQIsdp", level: 3, clientId: "old" });
		});

		it("[MQTT-3.1.2-3] the reserved flag must be 0", async () => {
			await closes(connect({ flags: CLEAN | 1 }));
		});

		it("[MQTT-3.1.2-11] without a will there are no will QoS and retain", async () => {
			await closes(connect({ flags: CLEAN | WILL_QOS1 }));
			await closes(connect({ flags: CLEAN | WILL_RETAIN }));
		});

		it("[MQTT-3.1.2-14] a will's QoS is not 3", async () => {
			const rest = [text("wills"), text("bye")];
			await closes(connect({ flags: CLEAN | WILL | 0x18, rest }));
		});

		it("[MQTT-3.1.2-22] a password needs a user name", async () => {
			await closes(connect({ flags: CLEAN | PASSWORD, rest: [text("x")] }));
		});

		it("[MQTT-3.1.3-3] fields that the flags promise must be there", async () => {
			await closes(connect({ flags: CLEAN | USER_NAME }));
			await closes(connect({ flags: CLEAN | WILL, rest: [text("wills")] }));
		});

		it("[MQTT-3.1.3-6] a client id may be empty, then the server makes one", async () => {
			await isAlive(await open({ clientId: "" }));
		});

		it("[MQTT-3.1.3-8] an empty client id without a clean session is answered with code 2", async () => {
			await refuses(2, { clientId: "", flags: 0 });
		});

		it("[MQTT-3.1.3-5] client ids of 1 to 23 letters and digits are taken, longer ones up to 256 bytes", async () => {
			for (const clientId of ["a", "0".repeat(23), "é".repeat(128)]) {
				await open({ clientId });
			}
			await refuses(2, { clientId: "x".repeat(257) });
		});

		it("[MQTT-3.1.4-2] the same client id ends the connection that was there", async () => {
			const first = await open({ clientId: "twin" });
			const second = await open({ clientId: "twin" });
			assert.equal((await first.closed()).length, 0);
			await isAlive(second);
		});

		it("[MQTT-3.1.4-3] a bad password is answered with code 4", async () => {
			await refuses(4, {
				flags: CLEAN | USER_NAME | PASSWORD,
				rest: [text("any"), text("garbage")],
			});
		});

		it("[MQTT-3.1.2-19] a user name alone is no mistake", async () => {
			await open({ flags: CLEAN | USER_NAME, rest: [text("any")] });
		});

		it("[MQTT-3.1.4-5] packets may follow CONNECT without waiting", async () => {
			const client = await dial();
			client.send(connect(), subscribe(7, ["a", 0]));
			assert.deepEqual(await takePacket(client), CONNACK(0));
			assert.deepEqual(await takePacket(client), suback(7, 0));
		});

		it("a CONNECT in single bytes is read", async () => {
			const client = await dial();
			for (const byte of connect({ clientId: "slow" })) client.send([byte]);
			assert.deepEqual(await takePacket(client), CONNACK(0));
		});
	});

	describe("3.1.2.4 clean session", () => {
		it("[MQTT-3.2.2-1] a clean one is never present", async () => {
			await open({ clientId: "clean-1" });
			await open({ clientId: "clean-1" });
		});

		it("[MQTT-3.1.2-4] [MQTT-3.2.2-2] a stored one goes on, with its subscriptions", async () => {
			const session = { clientId: "stored-1", flags: 0 };
			const first = await listen("stored/a", 1, session);
			first.send(DISCONNECT);
			await first.closed();
			const second = await dial();
			second.send(connect(session));
			assert.deepEqual(await takePacket(second), CONNACK(0, 1));
			(await open()).send(publish("stored/a", "hi"));
			assert.equal((await takeMessage(second)).payload, "hi");
		});

		it("[MQTT-3.1.2-5] it gets the messages of QoS 1 and 2 of meanwhile", async () => {
			const session = { clientId: "stored-2", flags: 0 };
			const first = await listen("stored/b", 2, session);
			first.send(DISCONNECT);
			await first.closed();
			const sender = await open();
			sender.send(publish("stored/b", "1", { qos: 1, messageId: 1 }));
			await takePacket(sender);
			sender.send(publish("stored/b", "2", { qos: 2, messageId: 2 }));
			await takePacket(sender);
			const second = await dial();
			second.send(connect(session));
			assert.deepEqual(await takePacket(second), CONNACK(0, 1));
			const [one, two] = [await takeMessage(second), await takeMessage(second)];
			assert.deepEqual([one.payload, one.qos], ["1", 1]);
			assert.deepEqual([two.payload, two.qos], ["2", 2]);
		});

		it("[MQTT-4.4.0-1] [MQTT-3.3.1-1] what was not acknowledged comes again, as a duplicate", async () => {
			const session = { clientId: "stored-3", flags: 0 };
			const first = await listen("stored/c", 1, session);
			(await open()).send(publish("stored/c", "x", { qos: 1, messageId: 1 }));
			const message = await takeMessage(first);
			assert.equal(message.dup, false);
			first.socket.destroy();
			await first.closed();
			const second = await dial();
			second.send(connect(session));
			assert.deepEqual(await takePacket(second), CONNACK(0, 1));
			const again = await takeMessage(second);
			assert.deepEqual(
				[again.payload, again.dup, again.messageId],
				["x", true, message.messageId],
			);
			second.send(packet(0x40, uint16(again.messageId)));
			await isAlive(second);
			second.send(DISCONNECT);
			await second.closed();
			const third = await dial();
			third.send(connect(session));
			assert.deepEqual(await takePacket(third), CONNACK(0, 1));
			await isAlive(third);
		});

		it("[MQTT-3.1.2-6] a clean one discards it", async () => {
			const session = { clientId: "stored-4", flags: 0 };
			(await listen("stored/d", 1, session)).send(DISCONNECT);
			await open({ clientId: "stored-4" });
			const second = await dial();
			second.send(connect(session));
			assert.deepEqual(await takePacket(second), CONNACK(0, 0));
		});
	});

	describe("3.1.2.5 will", () => {
		const rest = [text("wills/1"), text("farewell")];

		it("[MQTT-3.1.2-8] is published when the connection is cut", async () => {
			const listener = await listen("wills/1", 1);
			const dying = await open({ flags: CLEAN | WILL | WILL_QOS1, rest });
			dying.socket.destroy();
			const { payload, qos } = await takeMessage(listener);
			assert.deepEqual([payload, qos], ["farewell", 1]);
		});

		it("[MQTT-3.1.2-10] is not after DISCONNECT", async () => {
			const listener = await listen("wills/1");
			const leaving = await open({ flags: CLEAN | WILL, rest });
			leaving.send(DISCONNECT);
			await leaving.closed();
			await isAlive(listener);
		});

		it("[MQTT-3.1.2-17] is retained where it says so", async () => {
			const dying = await open({
				flags: CLEAN | WILL | WILL_RETAIN,
				rest: [text("wills/kept"), text("gone")],
			});
			const listener = await listen("wills/kept");
			dying.socket.destroy();
			assert.equal((await takeMessage(listener)).retain, false);
			const late = await listen("wills/kept");
			assert.equal((await takeMessage(late)).retain, true);
		});
	});

	describe("3.1.2.10 keep alive", () => {
		it("[MQTT-3.1.2-24] a silent client is cut after one and a half times", async () => {
			const client = await open({ keepAlive: 1 });
			assert.equal((await client.closed()).length, 0);
		});

		it("[MQTT-3.12.4-1] PINGREQ is answered", async () => {
			await isAlive(await open({ keepAlive: 60 }));
		});
	});

	describe("2.2 fixed header", () => {
		it("[MQTT-2.2.2-2] reserved flags end the connection", async () => {
			await isCut(packet(0x80, uint16(1), text("a"), [0]));
			await isCut(packet(0xa0, uint16(1), text("a")));
			await isCut(packet(0x60, uint16(1)));
			await isCut([0xc1, 0]);
			await isCut([0xe1, 0]);
		});

		it("packets of no type, and those of servers, end it", async () => {
			await isCut([0x00, 0]);
			await isCut([0xf0, 0]);
			await isCut([0x20, 2, 0, 0]);
			await isCut([0xd0, 0]);
		});

		it("§2.2.3 a length of more than four bytes ends it", async () => {
			await isCut([0x30, 0xff, 0xff, 0xff, 0xff, 0x01]);
		});

		it("§2.2.3 lengths are read at each border", async () => {
			for (const length of [127, 128, 16_383, 16_384]) {
				const client = await listen("borders");
				// Two bytes of length and seven of the topic come before the payload.
				const payload = "x".repeat(length - 9);
				client.send(publish("borders", payload));
				assert.equal((await takeMessage(client)).payload, payload);
			}
		});

		it("a packet above server.maxRequestSize ends it before it has come", async () => {
			const client = await open();
			// 20001 bytes are announced, and none is sent.
			client.send([0x30, 0xa1, 0x9c, 0x01]);
			await client.closed();
		});
	});

	describe("1.5.3 text", () => {
		it("[MQTT-1.5.3-1] ill-formed UTF-8 ends the connection", async () => {
			const bad = Buffer.from([0x61, 0xed, 0xa0, 0x80]);
			await closes(connect({ clientId: bad }));
			await isCut(publish(bad, "x"));
			await isCut(subscribe(1, [bad, 0]));
		});

		it("[MQTT-1.5.3-2] U+0000 ends it", async () => {
			const bad = "a\0b";
			await closes(connect({ clientId: bad }));
			await isCut(publish(bad, "x"));
			await isCut(subscribe(1, [bad, 0]));
		});

		it("[MQTT-1.5.3-3] U+FEFF is kept", async () => {
			const topic = "\uFEFFmark";
			const client = await listen(topic);
			client.send(publish(topic, "x"));
			assert.equal((await takeMessage(client)).topic, topic);
		});

		it("a text longer than its packet ends it", async () => {
			await isCut(packet(0x30, [0, 99], Buffer.from("short")));
		});
	});

	describe("3.3 PUBLISH, 4.3 QoS", () => {
		it("[MQTT-3.3.1-4] QoS 3 ends the connection", async () => {
			await isCut(publish("a", "x", { qos: 3, messageId: 1 }));
		});

		it("[MQTT-3.3.1-2] a duplicate of QoS 0 ends it", async () => {
			await isCut(publish("a", "x", { dup: true }));
		});

		it("[MQTT-3.3.2-2] wildcards end it", async () => {
			for (const topic of ["#", "a/#", "+", "a/+/b"]) {
				await isCut(publish(topic, "x"));
			}
		});

		it("[MQTT-4.7.3-1] an empty topic ends it", async () => {
			await isCut(publish("", "x"));
		});

		it("[MQTT-2.3.1-1] an identifier of 0 ends it", async () => {
			await isCut(publish("a", "x", { qos: 1, messageId: 0 }));
		});

		it("[MQTT-3.3.4-1] QoS 1 is acknowledged by PUBACK", async () => {
			const client = await open();
			client.send(publish("q/1", "x", { qos: 1, messageId: 0x1234 }));
			assert.deepEqual(await takePacket(client), packet(0x40, uint16(0x1234)));
		});

		it("[MQTT-4.3.3-2] QoS 2 is published once, however often it comes", async () => {
			const listener = await listen("q/2", 2);
			const sender = await open();
			const PUBREC = packet(0x50, uint16(9));
			sender.send(publish("q/2", "once", { qos: 2, messageId: 9 }));
			assert.deepEqual(await takePacket(sender), PUBREC);
			sender.send(publish("q/2", "once", { qos: 2, messageId: 9, dup: true }));
			assert.deepEqual(await takePacket(sender), PUBREC);
			sender.send(packet(0x62, uint16(9)));
			assert.deepEqual(await takePacket(sender), packet(0x70, uint16(9)));
			// Released, the identifier stands for a new message.
			sender.send(publish("q/2", "twice", { qos: 2, messageId: 9 }));
			assert.deepEqual(await takePacket(sender), PUBREC);
			assert.equal((await takeMessage(listener)).payload, "once");
			assert.equal((await takeMessage(listener)).payload, "twice");
		});

		it("[MQTT-4.3.3-1] PUBREC is answered by PUBREL", async () => {
			const listener = await listen("q/3", 2);
			(await open()).send(publish("q/3", "x", { qos: 2, messageId: 1 }));
			const { qos, messageId } = await takeMessage(listener);
			assert.equal(qos, 2);
			listener.send(packet(0x50, uint16(messageId)));
			assert.deepEqual(
				await takePacket(listener),
				packet(0x62, uint16(messageId)),
			);
			listener.send(packet(0x70, uint16(messageId)));
			await isAlive(listener);
		});

		it("PUBREL of an unknown identifier is answered by PUBCOMP", async () => {
			const client = await open();
			client.send(packet(0x62, uint16(77)));
			assert.deepEqual(await takePacket(client), packet(0x70, uint16(77)));
		});

		it("an acknowledgement of nothing is no mistake", async () => {
			const client = await open();
			client.send(packet(0x40, uint16(5)), packet(0x70, uint16(6)));
			await isAlive(client);
		});
	});

	describe("3.3.1.3 retained messages", () => {
		it("[MQTT-3.3.1-6] [MQTT-3.3.1-8] the last one goes to new subscribers, marked", async () => {
			const sender = await open();
			sender.send(publish("kept/1", "old", { retain: true }));
			sender.send(publish("kept/1", "new", { retain: true }));
			await isAlive(sender);
			const { payload, retain } = await takeMessage(await listen("kept/1"));
			assert.deepEqual([payload, retain], ["new", true]);
		});

		it("[MQTT-3.3.1-9] those who listened before get it unmarked", async () => {
			const listener = await listen("kept/2");
			(await open()).send(publish("kept/2", "x", { retain: true }));
			assert.equal((await takeMessage(listener)).retain, false);
		});

		it("[MQTT-3.3.1-10] [MQTT-3.3.1-11] an empty one removes it, and is not kept", async () => {
			const sender = await open();
			sender.send(publish("kept/3", "x", { retain: true }));
			sender.send(publish("kept/3", "", { retain: true }));
			await isAlive(sender);
			await isAlive(await listen("kept/3"));
		});

		it("[MQTT-3.3.1-12] a message without the flag leaves it as it is", async () => {
			const sender = await open();
			sender.send(publish("kept/4", "kept", { retain: true }));
			sender.send(publish("kept/4", "passing"));
			await isAlive(sender);
			assert.equal((await takeMessage(await listen("kept/4"))).payload, "kept");
		});
	});

	describe("3.8 SUBSCRIBE, 3.10 UNSUBSCRIBE, 4.7 topics", () => {
		it("[MQTT-3.8.4-2] [MQTT-3.8.4-5] SUBACK bears the identifier, and a code for each topic", async () => {
			const client = await open();
			client.send(subscribe(0xabcd, ["s/1", 0], ["s/2", 1], ["s/3", 2]));
			assert.deepEqual(await takePacket(client), suback(0xabcd, 0, 1, 2));
		});

		it("[MQTT-3.8.4-6] messages come with the lower of both QoS", async () => {
			for (const [asked, sent, expected] of [
				[0, 2, 0],
				[1, 0, 0],
				[1, 2, 1],
				[2, 1, 1],
			] as const) {
				const topic = `lower/${asked}${sent}`;
				const listener = await listen(topic, asked);
				const id = sent > 0 ? { messageId: 3 } : {};
				(await open()).send(publish(topic, "x", { qos: sent, ...id }));
				assert.equal((await takeMessage(listener)).qos, expected);
			}
		});

		it("[MQTT-3.8.4-3] a second subscription takes the place of the first", async () => {
			const client = await listen("again", 0);
			client.send(subscribe(2, ["again", 1]));
			assert.deepEqual(await takePacket(client), suback(2, 1));
			const sender = await open();
			sender.send(publish("again", "x", { qos: 1, messageId: 1 }));
			assert.equal((await takeMessage(client)).qos, 1);
			await isAlive(client);
		});

		it("[MQTT-3.8.3-3] [MQTT-3.10.3-2] no topic at all ends the connection", async () => {
			await isCut(packet(0x82, uint16(1)));
			await isCut(packet(0xa2, uint16(1)));
		});

		it("[MQTT-3.8.3-4] QoS 3 and reserved bits end it", async () => {
			for (const qos of [3, 4, 0x80]) await isCut(subscribe(1, ["a", qos]));
		});

		it("[MQTT-4.7.1-1] wildcards are refused by the end of the connection, as in Kuzzle", async () => {
			for (const topic of ["#", "a/#", "+", "a/+/b", "a#", "a+"]) {
				await isCut(subscribe(1, [topic, 0]));
			}
		});

		it("[MQTT-4.7.3-4] topics are compared byte by byte", async () => {
			const client = await listen("Case/é");
			const sender = await open();
			for (const other of ["case/é", "Case/é/", "/Case/é", "Case/e\u0301"]) {
				sender.send(publish(other, "other"));
			}
			sender.send(publish("Case/é", "same"));
			assert.equal((await takeMessage(client)).payload, "same");
		});

		it("[MQTT-3.10.4-4] UNSUBACK bears the identifier, also where nothing was subscribed", async () => {
			const client = await open();
			client.send(unsubscribe(0x0102, "nothing"));
			assert.deepEqual(await takePacket(client), packet(0xb0, uint16(0x0102)));
		});

		it("[MQTT-3.10.4-2] nothing more comes after it", async () => {
			const client = await listen("left");
			client.send(unsubscribe(2, "left"));
			await takePacket(client);
			const sender = await open();
			sender.send(publish("left", "x"));
			await isAlive(sender);
			await isAlive(client);
		});
	});

	it("[MQTT-3.14.4-1] after DISCONNECT the server closes the connection", async () => {
		await isCut(DISCONNECT);
	});

	it("[MQTT-4.6.0-6] requests of one client are answered, each once", async () => {
		const client = await open();
		client.send(
			...Array.from({ length: 50 }, () => publish("Kuzzle/request", REQUEST)),
		);
		for (let i = 0; i < 50; i++) {
			assert.equal((await takeMessage(client)).topic, "Kuzzle/response");
		}
		await isAlive(client);
	});
});
