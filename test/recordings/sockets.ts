import { once } from "node:events";
import { WebSocket } from "ws";
import type { Address } from "./http-exchange.ts";
import type { Frame } from "./recording.ts";

const OPEN_TIMEOUT_MS = 15_000;
const FRAMES_TIMEOUT_MS = 5_000;

/** The named WebSocket connections of one scenario, and the frames that they received. */
export class Sockets {
	#address: Address;
	#open = new Map<string, WebSocket>();
	#frames: Frame[] = [];
	#arrived: () => void = () => {};

	constructor(address: Address) {
		this.#address = address;
	}

	/** Opens the connection unless it is open. */
	async open(
		name: string,
		headers: Readonly<Record<string, string>> = {},
	): Promise<void> {
		if (this.#open.has(name)) return;
		const { host, port } = this.#address;
		const socket = new WebSocket(`ws://${host}:${port}/`, {
			headers,
			handshakeTimeout: OPEN_TIMEOUT_MS,
		});
		await once(socket, "open");
		this.#open.set(name, socket);
		socket.on("message", (data) => this.#add(toFrame(name, String(data))));
		socket.on("close", (code) => {
			// One that was closed from this side is no longer in the list: its end is no event.
			if (this.#open.get(name) !== socket) return;
			this.#open.delete(name);
			this.#add({ conn: name, closed: code });
		});
		socket.on("error", () => {});
	}

	send(name: string, payload: Buffer, binary: boolean): void {
		this.#open.get(name)?.send(payload, { binary });
	}

	async close(name: string): Promise<void> {
		const socket = this.#open.get(name);
		if (socket === undefined) return;
		this.#open.delete(name);
		socket.close();
		await once(socket, "close");
	}

	closeAll(): void {
		for (const socket of this.#open.values()) socket.terminate();
		this.#open.clear();
	}

	/**
	 * The server has read everything that was sent before on this connection, and written what it had to write
	 * by then, once it answers a ping (RFC 6455 §5.5.2): frames come in order.
	 */
	async settle(name: string): Promise<void> {
		const socket = this.#open.get(name);
		if (socket?.readyState !== WebSocket.OPEN) return;
		const over = new AbortController();
		const answered = Promise.race([
			once(socket, "pong", { signal: over.signal }),
			once(socket, "close", { signal: over.signal }),
		]);
		socket.ping();
		await answered;
		over.abort();
	}

	/** Waits until so many frames have come since the last `drain`, or for too long. */
	async waitFor(count: number): Promise<void> {
		const deadline = Date.now() + FRAMES_TIMEOUT_MS;
		while (this.#frames.length < count && Date.now() < deadline) {
			await new Promise<void>((resolve) => {
				const timer = setTimeout(resolve, deadline - Date.now());
				this.#arrived = () => {
					clearTimeout(timer);
					resolve();
				};
			});
		}
	}

	/** Hands over the frames that came since the last call. */
	drain(): Frame[] {
		return this.#frames.splice(0);
	}

	#add(frame: Frame): void {
		this.#frames.push(frame);
		this.#arrived();
	}
}

function toFrame(conn: string, text: string): Frame {
	try {
		return { conn, data: JSON.parse(text) as unknown };
	} catch {
		return { conn, text };
	}
}
