import type { IncomingMessage, ServerResponse } from "node:http";
import { createRouteTree, type Route } from "../../src/action/routes.ts";
import type { ResolveClient } from "../../src/call/client-address.ts";
import type { Envelope, Response } from "../../src/call/envelope.ts";
import type { Execute } from "../../src/call/execute-types.ts";
import { assertVolatile } from "../../src/call/parse-envelope.ts";
import { failureResponse, plainResponse } from "../../src/call/response.ts";
import {
	createBareError,
	createError,
	GatewayError,
} from "../../src/errors/gateway-error.ts";
import type { Clock } from "../../src/lib/clock.ts";
import type { Ids } from "../../src/lib/ids.ts";
import type { Log } from "../../src/lib/log.ts";
import {
	assertNoTokenInUrl,
	decodeQuery,
	decodeRouted,
	readVolatile,
} from "./decode-request.ts";
import { EVENT_STREAM_PATH, type EventStreams } from "./event-streams.ts";
import { Exchange } from "./exchange.ts";
import type { HttpConfig } from "./http-config.ts";
import { HttpConnection } from "./http-connection.ts";
import { readContent } from "./read-content.ts";
import { createAnswerWriter } from "./write-answer.ts";

export interface HttpProtocolOptions {
	readonly execute: Execute;
	/** Those of the actions. The protocol adds its own endpoints: /_query, /_healthcheck, /_ready, HEAD /, OPTIONS. */
	readonly routes: readonly Route[];
	readonly config: HttpConfig;
	/** Sent with each answer as X-Kuzzle-Node. */
	readonly nodeId: string;
	readonly resolveClient: ResolveClient;
	readonly ids: Ids;
	readonly clock: Clock;
	readonly log: Log;
	/** Asked by GET /_ready: why requests cannot be served now; null when they can. Default: they can. */
	readonly notReady?: () => GatewayError | null;
	/** Serves the route `_subscribe` of a collection; without it, there is none. */
	readonly eventStreams?: EventStreams;
	/** Serves the paths that it claims, before any route: pages for people, written with express. */
	readonly fallback?: HttpFallback;
}

export interface HttpFallback {
	claims(pathname: string): boolean;
	handle(request: IncomingMessage, response: ServerResponse): void;
}

export type HttpMiddleware = (
	request: IncomingMessage,
	response: ServerResponse,
	next: (error?: unknown) => void,
) => void;

export interface HttpProtocol {
	/** For the `request` event of a node:http server. */
	handler(request: IncomingMessage, response: ServerResponse): void;
	/** For the `checkContinue` event: a body that is too long is refused before it is sent. */
	continueHandler(request: IncomingMessage, response: ServerResponse): void;
	/**
	 * For an express or connect app. It answers each request under its mount path, whether or not a body parser has been
	 * there before; with `fallthrough`, paths without a route are left to the app.
	 */
	middleware(options?: { fallthrough?: boolean }): HttpMiddleware;
	/** From now on requests are refused with `network.entrypoint.shutting_down`, and each answer ends its connection. */
	refuse(): void;
}

const VERBS: ReadonlySet<string> = new Set([
	"DELETE",
	"GET",
	"HEAD",
	"OPTIONS",
	"PATCH",
	"POST",
	"PUT",
]);

/** Marks the routes that are no actions. No action's controller is called so. */
const ENDPOINT = "#";
const ENDPOINTS: readonly Route[] = [
	{ verb: "POST", path: "/_query", controller: ENDPOINT, action: "query" },
	{ verb: "GET", path: "/_healthcheck", controller: ENDPOINT, action: "alive" },
	{ verb: "GET", path: "/_ready", controller: ENDPOINT, action: "ready" },
	{ verb: "HEAD", path: "/", controller: ENDPOINT, action: "alive" },
];
const EVENT_STREAM: Route = {
	verb: "GET",
	path: EVENT_STREAM_PATH,
	controller: ENDPOINT,
	action: "follow",
};

/** What a request asks for when its answer is to be a stream of events. */
interface Following {
	readonly subscription: Envelope;
}

/** HTTP: decodes requests, calls `execute`, encodes its replies. Facts of the wire: docs/protocols.md §3. */
export function createHttpProtocol(options: HttpProtocolOptions): HttpProtocol {
	const { execute, config, resolveClient, ids, log, fallback } = options;
	const { eventStreams } = options;
	const routes = createRouteTree([
		...options.routes,
		...ENDPOINTS,
		...(eventStreams === undefined ? [] : [EVENT_STREAM]),
	]);
	let closing = false;
	const writer = createAnswerWriter({ ...options, isClosing: () => closing });

	return {
		handler: receive,
		continueHandler(request, response) {
			const length = Number(request.headers["content-length"] ?? 0);
			if (length <= config.requestBytesMax) response.writeContinue();
			receive(request, response);
		},
		middleware:
			({ fallthrough = false } = {}) =>
			(request, response, next) => {
				if (fallthrough && !hasRoute(request)) next();
				else receive(request, response);
			},
		refuse() {
			closing = true;
			eventStreams?.close();
		},
	};

	function receive(request: IncomingMessage, response: ServerResponse): void {
		const connection = new HttpConnection(request, resolveClient, ids);
		const exchange = new Exchange(request, response, connection);
		if (fallback?.claims(exchange.pathname)) {
			fallback.handle(request, response);
			return;
		}
		let content: unknown;
		try {
			content = readContent(request, config);
		} catch (error) {
			writer.bareError(exchange, toGatewayError(error));
			return;
		}
		if (content instanceof Promise) {
			content.then(
				(read) => answer(exchange, read),
				(error) => writer.bareError(exchange, toGatewayError(error)),
			);
		} else answer(exchange, content);
	}

	function answer(exchange: Exchange, content: unknown): void {
		let decoded: Envelope | Response | Following;
		try {
			decoded = decode(exchange, content);
		} catch (error) {
			decoded = failureResponse(toGatewayError(error), exchange);
		}
		if ("status" in decoded) {
			writer.envelope(exchange, decoded);
			return;
		}
		const defect = (error: unknown) =>
			writer.envelope(
				exchange,
				failureResponse(toGatewayError(error), exchange),
			);
		if ("subscription" in decoded) {
			eventStreams
				?.follow(exchange, decoded.subscription, writer)
				.catch(defect);
			return;
		}
		execute(decoded, exchange.connection, exchange.aborted).then(
			(reply) => writer.reply(exchange, reply),
			defect,
		);
	}

	/** A response instead of an envelope for what is no action's business. */
	function decode(
		exchange: Exchange,
		content: unknown,
	): Envelope | Response | Following {
		const verb = exchange.request.method ?? "";
		if (!VERBS.has(verb))
			throw createError("network.http.unsupported_verb", verb);
		if (verb === "OPTIONS") return plainResponse(200, {}, exchange);
		const volatile = readVolatile(exchange);
		const match = routes.match(verb, exchange.pathname);
		if (match === null) {
			return notFound(exchange, volatile);
		}
		const isEndpoint = match.controller === ENDPOINT;
		const isFollow = isEndpoint && match.action === "follow";
		if (isEndpoint && match.action !== "query" && !isFollow) {
			return probe(exchange, match.action);
		}
		if (closing) throw createError("network.entrypoint.shutting_down");
		if (isFollow && eventStreams !== undefined) {
			return { subscription: eventStreams.decode(exchange, match, volatile) };
		}
		if (!config.tokenInUrl) assertNoTokenInUrl(exchange);
		return isEndpoint
			? decodeQuery(exchange, content, ids)
			: decodeRouted(exchange, match, volatile, content);
	}

	function notFound(exchange: Exchange, volatile: unknown): Response {
		const { requestId, pathname } = exchange;
		return failureResponse(
			createError("network.http.url_not_found", pathname),
			{ requestId, volatile: assertVolatile(volatile) },
		);
	}

	function probe(exchange: Exchange, kind: string): Response {
		if (kind === "alive") return plainResponse(200, null, exchange);
		const reason = closing
			? createError("network.entrypoint.shutting_down")
			: (options.notReady?.() ?? null);
		return reason === null
			? plainResponse(200, null, exchange)
			: failureResponse(reason, exchange);
	}

	function hasRoute(request: IncomingMessage): boolean {
		const url = request.url ?? "/";
		const mark = url.indexOf("?");
		const pathname = mark === -1 ? url : url.slice(0, mark);
		const verb = request.method ?? "";
		return verb === "OPTIONS" || routes.match(verb, pathname) !== null;
	}

	function toGatewayError(error: unknown): GatewayError {
		if (error instanceof GatewayError) return error;
		log.error({ err: error }, "An HTTP request met a defect");
		return createBareError(
			500,
			"Internal error: the server's log has the details.",
		);
	}
}
