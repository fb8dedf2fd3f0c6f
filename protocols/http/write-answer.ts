import type { Response } from "../../src/call/envelope.ts";
import type { Cookie, RawContent, Reply } from "../../src/call/reply.ts";
import { failureResponse } from "../../src/call/response.ts";
import {
	createBareError,
	createErrorFrom,
	GatewayError,
} from "../../src/errors/gateway-error.ts";
import type { Clock } from "../../src/lib/clock.ts";
import type { Log } from "../../src/lib/log.ts";
import { compress } from "./compress.ts";
import { serializeCookie } from "./cookies.ts";
import type { Exchange } from "./exchange.ts";
import type { HttpConfig } from "./http-config.ts";
import { lingerAfterAnswer } from "./linger.ts";
import {
	createEncodingNegotiator,
	type Encoding,
} from "./negotiate-encoding.ts";
import {
	applyActionHeaders,
	type HeaderList,
	ResponseHeaders,
} from "./response-headers.ts";
import { writeStream } from "./write-stream.ts";

const JSON_TYPE = "application/json";
const NO_COOKIES: readonly Cookie[] = [];

/** Neither a cache nor nginx may hold back what is to be read at once. */
const UNBUFFERED = ["Cache-Control", "no-cache", "X-Accel-Buffering", "no"];

export interface AnswerWriterOptions {
	readonly config: HttpConfig;
	readonly nodeId: string;
	readonly clock: Clock;
	readonly log: Log;
	/** True once the server is shutting down: each answer is then the last of its connection. */
	isClosing(): boolean;
}

/** Everything that leaves over HTTP leaves through one of these. They never throw, and never write twice. */
export interface AnswerWriter {
	reply(exchange: Exchange, reply: Reply): void;
	envelope(exchange: Exchange, response: Response): void;
	/** The head of a stream of events, whose body somebody else writes. */
	eventStream(exchange: Exchange, response: Response): void;
	/** A failure of the body: the error alone, outside the envelope. */
	bareError(exchange: Exchange, error: GatewayError): void;
}

export function createAnswerWriter(options: AnswerWriterOptions): AnswerWriter {
	const { config, clock, log } = options;
	const headersOf = new ResponseHeaders(config, options.nodeId);
	const negotiate = createEncodingNegotiator(config.allowCompression);

	const writer: AnswerWriter = {
		reply(exchange, { response, cookies, raw }) {
			if (raw === undefined) envelope(exchange, response, cookies);
			else content(exchange, response, cookies, raw);
		},
		envelope: (exchange, response) => envelope(exchange, response, NO_COOKIES),
		eventStream,
		bareError,
	};
	return writer;

	function envelope(
		exchange: Exchange,
		response: Response,
		cookies: readonly Cookie[],
	): void {
		let payload: string;
		try {
			payload = exchange.pretty
				? JSON.stringify(response, undefined, 2)
				: JSON.stringify(response);
		} catch (error) {
			defect(exchange, error);
			return;
		}
		payloadWith(exchange, response, cookies, JSON_TYPE, payload);
	}

	function content(
		exchange: Exchange,
		response: Response,
		cookies: readonly Cookie[],
		raw: RawContent,
	): void {
		if (typeof raw.content === "string" || raw.content instanceof Uint8Array) {
			payloadWith(exchange, response, cookies, raw.contentType, raw.content);
			return;
		}
		const headers = routedHeaders(
			exchange,
			response,
			cookies,
			"none",
			raw.contentType,
		);
		writeStream(exchange.response, response.status, headers, raw.content).then(
			() => {
				// These headers may have left before the shutdown began, so they did not announce it.
				if (options.isClosing()) exchange.request.socket.destroySoon();
			},
			(error: unknown) => streamFailure(exchange, error),
		);
	}

	function streamFailure(exchange: Exchange, error: unknown): void {
		log.warn(
			{ requestId: exchange.requestId, err: error },
			"A streamed answer failed",
		);
		if (exchange.response.headersSent) {
			// An answer that breaks off must not look like a whole one.
			exchange.response.destroy();
			return;
		}
		const failure =
			error instanceof GatewayError
				? error
				: createErrorFrom(
						error,
						"network.http.stream_errored",
						"the server's log has the details",
					);
		writer.envelope(exchange, failureResponse(failure, exchange));
	}

	function eventStream(exchange: Exchange, response: Response): void {
		const type = "text/event-stream";
		const headers = routedHeaders(exchange, response, NO_COOKIES, "none", type);
		headers.push(...UNBUFFERED);
		exchange.response.writeHead(response.status, headers);
	}

	function payloadWith(
		exchange: Exchange,
		response: Response,
		cookies: readonly Cookie[],
		contentType: string,
		payload: string | Uint8Array,
	): void {
		const accepted = exchange.request.headers["accept-encoding"] as
			| string
			| undefined;
		const encoding = negotiate(accepted);
		const headers = routedHeaders(
			exchange,
			response,
			cookies,
			encoding,
			contentType,
		);
		if (encoding === "identity" || exchange.request.method === "HEAD") {
			send(exchange, response.status, headers, payload);
			return;
		}
		const packed = compress(payload, encoding);
		if (packed instanceof Promise) {
			packed.then(
				(bytes) => send(exchange, response.status, headers, bytes),
				(error: unknown) => defect(exchange, error),
			);
		} else send(exchange, response.status, headers, packed);
	}

	function routedHeaders(
		exchange: Exchange,
		response: Response,
		cookies: readonly Cookie[],
		encoding: Encoding | "none",
		contentType: string,
	): HeaderList {
		const headers = headersOf.routed(
			encoding,
			contentType,
			exchange.requestId,
			exchange.request.headers.origin,
		);
		applyActionHeaders(headers, response.headers);
		for (const cookie of cookies) {
			headers.push(
				"Set-Cookie",
				serializeCookie(cookie, exchange.connection.secure),
			);
		}
		if (options.isClosing()) headers.push("Connection", "close");
		return headers;
	}

	function bareError(exchange: Exchange, error: GatewayError): void {
		const { request } = exchange;
		const headers = headersOf.bare(request.headers.origin);
		// A body of unknown length, or one that is too long, is not waited for.
		const leavesBodyUnread =
			!request.complete &&
			(error.status === 413 || request.headers["content-length"] === undefined);
		if (leavesBodyUnread) lingerAfterAnswer(request, clock);
		if (leavesBodyUnread || options.isClosing()) {
			headers.push("Connection", "close");
		}
		send(exchange, error.status, headers, JSON.stringify(error));
	}

	function send(
		exchange: Exchange,
		status: number,
		headers: HeaderList,
		payload: string | Uint8Array,
	): void {
		const { response } = exchange;
		if (response.destroyed || response.headersSent) return;
		const isHead = exchange.request.method === "HEAD";
		if (!isHead) {
			headers.push("Content-Length", String(Buffer.byteLength(payload)));
		}
		try {
			response.writeHead(status, headers);
		} catch (error) {
			// An action's header or status that HTTP cannot carry.
			defect(exchange, error);
			return;
		}
		if (isHead) response.end();
		else response.end(payload);
	}

	function defect(exchange: Exchange, error: unknown): void {
		log.error(
			{ requestId: exchange.requestId, err: error },
			"An answer cannot be written",
		);
		bareError(
			exchange,
			createBareError(
				500,
				"The answer cannot be written: the server's log has the details.",
			),
		);
	}
}
