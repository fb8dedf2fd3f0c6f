import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Clock } from "../../src/lib/clock.ts";

/** How long what a client still sends is thrown away before its connection is cut. */
const LINGER_MS = 2000;

/**
 * For an answer that ends its connection while the client is still sending. Closing such a socket at once makes the kernel
 * reset it, and a reset takes the answer from the client before it was read (RFC 9112 §9.6). So our side is closed first,
 * and what arrives is discarded for a short while.
 */
export function lingerAfterAnswer(
	request: IncomingMessage,
	clock: Clock,
): void {
	const { socket } = request;
	// node:http calls this once the last answer of a connection is written.
	socket.destroySoon = () => {
		request.resume();
		lingerThenDestroy(socket, clock);
	};
}

export function lingerThenDestroy(socket: Socket, clock: Clock): void {
	socket.end();
	const cancel = clock.schedule(LINGER_MS, () => socket.destroy());
	socket.once("close", cancel);
}
