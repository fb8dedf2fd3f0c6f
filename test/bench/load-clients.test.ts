import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, it, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type WebSocket, WebSocketServer } from "ws";
import type { LoadClient } from "../../bench/load/client.ts";
import { createHttpClient } from "../../bench/load/http-client.ts";
import { createWebSocketClient } from "../../bench/load/websocket-client.ts";

const REQUEST = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

describe("the HTTP load", () => {
	it("asks again for each answer, also for one that comes in pieces", async (test) => {
		const served = { count: 0 };
		const port = await listen(test, (_request, response) => {
			served.count++;
			const body = "x".repeat(served.count % 5 === 0 ? 100_000 : 10);
			response.writeHead(200, { "Content-Length": body.length });
			response.end(body);
		});
		const client = createHttpClient({
			kind: "http",
			port,
			connections: 3,
			request: REQUEST,
		});
		await runUntil(test, client, 200);
		assert.equal(client.failure, undefined);
		// Each connection has at most one more under way than was counted.
		assert.ok(served.count - client.answers <= 3);
	});

	it("gives up at an answer that is no success", async (test) => {
		const port = await listen(test, (_request, response) => {
			response.writeHead(401, { "Content-Length": 2 });
			response.end("no");
		});
		const client = createHttpClient({
			kind: "http",
			port,
			connections: 1,
			request: REQUEST,
		});
		await runUntil(test, client, 1);
		assert.match(String(client.failure), /401/);
		assert.equal(client.answers, 0);
	});
});

describe("the WebSocket load", () => {
	it("counts frames of every length, however they are cut", async (test) => {
		const sent = { count: 0 };
		const port = await listenForSockets(test, (socket) => {
			sent.count++;
			const length = [10, 200, 70_000][sent.count % 3] ?? 0;
			socket.send(JSON.stringify({ status: 200, text: "x".repeat(length) }));
		});
		const client = createWebSocketClient({
			kind: "websocket",
			port,
			connections: 2,
			inFlight: 4,
			message: "hello",
		});
		await runUntil(test, client, 200);
		assert.equal(client.failure, undefined);
		assert.ok(sent.count - client.answers <= 8);
	});

	it("gives up at an answer that is no success", async (test) => {
		const port = await listenForSockets(test, (socket) =>
			socket.send('{"status":401}'),
		);
		const client = createWebSocketClient({
			kind: "websocket",
			port,
			connections: 1,
			inFlight: 1,
			message: "hello",
		});
		await runUntil(test, client, 1);
		assert.match(String(client.failure), /401/);
	});
});

/** Until so many answers were counted, or one was not as it should be. */
async function runUntil(
	test: TestContext,
	client: LoadClient,
	answers: number,
): Promise<void> {
	test.after(() => client.close());
	await client.open();
	client.start();
	while (client.answers < answers && client.failure === undefined) {
		await sleep(5);
	}
}

async function listen(
	test: TestContext,
	answer: RequestListener,
): Promise<number> {
	const server = createServer(answer).listen(0, "127.0.0.1");
	await once(server, "listening");
	test.after(() => {
		server.closeAllConnections();
		server.close();
	});
	return (server.address() as AddressInfo).port;
}

async function listenForSockets(
	test: TestContext,
	answer: (socket: WebSocket) => void,
): Promise<number> {
	const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
	server.on("connection", (socket) =>
		socket.on("message", () => answer(socket)),
	);
	await once(server, "listening");
	test.after(() => {
		for (const socket of server.clients) socket.terminate();
		server.close();
	});
	return (server.address() as AddressInfo).port;
}
