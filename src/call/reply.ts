import type { Response } from "./envelope.ts";

/**
 * What `execute` hands back to a protocol: the envelope to encode, and what only some protocols can carry.
 */
export interface Reply {
	readonly response: Response;
	/** HTTP only: cookies to set, as values. */
	readonly cookies: readonly Cookie[];
	/**
	 * Present when the action answers something else than the envelope (OpenAPI documents, exports): the protocol writes
	 * this alone. Text, bytes, or a stream of either.
	 */
	readonly raw?: RawContent;
}

export interface RawContent {
	readonly contentType: string;
	readonly content: string | Uint8Array | AsyncIterable<string | Uint8Array>;
}

export interface Cookie {
	readonly name: string;
	readonly value: string;
	/** Milliseconds since the epoch; absent: a session cookie. */
	readonly expiresAt?: number;
}
