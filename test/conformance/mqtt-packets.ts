import type { RawClient } from "./raw-client.ts";

/** The packet's type and flags, and what follows them; Remaining Length is put in between (MQTT 3.1.1 §2.2). */
export function packet(
	first: number,
	...parts: (Buffer | readonly number[])[]
): Buffer {
	const rest = Buffer.concat(parts.map((part) => Buffer.from(part)));
	const length: number[] = [];
	let left = rest.length;
	do {
		length.push((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
		left >>= 7;
	} while (left > 0);
	return Buffer.concat([Buffer.from([first, ...length]), rest]);
}

/** Two bytes of length and the text (§1.5.3). */
export function text(value: string | Buffer): Buffer {
	const bytes = Buffer.from(value);
	return Buffer.concat([uint16(bytes.length), bytes]);
}

export function uint16(value: number): Buffer {
	return Buffer.from([value >> 8, value & 0xff]);
}

export interface ConnectOptions {
	readonly name?: string;
	readonly level?: number;
	readonly flags?: number;
	readonly keepAlive?: number;
	readonly clientId?: string | Buffer;
	/** Will, user name and password, as the flags say. */
	readonly rest?: readonly Buffer[];
}

export const CLEAN = 0x02;

export function connect(options: ConnectOptions = {}): Buffer {
	const { name = "MQTT", level = 4, flags = CLEAN } = options;
	return packet(
		0x10,
		text(name),
		[level, flags],
		uint16(options.keepAlive ?? 0),
		text(options.clientId ?? ""),
		...(options.rest ?? []),
	);
}

export interface PublishOptions {
	readonly qos?: number;
	readonly retain?: boolean;
	readonly dup?: boolean;
	readonly messageId?: number;
}

export function publish(
	topic: string | Buffer,
	payload: string,
	{ qos = 0, retain = false, dup = false, messageId }: PublishOptions = {},
): Buffer {
	const flags = (dup ? 8 : 0) | (qos << 1) | (retain ? 1 : 0);
	const id = messageId === undefined ? [] : uint16(messageId);
	return packet(0x30 | flags, text(topic), id, Buffer.from(payload));
}

export function subscribe(
	messageId: number,
	...topics: (readonly [topic: string | Buffer, qos: number])[]
): Buffer {
	const filters = topics.map(([topic, qos]) =>
		Buffer.concat([text(topic), Buffer.from([qos])]),
	);
	return packet(0x82, uint16(messageId), ...filters);
}

export function unsubscribe(messageId: number, ...topics: string[]): Buffer {
	return packet(0xa2, uint16(messageId), ...topics.map((topic) => text(topic)));
}

export const PINGREQ = Buffer.from([0xc0, 0]);
export const PINGRESP = Buffer.from([0xd0, 0]);
export const DISCONNECT = Buffer.from([0xe0, 0]);

/** The next packet of the server, whole. */
export function takePacket(client: RawClient): Promise<Buffer> {
	return client.take((bytes) => {
		let length = 0;
		for (let at = 1; at < 5; at++) {
			const byte = bytes[at];
			if (byte === undefined) return null;
			length += (byte & 0x7f) * 128 ** (at - 1);
			if ((byte & 0x80) !== 0) continue;
			const end = at + 1 + length;
			if (bytes.length < end) return null;
			return { value: Buffer.from(bytes.subarray(0, end)), length: end };
		}
		throw new Error("A malformed length");
	});
}

export interface Message {
	readonly topic: string;
	readonly payload: string;
	readonly qos: number;
	readonly dup: boolean;
	readonly retain: boolean;
	readonly messageId: number;
}

/** The next packet, which must be a PUBLISH of less than 128 bytes. */
export async function takeMessage(client: RawClient): Promise<Message> {
	const bytes = await takePacket(client);
	const [first = 0] = bytes;
	if (first >> 4 !== 3) throw new Error(`No PUBLISH: ${bytes.toString("hex")}`);
	const lengthBytes = bytes.subarray(1).findIndex((byte) => byte < 0x80) + 1;
	let at = 1 + lengthBytes;
	const topicEnd = at + 2 + bytes.readUInt16BE(at);
	const topic = bytes.subarray(at + 2, topicEnd).toString();
	const qos = (first >> 1) & 3;
	at = topicEnd + (qos > 0 ? 2 : 0);
	return {
		topic,
		payload: bytes.subarray(at).toString(),
		qos,
		dup: (first & 8) !== 0,
		retain: (first & 1) !== 0,
		messageId: qos > 0 ? bytes.readUInt16BE(topicEnd) : 0,
	};
}
