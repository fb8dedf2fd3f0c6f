import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
	type Protocols,
	startProtocols,
} from "../protocols/start-protocols.ts";
import { openRaw, type RawClient } from "./raw-client.ts";
import {
	ACCEPT,
	type FrameOptions,
	frame,
	openWebSocket,
	shakeHands,
	takeFrame,
} from "./web-socket-frames.ts";

/** Opcodes (§5.2). */
const [CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG] = [0, 1, 2, 8, 9, 10];

const MESSAGE_BYTES_MAX = 200_000;
const REQUEST = JSON.stringify({
	controller: "server",
	action: "now",
	requestId: "r1",
});

describe("RFC 6455", () => {
	let server: Protocols;
	const clients: RawClient[] = [];
	before(async () => {
		server = await startProtocols({
			webSocket: { messageBytesMax: MESSAGE_BYTES_MAX },
		});
	});
	after(async () => {
		for (const { socket } of clients) socket.destroy();
		await server.close();
	});

	async function open(): Promise<RawClient> {
		const client = await openWebSocket(server.port);
		clients.push(client);
		return client;
	}

	/** Sends the frames and answers the JSON of the message that comes back. */
	async function exchange(
		client: RawClient,
		...frames: FrameOptions[]
	): Promise<Record<string, unknown>> {
		for (const options of frames) client.send(frame(options));
		const { opcode, fin, masked, reserved, payload } = await takeFrame(client);
		assert.deepEqual(
			{ opcode, fin, masked, reserved },
			{ opcode: TEXT, fin: true, masked: false, reserved: 0 },
		);
		return JSON.parse(payload.toString()) as Record<string, unknown>;
	}

	/** Sends the frames, and expects a close frame of that code and the end of the connection. */
	async function fails(
		code: number,
		...frames: (FrameOptions | Buffer)[]
	): Promise<void> {
		const client = await open();
		client.send(
			...frames.map((each) => (Buffer.isBuffer(each) ? each : frame(each))),
		);
		const closing = await takeFrame(client);
		assert.equal(closing.opcode, CLOSE);
		assert.equal(closing.payload.readUInt16BE(0), code);
		client.send(frame({ opcode: CLOSE, payload: closing.payload }));
		await client.closed();
	}

	describe("§4.2 opening handshake", () => {
		async function shake(handshake: Parameters<typeof shakeHands>[1]) {
			const client = await openRaw(server.port);
			clients.push(client);
			return shakeHands(client, handshake);
		}

		it("§4.2.2: is answered 101, with the accept value of the key", async () => {
			const { status, headers } = await shake({});
			assert.equal(status, 101);
			assert.equal(headers["sec-websocket-accept"], ACCEPT);
			assert.equal(headers.upgrade?.toLowerCase(), "websocket");
			assert.equal(headers.connection?.toLowerCase(), "upgrade");
		});

		it("§4.2.1: names of headers, and the word websocket, are in any case", async () => {
			const headers = {
				Upgrade: "WebSocket",
				Connection: "keep-alive, UPGRADE",
			};
			assert.equal((await shake({ headers })).status, 101);
		});

		it("§4.2.2: no extension and no subprotocol is chosen that was not offered", async () => {
			const { headers } = await shake({});
			assert.equal("sec-websocket-extensions" in headers, false);
			assert.equal("sec-websocket-protocol" in headers, false);
		});

		it("§4.4: another version is answered 4xx, with the version that is spoken", async () => {
			for (const version of ["12", "14", "x"]) {
				const headers = { "Sec-WebSocket-Version": version };
				const answer = await shake({ headers });
				assert.ok(answer.status >= 400 && answer.status < 500);
				assert.match(String(answer.headers["sec-websocket-version"]), /\b13\b/);
			}
		});

		it("§4.2.1: a key that is missing, or not of 16 bytes, is refused", async () => {
			for (const key of [undefined, "", "c2hvcnQ=", "dGhlIHNhbXBsZSBub25jZQ"]) {
				const headers = { "Sec-WebSocket-Key": key };
				assert.equal((await shake({ headers })).status, 400);
			}
		});

		it("§4.2.1: only GET upgrades", async () => {
			const answer = await shake({ method: "POST" });
			assert.notEqual(answer.status, 101);
			assert.ok(answer.status >= 400);
		});
	});

	describe("§5.2 base framing", () => {
		it("carries text, and binary that holds text", async () => {
			const client = await open();
			for (const opcode of [TEXT, BINARY]) {
				const answer = await exchange(client, { opcode, payload: REQUEST });
				assert.equal(answer.requestId, "r1");
			}
		});

		it("fails reserved bits without an extension (1002)", async () => {
			for (const reserved of [0x40, 0x20, 0x10]) {
				await fails(1002, { opcode: TEXT, reserved, payload: REQUEST });
			}
		});

		it("fails reserved opcodes (1002)", async () => {
			for (const opcode of [3, 4, 5, 6, 7, 11, 12, 13, 14, 15]) {
				await fails(1002, { opcode });
			}
		});

		it("reads lengths at each border", async () => {
			const client = await open();
			const base = Buffer.byteLength(REQUEST);
			for (const length of [
				base,
				125,
				126,
				127,
				65_535,
				65_536,
				MESSAGE_BYTES_MAX,
			]) {
				const payload = REQUEST + " ".repeat(length - base);
				const answer = await exchange(client, { opcode: TEXT, payload });
				assert.equal(answer.requestId, "r1");
			}
		});

		it("writes lengths at each border in the shortest form", async () => {
			const client = await open();
			const answerOf = async (padding: number) => {
				// It comes back once.
				const volatile = { x: "x".repeat(padding) };
				const payload = JSON.stringify({ ...JSON.parse(REQUEST), volatile });
				client.send(frame({ opcode: TEXT, payload }));
				return takeFrame(client);
			};
			const base = (await answerOf(0)).payload.length;
			for (const [length, headBytes] of [
				[65_535, 4],
				[65_536, 10],
				[base, base < 126 ? 2 : 4],
			] as const) {
				const answer = await answerOf(length - base);
				assert.equal(answer.payload.length, length);
				assert.equal(answer.headBytes, headBytes);
			}
			for (const length of [0, 1, 124, 125]) {
				client.send(frame({ opcode: PING, payload: "x".repeat(length) }));
				assert.equal((await takeFrame(client)).headBytes, 2);
			}
		});

		it("fails a length above what is allowed (1009)", async () => {
			const payload = Buffer.alloc(MESSAGE_BYTES_MAX + 1, 0x20);
			await fails(1009, { opcode: TEXT, payload });
		});

		it("fails a length whose highest bit is set", async () => {
			const head = Buffer.from([0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0]);
			const client = await open();
			client.send(head);
			const { opcode } = await takeFrame(client);
			assert.equal(opcode, CLOSE);
		});
	});

	describe("§5.1, §5.3 masks", () => {
		it("fails a frame of a client that is not masked (1002)", async () => {
			for (const opcode of [TEXT, BINARY, PING, CLOSE]) {
				await fails(1002, { opcode, masked: false, payload: "{}" });
			}
		});

		it("§5.1: what the server sends is not masked", async () => {
			const client = await open();
			client.send(frame({ opcode: PING, payload: "a" }));
			assert.equal((await takeFrame(client)).masked, false);
		});
	});

	describe("§5.4 fragmentation", () => {
		const pieces = (opcode: number, ...payloads: string[]): FrameOptions[] =>
			payloads.map((payload, i) => ({
				opcode: i === 0 ? opcode : CONTINUATION,
				fin: i === payloads.length - 1,
				payload,
			}));

		it("joins fragments, however many", async () => {
			const client = await open();
			for (const opcode of [TEXT, BINARY]) {
				const answer = await exchange(client, ...pieces(opcode, ...REQUEST));
				assert.equal(answer.requestId, "r1");
			}
		});

		it("joins fragments of no bytes", async () => {
			const client = await open();
			const answer = await exchange(client, ...pieces(TEXT, "", REQUEST, ""));
			assert.equal(answer.requestId, "r1");
		});

		it("answers a ping between fragments at once", async () => {
			const client = await open();
			const [first, last] = pieces(TEXT, REQUEST.slice(0, 9), REQUEST.slice(9));
			client.send(frame(first as FrameOptions));
			client.send(frame({ opcode: PING, payload: "between" }));
			const pong = await takeFrame(client);
			assert.equal(pong.opcode, PONG);
			assert.equal(pong.payload.toString(), "between");
			const answer = await exchange(client, last as FrameOptions);
			assert.equal(answer.requestId, "r1");
		});

		it("fails a continuation of nothing (1002)", async () => {
			await fails(1002, { opcode: CONTINUATION, payload: REQUEST });
			await fails(
				1002,
				{ opcode: CONTINUATION, fin: false, payload: "a" },
				{ opcode: CONTINUATION, payload: "b" },
			);
		});

		it("fails a new message within another (1002)", async () => {
			for (const opcode of [TEXT, BINARY]) {
				await fails(
					1002,
					{ opcode: TEXT, fin: false, payload: "{" },
					{ opcode, payload: "}" },
				);
			}
		});

		it("counts all fragments against the limit (1009)", async () => {
			const half = Buffer.alloc(MESSAGE_BYTES_MAX / 2 + 1, 0x20);
			await fails(
				1009,
				{ opcode: TEXT, fin: false, payload: half },
				{ opcode: CONTINUATION, payload: half },
			);
		});
	});

	describe("§5.5 control frames", () => {
		it("§5.5.3: a pong repeats the data of its ping, up to 125 bytes", async () => {
			const client = await open();
			for (const payload of ["", "x", "y".repeat(125)]) {
				client.send(frame({ opcode: PING, payload }));
				const pong = await takeFrame(client);
				assert.equal(pong.opcode, PONG);
				assert.equal(pong.payload.toString(), payload);
			}
		});

		it("§5.5.3: a pong that nobody asked for is no mistake", async () => {
			const client = await open();
			client.send(frame({ opcode: PONG, payload: "unasked" }));
			const answer = await exchange(client, { opcode: TEXT, payload: REQUEST });
			assert.equal(answer.requestId, "r1");
		});

		it("§5.5: fails control frames of more than 125 bytes (1002)", async () => {
			for (const opcode of [PING, PONG, CLOSE]) {
				await fails(1002, { opcode, payload: "x".repeat(126) });
			}
		});

		it("§5.5: fails control frames in fragments (1002)", async () => {
			for (const opcode of [PING, PONG, CLOSE]) {
				await fails(1002, { opcode, fin: false });
			}
		});
	});

	describe("§5.5.1, §7 closing", () => {
		const withCode = (code: number, reason: string | Buffer = "") => {
			const head = Buffer.alloc(2);
			head.writeUInt16BE(code, 0);
			return Buffer.concat([head, Buffer.from(reason)]);
		};

		it("§5.5.1: a close frame is answered by one, and the connection ends", async () => {
			for (const code of [
				1000, 1001, 1003, 1007, 1011, 3000, 3999, 4000, 4999,
			]) {
				const client = await open();
				client.send(frame({ opcode: CLOSE, payload: withCode(code, "bye") }));
				const answer = await takeFrame(client);
				assert.equal(answer.opcode, CLOSE);
				assert.equal(answer.payload.readUInt16BE(0), code);
				assert.equal((await client.closed()).length, 0);
			}
		});

		it("§5.5.1: a close frame without a code is answered", async () => {
			const client = await open();
			client.send(frame({ opcode: CLOSE }));
			assert.equal((await takeFrame(client)).opcode, CLOSE);
			await client.closed();
		});

		it("§5.5.1: fails a close frame of one byte (1002)", async () => {
			await fails(1002, { opcode: CLOSE, payload: "x" });
		});

		it("§7.4: fails codes that no endpoint may send (1002)", async () => {
			for (const code of [
				0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535,
			]) {
				await fails(1002, { opcode: CLOSE, payload: withCode(code) });
			}
		});

		it("§5.5.1: fails a reason that is not UTF-8 (1007)", async () => {
			const payload = withCode(1000, Buffer.from([0xce, 0xba, 0xe1]));
			await fails(1007, { opcode: CLOSE, payload });
		});

		it("§5.5.1: nothing is processed after a close frame", async () => {
			const client = await open();
			client.send(
				frame({ opcode: CLOSE, payload: withCode(1000) }),
				frame({ opcode: TEXT, payload: REQUEST }),
			);
			assert.equal((await takeFrame(client)).opcode, CLOSE);
			assert.equal((await client.closed()).length, 0);
		});
	});

	describe("§8.1 text that is not UTF-8", () => {
		const ILL_FORMED: Readonly<Record<string, readonly number[]>> = {
			"a lone continuation byte": [0x80],
			"an overlong form": [0xc0, 0xaf],
			"a surrogate": [0xed, 0xa0, 0x80],
			"beyond U+10FFFF": [0xf4, 0x90, 0x80, 0x80],
			"a sequence that ends early": [0xe2, 0x82],
			"a byte that never occurs": [0xff],
		};
		for (const [name, bytes] of Object.entries(ILL_FORMED)) {
			it(`fails ${name} (1007)`, async () => {
				await fails(1007, { opcode: TEXT, payload: Buffer.from(bytes) });
			});
		}

		it("fails it across fragments (1007)", async () => {
			await fails(
				1007,
				{ opcode: TEXT, fin: false, payload: Buffer.from([0xe2]) },
				{ opcode: CONTINUATION, payload: Buffer.from([0x28, 0xa1]) },
			);
		});

		it("takes a character that is cut by fragments", async () => {
			const client = await open();
			const bytes = Buffer.from(idOf(0).replace('""', '"€𝄞"'));
			for (let cut = 1; cut < bytes.length; cut += 1) {
				const answer = await exchange(
					client,
					{ opcode: TEXT, fin: false, payload: bytes.subarray(0, cut) },
					{ opcode: CONTINUATION, payload: bytes.subarray(cut) },
				);
				assert.equal(answer.requestId, "€𝄞");
			}
		});
	});
});

/** A request with an id of that many characters. */
function idOf(length: number): string {
	const requestId = "i".repeat(length);
	return JSON.stringify({ controller: "server", action: "now", requestId });
}
