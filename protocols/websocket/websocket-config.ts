/** What the WebSocket protocol is told; beside each its configuration key. Times in milliseconds. */
export interface WebSocketConfig {
	/** server.maxRequestSize, in bytes: of one message. A longer one ends its connection. */
	readonly messageBytesMax: number;
	/** server.protocols.websocket.idleTimeout: below 1000 it counts as 60000; whole seconds. */
	readonly idleTimeoutMs: number;
	/** server.protocols.websocket.rateLimit: messages per second and socket; 0 for no limit. */
	readonly rateLimit: number;
	/** server.protocols.websocket.compression: permessage-deflate. */
	readonly compression: boolean;
	/** server.protocols.websocket.sendPingsAutomatically */
	readonly sendPingsAutomatically: boolean;
	/** server.protocols.websocket.resetIdleTimeoutOnSend */
	readonly resetIdleTimeoutOnSend: boolean;
	/** limits.outgoingBufferBytes: a client for which more than this waits to be sent is cut. */
	readonly outgoingBytesMax: number;
	/** limits.shutdownTimeout: what is not answered by then is cut. */
	readonly shutdownTimeoutMs: number;
}

const IDLE_TIMEOUT_DEFAULT_MS = 60_000;

/** The idle timeout that counts: Kuzzle takes no shorter one than a second, and counts in seconds. */
export function effectiveIdleTimeoutMs(config: WebSocketConfig): number {
	return config.idleTimeoutMs < 1000
		? IDLE_TIMEOUT_DEFAULT_MS
		: Math.round(config.idleTimeoutMs / 1000) * 1000;
}
