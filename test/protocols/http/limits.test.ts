import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { ManualClock } from "../../../src/lib/clock.ts";
import { exchange } from "../../recordings/http-exchange.ts";
import {
	createGate,
	echo,
	RawClient,
	startProtocols,
} from "../start-protocols.ts";

const HEAD = "Host: x\r\n";

function bodyOf(text: string): Record<string, unknown> {
	return JSON.parse(text.slice(text.indexOf("\r\n\r\n") + 4));
}

describe("the limits of HTTP", () => {
	for (const [what, header, piece] of [
		["announced", "Content-Length: 50000000", Buffer.alloc(1_000_000, 0x20)],
		[
			"found",
			"Transfer-Encoding: chunked",
			Buffer.from(`f4240\r\n${" ".repeat(1_000_000)}\r\n`),
		],
	] as const) {
		it(`refuse a body whose ${what} length is too long, and let a client that sends before it reads see the answer`, async (t) => {
			const protocols = await startProtocols({
				test: t,
				http: { requestBytesMax: 1000 },
				// It stands still, so that the server discards for as long as the client needs.
				clock: new ManualClock(),
			});
			const client = new RawClient(protocols.port);
			client.socket.pause();
			client.write(`POST /_now HTTP/1.1\r\n${HEAD}${header}\r\n\r\n`);
			for (let sent = 0; sent < 20; sent++) {
				const failed = await new Promise((resolve) =>
					client.socket.write(piece, resolve),
				);
				assert.ok(!failed, String(failed));
			}
			client.socket.resume();
			await client.until(({ received }) =>
				received.includes("request_too_large"),
			);
			client.socket.end();
			assert.match(await client.closed(), /^HTTP\/1\.1 413 /);
			assert.equal(protocols.calls.length, 0);
		});
	}

	it("refuse a chunked body once it is too long, and go on serving others", async (t) => {
		const protocols = await startProtocols({
			test: t,
			http: { requestBytesMax: 1000 },
		});
		const client = new RawClient(protocols.port);
		client.write(
			`POST /_now HTTP/1.1\r\n${HEAD}Transfer-Encoding: chunked\r\n\r\n`,
		);
		for (let sent = 0; sent < 50; sent++)
			client.write(`64\r\n${" ".repeat(100)}\r\n`);
		await client.until(({ received }) =>
			received.includes("request_too_large"),
		);
		client.write("64\r\n");
		client.socket.end();
		const answer = await client.closed();
		assert.match(answer, /^HTTP\/1\.1 413 /);
		assert.match(answer, /Connection: close/);
		assert.equal(bodyOf(answer).id, "network.http.request_too_large");
		assert.equal((await fetch(`${protocols.url}/_now`)).status, 200);
	});

	it("cut a client that does not stop sending after its refusal", async (t) => {
		const clock = new ManualClock();
		const protocols = await startProtocols({
			test: t,
			http: { requestBytesMax: 1000 },
			clock,
		});
		const client = new RawClient(protocols.port);
		client.write(
			`POST /_now HTTP/1.1\r\n${HEAD}Content-Length: 50000000\r\n\r\nsome`,
		);
		await client.until(({ received }) =>
			received.includes("request_too_large"),
		);
		assert.equal(client.isClosed, false);
		clock.advance(2000);
		await client.closed();
	});

	it("refuse before the body is sent where the client asks first", async (t) => {
		const protocols = await startProtocols({
			test: t,
			http: { requestBytesMax: 1000 },
		});
		const refused = new RawClient(protocols.port);
		refused.write(
			`POST /_now HTTP/1.1\r\n${HEAD}Expect: 100-continue\r\nContent-Length: 2000\r\n\r\n`,
		);
		await refused.until(({ received }) =>
			received.includes("request_too_large"),
		);
		refused.socket.end();
		assert.match(await refused.closed(), /^HTTP\/1\.1 413 /);
		const accepted = new RawClient(protocols.port);
		accepted.write(
			`POST /_now HTTP/1.1\r\n${HEAD}Connection: close\r\nExpect: 100-continue\r\nContent-Length: 7\r\n\r\n`,
		);
		await accepted.until(({ received }) =>
			received.startsWith("HTTP/1.1 100 Continue"),
		);
		accepted.write('{"a":1}');
		assert.match(await accepted.closed(), /HTTP\/1\.1 200 OK/);
	});

	it("stop at what a compressed body inflates to", async (t) => {
		const protocols = await startProtocols({
			test: t,
			http: { requestBytesMax: 100_000 },
		});
		const bomb = gzipSync(Buffer.alloc(50_000_000, 0x20));
		assert.ok(bomb.length < 100_000);
		for (const [encoding, bytes] of [
			["gzip", bomb],
			["gzip, gzip", gzipSync(bomb)],
		] as const) {
			const answer = await fetch(`${protocols.url}/_now`, {
				method: "POST",
				headers: {
					"content-type": "application/json",
					"content-encoding": encoding,
				},
				body: new Uint8Array(bytes),
			});
			assert.equal(answer.status, 413);
			assert.equal(
				((await answer.json()) as { id: string }).id,
				"network.http.request_too_large",
			);
		}
	});

	it("refuse compressed bodies, and compress nothing, where compression is off", async (t) => {
		const protocols = await startProtocols({
			test: t,
			http: { allowCompression: false },
		});
		const address = { host: "127.0.0.1", port: protocols.port };
		const refused = await exchange(address, {
			method: "POST",
			path: "/_now",
			headers: { "content-encoding": "gzip" },
			body: { $gzip: { a: 1 } },
		});
		assert.ok("status" in refused);
		assert.equal(
			JSON.parse(refused.bytes.toString()).id,
			"network.http.compression_disabled",
		);
		const plain = await exchange(address, {
			method: "GET",
			path: "/_now",
			headers: { "accept-encoding": "gzip" },
		});
		assert.ok("status" in plain);
		assert.deepEqual(
			[plain.headers["content-encoding"], plain.headers["accept-encoding"]],
			["identity", "identity"],
		);
	});

	it("refuse a file of a form that is too large, and only files", async (t) => {
		const protocols = await startProtocols({
			test: t,
			http: { formFileBytesMax: 10 },
		});
		const send = (more: string) =>
			fetch(`${protocols.url}/_now`, {
				method: "POST",
				headers: { "content-type": "multipart/form-data; boundary=b" },
				body: `--b\r\nContent-Disposition: form-data; name="a"${more}\r\n\r\n${"x".repeat(11)}\r\n--b--`,
			});
		const refused = await send('; filename="f"');
		assert.deepEqual(
			[refused.status, ((await refused.json()) as { id: string }).id],
			[413, "network.http.file_too_large"],
		);
		assert.equal((await send("")).status, 200);
	});

	it("refuse JSON that is nested too deep, in a body and in volatile", async (t) => {
		const protocols = await startProtocols({ test: t });
		const deep = "[".repeat(100_000) + "]".repeat(100_000);
		const body = await fetch(`${protocols.url}/_now`, {
			method: "POST",
			headers: { "content-type": "application/json" },
			body: deep,
		});
		assert.deepEqual(
			[body.status, ((await body.json()) as { id: string }).id],
			[400, "network.http.body_parse_failed"],
		);
		const volatile = `{"a":${"[".repeat(5000)}${"]".repeat(5000)}}`;
		const header = await fetch(`${protocols.url}/_now`, {
			headers: { "x-kuzzle-volatile": volatile },
		});
		assert.equal(header.status, 400);
	});

	it("answer headers that are too large with 431", async (t) => {
		const protocols = await startProtocols({
			test: t,
			listener: { headerBytesMax: 2000 },
		});
		const client = new RawClient(protocols.port);
		client.write(
			`GET /_now HTTP/1.1\r\n${HEAD}X-Long: ${"x".repeat(5000)}\r\n\r\n`,
		);
		await client.until(({ received }) => received.includes("431"));
		client.socket.end();
		assert.equal(bodyOf(await client.closed()).status, 431);
	});

	it("answer a client that sends too slowly with 408, in its headers and in its body", async (t) => {
		const protocols = await startProtocols({
			test: t,
			listener: { receiveTimeoutMs: 100 },
		});
		for (const start of [
			"GET /_now HTTP/1.1\r\nHost: x\r\nX-Slow: ",
			`POST /_now HTTP/1.1\r\n${HEAD}Content-Length: 10\r\n\r\n{"a"`,
			"",
		]) {
			const client = new RawClient(protocols.port);
			client.write(start);
			await client.until(({ received }) => received.includes("408"));
			client.socket.end();
			assert.equal(bodyOf(await client.closed()).status, 408);
		}
		assert.equal(protocols.calls.length, 0);
	});

	it("answer what is no HTTP with 400", async (t) => {
		const protocols = await startProtocols({ test: t });
		for (const text of [
			"\u0016\u0003\u0001\u0002\r\n\r\n",
			"FOO /_now HTTP/1.1\r\n\r\n",
			"GET /_now HTTP/1.1\r\nA B: c\r\n\r\n",
		]) {
			const client = new RawClient(protocols.port);
			client.write(text);
			await client.until(({ received }) => received.includes("\r\n\r\n{"));
			client.socket.end();
			const answer = await client.closed();
			assert.match(answer, /^HTTP\/1\.1 400 Bad Request\r\n/);
			assert.equal(bodyOf(answer).status, 400);
		}
	});

	it("never give the answer of what is no HTTP to a request that came before it", async (t) => {
		const gate = createGate();
		const protocols = await startProtocols({
			test: t,
			execute: async (envelope) => {
				await gate.opened;
				return echo(envelope);
			},
		});
		const client = new RawClient(protocols.port);
		client.write(`GET /_now HTTP/1.1\r\n${HEAD}\r\nrubbish rubbish\r\n\r\n`);
		assert.equal(await client.closed(), "");
		gate.open();
	});

	it("close sockets above the number allowed", async (t) => {
		const protocols = await startProtocols({
			test: t,
			listener: { connectionsMax: 2 },
		});
		const first = [
			new RawClient(protocols.port),
			new RawClient(protocols.port),
		];
		for (const client of first) {
			client.write(`GET /_now HTTP/1.1\r\n${HEAD}\r\n`);
			await client.until(({ received }) => received.includes("200 OK"));
		}
		const third = new RawClient(protocols.port);
		third.write(`GET /_now HTTP/1.1\r\n${HEAD}\r\n`);
		assert.equal(await third.closed(), "");
		assert.equal(await protocols.listener.connections(), 2);
		for (const client of first) client.socket.destroy();
	});

	it("close a connection that is idle between requests", async (t) => {
		const protocols = await startProtocols({
			test: t,
			listener: { idleTimeoutMs: 50 },
		});
		const client = new RawClient(protocols.port);
		client.write(`GET /_now HTTP/1.1\r\n${HEAD}\r\n`);
		assert.match(await client.closed(), /200 OK/);
	});
});

describe("one connection", () => {
	it("is kept, and answers pipelined requests in their order", async (t) => {
		const gate = createGate();
		const protocols = await startProtocols({
			test: t,
			execute: async (envelope) => {
				if (envelope.args.n === "1") await gate.opened;
				else gate.open();
				return echo(envelope);
			},
		});
		const client = new RawClient(protocols.port);
		client.write(
			`GET /_now?n=1 HTTP/1.1\r\n${HEAD}\r\nPOST /_now?n=2 HTTP/1.1\r\n${HEAD}Content-Length: 2\r\n\r\n{}GET /_now?n=3 HTTP/1.1\r\n${HEAD}\r\n`,
		);
		await client.until(({ received }) => received.includes('"n":"3"'));
		const order = [...client.received.matchAll(/"n":"(\d)"/g)].map(
			([, n]) => n,
		);
		assert.deepEqual(order, ["1", "2", "3"]);
		assert.match(client.received, /Connection: keep-alive/);
		client.socket.destroy();
	});

	it("is kept after a refused body of known length", async (t) => {
		const protocols = await startProtocols({ test: t });
		const client = new RawClient(protocols.port);
		client.write(
			`POST /_now HTTP/1.1\r\n${HEAD}Content-Type: text/plain\r\nContent-Length: 5\r\n\r\n`,
		);
		await client.until(({ received }) =>
			received.includes("unsupported_content"),
		);
		client.write(`12345GET /_now?second HTTP/1.1\r\n${HEAD}\r\n`);
		await client.until(({ received }) => received.includes('"second"'));
		client.socket.destroy();
	});

	it("that ends in the middle of a body costs nothing and reaches no action", async (t) => {
		const protocols = await startProtocols({ test: t });
		for (const end of ["end", "destroy"] as const) {
			const client = new RawClient(protocols.port);
			client.write(
				`POST /_now HTTP/1.1\r\n${HEAD}Content-Length: 10\r\n\r\n{"a"`,
			);
			await once(client.socket, "connect");
			client.socket[end]();
			await client.closed();
		}
		assert.equal(protocols.calls.length, 0);
	});

	it("tells an action that its client is gone", async (t) => {
		const aborted = createGate<boolean>();
		const protocols = await startProtocols({
			test: t,
			execute: async (envelope, _, signal) => {
				const gone = signal?.();
				gone?.addEventListener("abort", () => aborted.open(true));
				await aborted.opened;
				return echo(envelope);
			},
		});
		const client = new RawClient(protocols.port);
		client.write(`GET /_now HTTP/1.1\r\n${HEAD}\r\n`);
		while (protocols.calls.length === 0) await new Promise(setImmediate);
		client.socket.destroy();
		assert.equal(await aborted.opened, true);
	});

	it("that asks for another protocol is served as if it had not", async (t) => {
		const protocols = await startProtocols({ test: t });
		const client = new RawClient(protocols.port);
		client.write(
			`POST /_now?java HTTP/1.1\r\n${HEAD}Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\nContent-Length: 8\r\n\r\n{"a":`,
		);
		client.write("11}");
		await client.until(({ received }) => received.includes('"java"'));
		assert.match(client.received, /^HTTP\/1\.1 200 OK/);
		assert.deepEqual(protocols.calls[0]?.envelope.body, { a: 11 });
		client.write(`GET /_now?again HTTP/1.1\r\n${HEAD}\r\n`);
		await client.until(({ received }) => received.includes('"again"'));
		client.socket.destroy();
	});
});
