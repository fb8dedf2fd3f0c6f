import type { Notification } from "../../src/call/notification.ts";

/** A line that browsers do not hand to the page (HTML Living Standard, "Server-sent events"). */
export const COMMENT = Buffer.from(":\n\n");

/** How long a browser waits before it comes back. */
const RETRY_MS = 3000;

/** What messages to clients begin with, as recorded. */
const TYPE = /^\{"type":"(\w+)"/;

const encoded = new WeakMap<Notification, Buffer>();

/** A notification as one event, in the form that WebSockets get. Encoded once, whatever the number of its receivers. */
export function encodeNotification(notification: Notification): Buffer {
	let event = encoded.get(notification);
	if (event === undefined) {
		event = Buffer.concat([
			Buffer.from(`${eventLine(notification.json)}data: `),
			notification.frame,
			Buffer.from("\n\n"),
		]);
		encoded.set(notification, event);
	}
	return event;
}

/** A message of the server, which is JSON and so has no line breaks. */
export function encodeFrame(frame: string): Buffer {
	return Buffer.from(`${eventLine(frame)}data: ${frame}\n\n`);
}

/** What the subscription was answered with: the first event. */
export function encodeSubscribed(result: unknown): Buffer {
	return Buffer.from(
		`retry: ${RETRY_MS}\nevent: subscribed\ndata: ${JSON.stringify(result)}\n\n`,
	);
}

/** Names the event by the message's type; without one, it is a `message`. */
function eventLine(json: string): string {
	const type = TYPE.exec(json)?.[1];
	return type === undefined ? "" : `event: ${type}\n`;
}
