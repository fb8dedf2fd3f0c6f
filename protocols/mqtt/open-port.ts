import {
	type AddressInfo,
	createServer,
	type Server,
	type Socket,
} from "node:net";
import { createServer as createTlsServer } from "node:tls";
import type { Log } from "../../src/lib/log.ts";
import type { MqttConfig } from "./mqtt-config.ts";

/** After so long without a word the network is asked whether the other end still is there. */
const NETWORK_PROBE_MS = 60_000;

export interface Port {
	readonly host: string;
	readonly port: number;
	/** Stops accepting. Sockets that are open stay. */
	close(): void;
}

/** Listens for MQTT over TCP, or over TLS where a certificate is configured. Rejects with node's own error (EADDRINUSE, …). */
export function openPort(
	where: { readonly host: string; readonly port: number },
	{ config, log }: { readonly config: MqttConfig; readonly log: Log },
	accept: (socket: Socket) => void,
): Promise<Port> {
	const server = createServerOf(config, accept);
	server.maxConnections = config.connectionsMax;
	server.on("drop", () =>
		log.warn({ limit: config.connectionsMax }, "Too many MQTT connections"),
	);
	return new Promise((resolve, reject) => {
		server.once("error", reject);
		server.listen(where.port, where.host, () => {
			server.off("error", reject);
			const { address, port } = server.address() as AddressInfo;
			resolve({ host: address, port, close: () => server.close() });
		});
	});
}

function createServerOf(
	config: MqttConfig,
	accept: (socket: Socket) => void,
): Server {
	const network = {
		noDelay: true,
		keepAlive: true,
		keepAliveInitialDelay: NETWORK_PROBE_MS,
	};
	if (config.tls === null) return createServer(network, accept);
	const server = createTlsServer(
		{
			...network,
			...config.tls,
			handshakeTimeout: config.connectTimeoutMs,
		},
		accept,
	);
	// A handshake that fails concerns nobody but its client, and its socket is closed.
	server.on("tlsClientError", () => {});
	return server;
}
