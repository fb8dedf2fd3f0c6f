import type { IncomingMessage } from "node:http";
import { createError } from "../../src/errors/gateway-error.ts";

/** False for a request that cannot have a body (RFC 9112 §6.3). */
export function hasBody(request: IncomingMessage): boolean {
	const { headers } = request;
	const length = headers["content-length"];
	return (
		(length !== undefined && length !== "0") ||
		headers["transfer-encoding"] !== undefined
	);
}

/** Fails by the announced length, before a byte is read. */
export function assertAnnouncedLength(
	request: IncomingMessage,
	bytesMax: number,
): void {
	const length = request.headers["content-length"];
	if (length !== undefined && Number(length) > bytesMax) {
		throw createError("network.http.request_too_large");
	}
}

/**
 * The body as it was sent. Fails with `network.http.request_too_large` at the first byte above the limit, and leaves the rest
 * unread. Never settles when the client goes away: nobody is left to be answered.
 */
export function readBody(
	request: IncomingMessage,
	bytesMax: number,
): Promise<Buffer> {
	return new Promise((resolve, reject) => {
		const chunks: Buffer[] = [];
		let bytes = 0;
		const onData = (chunk: Buffer) => {
			bytes += chunk.length;
			if (bytes > bytesMax) {
				request.off("data", onData);
				request.off("end", onEnd);
				request.pause();
				reject(createError("network.http.request_too_large"));
				return;
			}
			chunks.push(chunk);
		};
		const onEnd = () =>
			resolve(
				chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks),
			);
		request.on("data", onData);
		request.on("end", onEnd);
		// A cut connection is no defect; without a listener it would be thrown.
		request.on("error", () => {});
	});
}
