import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { rawExchange } from "../support/raw-exchange.ts";
import { HostileStage } from "./hostile-stage.ts";

const HANDSHAKE = [
	"GET / HTTP/1.1",
	"Host: localhost",
	"Connection: Upgrade",
	"Upgrade: websocket",
	"Sec-WebSocket-Version: 13",
	"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
];

describe("over a WebSocket", () => {
	let stage: HostileStage;
	before(async () => {
		stage = await HostileStage.start("sqlite");
	});
	after(() => stage.stop());

	/** Sends bytes after a good handshake, and answers the code that the connection is closed with; null for none. */
	const sendFrames = async (...frames: readonly Buffer[]) => {
		const { host, port } = stage.gateway;
		const start = Buffer.from(`${HANDSHAKE.join("\r\n")}\r\n\r\n`);
		const text = await rawExchange(
			{ host, port },
			Buffer.concat([start, ...frames]),
		);
		assert.match(text, /^HTTP\/1\.1 101 /);
		await stage.assertServes();
		const bytes = Buffer.from(
			text.slice(text.indexOf("\r\n\r\n") + 4),
			"latin1",
		);
		const close = bytes.lastIndexOf(0x88);
		return close === -1 || close + 4 > bytes.length
			? null
			: bytes.readUInt16BE(close + 2);
	};

	it("frames that break the protocol end their connection, and none other (RFC 6455 §5)", async () => {
		const text = Buffer.from('{"p":1}');
		for (const [name, frame, code] of [
			[
				"not masked",
				Buffer.concat([Buffer.from([0x81, text.length]), text]),
				1002,
			],
			["a reserved bit", toFrame(0xc1, text), 1002],
			["a reserved kind", toFrame(0x83, text), 1002],
			["a reserved control kind", toFrame(0x8b, text), 1002],
			["a long ping", toFrame(0x89, Buffer.alloc(126)), 1002],
			["a ping in pieces", toFrame(0x09, text), 1002],
			["a continuation of nothing", toFrame(0x80, text), 1002],
			["a close with one byte", toFrame(0x88, Buffer.alloc(1)), 1002],
			[
				"a close with a code that may not be sent",
				toFrame(0x88, Buffer.from([0x03, 0xed])),
				1002,
			],
			["text that is no UTF-8", toFrame(0x81, Buffer.from([0xff, 0xfe])), 1007],
			[
				"text that ends inside a character",
				toFrame(0x81, Buffer.from([0x7b, 0xe2, 0x82])),
				1007,
			],
			[
				"a length of 2^63",
				Buffer.from([0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0]),
				1009,
			],
			[
				"a length of a gigabyte",
				Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0x40, 0, 0, 0]),
				1009,
			],
		] as const)
			assert.equal(await sendFrames(frame), code, name);
	});

	it("a message in pieces is no longer than one in a whole", async () => {
		const piece = Buffer.alloc(300_000, 0x20);
		const frames = [
			toFrame(0x01, piece),
			toFrame(0x00, piece),
			toFrame(0x00, piece),
			toFrame(0x80, piece),
		];
		assert.equal(await sendFrames(...frames), 1009);
	});

	it("upgrades that are none are refused", async () => {
		const { host, port } = stage.gateway;
		for (const [line, other] of [
			[4, "Sec-WebSocket-Version: 7"],
			[5, "Sec-WebSocket-Key: short"],
			[5, `Sec-WebSocket-Key: ${"x".repeat(10_000)}`],
			[5, "X: y"],
			[0, "POST / HTTP/1.1"],
		] as const) {
			const lines = HANDSHAKE.with(line, other);
			const text = await rawExchange(
				{ host, port },
				`${lines.join("\r\n")}\r\nConnection: close\r\n\r\n`,
			);
			assert.match(text, /^HTTP\/1\.1 4\d\d /, other.slice(0, 40));
			await stage.assertServes();
		}
	});

	it("bytes that mean nothing are told so, each time, and change nothing", async () => {
		const socket = await stage.gateway.connect();
		const messages = [
			...[
				"null",
				"true",
				"1",
				'"x"',
				"[]",
				"[{}]",
				"{",
				"}",
				"{}{}",
				" ",
				"\0",
				"nul",
				"{'p':1}",
				'{"p":1e400',
				"\ufeff{}",
			],
			...Array.from({ length: 200 }, (_, n) => randomBytes(n + 1)),
		];
		for (const [sent, message] of messages.entries()) {
			socket.send(typeof message === "string" ? message : Buffer.from(message));
			await socket.waitFor(() => socket.frames.length > sent);
			const { status, error } = socket.frames[sent];
			assert.equal(status, 400);
			await stage.check({ status, error, request: String(message) });
		}
		await socket.close();
	});

	it("ten thousand requests at once on one socket are all answered, in bounded memory", async () => {
		const socket = await stage.gateway.connect();
		const count = 10_000;
		for (let n = 0; n < count; n++)
			socket.send({
				controller: "server",
				action: "now",
				requestId: `r${n}`,
				jwt: stage.key,
			});
		await socket.waitFor(() => socket.frames.length === count);
		const statuses = new Set(socket.frames.map(({ status }) => status));
		assert.deepEqual([...statuses], [200]);
		assert.equal(
			new Set(socket.frames.map(({ requestId }) => requestId)).size,
			count,
		);
		await socket.close();
	});
});

/** A masked frame (RFC 6455 §5.2), with the first byte as given. */
function toFrame(first: number, payload: Buffer): Buffer {
	const mask = randomBytes(4);
	const masked = Buffer.from(
		payload.map((byte, at) => byte ^ (mask[at % 4] ?? 0)),
	);
	return Buffer.concat([
		Buffer.from([first]),
		toLength(payload.length),
		mask,
		masked,
	]);
}

function toLength(length: number): Buffer {
	if (length < 126) return Buffer.from([0x80 | length]);
	const bytes = Buffer.alloc(length < 65_536 ? 3 : 9);
	bytes[0] = 0x80 | (length < 65_536 ? 126 : 127);
	if (length < 65_536) bytes.writeUInt16BE(length, 1);
	else bytes.writeBigUInt64BE(BigInt(length), 1);
	return bytes;
}
