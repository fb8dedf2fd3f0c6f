import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Log } from "../lib/log.ts";

export interface MetricsListenerOptions {
	readonly address: { readonly host: string; readonly port: number };
	readonly contentType: string;
	readonly log: Log;
	render(): Promise<string>;
}

export interface MetricsListener {
	listen(): Promise<{ host: string; port: number }>;
	close(): Promise<void>;
}

/** Nobody but a scraper or two has business here. */
const LIMITS = {
	connections: 16,
	headerBytes: 8192,
	receiveMs: 5000,
	idleMs: 60_000,
} as const;

/** A port of its own, so that figures can be kept from whom the API is open to. It serves `/metrics` and nothing else. */
export function createMetricsListener(
	options: MetricsListenerOptions,
): MetricsListener {
	const server = createLimitedServer(serveFigures(options));
	return {
		listen: () =>
			new Promise((resolve, reject) => {
				server.once("error", reject);
				server.listen(options.address.port, options.address.host, () => {
					server.off("error", reject);
					const { address, port } = server.address() as AddressInfo;
					resolve({ host: address, port });
				});
			}),
		close: () =>
			new Promise((resolve) => {
				// An error says that it does not listen, which is as good.
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}

function createLimitedServer(serve: RequestListener): Server {
	const server = createServer(
		{
			maxHeaderSize: LIMITS.headerBytes,
			headersTimeout: LIMITS.receiveMs,
			requestTimeout: LIMITS.receiveMs,
			keepAliveTimeout: LIMITS.idleMs,
		},
		serve,
	);
	server.maxConnections = LIMITS.connections;
	server.timeout = LIMITS.idleMs;
	return server;
}

function serveFigures({
	contentType,
	log,
	render,
}: MetricsListenerOptions): RequestListener {
	return (request, response) => {
		const answer = (status: number, type: string, text: string) => {
			if (response.destroyed) return;
			// No body is ever read, so what follows one on this connection could not be told from it.
			const unread = request.complete ? {} : { connection: "close" };
			response.writeHead(status, {
				"content-type": type,
				"x-content-type-options": "nosniff",
				...unread,
			});
			response.end(text);
		};
		const [path] = (request.url ?? "").split("?", 1);
		if (path !== "/metrics") answer(404, "text/plain", "Not found.\n");
		else if (request.method !== "GET" && request.method !== "HEAD")
			answer(405, "text/plain", "GET only.\n");
		else
			render().then(
				(text) => answer(200, contentType, text),
				(error: unknown) => {
					log.error({ err: error }, "The metrics cannot be read");
					answer(500, "text/plain", "The figures cannot be read.\n");
				},
			);
	};
}
