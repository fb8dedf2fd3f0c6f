import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Clock } from "../../src/lib/clock.ts";
import type { Log } from "../../src/lib/log.ts";
import { answerClientError } from "./client-error.ts";
import type { HttpProtocol } from "./create-http-protocol.ts";
import { ignoreUpgrade } from "./ignore-upgrade.ts";

/** The limits of the port; beside each its configuration key. Times in milliseconds. */
export interface ListenerConfig {
	/** limits.headerBytes: of a request's line and headers. Above: 431. */
	readonly headerBytesMax: number;
	/** limits.connections: sockets above it are closed as they come. */
	readonly connectionsMax: number;
	/** limits.requestTimeout: until the headers, and then the body, of a request have come. Above: 408. */
	readonly receiveTimeoutMs: number;
	/** limits.idleTimeout: of a socket on which nothing moves, between requests or within one. */
	readonly idleTimeoutMs: number;
	/** limits.shutdownTimeout: what is not answered by then is cut. */
	readonly shutdownTimeoutMs: number;
}

/** A protocol that begins as an HTTP upgrade. */
export interface UpgradeProtocol {
	upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
	/** Answers what is in flight, then closes its sockets. Resolves when all are gone. */
	close(): Promise<void>;
}

export interface ListenerOptions {
	readonly http: HttpProtocol;
	readonly webSocket?: UpgradeProtocol;
	/** Asked first: it begins as a WebSocket too. It is closed by whoever made it. */
	readonly mqtt?: Pick<UpgradeProtocol, "upgrade"> & {
		accepts(request: IncomingMessage): boolean;
	};
	readonly config: ListenerConfig;
	readonly clock: Clock;
	readonly log: Log;
}

export interface Listener {
	/** Rejects with node's own error (EADDRINUSE, …). Port 0: any free one. */
	listen(where: {
		host: string;
		port: number;
	}): Promise<{ host: string; port: number }>;
	/** Stops accepting, lets what is in flight be answered, then closes what is left. Can be called again. */
	close(): Promise<void>;
	/** Sockets that are open now, of whatever protocol. */
	connections(): Promise<number>;
}

/** The port that HTTP and WebSocket share, and MQTT over WebSocket. */
export function createListener(options: ListenerOptions): Listener {
	const server = createLimitedServer(options);
	let closed: Promise<void> | undefined;
	return {
		listen: ({ host, port }) =>
			new Promise((resolve, reject) => {
				server.once("error", reject);
				server.listen(port, host, () => {
					server.off("error", reject);
					const address = server.address() as AddressInfo;
					resolve({ host: address.address, port: address.port });
				});
			}),
		close() {
			closed ??= closeAll(server, options);
			return closed;
		},
		connections: () =>
			new Promise((resolve, reject) =>
				server.getConnections((error, count) =>
					error === null ? resolve(count) : reject(error),
				),
			),
	};
}

function createLimitedServer(options: ListenerOptions): Server {
	const { http, webSocket, mqtt, config, clock, log } = options;
	const server = createServer({
		maxHeaderSize: config.headerBytesMax,
		headersTimeout: config.receiveTimeoutMs,
		requestTimeout: config.receiveTimeoutMs,
		keepAliveTimeout: config.idleTimeoutMs,
		connectionsCheckingInterval: Math.min(config.receiveTimeoutMs, 5000),
		noDelay: true,
	});
	server.maxConnections = config.connectionsMax;
	// A request that is being worked on may be silent for as long as it may run.
	server.timeout = Math.max(
		config.idleTimeoutMs,
		config.receiveTimeoutMs + 5000,
	);
	server.on("request", http.handler);
	server.on("checkContinue", http.continueHandler);
	server.on("clientError", (error, socket) =>
		answerClientError(error, socket as Socket, clock),
	);
	server.on("drop", () =>
		log.warn({ limit: config.connectionsMax }, "Too many connections"),
	);
	server.on("upgrade", (request, socket, head) => {
		const isWebSocket = request.headers.upgrade?.toLowerCase() === "websocket";
		const protocol = mqtt?.accepts(request) ? mqtt : webSocket;
		if (isWebSocket && protocol !== undefined) {
			protocol.upgrade(request, socket, head);
		} else ignoreUpgrade(server, request, socket, head);
	});
	return server;
}

async function closeAll(
	server: Server,
	{ http, webSocket, config, clock }: ListenerOptions,
): Promise<void> {
	http.refuse();
	const answered = new Promise<void>((resolve) => {
		// An error says that it never listened, which is as good.
		server.close(() => resolve());
	});
	const cancel = clock.schedule(config.shutdownTimeoutMs, () =>
		server.closeAllConnections(),
	);
	await Promise.all([answered, webSocket?.close()]);
	cancel();
}
