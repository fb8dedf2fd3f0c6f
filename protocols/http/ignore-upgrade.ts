import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";

const NOT_REPEATED = new Set(["connection", "http2-settings", "upgrade"]);

/**
 * Serves a request that asks for a protocol we do not speak as if it had not asked (RFC 9110 §7.8 allows it). Java's HTTP
 * client asks for h2c with its first request. node:http has left the socket by then, so it is handed over anew, with the
 * request written back in front of what follows.
 */
export function ignoreUpgrade(
	server: Server,
	request: IncomingMessage,
	socket: Duplex,
	head: Buffer,
): void {
	const lines = [
		`${request.method} ${request.url} HTTP/${request.httpVersion}`,
	];
	const { rawHeaders } = request;
	for (let at = 0; at < rawHeaders.length; at += 2) {
		const name = rawHeaders[at] ?? "";
		if (!NOT_REPEATED.has(name.toLowerCase())) {
			lines.push(`${name}: ${rawHeaders[at + 1] ?? ""}`);
		}
	}
	const text = Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
	socket.unshift(Buffer.concat([text, head]));
	server.emit("connection", socket);
}
