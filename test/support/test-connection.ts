import { randomUUID } from "node:crypto";
import type { Connection } from "../../src/call/connection.ts";

/** A client's end of a connection that no network is behind: keeps the frames that it was sent. */
export interface TestConnection extends Connection {
	readonly frames: string[];
}

export function testConnection(
	parts: Partial<
		Pick<Connection, "id" | "protocol" | "address" | "headers" | "secure">
	> = {},
): TestConnection {
	const frames: string[] = [];
	return {
		id: randomUUID(),
		protocol: "websocket",
		address: "127.0.0.1",
		headers: {},
		secure: false,
		...parts,
		frames,
		send: (frame) => frames.push(frame),
		notify: ({ frame }) => frames.push(frame.toString()),
		bufferedBytes: () => 0,
		close() {},
	};
}
