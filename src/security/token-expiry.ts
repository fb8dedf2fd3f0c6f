import type { Connection, Connections } from "../call/connection.ts";
import { Notification } from "../call/notification.ts";
import type { Clock } from "../lib/clock.ts";

/** The room that Kuzzle's SDKs listen to for messages of the server itself. */
const SERVER_ROOM = "kuzzle:notification:server";

/**
 * Tells a connection when the token that it uses has ended, and unties it. The socket stays open: its client may log in again.
 * The answer stops it.
 */
export function announceTokenExpiry({
	connections,
	clock,
	nodeId,
}: {
	readonly connections: Connections;
	readonly clock: Clock;
	readonly nodeId: string;
}): () => void {
	const timers = new Map<string, () => void>();
	const notification = new Notification(
		SERVER_ROOM,
		JSON.stringify({
			type: "TokenExpired",
			status: 200,
			message: "Authentication Token Expired",
			info: "The token of this connection has ended. Log in again to go on as this user.",
			node: nodeId,
		}),
	);

	function clear(connection: Connection): void {
		timers.get(connection.id)?.();
		timers.delete(connection.id);
	}

	const stop = connections.onTie((connection, identity) => {
		clear(connection);
		if (identity === null || identity.expiresAt === -1) return;
		const delay = Math.max(0, identity.expiresAt - clock.now());
		timers.set(
			connection.id,
			clock.schedule(delay, () => {
				timers.delete(connection.id);
				// First, so that a client knows why it hears no more.
				connection.notify(notification);
				connections.revoke(connection);
			}),
		);
	});
	return () => {
		stop();
		for (const cancel of timers.values()) cancel();
		timers.clear();
	};
}
