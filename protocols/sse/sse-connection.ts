import type { Connection } from "../../src/call/connection.ts";
import type { Notification } from "../../src/call/notification.ts";
import type { Clock } from "../../src/lib/clock.ts";
import type { Log } from "../../src/lib/log.ts";
import type { Exchange } from "../http/exchange.ts";
import { COMMENT, encodeFrame, encodeNotification } from "./encode-event.ts";
import type { SseConfig } from "./sse-config.ts";

/** Proxies close what is silent for long; many do so after a minute, some after half of one. */
const KEEP_ALIVE_MS = 15_000;

export interface SseConnectionOptions {
	readonly id: string;
	readonly exchange: Exchange;
	readonly config: SseConfig;
	readonly clock: Clock;
	readonly log: Log;
}

/** One client who follows a collection. What it is told before its stream begins, the stream begins with. */
export class SseConnection implements Connection {
	readonly id: string;
	/** It came by HTTP, and its rights are those of that request. */
	readonly protocol = "http";
	readonly address: string;
	readonly headers: Connection["headers"];
	readonly secure: boolean;
	readonly #options: SseConnectionOptions;
	/** Until the stream begins; null from then on. */
	#early: Buffer[] | null = [];
	#earlyBytes = 0;
	#isEnded: boolean = false;
	#stopBeat: () => void = () => {};

	constructor(options: SseConnectionOptions) {
		const { connection } = options.exchange;
		this.#options = options;
		this.id = options.id;
		this.address = connection.address;
		this.headers = connection.headers;
		this.secure = connection.secure;
	}

	/** To be called once, when the head of the answer is written. */
	begin(first: Buffer): void {
		const early = this.#early ?? [];
		this.#early = null;
		const { response } = this.#options.exchange;
		for (const event of [first, ...early]) response.write(event);
		if (this.#isEnded) response.end();
		else this.#beat();
	}

	send(frame: string): void {
		this.#write(encodeFrame(frame));
	}

	notify(notification: Notification): void {
		this.#write(encodeNotification(notification));
	}

	bufferedBytes(): number {
		return this.#earlyBytes + this.#options.exchange.response.writableLength;
	}

	/** Ends the stream after what was written already. Browsers come back by themselves, unless they are then refused. */
	close(): void {
		if (this.#isEnded) return;
		this.stop();
		if (this.#early === null) this.#options.exchange.response.end();
	}

	/** As `close`, and ends the socket with it: the server goes away, and the head of the answer did not say so. */
	hangUp(): void {
		const { request, response } = this.#options.exchange;
		response.once("finish", () => request.socket.destroySoon());
		this.close();
	}

	/** Nothing is written from now on. */
	stop(): void {
		this.#isEnded = true;
		this.#stopBeat();
	}

	#write(event: Buffer): void {
		if (this.#isEnded) return;
		if (this.bufferedBytes() > this.#options.config.outgoingBytesMax) {
			this.#cut();
			return;
		}
		if (this.#early !== null) {
			this.#early.push(event);
			this.#earlyBytes += event.length;
			return;
		}
		// What is written in one go of the event loop, node:http sends in one write.
		this.#options.exchange.response.write(event);
	}

	#cut(): void {
		const { exchange, log } = this.#options;
		log.warn(
			{ connectionId: this.id, bytes: this.bufferedBytes() },
			"A client reads too slowly and was cut",
		);
		this.stop();
		exchange.response.destroy();
	}

	#beat(): void {
		const { clock, config, exchange } = this.#options;
		const delayMs = Math.min(KEEP_ALIVE_MS, config.idleTimeoutMs / 2);
		this.#stopBeat = clock.schedule(delayMs, () => {
			// Who does not read what is there already is not kept alive.
			if (exchange.response.writableLength === 0)
				exchange.response.write(COMMENT);
			this.#beat();
		});
	}
}
