import type { Notification } from "../../src/call/notification.ts";
import { encodePublish } from "./encode-publish.ts";
import type { Sessions } from "./sessions.ts";

export type Qos = 0 | 1 | 2;

/** Who listens to topics. */
export interface Listener {
	/** Of its MQTT session. */
	readonly sessionId: string;
	/** An identifier for a message of QoS 1 or 2 to it. */
	nextMessageId(): number;
	write(packet: Buffer): void;
}

/**
 * Who listens to which topic. Topics have no wildcards here, so that a message meets its listeners by one look-up; and it is sent within the call, so
 * that messages arrive in the order in which they were published.
 */
export class Topics {
	readonly #sessions: Sessions;
	readonly #listeners = new Map<string, Map<Listener, Qos>>();
	/** Notifications that were published: each comes once for every subscriber. */
	readonly #published = new WeakSet<Notification>();

	constructor(sessions: Sessions) {
		this.#sessions = sessions;
	}

	add(topic: string, listener: Listener, qos: Qos): void {
		const listeners = this.#listeners.get(topic);
		if (listeners === undefined) {
			this.#listeners.set(topic, new Map([[listener, qos]]));
		} else listeners.set(listener, qos);
	}

	remove(topic: string, listener: Listener): void {
		const listeners = this.#listeners.get(topic);
		if (listeners === undefined) return;
		listeners.delete(listener);
		if (listeners.size === 0) this.#listeners.delete(topic);
	}

	/** How many topics anybody listens to. */
	get size(): number {
		return this.#listeners.size;
	}

	/** QoS 1 for those who asked for it. */
	notify(notification: Notification): void {
		if (this.#published.has(notification)) return;
		this.#published.add(notification);
		this.publish(notification.channel, Buffer.from(notification.json), 1);
	}

	/** To each listener with the lower of both QoS [MQTT-3.8.4-6]; kept for sessions without a connection. */
	publish(topic: string, payload: Buffer, qos: Qos): void {
		const listeners = this.#listeners.get(topic);
		let plain: Buffer | undefined;
		for (const [listener, asked] of listeners ?? []) {
			const granted = Math.min(qos, asked) as Qos;
			if (granted === 0) {
				plain ??= encodePublish(topic, payload, { qos: 0 });
				listener.write(plain);
				continue;
			}
			const messageId = listener.nextMessageId();
			const message = { topic, payload, qos: granted, messageId };
			this.#sessions.keepSent(listener.sessionId, message);
			listener.write(
				encodePublish(topic, payload, { qos: granted, messageId }),
			);
		}
		if (qos > 0) this.#sessions.keepForAbsent(topic, payload, qos);
	}
}
