import { openRaw, type RawClient } from "./raw-client.ts";

/** The example key of RFC 6455 §1.3, and what it is answered with. */
export const KEY = "dGhlIHNhbXBsZSBub25jZQ==";
export const ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

const MASK = [0x37, 0xfa, 0x21, 0x3d] as const;

export interface FrameOptions {
	readonly fin?: boolean;
	/** RSV1 to RSV3, as the three bits 0x40, 0x20 and 0x10. */
	readonly reserved?: number;
	readonly opcode: number;
	readonly payload?: string | Buffer;
	readonly masked?: boolean;
	/** How the length is written, where not in the shortest way. */
	readonly lengthBytes?: 1 | 2 | 8;
}

/** One frame as §5.2 draws it. */
export function frame(options: FrameOptions): Buffer {
	const { fin = true, reserved = 0, opcode, masked = true } = options;
	const payload = Buffer.from(options.payload ?? "");
	const first = (fin ? 0x80 : 0) | reserved | opcode;
	const head = [Buffer.from([first]), lengthOf(payload, masked, options)];
	if (!masked) return Buffer.concat([...head, payload]);
	const hidden = payload.map((byte, i) => byte ^ (MASK[i % 4] ?? 0));
	return Buffer.concat([...head, Buffer.from(MASK), hidden]);
}

function lengthOf(
	payload: Buffer,
	masked: boolean,
	{ lengthBytes }: FrameOptions,
): Buffer {
	const { length } = payload;
	const bit = masked ? 0x80 : 0;
	const bytes = lengthBytes ?? (length < 126 ? 1 : length < 65_536 ? 2 : 8);
	if (bytes === 1) return Buffer.from([bit | length]);
	const buffer = Buffer.alloc(1 + bytes);
	buffer[0] = bit | (bytes === 2 ? 126 : 127);
	if (bytes === 2) buffer.writeUInt16BE(length, 1);
	else buffer.writeBigUInt64BE(BigInt(length), 1);
	return buffer;
}

export interface ReceivedFrame {
	readonly fin: boolean;
	readonly reserved: number;
	readonly opcode: number;
	readonly masked: boolean;
	/** Of what stands before the payload. */
	readonly headBytes: number;
	readonly payload: Buffer;
}

/** The next frame that the server sends. */
export function takeFrame(client: RawClient): Promise<ReceivedFrame> {
	return client.take((bytes) => {
		const [first = 0, second = 0] = bytes;
		if (bytes.length < 2) return null;
		const short = second & 0x7f;
		const extra = short === 126 ? 2 : short === 127 ? 8 : 0;
		if (bytes.length < 2 + extra) return null;
		const length =
			extra === 0
				? short
				: extra === 2
					? bytes.readUInt16BE(2)
					: Number(bytes.readBigUInt64BE(2));
		const end = 2 + extra + length;
		if (bytes.length < end) return null;
		const value = {
			fin: (first & 0x80) !== 0,
			reserved: first & 0x70,
			opcode: first & 0x0f,
			masked: (second & 0x80) !== 0,
			headBytes: 2 + extra,
			payload: Buffer.from(bytes.subarray(2 + extra, end)),
		};
		return { value, length: end };
	});
}

export interface Handshake {
	readonly method?: string;
	readonly version?: string;
	/** Undefined takes one away. */
	readonly headers?: Readonly<Record<string, string | undefined>>;
}

export interface HandshakeAnswer {
	readonly status: number;
	readonly headers: Readonly<Record<string, string>>;
}

/** Sends an upgrade request (§4.1) and answers the head of what comes back. */
export async function shakeHands(
	client: RawClient,
	{ method = "GET", version = "HTTP/1.1", headers = {} }: Handshake = {},
): Promise<HandshakeAnswer> {
	const all = {
		Host: "127.0.0.1",
		Upgrade: "websocket",
		Connection: "Upgrade",
		"Sec-WebSocket-Key": KEY,
		"Sec-WebSocket-Version": "13",
		...headers,
	};
	const lines = Object.entries(all)
		.filter(([, value]) => value !== undefined)
		.map(([name, value]) => `${name}: ${value}\r\n`);
	client.send(`${method} / ${version}\r\n${lines.join("")}\r\n`);
	const head = await client.take((bytes) => {
		const end = bytes.indexOf("\r\n\r\n");
		if (end === -1) return null;
		return { value: bytes.subarray(0, end).toString(), length: end + 4 };
	});
	const [statusLine = "", ...rest] = head.split("\r\n");
	const fields = rest.map((line) => {
		const colon = line.indexOf(":");
		return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
	});
	return {
		status: Number(statusLine.split(" ")[1]),
		headers: Object.fromEntries(fields),
	};
}

export async function openWebSocket(port: number): Promise<RawClient> {
	const client = await openRaw(port);
	const { status } = await shakeHands(client);
	if (status !== 101) throw new Error(`The upgrade was answered ${status}`);
	return client;
}
