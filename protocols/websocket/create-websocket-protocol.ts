import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { PerMessageDeflateOptions, WebSocket } from "ws";
import type { Peer, ResolveClient } from "../../src/call/client-address.ts";
import type { Connection, Connections } from "../../src/call/connection.ts";
import type { Execute } from "../../src/call/execute-types.ts";
import { Load } from "../../src/call/load.ts";
import { createError } from "../../src/errors/gateway-error.ts";
import type { Clock } from "../../src/lib/clock.ts";
import type { Ids } from "../../src/lib/ids.ts";
import type { Log } from "../../src/lib/log.ts";
import { orAfter } from "../../src/lib/or-after.ts";
import { requirePackage } from "../../src/lib/require-package.ts";
import { RateWindow } from "./rate-window.ts";
import { Session } from "./session.ts";
import type { WebSocketConfig } from "./websocket-config.ts";
import { WebSocketConnection } from "./websocket-connection.ts";

const { WebSocketServer } = requirePackage("ws") as typeof import("ws");

/** The server goes away (RFC 6455 §7.4.1): clients know that they may come back. */
const GOING_AWAY = 1001;

/** How long a client has to answer a close frame at shutdown. */
const CLOSE_HANDSHAKE_MS = 1000;

/** Contexts are dropped after each message: kept, they would cost each socket some 300 KB. */
const COMPRESSION: PerMessageDeflateOptions = {
	threshold: 1024,
	serverNoContextTakeover: true,
	clientNoContextTakeover: true,
};

export interface WebSocketProtocolOptions {
	readonly execute: Execute;
	readonly config: WebSocketConfig;
	/** Each socket is in it while it is open. */
	readonly connections: Connections;
	readonly resolveClient: ResolveClient;
	readonly ids: Ids;
	readonly clock: Clock;
	readonly log: Log;
	/** Says why an upgrade is refused; null lets it in. Origins are checked with each request, not here. */
	readonly acceptUpgrade?: (
		request: IncomingMessage,
	) => { status: number; message: string } | null;
}

export interface WebSocketProtocol {
	/** For the `upgrade` event of a node:http server; any path. */
	upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
	/** Refuses what is new, answers what is in flight, then closes each socket with code 1001. Resolves when all are gone. */
	close(): Promise<void>;
}

/** WebSocket: a request a message, an answer a frame. Facts of the wire: docs/protocols.md §4. */
export function createWebSocketProtocol(
	options: WebSocketProtocolOptions,
): WebSocketProtocol {
	const { config, connections, resolveClient, ids, clock, log } = options;
	const server = new WebSocketServer({
		noServer: true,
		clientTracking: false,
		autoPong: false,
		maxPayload: config.messageBytesMax,
		perMessageDeflate: config.compression ? COMPRESSION : false,
	});
	const sessions = new Map<WebSocketConnection, Session>();
	let closing = false;
	const load = new Load();
	let onSessionEnd = () => {};
	let closed: Promise<void> | undefined;

	return {
		upgrade(request, socket, head) {
			const refusal = refuse(request);
			if (refusal !== null) {
				endWith(socket, refusal);
				return;
			}
			server.handleUpgrade(request, socket, head, (webSocket) =>
				open(webSocket, request, socket),
			);
		},
		close() {
			closed ??= closeAll();
			return closed;
		},
	};

	function refuse(
		request: IncomingMessage,
	): { status: number; message: string } | null {
		if (closing) return createError("network.entrypoint.shutting_down");
		return options.acceptUpgrade?.(request) ?? null;
	}

	function open(
		webSocket: WebSocket,
		request: IncomingMessage,
		socket: Duplex,
	): void {
		const connection = new WebSocketConnection({
			id: ids.uuid(),
			webSocket,
			socket,
			headers: request.headers as Connection["headers"],
			client: resolveClient(socket as Peer, request.headers),
			config,
			clock,
			log,
		});
		const session = new Session({
			webSocket,
			connection,
			execute: options.execute,
			rate: new RateWindow(config.rateLimit, clock),
			ids,
			log,
			inFlightBytesMax: config.outgoingBytesMax,
			isClosing: () => closing,
			load,
		});
		sessions.set(connection, session);
		connections.add(connection);
		webSocket.on("message", (data) => session.receive(data as Buffer));
		webSocket.on("ping", (data) => connection.pong(data));
		webSocket.on("pong", () => connection.showLife());
		// What is wrong with a frame is told to its sender by the close code.
		webSocket.on("error", (error) =>
			log.debug(
				{ connectionId: connection.id, err: error },
				"A WebSocket failed",
			),
		);
		webSocket.on("close", () => {
			connection.stopWatch();
			session.end();
			sessions.delete(connection);
			connections.remove(connection);
			onSessionEnd();
		});
	}

	async function closeAll(): Promise<void> {
		closing = true;
		if (load.inFlight > 0) {
			await orAfter(clock, config.shutdownTimeoutMs, (resolve) => {
				load.onDrained = resolve;
			});
		}
		for (const connection of sessions.keys()) {
			connection.close(GOING_AWAY, "The server is shutting down");
		}
		await allGone(CLOSE_HANDSHAKE_MS);
		for (const connection of sessions.keys()) connection.cut();
		await allGone(CLOSE_HANDSHAKE_MS);
	}

	async function allGone(limitMs: number): Promise<void> {
		if (sessions.size === 0) return;
		await orAfter(clock, limitMs, (resolve) => {
			onSessionEnd = () => {
				if (sessions.size === 0) resolve();
			};
		});
	}
}

function endWith(
	socket: Duplex,
	{ status, message }: { status: number; message: string },
): void {
	const body = JSON.stringify({ message, status });
	socket.on("error", () => {});
	socket.end(
		`HTTP/1.1 ${status} Refused\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
		() => socket.destroy(),
	);
}
