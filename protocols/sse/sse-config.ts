/** What the event streams are told; beside each its configuration key. */
export interface SseConfig {
	/** limits.idleTimeout: a socket on which nothing moves for so long is closed. In milliseconds. */
	readonly idleTimeoutMs: number;
	/** limits.outgoingBufferBytes: a client for which more than this waits to be sent is cut. */
	readonly outgoingBytesMax: number;
}
