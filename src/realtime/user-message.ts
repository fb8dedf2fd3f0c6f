import type { Connection } from "../call/connection.ts";
import type { JsonValue } from "../lib/json.ts";
import type { Place } from "./rooms.ts";

/** Somebody came into a room or left it: plain JSON, so that it can go to other nodes. */
export interface UserMessage {
	readonly user: "in" | "out";
	readonly action: "subscribe" | "join" | "unsubscribe";
	/** Who is in the room now, over all nodes. */
	readonly count: number;
	/** Null for one who joined: the request named no place (recorded). */
	readonly place: Place | null;
	/** Null for one who left, as recorded. */
	readonly protocol: Connection["protocol"] | null;
	readonly volatile: JsonValue;
	/** Milliseconds since the epoch. */
	readonly at: number;
}

/** The notification, but for the room: members and their order as recorded. */
export function renderUser({
	user,
	action,
	count,
	place,
	protocol,
	volatile,
	at,
}: UserMessage): string {
	return JSON.stringify({
		type: "user",
		status: 200,
		user,
		result: { count },
		timestamp: at,
		volatile,
		...(place === null
			? {}
			: { index: place.index, collection: place.collection }),
		controller: "realtime",
		action,
		protocol,
	});
}
