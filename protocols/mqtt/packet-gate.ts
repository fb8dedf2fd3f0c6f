import { Duplex } from "node:stream";

/** Longest Remaining Length, in bytes (MQTT 3.1.1 §2.2.3). */
const LENGTH_BYTES_MAX = 4;

/** UNSUBSCRIBE, and the bytes of an identifier: what has no more names no topic [MQTT-3.10.3-2]. The broker would acknowledge it. */
const [UNSUBSCRIBE, IDENTIFIER_BYTES] = [0xa2, 2];

/**
 * Stands between a network connection and the broker. The broker gathers a packet before it looks at it, so the gate reads the fixed header of each
 * one first, and ends the connection where the rest would be longer than is allowed. What is written while the network is busy leaves in one write.
 */
export class PacketGate extends Duplex {
	readonly #source: Duplex;
	readonly #packetBytesMax: number;
	/** Bytes of the packet under way that are still to come. */
	#left = 0;
	/** Bytes of its Remaining Length that have come; -1 before its first byte. */
	#lengthBytes = -1;
	#length = 0;
	#firstByte = 0;

	constructor(source: Duplex, packetBytesMax: number) {
		super({ allowHalfOpen: false });
		this.#source = source;
		this.#packetBytesMax = packetBytesMax;
		source.on("data", (chunk: Buffer) => this.#take(chunk));
		source.on("end", () => this.push(null));
		source.on("error", (error) => this.destroy(error));
		source.on("close", () => this.destroy());
	}

	/** Bytes written and not yet taken by the network. */
	get bufferedBytes(): number {
		return this.writableLength + this.#source.writableLength;
	}

	override _read(): void {
		this.#source.resume();
	}

	override _write(
		chunk: Buffer,
		_encoding: BufferEncoding,
		done: (error?: Error | null) => void,
	): void {
		this.#source.write(chunk, done);
	}

	override _writev(
		chunks: readonly { chunk: Buffer }[],
		done: (error?: Error | null) => void,
	): void {
		this.#source.write(Buffer.concat(chunks.map(({ chunk }) => chunk)), done);
	}

	override _final(done: () => void): void {
		this.#source.end(done);
	}

	override _destroy(
		error: Error | null,
		done: (error: Error | null) => void,
	): void {
		this.#source.destroy();
		done(error);
	}

	#take(chunk: Buffer): void {
		if (this.destroyed) return;
		const refusal = this.#measure(chunk);
		if (refusal !== null) {
			this.destroy(new Error(refusal));
			return;
		}
		if (!this.push(chunk)) this.#source.pause();
	}

	/** Follows the packets in the chunk; says what is wrong with one. */
	#measure(chunk: Buffer): string | null {
		let at = 0;
		while (at < chunk.length) {
			if (this.#left > 0) {
				const taken = Math.min(this.#left, chunk.length - at);
				this.#left -= taken;
				at += taken;
				continue;
			}
			const byte = chunk[at++] ?? 0;
			const refusal = this.#readHeader(byte);
			if (refusal !== null) return refusal;
		}
		return null;
	}

	#readHeader(byte: number): string | null {
		if (this.#lengthBytes === -1) {
			this.#lengthBytes = 0;
			this.#length = 0;
			this.#firstByte = byte;
			return null;
		}
		this.#length += (byte & 0x7f) * 128 ** this.#lengthBytes;
		this.#lengthBytes++;
		const goesOn = (byte & 0x80) !== 0;
		if (goesOn && this.#lengthBytes === LENGTH_BYTES_MAX) {
			return "The length of an MQTT packet is malformed";
		}
		if (goesOn) return null;
		if (this.#length > this.#packetBytesMax) {
			return `An MQTT packet of ${this.#length} bytes is too long`;
		}
		if (this.#firstByte === UNSUBSCRIBE && this.#length <= IDENTIFIER_BYTES) {
			return "UNSUBSCRIBE without a topic";
		}
		this.#left = this.#length;
		this.#lengthBytes = -1;
		return null;
	}
}
