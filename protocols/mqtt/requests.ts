import type { Envelope } from "../../src/call/envelope.ts";
import type { Execute } from "../../src/call/execute-types.ts";
import type { Load } from "../../src/call/load.ts";
import { parseEnvelope } from "../../src/call/parse-envelope.ts";
import { failureResponse } from "../../src/call/response.ts";
import {
	createBareError,
	createError,
	createErrorFrom,
	type GatewayError,
} from "../../src/errors/gateway-error.ts";
import type { Ids } from "../../src/lib/ids.ts";
import type { Log } from "../../src/lib/log.ts";
import { parseJson } from "../../src/lib/parse-json.ts";
import { encodeReply } from "./encode-reply.ts";
import type { MqttConnection } from "./mqtt-connection.ts";

/** Requests of one client that may be in flight; above, its next packets are left unread until half of them are answered. */
const IN_FLIGHT_MAX = 1000;

export interface RequestsOptions {
	readonly connection: MqttConnection;
	readonly execute: Execute;
	readonly ids: Ids;
	readonly log: Log;
	/** Bytes of requests in flight above which nothing more is read. */
	readonly inFlightBytesMax: number;
	isClosing(): boolean;
	readonly load: Load;
}

/** The reading side of one client: each message on the request topic becomes a call, and each call an answer. */
export class Requests {
	readonly #options: RequestsOptions;
	/** Packets whose turn has not ended, so that no more are read. */
	#waiting: (() => void)[] = [];
	#inFlight = 0;
	#inFlightBytes = 0;

	constructor(options: RequestsOptions) {
		this.#options = options;
	}

	/** `next` asks for further packets. */
	receive(payload: Buffer, next: () => void): void {
		const envelope = this.#read(payload);
		if (envelope !== null) this.#call(envelope, payload.length);
		if (this.#isBusy(1)) this.#waiting.push(next);
		else next();
	}

	/** The client is gone. What it asked for is done nevertheless: a device publishes, is told that it arrived, and leaves. */
	end(): void {
		this.#letNext();
	}

	/** Null where the failure was answered. */
	#read(payload: Buffer): Envelope | null {
		const { connection, ids } = this.#options;
		try {
			const envelope = parseEnvelope(parseJson(payload.toString("utf8")), ids);
			if (this.#options.isClosing()) {
				const error = createError("network.entrypoint.shutting_down");
				connection.send(JSON.stringify(failureResponse(error, envelope)));
				return null;
			}
			// A token in the request wins over that of the connection.
			return envelope.jwt === null && connection.token !== null
				? { ...envelope, jwt: connection.token }
				: envelope;
		} catch (error) {
			const reason = (error as Error).message;
			this.#fail(
				createErrorFrom(error, "network.mqtt.unexpected_error", reason),
				// Not the one of the request, whatever is wrong with it, as recorded.
				ids.uuid(),
			);
			return null;
		}
	}

	#call(envelope: Envelope, bytes: number): void {
		const { connection, execute, load, log } = this.#options;
		load.inFlight++;
		this.#inFlight++;
		this.#inFlightBytes += bytes;
		execute(envelope, connection)
			.then(encodeReply)
			.then(
				(frame) => connection.send(frame),
				(error) => {
					log.error({ err: error }, "An MQTT request met a defect");
					const text = "Internal error: the server's log has the details.";
					this.#fail(createBareError(500, text), envelope.requestId);
				},
			)
			.finally(() => this.#leave(bytes));
	}

	#leave(bytes: number): void {
		const { load } = this.#options;
		this.#inFlight--;
		this.#inFlightBytes -= bytes;
		if (!this.#isBusy(2)) this.#letNext();
		load.inFlight--;
		if (load.inFlight === 0) load.onDrained();
	}

	/** Whether the `part`-th part of what may be in flight is. */
	#isBusy(part: number): boolean {
		return (
			this.#inFlight >= IN_FLIGHT_MAX / part ||
			this.#inFlightBytes >= this.#options.inFlightBytesMax / part
		);
	}

	#letNext(): void {
		const waiting = this.#waiting;
		this.#waiting = [];
		for (const next of waiting) next();
	}

	#fail(error: GatewayError, requestId: unknown): void {
		this.#options.connection.send(
			JSON.stringify(failureResponse(error, { requestId })),
		);
	}
}
