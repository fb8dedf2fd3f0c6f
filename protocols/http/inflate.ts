import { promisify } from "node:util";
import { gunzip, inflate } from "node:zlib";
import {
	createError,
	createErrorFrom,
} from "../../src/errors/gateway-error.ts";

const gunzipAsync = promisify(gunzip);
const inflateAsync = promisify(inflate);

/**
 * Undoes the layers of a Content-Encoding, the last one first. No layer yields more than `bytesMax`, so a decompression bomb
 * ends with `network.http.request_too_large`; damaged data with `network.http.unexpected_error`.
 */
export async function inflateBody(
	body: Buffer,
	encodings: readonly ("gzip" | "deflate")[],
	bytesMax: number,
): Promise<Buffer> {
	let content = body;
	for (const encoding of encodings.toReversed()) {
		content = await inflateLayer(content, encoding, bytesMax);
	}
	return content;
}

async function inflateLayer(
	content: Buffer,
	encoding: "gzip" | "deflate",
	bytesMax: number,
): Promise<Buffer> {
	const options = { maxOutputLength: bytesMax };
	try {
		return encoding === "gzip"
			? await gunzipAsync(content, options)
			: await inflateAsync(content, options);
	} catch (error) {
		if ((error as { code?: unknown }).code === "ERR_BUFFER_TOO_LARGE") {
			throw createError("network.http.request_too_large");
		}
		throw createErrorFrom(
			error,
			"network.http.unexpected_error",
			`the body is not valid ${encoding} data`,
		);
	}
}
