import type { IncomingMessage } from "node:http";
import { readContentHeaders } from "./content-headers.ts";
import type { HttpConfig } from "./http-config.ts";
import { inflateBody } from "./inflate.ts";
import { parseContent } from "./parse-content.ts";
import { assertAnnouncedLength, hasBody, readBody } from "./read-body.ts";

/**
 * The content of a request: null where it has none, at once; else a promise of it. Throws, or rejects with, one of the
 * failures that are answered outside the envelope.
 */
export function readContent(
	request: IncomingMessage,
	config: HttpConfig,
): unknown {
	assertAnnouncedLength(request, config.requestBytesMax);
	const headers = readContentHeaders(request.headers, config);
	if (!hasBody(request)) return null;
	// Somebody before us (express.json(), say) may have read the body of a request that we are given as middleware.
	if (request.readableDidRead) {
		const { body } = request as { body?: unknown };
		if (typeof body === "string" || body instanceof Uint8Array) {
			return parseContent(Buffer.from(body), headers, config.formFileBytesMax);
		}
		return body ?? null;
	}
	return readWhole();

	async function readWhole(): Promise<unknown> {
		let bytes = await readBody(request, config.requestBytesMax);
		if (headers.encodings.length > 0 && bytes.length > 0) {
			bytes = await inflateBody(
				bytes,
				headers.encodings,
				config.requestBytesMax,
			);
		}
		return parseContent(bytes, headers, config.formFileBytesMax);
	}
}
