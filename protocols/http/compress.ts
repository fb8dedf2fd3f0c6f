import { promisify } from "node:util";
import { deflate, deflateSync, gzip, gzipSync } from "node:zlib";
import type { Encoding } from "./negotiate-encoding.ts";

/** Up to here it is quicker to compress at once than to ask another thread. */
const SYNC_BYTES_MAX = 8192;

/** A small window and memory are enough for a small text, and much cheaper to set up. */
const SMALL = { level: 1, windowBits: 13, memLevel: 5 };

const gzipAsync = promisify(gzip);
const deflateAsync = promisify(deflate);

/** A promise only where it is worth another thread. */
export function compress(
	payload: string | Uint8Array,
	encoding: Exclude<Encoding, "identity">,
): Buffer | Promise<Buffer> {
	const isGzip = encoding === "gzip";
	if (payload.length > SYNC_BYTES_MAX) {
		return isGzip ? gzipAsync(payload) : deflateAsync(payload);
	}
	return isGzip ? gzipSync(payload, SMALL) : deflateSync(payload, SMALL);
}
