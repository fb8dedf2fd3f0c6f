import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { WebSocket } from "ws";
import { createError } from "../../../src/errors/gateway-error.ts";
import { ManualClock } from "../../../src/lib/clock.ts";
import { WsClient } from "../../support/ws-client.ts";
import {
	createGate,
	echo,
	RawClient,
	startProtocols,
	succeed,
} from "../start-protocols.ts";

const NOW = { controller: "server", action: "now" };

/** A masked frame (RFC 6455 §5.2) with a mask of zeros. */
function frame(
	opcode: number,
	payload: string | Buffer,
	{ final = true, masked = true } = {},
): Buffer {
	const bytes = Buffer.from(payload);
	const head = [(final ? 0x80 : 0) | opcode];
	const mask = masked ? 0x80 : 0;
	if (bytes.length < 126) head.push(mask | bytes.length);
	else head.push(mask | 126, bytes.length >> 8, bytes.length & 0xff);
	return Buffer.concat([
		Buffer.from(head),
		Buffer.alloc(masked ? 4 : 0),
		bytes,
	]);
}

async function upgraded(port: number): Promise<RawClient> {
	const client = new RawClient(port);
	client.write(
		"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
	);
	await client.until(({ received }) => received.includes("\r\n\r\n"));
	client.received = "";
	return client;
}

describe("a WebSocket", () => {
	it("answers on any path, with the request's id as room, in any order", async (t) => {
		const gate = createGate();
		const protocols = await startProtocols({
			test: t,
			execute: async (envelope) => {
				if (envelope.requestId === "slow") await gate.opened;
				return succeed(envelope, envelope.requestId);
			},
		});
		const client = await WsClient.open(`${protocols.url}/any/path?x=1`);
		const slow = client.request({ ...NOW, requestId: "slow" });
		const quick = await client.request({ ...NOW, requestId: "quick" });
		assert.deepEqual([quick.room, quick.result], ["quick", "quick"]);
		gate.open();
		assert.deepEqual((await slow).room, "slow");
		assert.deepEqual(
			client.frames.map(({ room }) => room),
			["quick", "slow"],
		);
		await client.close();
	});

	it("takes binary frames that hold text", async (t) => {
		const protocols = await startProtocols({ test: t });
		const client = await WsClient.open(protocols.url);
		client.send(Buffer.from(JSON.stringify({ ...NOW, requestId: "é" })));
		assert.equal(
			(await client.waitFor(({ room }) => room === "é")).status,
			200,
		);
		await client.close();
	});

	it("takes a message in pieces, with control frames between them", async (t) => {
		const protocols = await startProtocols({ test: t });
		const client = await upgraded(protocols.port);
		client.write(frame(1, '{"controller":"server",', { final: false }));
		client.write(frame(9, "hello"));
		client.write(frame(0, '"action":"now","requestId":"r"}'));
		await client.until(
			({ received }) =>
				received.includes('"room":"r"') && received.includes("\x8a\x05hello"),
		);
		client.socket.destroy();
	});

	it("shows the upgrade's headers, the address and TLS to each request", async (t) => {
		const protocols = await startProtocols({
			test: t,
			trustedProxies: ["127.0.0.0/8"],
		});
		const client = await WsClient.open(protocols.url, {
			cookie: "authToken=x",
			origin: "http://o.example",
			"x-forwarded-for": "203.0.113.9",
			"x-forwarded-proto": "https",
		});
		await client.request(NOW);
		await client.request(NOW);
		const [first, second] = protocols.calls.map(({ connection }) => connection);
		assert.equal(first, second);
		assert.deepEqual(
			[first?.protocol, first?.headers.cookie, first?.headers.origin],
			["websocket", "authToken=x", "http://o.example"],
		);
		assert.deepEqual([first?.address, first?.secure], ["203.0.113.9", true]);
		await client.close();
	});

	it("is registered while it is open", async (t) => {
		const protocols = await startProtocols({ test: t });
		const gone = createGate<string>();
		protocols.connections.onClose((connection) => gone.open(connection.id));
		const client = await WsClient.open(protocols.url);
		await client.request(NOW);
		const [connection] = protocols.connections.all();
		assert.equal(connection, protocols.calls[0]?.connection);
		connection?.send('{"type":"TokenExpired"}');
		await client.waitFor(({ type }) => type === "TokenExpired");
		client.socket.terminate();
		assert.equal(await gone.opened, connection?.id);
		assert.equal(protocols.connections.size, 0);
		connection?.send("nobody hears it");
	});

	it("can be closed with a code", async (t) => {
		const protocols = await startProtocols({ test: t });
		const client = await WsClient.open(protocols.url);
		const closed = client.closed();
		const [connection] = protocols.connections.all();
		connection?.close(1011, "x".repeat(500));
		assert.equal(await closed, 1011);
	});

	it("carries raw content as the result, and refuses streams", async (t) => {
		const contents: Record<
			string,
			{ contentType: string; content: string | AsyncIterable<string> }
		> = {
			json: { contentType: "application/json", content: '{"a":1}' },
			yaml: { contentType: "application/yaml", content: "a: 1" },
			stream: { contentType: "text/csv", content: (async function* () {})() },
		};
		const protocols = await startProtocols({
			test: t,
			execute: async (envelope) => {
				const raw = contents[envelope.requestId];
				return succeed(envelope, null, raw === undefined ? {} : { raw });
			},
		});
		const client = await WsClient.open(protocols.url);
		assert.deepEqual(
			(await client.request({ ...NOW, requestId: "json" })).result,
			{ a: 1 },
		);
		assert.deepEqual(
			(await client.request({ ...NOW, requestId: "yaml" })).result,
			"a: 1",
		);
		const stream = await client.request({ ...NOW, requestId: "stream" });
		assert.deepEqual(
			[stream.status, stream.error.id, stream.room],
			[500, "api.assert.unsupported_protocol", "stream"],
		);
		await client.close();
	});

	it("answers a result that is no JSON with 500, and goes on", async (t) => {
		const protocols = await startProtocols({
			test: t,
			execute: async (envelope) =>
				succeed(envelope, envelope.requestId === "bad" ? 1n : 1),
		});
		const client = await WsClient.open(protocols.url);
		const bad = await client.request({ ...NOW, requestId: "bad" });
		assert.deepEqual([bad.status, bad.room], [500, "bad"]);
		assert.equal((await client.request(NOW)).result, 1);
		await client.close();
	});

	it("refuses JSON that is nested too deep", async (t) => {
		const protocols = await startProtocols({ test: t });
		const client = await WsClient.open(protocols.url);
		client.send(`{"volatile":{"a":${"[".repeat(9000)}${"]".repeat(9000)}}}`);
		const answer = await client.waitFor(({ status }) => status === 400);
		assert.equal(answer.error.id, "network.websocket.unexpected_error");
		await client.close();
	});

	it("may compress, where it is told to", async (t) => {
		const protocols = await startProtocols({
			test: t,
			webSocket: { compression: true },
		});
		const client = await WsClient.open(protocols.url);
		assert.match(client.socket.extensions, /permessage-deflate/);
		const long = "é".repeat(10_000);
		assert.equal(
			(await client.request({ ...NOW, long })).result.args.long,
			long,
		);
		await client.close();
	});

	it("tells an action that its client is gone, and no other action", async (t) => {
		const aborts: string[] = [];
		const waiting = createGate();
		const protocols = await startProtocols({
			test: t,
			execute: async (envelope, _, aborted) => {
				aborted?.().addEventListener("abort", () => {
					aborts.push(envelope.requestId);
					waiting.open();
				});
				if (envelope.requestId === "waits") await waiting.opened;
				return echo(envelope);
			},
		});
		const client = await WsClient.open(protocols.url);
		await client.request({ ...NOW, requestId: "done" });
		client.send({ ...NOW, requestId: "waits" });
		while (protocols.calls.length < 2) await new Promise(setImmediate);
		client.socket.terminate();
		await waiting.opened;
		assert.deepEqual(aborts, ["waits"]);
	});
});

describe("an upgrade", () => {
	it("can be refused", async (t) => {
		const protocols = await startProtocols({
			test: t,
			acceptUpgrade: (request) =>
				request.headers.origin === "http://bad"
					? { status: 403, message: "Not from there." }
					: null,
		});
		const client = new RawClient(protocols.port);
		client.write(
			"GET / HTTP/1.1\r\nHost: x\r\nOrigin: http://bad\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
		);
		const answer = await client.closed();
		assert.match(answer, /^HTTP\/1\.1 403 /);
		assert.match(answer, /Not from there/);
		const good = await WsClient.open(protocols.url);
		await good.close();
	});

	it("that is malformed is answered, and the server goes on", async (t) => {
		const protocols = await startProtocols({ test: t });
		const client = new RawClient(protocols.port);
		client.write(
			"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
		);
		assert.match(await client.closed(), /^HTTP\/1\.1 4\d\d /);
		const good = await WsClient.open(protocols.url);
		await good.close();
	});
});

describe("the limits of a WebSocket", () => {
	for (const [what, bytes] of [
		["a frame above the size limit", frame(1, "x".repeat(2000))],
		[
			"a message above the size limit in pieces",
			Buffer.concat([
				frame(1, "x".repeat(900), { final: false }),
				frame(0, "x".repeat(900)),
			]),
		],
		["an unmasked frame", frame(1, "{}", { masked: false })],
		["an unknown opcode", frame(3, "{}")],
		["text that is no UTF-8", frame(1, Buffer.from([0xff, 0xfe]))],
		["a piece of no message", frame(0, "{}")],
	] as const) {
		it(`cut the connection at ${what}`, async (t) => {
			const protocols = await startProtocols({
				test: t,
				webSocket: { messageBytesMax: 1000 },
			});
			const client = await upgraded(protocols.port);
			client.write(bytes);
			await client.until(({ received }) => received.startsWith("\x88"));
			client.socket.end();
			await client.closed();
			assert.equal(protocols.calls.length, 0);
			assert.equal(protocols.connections.size, 0);
		});
	}

	it("count messages by the second", async (t) => {
		const clock = new ManualClock();
		const protocols = await startProtocols({
			test: t,
			webSocket: { rateLimit: 2 },
			clock,
		});
		const client = await WsClient.open(protocols.url);
		await client.request(NOW);
		await client.request(NOW);
		client.send({ ...NOW, requestId: "third" });
		const refused = await client.waitFor(({ status }) => status === 429);
		assert.deepEqual(
			[refused.error.id, "room" in refused],
			["network.websocket.ratelimit_exceeded", false],
		);
		clock.advance(1000);
		await client.request(NOW);
		assert.equal(protocols.calls.length, 3);
		await client.close();
	});

	it("end a socket that shows no life, without a close frame", async (t) => {
		const clock = new ManualClock();
		const protocols = await startProtocols({
			test: t,
			webSocket: { idleTimeoutMs: 60_400 },
			clock,
		});
		const [silent, talking, pinging] = await Promise.all(
			[1, 2, 3].map(() => WsClient.open(protocols.url)),
		);
		assert.ok(silent && talking && pinging);
		const closed = silent.closed();
		clock.advance(40_000);
		await talking.request(NOW);
		const pong = new Promise((resolve) => pinging.socket.once("pong", resolve));
		pinging.socket.ping();
		await pong;
		clock.advance(20_000);
		assert.equal(await closed, 1006);
		await talking.request(NOW);
		assert.equal(protocols.connections.size, 2);
		const rest = Promise.all([talking.closed(), pinging.closed()]);
		clock.advance(60_000);
		assert.deepEqual(await rest, [1006, 1006]);
	});

	it("take an idle timeout below a second as a minute", async (t) => {
		const clock = new ManualClock();
		const protocols = await startProtocols({
			test: t,
			webSocket: { idleTimeoutMs: 999 },
			clock,
		});
		const client = await WsClient.open(protocols.url);
		const closed = client.closed();
		clock.advance(59_999);
		assert.equal(protocols.connections.size, 1);
		clock.advance(1);
		assert.equal(await closed, 1006);
	});

	it("ping a silent socket, where they are told to, and take its pong for life", async (t) => {
		const clock = new ManualClock();
		const protocols = await startProtocols({
			test: t,
			webSocket: { sendPingsAutomatically: true },
			clock,
		});
		const client = await WsClient.open(protocols.url);
		for (let round = 0; round < 8; round++) {
			const pinged = new Promise((resolve) =>
				client.socket.once("ping", resolve),
			);
			clock.advance(30_000);
			await pinged;
			// The pong is on its way; two rounds without one would end the socket.
			for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
		}
		assert.equal(protocols.connections.size, 1);
		await client.close();
	});

	it("cut a client that does not read before it costs memory", async (t) => {
		const protocols = await startProtocols({
			test: t,
			webSocket: { outgoingBytesMax: 100_000 },
		});
		const client = await WsClient.open(protocols.url);
		await client.request(NOW);
		const [connection] = protocols.connections.all();
		assert.ok(connection);
		client.socket.pause();
		const text = JSON.stringify("x".repeat(50_000));
		let sent = 0;
		let most = 0;
		while (protocols.connections.has(connection)) {
			connection.send(text);
			sent++;
			most = Math.max(most, connection.bufferedBytes());
			await new Promise(setImmediate);
			assert.ok(sent < 10_000, "it was never cut");
		}
		assert.ok(most < 100_000 + 2 * text.length, `${most} bytes waited`);
		client.socket.terminate();
	});

	it("pile no pongs up for a client that does not read them", async (t) => {
		const protocols = await startProtocols({ test: t });
		const client = await upgraded(protocols.port);
		const [connection] = protocols.connections.all();
		assert.ok(connection);
		client.socket.pause();
		const pings = Buffer.concat(
			Array.from({ length: 5000 }, () => frame(9, "x".repeat(120))),
		);
		for (let round = 0; round < 40; round++) {
			client.write(pings);
			await new Promise(setImmediate);
			assert.ok(connection.bufferedBytes() < 10_000);
		}
		client.socket.destroy();
	});

	it("read no more from a socket that has too much in flight, and all of it later", async (t) => {
		const gate = createGate();
		const protocols = await startProtocols({
			test: t,
			execute: async (envelope) => {
				await gate.opened;
				return succeed(envelope, 1);
			},
		});
		const client = await WsClient.open(protocols.url);
		const count = 5000;
		for (let at = 0; at < count; at++)
			client.send({ ...NOW, requestId: `r${at}`, pad: "x".repeat(1000) });
		let last = -1;
		while (last !== protocols.calls.length || last === 0) {
			last = protocols.calls.length;
			for (let turn = 0; turn < 200; turn++) await new Promise(setImmediate);
		}
		// What had been read before the limit was met is still taken: at most one chunk of the socket.
		assert.ok(last >= 1000 && last < 1200, `${last} were in flight`);
		gate.open();
		await client.waitFor(() => client.frames.length === count);
		await client.close();
	});
});

describe("a shutdown, for WebSockets", () => {
	it("answers what is in flight, refuses what is new, then closes with 1001", async (t) => {
		const gate = createGate();
		const protocols = await startProtocols({
			test: t,
			execute: async (envelope) => {
				await gate.opened;
				return succeed(envelope, "late");
			},
		});
		const client = await WsClient.open(protocols.url);
		const late = client.request({ ...NOW, requestId: "late" });
		while (protocols.calls.length === 0) await new Promise(setImmediate);
		const closedCode = client.closed();
		const closed = protocols.close();
		const refused = await client.request({ ...NOW, requestId: "new" });
		assert.deepEqual(
			[refused.status, refused.error.id, refused.room],
			[503, "network.entrypoint.shutting_down", "new"],
		);
		gate.open();
		assert.equal((await late).result, "late");
		assert.equal(await closedCode, 1001);
		await closed;
		assert.equal(protocols.connections.size, 0);
	});

	it("waits neither for actions nor for clients for ever", async (t) => {
		const clock = new ManualClock();
		const protocols = await startProtocols({
			test: t,
			execute: () => new Promise(() => {}),
			clock,
		});
		const deaf = await upgraded(protocols.port);
		deaf.write(frame(1, JSON.stringify(NOW)));
		while (protocols.calls.length === 0) await new Promise(setImmediate);
		const closed = protocols.close();
		clock.advance(30_000);
		await deaf.until(({ received }) => received.startsWith("\x88"));
		clock.advance(1000);
		await deaf.closed();
		await closed;
	});

	it("refuses upgrades", async (t) => {
		const protocols = await startProtocols({ test: t });
		const waiting = new RawClient(protocols.port);
		waiting.write("GET / HTTP/1.1\r\nHost: x\r\n");
		while ((await protocols.listener.connections()) < 1)
			await new Promise(setImmediate);
		await new Promise(setImmediate);
		const closed = protocols.close();
		waiting.write(
			"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
		);
		assert.match(
			await waiting.closed(),
			/^HTTP\/1\.1 503 .*shutting_down|^HTTP\/1\.1 503 /s,
		);
		await closed;
	});
});

describe("frames of one turn of the event loop", () => {
	it("leave in one write", async (t) => {
		const protocols = await startProtocols({
			test: t,
			execute: () => Promise.reject(createError("api.process.overloaded")),
		});
		const client = await WsClient.open(protocols.url);
		assert.equal(
			(await client.request(NOW)).error.id,
			"api.process.overloaded",
		);
		const [connection] = protocols.connections.all();
		for (let at = 0; at < 10; at++) connection?.send(JSON.stringify({ at }));
		// Nothing was written yet: the whole burst still waits in the socket.
		assert.ok((connection?.bufferedBytes() ?? 0) > 10 * 8);
		await client.waitFor(({ at }) => at === 9);
		assert.equal(client.socket.readyState, WebSocket.OPEN);
		await client.close();
	});
});
