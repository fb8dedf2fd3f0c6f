import type { IncomingHttpHeaders } from "node:http";
import { createError } from "../../src/errors/gateway-error.ts";
import type { HttpConfig } from "./http-config.ts";

export type ContentKind = "json" | "form" | "multipart";

/** What the headers say of a body. */
export interface ContentHeaders {
	readonly kind: ContentKind;
	/** The whole Content-Type; a multipart boundary stands in it. */
	readonly type: string;
	/** To be undone from the last to the first. Without identity layers. */
	readonly encodings: readonly ("gzip" | "deflate")[];
}

const PLAIN_JSON: ContentHeaders = {
	kind: "json",
	type: "application/json",
	encodings: [],
};

/** Reads Content-Type and Content-Encoding. Requests without a body are held to them too, as recorded. */
export function readContentHeaders(
	headers: IncomingHttpHeaders,
	config: HttpConfig,
): ContentHeaders {
	const type = headers["content-type"];
	const encoding = headers["content-encoding"];
	if (
		encoding === undefined &&
		(type === undefined || type === PLAIN_JSON.type)
	) {
		return PLAIN_JSON;
	}
	return {
		kind: kindOf(type ?? "", config),
		type: type ?? "",
		encodings: encodingsOf(encoding ?? "", config),
	};
}

function kindOf(header: string, config: HttpConfig): ContentKind {
	const semicolon = header.indexOf(";");
	const type = (semicolon === -1 ? header : header.slice(0, semicolon)).trim();
	const kind = kindOfType(type, config);
	if (kind === null)
		throw createError("network.http.unsupported_content", type);
	const charset = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(header)?.[1];
	if (charset !== undefined && charset.toLowerCase() !== "utf-8") {
		throw createError("network.http.unsupported_charset", charset);
	}
	return kind;
}

/** Exact matches, also in case. */
function kindOfType(type: string, config: HttpConfig): ContentKind | null {
	if (type === "" || type === "application/json") return "json";
	if (type === "application/x-www-form-urlencoded") return "form";
	if (type === "multipart/form-data") return "multipart";
	return config.additionalContentTypes.includes(type) ? "json" : null;
}

function encodingsOf(
	header: string,
	config: HttpConfig,
): ("gzip" | "deflate")[] {
	const layers = header.split(",").map((layer) => layer.trim());
	if (layers.length > config.encodingLayersMax) {
		throw createError("network.http.too_many_encodings");
	}
	const encodings: ("gzip" | "deflate")[] = [];
	for (const layer of layers) {
		const encoding = layer.toLowerCase();
		if (encoding === "" || encoding === "identity") continue;
		if (encoding !== "gzip" && encoding !== "deflate") {
			throw createError("network.http.unsupported_compression", layer);
		}
		if (!config.allowCompression) {
			throw createError("network.http.compression_disabled");
		}
		encodings.push(encoding);
	}
	return encodings;
}
