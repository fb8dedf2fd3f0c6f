import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Clock } from "../../src/lib/clock.ts";
import { lingerThenDestroy } from "./linger.ts";

type ParserError = Error & { readonly code?: unknown };

const STATUS_LINES: Readonly<Record<number, string>> = {
	400: "400 Bad Request",
	408: "408 Request Timeout",
	431: "431 Request Header Fields Too Large",
};

const MESSAGES: Readonly<Record<number, string>> = {
	400: "Not an HTTP request that can be read.",
	408: "The request did not come in time.",
	431: "The request line and headers are larger than allowed (limits.headerBytes).",
};

/** Answers what node:http cannot read as a request, then ends the connection. There is no request yet, so no id either. */
export function answerClientError(
	error: ParserError,
	socket: Socket,
	clock: Clock,
): void {
	if (!socket.writable || error.code === "ECONNRESET" || isAnswering(socket)) {
		socket.destroy();
		return;
	}
	const status = statusOf(error);
	const body = JSON.stringify({ message: MESSAGES[status], status });
	socket.write(
		`HTTP/1.1 ${STATUS_LINES[status]}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
	);
	lingerThenDestroy(socket, clock);
}

function statusOf(error: ParserError): number {
	if (error.code === "HPE_HEADER_OVERFLOW") return 431;
	if (error.code === "ERR_HTTP_REQUEST_TIMEOUT") return 408;
	return 400;
}

/**
 * While an earlier request on the socket waits for its answer, ours would be taken for that one. node:http keeps the response
 * whose turn it is here; one whose request has not wholly come is the very one that we answer.
 */
function isAnswering(socket: Socket): boolean {
	const { _httpMessage: current } = socket as {
		_httpMessage?: ServerResponse | null;
	};
	if (!current) return false;
	return current.headersSent || current.req.complete;
}
