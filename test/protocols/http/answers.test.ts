import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { gunzipSync, inflateSync } from "node:zlib";
import type { Envelope } from "../../../src/call/envelope.ts";
import type { RawContent, Reply } from "../../../src/call/reply.ts";
import { createError } from "../../../src/errors/gateway-error.ts";
import {
	createGate,
	RawClient,
	type StartOptions,
	startProtocols,
	succeed,
} from "../start-protocols.ts";

/** One GET /_now, answered with what `reply` makes of it. */
async function answerOf(
	reply: (envelope: Envelope) => Reply,
	headers: Record<string, string> = {},
	options: StartOptions = {},
) {
	const protocols = await startProtocols({
		...options,
		execute: async (envelope) => reply(envelope),
	});
	try {
		const response = await fetch(`${protocols.url}/_now`, {
			headers: { "accept-encoding": "identity", ...headers },
		});
		const text = await response.text();
		return { status: response.status, headers: response.headers, text };
	} finally {
		await protocols.close();
	}
}

const raw =
	(content: RawContent["content"], contentType = "text/csv") =>
	(envelope: Envelope) =>
		succeed(envelope, null, { raw: { content, contentType } });

describe("cookies", () => {
	const cookies = [
		{ name: "authToken", value: "t", expiresAt: 0 },
		{ name: "authToken", value: "null" },
	];
	const plain = [
		"authToken=t; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Strict",
		"authToken=null; Path=/; HttpOnly; SameSite=Strict",
	];

	it("are set one header each", async () => {
		const { headers } = await answerOf((envelope) =>
			succeed(envelope, 1, { cookies }),
		);
		assert.deepEqual(headers.getSetCookie(), plain);
	});

	it("are Secure where a trusted proxy says https, and only there", async () => {
		const proto = { "x-forwarded-proto": "https" };
		const reply = (envelope: Envelope) => succeed(envelope, 1, { cookies });
		const trusted = await answerOf(reply, proto, {
			trustedProxies: ["127.0.0.1"],
		});
		assert.deepEqual(
			trusted.headers.getSetCookie(),
			plain.map((cookie) => `${cookie}; Secure`),
		);
		const untrusted = await answerOf(reply, proto);
		assert.deepEqual(untrusted.headers.getSetCookie(), plain);
	});
});

describe("headers", () => {
	it("tell the node's name, and the length", async () => {
		const { headers, text } = await answerOf((envelope) =>
			succeed(envelope, "é"),
		);
		assert.equal(headers.get("x-kuzzle-node"), "node-under-test");
		assert.equal(
			headers.get("content-length"),
			String(Buffer.byteLength(text)),
		);
		assert.equal(headers.get("connection"), "keep-alive");
	});

	it("of an action go before the gateway's, but for those that only the gateway knows", async () => {
		const { headers, text } = await answerOf((envelope) => {
			const reply = succeed(envelope, 1);
			reply.response.headers = {
				"content-type": "application/vnd.x+json",
				"content-length": "3",
				"transfer-encoding": "chunked",
				"set-cookie": "a=b",
				"x-own": "1",
			};
			return reply;
		});
		assert.equal(headers.get("content-type"), "application/vnd.x+json");
		assert.equal(headers.get("content-length"), String(text.length));
		assert.equal(headers.get("x-own"), "1");
		assert.deepEqual(headers.getSetCookie(), []);
	});

	it("that HTTP cannot carry cost a 500, not the process", async () => {
		for (const broken of [
			{ headers: { "x-bad": "a\r\nb: c" } },
			{ headers: { "bad name": "a" } },
			{ status: 99 },
			{ result: 1n },
		]) {
			const answer = await answerOf((envelope) => {
				const reply = succeed(envelope, 1);
				Object.assign(reply.response, broken);
				return reply;
			});
			assert.equal(answer.status, 500);
			assert.equal(JSON.parse(answer.text).status, 500);
			assert.equal(answer.headers.get("b"), null);
		}
	});

	it("allow the listed origins only, and tell caches that they differ", async () => {
		const http = {
			allowedOrigins: ["https://a.example"],
			cookieAuthentication: false,
		};
		const reply = (envelope: Envelope) => succeed(envelope, 1);
		const listed = await answerOf(
			reply,
			{ origin: "https://a.example" },
			{ http },
		);
		assert.deepEqual(
			[
				listed.headers.get("access-control-allow-origin"),
				listed.headers.get("vary"),
			],
			["https://a.example", "Origin"],
		);
		assert.equal(listed.headers.get("access-control-allow-credentials"), null);
		const other = await answerOf(
			reply,
			{ origin: "https://b.example" },
			{ http },
		);
		assert.deepEqual(
			[
				other.headers.get("access-control-allow-origin"),
				other.headers.get("vary"),
			],
			[null, "Origin"],
		);
	});

	it("allow origins by pattern", async () => {
		const http = {
			allowedOrigins: ["^https://[a-z]+\\.example$"],
			allowedOriginsAreRegExps: true,
		};
		const answer = await answerOf(
			(envelope) => succeed(envelope, 1),
			{ origin: "https://b.example" },
			{ http },
		);
		assert.equal(
			answer.headers.get("access-control-allow-origin"),
			"https://b.example",
		);
	});
});

describe("raw content", () => {
	it("replaces the envelope", async () => {
		for (const content of ["a,b\né", Buffer.from("a,b\né")]) {
			const answer = await answerOf(raw(content));
			assert.equal(answer.text, "a,b\né");
			assert.equal(answer.headers.get("content-type"), "text/csv");
			assert.equal(answer.headers.get("content-encoding"), "identity");
		}
	});

	it("may be a stream, of text and bytes", async () => {
		async function* pieces() {
			yield "a,";
			yield "";
			yield Buffer.from("é");
		}
		const answer = await answerOf(raw(pieces()));
		assert.equal(answer.text, "a,é");
		assert.deepEqual(
			[
				answer.headers.get("content-encoding"),
				answer.headers.get("content-length"),
			],
			[null, null],
		);
	});

	it("may be an empty stream", async () => {
		async function* nothing() {}
		const answer = await answerOf(raw(nothing()));
		assert.deepEqual([answer.status, answer.text], [200, ""]);
	});

	it("whose stream fails before its first piece is answered with the failure", async () => {
		const failing = (error: Error) => ({
			[Symbol.asyncIterator]: () => ({ next: () => Promise.reject(error) }),
		});
		const known = await answerOf(
			raw(failing(createError("services.storage.not_connected"))),
		);
		assert.equal(
			JSON.parse(known.text).error.id,
			"services.storage.not_connected",
		);
		const unknown = await answerOf(raw(failing(new Error("a secret detail"))));
		assert.deepEqual(
			[unknown.status, JSON.parse(unknown.text).error.id],
			[500, "network.http.stream_errored"],
		);
		assert.doesNotMatch(unknown.text, /secret/);
	});

	it("whose stream fails later breaks off, so that nobody takes it for whole", async () => {
		async function* breaking() {
			yield "a";
			throw new Error("gone");
		}
		await assert.rejects(answerOf(raw(breaking())));
	});

	it("is produced no faster than the client takes it, and not for a client that is gone", async (t) => {
		const ended = createGate();
		let produced = 0;
		async function* endless() {
			try {
				for (;;) {
					produced++;
					yield "x".repeat(1024 * 1024);
				}
			} finally {
				ended.open();
			}
		}
		const protocols = await startProtocols({
			test: t,
			execute: async (envelope) => raw(endless())(envelope),
		});
		const client = new RawClient(protocols.port);
		client.write("GET /_now HTTP/1.1\r\nHost: x\r\n\r\n");
		await client.until(({ received }) => received.length > 0);
		client.socket.pause();
		// Once nothing more is produced in many turns of the loop, the producer waits for the client.
		let last = -1;
		while (last !== produced) {
			last = produced;
			for (let turn = 0; turn < 200; turn++) await new Promise(setImmediate);
		}
		assert.ok(
			produced < 100,
			`${produced} MB were produced for a client that does not read`,
		);
		client.socket.destroy();
		await ended.opened;
	});
});

describe("compression", () => {
	it("packs answers of any size, and unpacks to the same", async (t) => {
		for (const length of [1, 5000, 500_000]) {
			const protocols = await startProtocols({
				test: t,
				execute: async (envelope) => succeed(envelope, "é".repeat(length)),
			});
			for (const [encoding, unpack] of [
				["gzip", gunzipSync],
				["deflate", inflateSync],
			] as const) {
				const client = new RawClient(protocols.port);
				client.write(
					`GET /_now HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAccept-Encoding: ${encoding}\r\n\r\n`,
				);
				const answer = await client.closed();
				assert.match(answer, new RegExp(`Content-Encoding: ${encoding}\r\n`));
				const body = Buffer.from(
					answer.slice(answer.indexOf("\r\n\r\n") + 4),
					"latin1",
				);
				assert.equal(
					JSON.parse(unpack(body).toString()).result,
					"é".repeat(length),
				);
			}
			await protocols.close();
		}
	});
});
