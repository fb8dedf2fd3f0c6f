import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";
import type { LoadClient } from "./client.ts";
import type { WebSocketPlan } from "./plan.ts";

const READ_BYTES = 65_536;
/** A final frame of text (RFC 6455 §5.2). */
const TEXT_FRAME = 0x81;
/** Where the first digit of the status stands in an answer's text. */
const STATUS_AT = '{"status":'.length;
const DIGIT_2 = 0x32;

/** WebSocket over raw sockets, with every frame made beforehand. Answers are counted by the lengths of their frames. */
export function createWebSocketClient(plan: WebSocketPlan): LoadClient {
	const frame = maskedFrame(plan.message);
	const frames = Buffer.concat(
		Array.from({ length: plan.inFlight }, () => frame),
	);
	const sockets: Socket[] = [];
	const client = {
		answers: 0,
		failure: undefined as Error | undefined,
		open: async () => {
			const opening = Array.from({ length: plan.connections }, () =>
				openOne(plan.port, receiver),
			);
			sockets.push(...(await Promise.all(opening)));
		},
		start() {
			for (const socket of sockets) socket.write(frames);
		},
		close() {
			for (const socket of sockets) socket.destroy();
		},
	};
	return client;

	function receiver(socket: Socket): (bytes: Buffer) => void {
		const counter = new FrameCounter();
		return (bytes) => {
			try {
				const answered = counter.count(bytes);
				client.answers += answered;
				if (answered > 0) {
					socket.write(frames.subarray(0, answered * frame.length));
				}
			} catch (error) {
				client.failure ??= error as Error;
			}
		};
	}
}

/** Counts the whole frames in a stream of bytes. */
class FrameCounter {
	/** Bytes of the frame under way that are still to come. */
	#missing = 0;
	/** The beginning of a frame whose length is not known yet. */
	#begun: Buffer | undefined;

	count(received: Buffer): number {
		let bytes = received;
		if (this.#begun !== undefined) {
			bytes = Buffer.concat([this.#begun, received]);
			this.#begun = undefined;
		}
		let frames = 0;
		let at = 0;
		if (this.#missing > 0) {
			at = Math.min(this.#missing, bytes.length);
			this.#missing -= at;
			if (this.#missing === 0) frames++;
		}
		while (at < bytes.length) {
			const length = frameLength(bytes, at);
			if (length === undefined) {
				// The buffer is the reader's, who will use it again.
				this.#begun = Buffer.from(bytes.subarray(at));
				break;
			}
			at += length;
			if (at <= bytes.length) frames++;
			else this.#missing = at - bytes.length;
		}
		return frames;
	}
}

/** Undefined while too little of the frame is there to tell. Throws for anything but an answer with a status of 2xx. */
function frameLength(bytes: Buffer, at: number): number | undefined {
	const left = bytes.length - at;
	if (left < 2) return undefined;
	const short = bytes[at + 1] ?? 0;
	const head = short === 126 ? 4 : short === 127 ? 10 : 2;
	if (left < head + STATUS_AT + 1) return undefined;
	if (bytes[at] !== TEXT_FRAME || bytes[at + head + STATUS_AT] !== DIGIT_2) {
		throw new Error(
			`Not the expected answer: ${bytes.toString("latin1", at, at + 1000)}`,
		);
	}
	if (head === 2) return head + short;
	return head === 4
		? head + bytes.readUInt16BE(at + 2)
		: head + Number(bytes.readBigUInt64BE(at + 2));
}

/** A frame as clients send it: masked, here with one key for all (RFC 6455 §5.3). */
function maskedFrame(text: string): Buffer {
	const payload = Buffer.from(text);
	if (payload.length > 0xffff) throw new Error("The message is too long.");
	const mask = randomBytes(4);
	for (const [at, byte] of payload.entries()) {
		payload[at] = byte ^ (mask[at % 4] ?? 0);
	}
	const length =
		payload.length < 126
			? Buffer.of(0x80 | payload.length)
			: Buffer.of(0x80 | 126, payload.length >> 8, payload.length & 0xff);
	return Buffer.concat([Buffer.of(TEXT_FRAME), length, mask, payload]);
}

/** Resolves with the socket once the server has switched to WebSocket. */
function openOne(
	port: number,
	receiver: (socket: Socket) => (bytes: Buffer) => void,
): Promise<Socket> {
	return new Promise((resolve, reject) => {
		const buffer = Buffer.allocUnsafe(READ_BYTES);
		let answer = "";
		const shake = (bytes: Buffer) => {
			answer += bytes.toString("latin1");
			if (!answer.includes("\r\n\r\n")) return;
			if (!answer.startsWith("HTTP/1.1 101")) reject(new Error(answer));
			receive = receiver(socket);
			resolve(socket);
		};
		let receive = shake;
		const socket = connect({
			port,
			host: "127.0.0.1",
			noDelay: true,
			onread: {
				buffer,
				callback: (bytes) => {
					receive(buffer.subarray(0, bytes));
					return true;
				},
			},
		});
		socket.once("error", reject);
		socket.once("connect", () =>
			socket.write(
				[
					"GET / HTTP/1.1",
					`Host: 127.0.0.1:${port}`,
					"Upgrade: websocket",
					"Connection: Upgrade",
					`Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}`,
					"Sec-WebSocket-Version: 13",
					"\r\n",
				].join("\r\n"),
			),
		);
	});
}
