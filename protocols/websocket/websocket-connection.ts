import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import type { ClientOrigin } from "../../src/call/client-address.ts";
import type { Connection } from "../../src/call/connection.ts";
import type { Notification } from "../../src/call/notification.ts";
import type { Clock } from "../../src/lib/clock.ts";
import type { Log } from "../../src/lib/log.ts";
import {
	effectiveIdleTimeoutMs,
	type WebSocketConfig,
} from "./websocket-config.ts";

/** Longest text that fits into a close frame (RFC 6455 §5.5). */
const REASON_BYTES_MAX = 123;

/** Above so many bytes that wait to be sent, pings stay without an answer. */
const PONG_BUFFERED_BYTES_MAX = 4096;

/** A frame of text also where its bytes are ready made. */
const TEXT = { binary: false } as const;

export interface WebSocketConnectionOptions {
	readonly id: string;
	readonly webSocket: WebSocket;
	/** What the frames travel on. */
	readonly socket: Duplex;
	/** Of the upgrade request. */
	readonly headers: Connection["headers"];
	readonly client: ClientOrigin;
	readonly config: WebSocketConfig;
	readonly clock: Clock;
	readonly log: Log;
}

/** The writing side of one socket, and the watch over its signs of life. */
export class WebSocketConnection implements Connection {
	readonly id: string;
	readonly protocol = "websocket";
	readonly address: string;
	readonly headers: Connection["headers"];
	readonly secure: boolean;
	readonly #webSocket: WebSocket;
	readonly #socket: Duplex;
	readonly #config: WebSocketConfig;
	readonly #clock: Clock;
	readonly #log: Log;
	readonly #idleTimeoutMs: number;
	#aliveAt: number;
	#isCorked: boolean = false;
	#stopWatch: () => void = () => {};

	constructor(options: WebSocketConnectionOptions) {
		this.id = options.id;
		this.address = options.client.address;
		this.secure = options.client.secure;
		this.headers = options.headers;
		this.#webSocket = options.webSocket;
		this.#socket = options.socket;
		this.#config = options.config;
		this.#clock = options.clock;
		this.#log = options.log;
		this.#idleTimeoutMs = effectiveIdleTimeoutMs(options.config);
		this.#aliveAt = options.clock.now();
		this.#watch(this.#checkEveryMs);
	}

	send(frame: string): void {
		this.#write(frame);
	}

	notify(notification: Notification): void {
		this.#write(notification.frame);
	}

	bufferedBytes(): number {
		return this.#webSocket.bufferedAmount;
	}

	close(code: number, reason: string): void {
		const fits = Buffer.byteLength(reason) <= REASON_BYTES_MAX;
		this.#webSocket.close(code, fits ? reason : "");
	}

	/** Answers a ping frame. */
	pong(data: Buffer): void {
		this.showLife();
		if (this.#mayPong()) this.#webSocket.pong(data);
	}

	/** Answers a ping of the application, which is a message. */
	sendPong(frame: string): void {
		if (this.#mayPong()) this.send(frame);
	}

	/** Without the closing handshake: for a client that does not take part in it. */
	cut(): void {
		this.#webSocket.terminate();
	}

	/** The client gave a sign of life. Cheap: the timer is not touched, it looks here when it is due. */
	showLife(): void {
		this.#aliveAt = this.#clock.now();
	}

	/** To be called once the socket is closed. */
	stopWatch(): void {
		this.#stopWatch();
	}

	/** Pongs are small, but each waiting write costs memory of its own: a client that does not read gets no more of them. */
	#mayPong(): boolean {
		return (
			this.#webSocket.readyState === this.#webSocket.OPEN &&
			this.bufferedBytes() < PONG_BUFFERED_BYTES_MAX
		);
	}

	get #checkEveryMs(): number {
		return this.#config.sendPingsAutomatically
			? this.#idleTimeoutMs / 2
			: this.#idleTimeoutMs;
	}

	#watch(delayMs: number): void {
		this.#stopWatch = this.#clock.schedule(delayMs, () => {
			const idleMs = this.#clock.now() - this.#aliveAt;
			// While reading is paused (too much in flight) a client cannot show life.
			const isSilent = idleMs >= this.#idleTimeoutMs;
			if (isSilent && !this.#webSocket.isPaused) {
				// Without a close frame, as recorded.
				this.#webSocket.terminate();
				return;
			}
			if (this.#config.sendPingsAutomatically) this.#webSocket.ping();
			const leftMs = isSilent
				? this.#checkEveryMs
				: Math.min(this.#idleTimeoutMs - idleMs, this.#checkEveryMs);
			this.#watch(leftMs);
		});
	}

	#write(frame: string | Buffer): void {
		if (this.#webSocket.readyState !== this.#webSocket.OPEN) return;
		if (this.bufferedBytes() > this.#config.outgoingBytesMax) {
			// A close frame would only queue up behind what the client does not read.
			this.#log.warn(
				{ connectionId: this.id, bytes: this.bufferedBytes() },
				"A client reads too slowly and was cut",
			);
			this.#webSocket.terminate();
			return;
		}
		this.#cork();
		this.#webSocket.send(frame, TEXT);
		if (this.#config.resetIdleTimeoutOnSend) this.showLife();
	}

	/** Frames written in one go of the event loop leave in one write. */
	#cork(): void {
		if (this.#isCorked) return;
		this.#isCorked = true;
		this.#socket.cork();
		process.nextTick(this.#uncork);
	}

	readonly #uncork = (): void => {
		this.#isCorked = false;
		this.#socket.uncork();
	};
}
