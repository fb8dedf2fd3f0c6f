import { parse as parseQueryString } from "node:querystring";
import { createErrorFrom } from "../../src/errors/gateway-error.ts";
import { parseJson } from "../../src/lib/parse-json.ts";
import type { ContentHeaders } from "./content-headers.ts";
import { parseMultipart } from "./multipart.ts";

/** How much of an unreadable body its error shows, in characters. */
const SHOWN_LENGTH = 50;

/**
 * The value that a body's bytes stand for; an empty body is null, whatever its type. Invalid UTF-8 reads as U+FFFD, and a
 * byte order mark is no JSON: both as recorded.
 */
export function parseContent(
	bytes: Buffer,
	headers: ContentHeaders,
	formFileBytesMax: number,
): unknown {
	if (bytes.length === 0) return null;
	if (headers.kind === "multipart") {
		return parseMultipart(bytes, headers.type, formFileBytesMax);
	}
	const text = bytes.toString("utf8");
	if (headers.kind === "form") {
		return parseQueryString(text, "&", "=", { maxKeys: 0 });
	}
	try {
		return parseJson(text);
	} catch (error) {
		throw createErrorFrom(
			error,
			"network.http.body_parse_failed",
			text.slice(0, SHOWN_LENGTH),
		);
	}
}
