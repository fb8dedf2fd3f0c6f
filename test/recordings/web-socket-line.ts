import { once } from "node:events";
import { WebSocket } from "ws";
import type { Address } from "./http-exchange.ts";
import { type Line, type LineEvents, toFrame } from "./line.ts";

const OPEN_TIMEOUT_MS = 15_000;

export async function openWebSocketLine(
	name: string,
	{ host, port }: Address,
	headers: Readonly<Record<string, string>>,
	events: LineEvents,
): Promise<Line> {
	const socket = new WebSocket(`ws://${host}:${port}/`, {
		headers,
		handshakeTimeout: OPEN_TIMEOUT_MS,
	});
	await once(socket, "open");
	socket.on("message", (data) => events.frame(toFrame(name, String(data))));
	socket.on("close", (code) => events.closed(code));
	socket.on("error", () => {});
	return {
		send: (payload, binary) => socket.send(payload, { binary }),
		/** Frames come in order, and so does the answer to a ping (RFC 6455 §5.5.2). */
		async settle() {
			if (socket.readyState !== WebSocket.OPEN) return;
			const over = new AbortController();
			const answered = Promise.race([
				once(socket, "pong", { signal: over.signal }),
				once(socket, "close", { signal: over.signal }),
			]);
			socket.ping();
			await answered;
			over.abort();
		},
		async close() {
			socket.close();
			await once(socket, "close");
		},
		terminate: () => socket.terminate(),
	};
}
