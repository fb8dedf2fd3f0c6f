import type { Connections } from "../../src/call/connection.ts";
import type { Envelope } from "../../src/call/envelope.ts";
import type { Execute } from "../../src/call/execute-types.ts";
import type { Clock } from "../../src/lib/clock.ts";
import type { Ids } from "../../src/lib/ids.ts";
import type { Log } from "../../src/lib/log.ts";
import type { EventStreams } from "../http/event-streams.ts";
import type { Exchange } from "../http/exchange.ts";
import type { AnswerWriter } from "../http/write-answer.ts";
import { decodeSubscription } from "./decode-subscription.ts";
import { encodeSubscribed } from "./encode-event.ts";
import type { SseConfig } from "./sse-config.ts";
import { SseConnection } from "./sse-connection.ts";

export interface SseProtocolOptions {
	readonly execute: Execute;
	readonly config: SseConfig;
	/** Each stream is in it, from before its subscription until its end. */
	readonly connections: Connections;
	readonly ids: Ids;
	readonly clock: Clock;
	readonly log: Log;
}

/**
 * Server-sent events: a browser's EventSource, or `curl -N`, subscribes by a GET request, and is told of each notification by an event of
 * the answer. When the token that it was let in with ends, so does the stream.
 */
export function createSseProtocol(options: SseProtocolOptions): EventStreams {
	const { execute, connections, ids } = options;
	const streams = new Set<SseConnection>();
	connections.onRevoked((connection) => {
		if (streams.has(connection as SseConnection)) connection.close(0, "");
	});

	return {
		decode: decodeSubscription,
		follow,
		close() {
			// Only once the server is closed: at that moment node:http destroys what has ended, though not all of it is sent yet.
			process.nextTick(() => {
				for (const stream of streams) stream.hangUp();
			});
		},
	};

	async function follow(
		exchange: Exchange,
		subscription: Envelope,
		writer: AnswerWriter,
	): Promise<void> {
		const { response } = exchange;
		if (response.destroyed) return;
		const stream = new SseConnection({ ...options, id: ids.uuid(), exchange });
		enter(stream);
		response.once("close", () => leave(stream));
		const reply = await execute(subscription, stream, exchange.aborted);
		if (response.destroyed) return;
		if (reply.response.error !== null) {
			leave(stream);
			writer.reply(exchange, reply);
			return;
		}
		writer.eventStream(exchange, reply.response);
		stream.begin(encodeSubscribed(reply.response.result));
	}

	function enter(stream: SseConnection): void {
		streams.add(stream);
		connections.add(stream);
	}

	function leave(stream: SseConnection): void {
		if (!streams.delete(stream)) return;
		stream.stop();
		connections.remove(stream);
	}
}
