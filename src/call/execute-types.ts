import type { Connection } from "./connection.ts";
import type { Envelope } from "./envelope.ts";
import type { Reply } from "./reply.ts";

/**
 * Runs one request through the whole pipeline. Never rejects: every failure is a reply.
 * `aborted` is asked for only when something waits: it answers a signal that fires when the client is gone.
 */
export type Execute = (
	envelope: Envelope,
	connection: Connection,
	aborted?: () => AbortSignal,
) => Promise<Reply>;
