/** What QoS 1 and 2 add to a message. */
export interface Delivery {
	readonly qos: 0 | 1 | 2;
	/** 1 to 65535; read with QoS 1 and 2 only. */
	readonly messageId?: number;
}

/** A PUBLISH packet (MQTT 3.1.1 §3.3), neither retained nor a duplicate. */
export function encodePublish(
	topic: string,
	payload: Buffer,
	{ qos, messageId = 0 }: Delivery,
): Buffer {
	const topicBytes = Buffer.byteLength(topic);
	const idBytes = qos === 0 ? 0 : 2;
	const remaining = 2 + topicBytes + idBytes + payload.length;
	const lengthBytes = lengthOf(remaining);
	const packet = Buffer.allocUnsafe(1 + lengthBytes + remaining);
	packet[0] = 0x30 | (qos << 1);
	let at = writeLength(packet, 1, remaining);
	at = packet.writeUInt16BE(topicBytes, at);
	at += packet.write(topic, at);
	if (qos > 0) at = packet.writeUInt16BE(messageId, at);
	payload.copy(packet, at);
	return packet;
}

/** Remaining Length takes seven bits a byte (§2.2.3). */
function lengthOf(value: number): number {
	if (value < 0x80) return 1;
	if (value < 0x4000) return 2;
	return value < 0x200000 ? 3 : 4;
}

function writeLength(packet: Buffer, at: number, value: number): number {
	let position = at;
	let rest = value;
	while (rest >= 0x80) {
		packet[position++] = (rest & 0x7f) | 0x80;
		rest >>>= 7;
	}
	packet[position++] = rest;
	return position;
}
