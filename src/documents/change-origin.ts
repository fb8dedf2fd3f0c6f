import type { Connection } from "../call/connection.ts";
import type { Envelope } from "../call/envelope.ts";
import type { JsonObject } from "../lib/json.ts";

/** The request that made a change: what subscribers are told of it. */
export interface ChangeOrigin {
	readonly controller: string;
	readonly action: string;
	readonly requestId: string;
	readonly protocol: Connection["protocol"];
	readonly volatile: JsonObject | null;
	/** Milliseconds since the epoch, as the client gave it; null when it gave none. */
	readonly timestamp: number | null;
}

export function originOf({
	envelope,
	connection,
}: {
	readonly envelope: Envelope;
	readonly connection: Pick<Connection, "protocol">;
}): ChangeOrigin {
	const { controller, action, requestId, volatile, args } = envelope;
	return {
		controller: controller ?? "",
		action: action ?? "",
		requestId,
		protocol: connection.protocol,
		// Volatile data are JSON, on whatever protocol they came.
		volatile: volatile as JsonObject | null,
		timestamp: typeof args.timestamp === "number" ? args.timestamp : null,
	};
}
