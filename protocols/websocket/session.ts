import type { WebSocket } from "ws";
import type { Envelope } from "../../src/call/envelope.ts";
import type { Execute } from "../../src/call/execute-types.ts";
import type { Load } from "../../src/call/load.ts";
import {
	echoedRequestId,
	parseEnvelope,
} from "../../src/call/parse-envelope.ts";
import { failureResponse } from "../../src/call/response.ts";
import {
	createBareError,
	createError,
	createErrorFrom,
	GatewayError,
} from "../../src/errors/gateway-error.ts";
import type { Ids } from "../../src/lib/ids.ts";
import { isObject } from "../../src/lib/json.ts";
import type { Log } from "../../src/lib/log.ts";
import { parseJson } from "../../src/lib/parse-json.ts";
import { encodeAnswer, encodeReply } from "./encode-reply.ts";
import type { RateWindow } from "./rate-window.ts";
import type { WebSocketConnection } from "./websocket-connection.ts";

/** Requests of one socket that may be in flight; above, nothing more is read from it until half of them are answered. */
const IN_FLIGHT_MAX = 1000;

const PING = '{"p":1}';
const PONG = '{"p":2}';

export interface SessionOptions {
	readonly webSocket: WebSocket;
	readonly connection: WebSocketConnection;
	readonly execute: Execute;
	readonly rate: RateWindow;
	readonly ids: Ids;
	readonly log: Log;
	/** Bytes of requests in flight above which nothing more is read. */
	readonly inFlightBytesMax: number;
	/** True once the server is shutting down. */
	isClosing(): boolean;
	readonly load: Load;
}

/** The reading side of one socket: each message becomes a call, and each call one frame. */
export class Session {
	readonly #options: SessionOptions;
	readonly #aborts = new Set<AbortController>();
	#inFlight = 0;
	#inFlightBytes = 0;
	#isGone: boolean = false;

	constructor(options: SessionOptions) {
		this.#options = options;
	}

	/** Text, or bytes of UTF-8 text; empty messages are signs of life only. */
	receive(message: Buffer): void {
		const { connection, rate, ids } = this.#options;
		connection.showLife();
		if (message.length === 0) return;
		if (!rate.take()) {
			this.#fail(
				createError("network.websocket.ratelimit_exceeded"),
				ids.uuid(),
			);
			return;
		}
		const text = message.toString("utf8");
		if (text === PING) {
			connection.sendPong(PONG);
			return;
		}
		let payload: unknown;
		try {
			payload = parseJson(text);
		} catch (error) {
			const reason = (error as Error).message;
			const id = "network.websocket.unexpected_error";
			this.#fail(createErrorFrom(error, id, reason), ids.uuid());
			return;
		}
		if (isPing(payload)) connection.sendPong(PONG);
		else this.#request(payload, message.length);
	}

	/** The socket is closed: whoever still works for it may stop. */
	end(): void {
		this.#isGone = true;
		for (const controller of this.#aborts) controller.abort();
		this.#aborts.clear();
	}

	#request(payload: unknown, bytes: number): void {
		const { connection, ids } = this.#options;
		let envelope: Envelope;
		try {
			envelope = parseEnvelope(payload, ids);
		} catch (error) {
			this.#fail(this.#toGatewayError(error), echoedRequestId(payload, ids));
			return;
		}
		if (this.#options.isClosing()) {
			const error = createError("network.entrypoint.shutting_down");
			connection.send(encodeAnswer(failureResponse(error, envelope)));
			return;
		}
		this.#call(envelope, bytes);
	}

	#call(envelope: Envelope, bytes: number): void {
		const { connection, execute } = this.#options;
		let controller: AbortController | undefined;
		const aborted = () => {
			controller ??= this.#createAbort();
			return controller.signal;
		};
		const leave = (frame: string) => {
			if (controller !== undefined) this.#aborts.delete(controller);
			connection.send(frame);
			this.#leave(bytes);
		};
		this.#enter(bytes);
		execute(envelope, connection, aborted).then(
			(reply) => leave(this.#encode(() => encodeReply(reply), envelope)),
			(error) =>
				leave(
					encodeAnswer(failureResponse(this.#toGatewayError(error), envelope)),
				),
		);
	}

	#createAbort(): AbortController {
		const controller = new AbortController();
		if (this.#isGone) controller.abort();
		else this.#aborts.add(controller);
		return controller;
	}

	#encode(encode: () => string, envelope: Envelope): string {
		try {
			return encode();
		} catch (error) {
			return encodeAnswer(
				failureResponse(this.#toGatewayError(error), {
					requestId: envelope.requestId,
				}),
			);
		}
	}

	#enter(bytes: number): void {
		const { webSocket, inFlightBytesMax } = this.#options;
		this.#options.load.inFlight++;
		this.#inFlight++;
		this.#inFlightBytes += bytes;
		if (
			this.#inFlight >= IN_FLIGHT_MAX ||
			this.#inFlightBytes >= inFlightBytesMax
		) {
			webSocket.pause();
		}
	}

	#leave(bytes: number): void {
		const { webSocket, connection, inFlightBytesMax, load } = this.#options;
		this.#inFlight--;
		this.#inFlightBytes -= bytes;
		if (
			webSocket.isPaused &&
			this.#inFlight <= IN_FLIGHT_MAX / 2 &&
			this.#inFlightBytes <= inFlightBytesMax / 2
		) {
			connection.showLife();
			webSocket.resume();
		}
		load.inFlight--;
		if (load.inFlight === 0) load.onDrained();
	}

	/** A failure with no room: what was asked for is not known. */
	#fail(error: GatewayError, requestId: unknown): void {
		this.#options.connection.send(
			JSON.stringify(failureResponse(error, { requestId })),
		);
	}

	#toGatewayError(error: unknown): GatewayError {
		if (error instanceof GatewayError) return error;
		this.#options.log.error({ err: error }, "A WebSocket request met a defect");
		return createBareError(
			500,
			"Internal error: the server's log has the details.",
		);
	}
}

/** Exactly `{"p":1}`, however it is spaced. */
function isPing(payload: unknown): boolean {
	return (
		isObject(payload) && payload.p === 1 && Object.keys(payload).length === 1
	);
}
