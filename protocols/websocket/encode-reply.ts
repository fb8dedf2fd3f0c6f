import type { Response } from "../../src/call/envelope.ts";
import type { RawContent, Reply } from "../../src/call/reply.ts";
import { createError } from "../../src/errors/gateway-error.ts";

/**
 * A reply as a frame: the envelope and `room`, by which SDKs find the request it answers. For the same reason content that
 * HTTP would send alone travels here as the envelope's `result`; a stream has no frame that could hold it.
 */
export function encodeReply(reply: Reply): string {
	return encodeAnswer(
		reply.raw === undefined
			? reply.response
			: { ...reply.response, ...resultOf(reply.raw, reply.response) },
	);
}

/** An answer to a request whose id is known. */
export function encodeAnswer(response: Response): string {
	const text = JSON.stringify(response);
	// Cheaper than a copy of the response that has one member more.
	return `${text.slice(0, -1)},"room":${JSON.stringify(response.requestId)}}`;
}

function resultOf(raw: RawContent, response: Response): Partial<Response> {
	const { content } = raw;
	if (typeof content !== "string" && !(content instanceof Uint8Array)) {
		const error = createError(
			"api.assert.unsupported_protocol",
			"websocket",
			`${response.controller}:${response.action}`,
		);
		return { status: error.status, error: error.toJSON(), result: null };
	}
	const text =
		typeof content === "string" ? content : Buffer.from(content).toString();
	return {
		result: raw.contentType.startsWith("application/json")
			? (JSON.parse(text) as unknown)
			: text,
	};
}
