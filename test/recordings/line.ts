import type { Frame } from "./recording.ts";

/** One named connection of a recording, whatever its protocol. */
export interface Line {
	send(payload: Buffer, binary: boolean): void;
	/** MQTT only: listens to a topic. */
	subscribe?(topic: string): Promise<void>;
	/** MQTT only: publishes elsewhere than where requests go. */
	publish?(topic: string, payload: Buffer): void;
	/** Resolves once the server has read what was sent before, and written what it had to write by then. */
	settle(): Promise<void>;
	close(): Promise<void>;
	terminate(): void;
}

/** What a connection tells of itself. */
export interface LineEvents {
	frame(frame: Frame): void;
	/** The server has closed it; not told of one that was closed from this side. */
	closed(code: Exclude<Frame["closed"], undefined>): void;
}

export function toFrame(conn: string, text: string): Frame {
	try {
		return { conn, data: JSON.parse(text) as unknown };
	} catch {
		return { conn, text };
	}
}
