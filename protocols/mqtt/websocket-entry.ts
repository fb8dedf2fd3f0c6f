import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Peer } from "../../src/call/client-address.ts";
import type { Connection } from "../../src/call/connection.ts";
import { requirePackage } from "../../src/lib/require-package.ts";

const { WebSocketServer, createWebSocketStream } = requirePackage(
	"ws",
) as typeof import("ws");

/** The name of MQTT among WebSocket subprotocols [MQTT-6.0.0-4]. */
const SUBPROTOCOL = "mqtt";

/** Longest fixed header of a packet, in bytes. */
const FIXED_HEADER_BYTES_MAX = 5;

/** Unsupported Data (RFC 6455 §7.4.1): packets are binary [MQTT-6.0.0-1]. */
const UNSUPPORTED_DATA = 1003;

export interface WebSocketEntry {
	accepts(request: IncomingMessage): boolean;
	upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/** MQTT over WebSocket (MQTT 3.1.1 §6), on the port of HTTP: the frames carry the same stream of packets as TCP does. */
export function createWebSocketEntry(
	packetBytesMax: number,
	handle: (source: Duplex, peer: Peer, headers: Connection["headers"]) => void,
): WebSocketEntry {
	const server = new WebSocketServer({
		noServer: true,
		clientTracking: false,
		perMessageDeflate: false,
		maxPayload: packetBytesMax + FIXED_HEADER_BYTES_MAX,
		handleProtocols: () => SUBPROTOCOL,
	});
	return {
		accepts({ headers }) {
			const offered = headers["sec-websocket-protocol"] ?? "";
			return offered.split(",").some((name) => name.trim() === SUBPROTOCOL);
		},
		upgrade(request, socket, head) {
			server.handleUpgrade(request, socket, head, (webSocket) => {
				webSocket.on("message", (_data, isBinary) => {
					if (!isBinary) webSocket.close(UNSUPPORTED_DATA);
				});
				handle(
					createWebSocketStream(webSocket),
					socket as Peer,
					request.headers as Connection["headers"],
				);
			});
		},
	};
}
