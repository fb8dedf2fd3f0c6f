import type { RawContent, Reply } from "../../src/call/reply.ts";
import { createError } from "../../src/errors/gateway-error.ts";

/** A reply as a message: the envelope. Content that HTTP would send alone is its `result`; a stream fits into no message. */
export function encodeReply({ response, raw }: Reply): string {
	if (raw === undefined) return JSON.stringify(response);
	if (isStream(raw.content)) {
		const error = createError(
			"api.assert.unsupported_protocol",
			"mqtt",
			`${response.controller}:${response.action}`,
		);
		return JSON.stringify({
			...response,
			status: error.status,
			error: error.toJSON(),
			result: null,
		});
	}
	const text =
		typeof raw.content === "string"
			? raw.content
			: Buffer.from(raw.content).toString();
	const result = raw.contentType.startsWith("application/json")
		? (JSON.parse(text) as unknown)
		: text;
	return JSON.stringify({ ...response, result });
}

function isStream(
	content: RawContent["content"],
): content is AsyncIterable<string | Uint8Array> {
	return typeof content !== "string" && !(content instanceof Uint8Array);
}
