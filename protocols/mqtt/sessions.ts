import { Readable } from "node:stream";
import type { Log } from "../../src/lib/log.ts";
import type { MqttConfig } from "./mqtt-config.ts";
import type { Qos } from "./topics.ts";

/** A message that its receiver has not acknowledged yet. */
interface Message {
	readonly topic: string;
	readonly payload: Buffer;
	readonly qos: Qos;
	readonly messageId: number;
}

interface StoredMessage extends Message {
	readonly cmd: "publish";
	/** It was sent before, so that sending it again is a duplicate [MQTT-3.3.1-1]. */
	dup: boolean;
}

/** The receiver has the message of that identifier, and waits for PUBREL (QoS 2). */
interface Release {
	readonly cmd: "pubrel";
	readonly messageId: number;
}

interface Session {
	readonly topics: Map<string, Qos>;
	/** By identifier, in the order of sending. */
	readonly outgoing: Map<number, StoredMessage | Release>;
}

/** A client, as the broker names it. */
export interface Client {
	readonly id: string;
}

interface Subscription {
	readonly topic: string;
	readonly qos: Qos;
}

interface Will extends Record<string, unknown> {
	brokerId?: string;
	clientId?: string;
}

export interface SessionsOptions {
	readonly config: MqttConfig;
	readonly log: Log;
	/** Whether the client got the subscription that it asked for. */
	readonly isGranted: (client: Client, topic: string) => boolean;
}

/** What a message costs beside its text, in bytes, by rough measure. */
const MESSAGE_OVERHEAD_BYTES = 256;

/**
 * What outlives a connection, or a message: sessions of clients that asked for it, retained messages, and QoS 2 identifiers. In memory, and bounded in
 * each direction that a client can push; what does not fit is not kept, and the log says so. It is the broker's `persistence`.
 */
export class Sessions {
	readonly #config: MqttConfig;
	readonly #log: Log;
	readonly #sessions = new Map<string, Session>();
	/** Who is connected now, by session. */
	readonly #present = new Map<string, object>();
	/** Sessions without a connection, by the topics that they listen to. */
	readonly #absentByTopic = new Map<string, Set<string>>();
	readonly #retained = new Map<string, StoredMessage>();
	/** QoS 2 identifiers of messages that came and were not released. The messages themselves went on at once. */
	readonly #received = new Map<string, Set<number>>();
	readonly #wills = new Map<string, Will>();
	readonly #isGranted: SessionsOptions["isGranted"];
	#brokerId = "";
	#storedBytes = 0;

	constructor({ config, log, isGranted }: SessionsOptions) {
		this.#config = config;
		this.#log = log;
		this.#isGranted = isGranted;
	}

	/** Bytes of all messages that are kept. */
	get storedBytes(): number {
		return this.#storedBytes;
	}

	get size(): number {
		return this.#sessions.size;
	}

	/** A later connection takes a session over from an earlier one. */
	connected(id: string, owner: object): void {
		this.#present.set(id, owner);
		this.#index(id, false);
	}

	disconnected(id: string, owner: object): void {
		if (this.#present.get(id) !== owner) return;
		this.#present.delete(id);
		this.#index(id, true);
	}

	/** What a session that was there before listens to. */
	topicsOf(id: string): ReadonlyMap<string, Qos> {
		return this.#sessions.get(id)?.topics ?? new Map();
	}

	/** Whether a message of that identifier is under way to the client. */
	holds(id: string, messageId: number): boolean {
		return this.#sessions.get(id)?.outgoing.has(messageId) ?? false;
	}

	/** Keeps a message that was sent until it is acknowledged, where the session outlives the connection. */
	keepSent(id: string, message: Message): void {
		const session = this.#sessions.get(id);
		if (session !== undefined) this.#keep(session, message, true);
	}

	/** Keeps a message for each session that listens to its topic and has no connection. */
	keepForAbsent(topic: string, payload: Buffer, qos: Qos): void {
		for (const id of this.#absentByTopic.get(topic) ?? []) {
			const session = this.#sessions.get(id);
			const granted = Math.min(qos, session?.topics.get(topic) ?? 0) as Qos;
			if (session === undefined || granted === 0) continue;
			const messageId = freeId(session);
			this.#keep(session, { topic, payload, qos: granted, messageId }, false);
		}
	}

	/** The message that later subscribers get at once; an empty one takes it away [MQTT-3.3.1-10]. */
	retain(topic: string, payload: Buffer, qos: Qos): void {
		const old = this.#retained.get(topic);
		if (old !== undefined) this.#forget(old);
		this.#retained.delete(topic);
		if (payload.length === 0) return;
		const message = { topic, payload, qos, messageId: 0 };
		if (this.#retained.size >= this.#config.storedMessagesMax) {
			this.#log.warn({ topic }, "Too many retained MQTT messages");
		} else if (this.#fits(message)) {
			const stored = { ...message, cmd: "publish", dup: false } as const;
			this.#retained.set(topic, stored);
			this.#storedBytes += costOf(message);
		}
	}

	/* What follows is called by the broker. */

	async setup(broker: { readonly id: string }): Promise<void> {
		this.#brokerId = broker.id;
	}

	createRetainedStreamCombi(topics: readonly string[]): Readable {
		return Readable.from(
			topics.flatMap((topic) => this.#retained.get(topic) ?? []),
		);
	}

	async addSubscriptions(
		client: Client,
		subscriptions: readonly Subscription[],
	): Promise<void> {
		const session =
			this.#sessions.get(client.id) ?? this.#createSession(client.id);
		for (const { topic, qos } of subscriptions) {
			if (this.#isGranted(client, topic)) session.topics.set(topic, qos);
		}
	}

	async removeSubscriptions(
		client: Client,
		topics: readonly string[],
	): Promise<void> {
		const session = this.#sessions.get(client.id);
		for (const topic of topics) session?.topics.delete(topic);
	}

	async subscriptionsByClient(client: Client): Promise<Subscription[]> {
		const session = this.#sessions.get(client.id);
		if (session === undefined) return [];
		return [...session.topics].map(([topic, qos]) => ({ topic, qos }));
	}

	/** A clean session begins: what was there is discarded [MQTT-3.1.2-6]. */
	async cleanSubscriptions(client: Client): Promise<void> {
		const session = this.#sessions.get(client.id);
		if (session !== undefined) this.#drop(client.id, session);
	}

	async outgoingUpdate(
		client: Client,
		packet: { readonly cmd: string; readonly messageId: number },
	): Promise<void> {
		const outgoing = this.#sessions.get(client.id)?.outgoing;
		const stored = outgoing?.get(packet.messageId);
		if (outgoing === undefined || stored === undefined) return;
		if (stored.cmd === "publish" && packet.cmd === "pubrel") {
			this.#forget(stored);
			const { messageId } = packet;
			outgoing.set(messageId, { cmd: "pubrel", messageId });
		} else if (stored.cmd === "publish") stored.dup = true;
	}

	async outgoingClearMessageId(
		client: Client,
		{ messageId }: { readonly messageId: number },
	): Promise<Message | Release | undefined> {
		const outgoing = this.#sessions.get(client.id)?.outgoing;
		const stored = outgoing?.get(messageId);
		if (stored?.cmd === "publish") this.#forget(stored);
		outgoing?.delete(messageId);
		return stored;
	}

	/** What was not acknowledged is sent again [MQTT-4.4.0-1]. */
	outgoingStream(client: Client): Readable {
		const outgoing = this.#sessions.get(client.id)?.outgoing.values() ?? [];
		return Readable.from([...outgoing].map((packet) => ({ ...packet })));
	}

	async incomingStorePacket(
		client: Client,
		{ messageId }: { readonly messageId: number },
	): Promise<void> {
		const received = this.#received.get(client.id);
		if (received === undefined) {
			this.#received.set(client.id, new Set([messageId]));
		} else received.add(messageId);
	}

	/** Rejects where the message has not come yet. */
	async incomingGetPacket(
		client: Client,
		{ messageId }: { readonly messageId: number },
	): Promise<{ messageId: number }> {
		if (!this.#received.get(client.id)?.has(messageId)) {
			throw new Error("No such packet");
		}
		return { messageId };
	}

	async incomingDelPacket(
		client: Client,
		{ messageId }: { readonly messageId: number },
	): Promise<void> {
		const received = this.#received.get(client.id);
		received?.delete(messageId);
		if (received?.size === 0) this.#received.delete(client.id);
	}

	async cleanIncoming(client: Client): Promise<void> {
		this.#received.delete(client.id);
	}

	async putWill(client: Client, will: Will): Promise<void> {
		will.brokerId = this.#brokerId;
		will.clientId = client.id;
		this.#wills.set(client.id, will);
	}

	async delWill(client: Client): Promise<Will | undefined> {
		const will = this.#wills.get(client.id);
		this.#wills.delete(client.id);
		return will;
	}

	/** Wills of other brokers: there are none. */
	streamWill(): Readable {
		return Readable.from([]);
	}

	/** The oldest session without a connection makes room; where there is none, the new one ends with its connection. */
	#createSession(id: string): Session {
		const session: Session = { topics: new Map(), outgoing: new Map() };
		if (this.#sessions.size >= this.#config.sessionsMax) {
			for (const [other, old] of this.#sessions) {
				if (this.#present.has(other)) continue;
				this.#drop(other, old);
				break;
			}
		}
		if (this.#sessions.size < this.#config.sessionsMax) {
			this.#sessions.set(id, session);
		} else this.#log.warn({}, "Too many MQTT sessions");
		return session;
	}

	#drop(id: string, session: Session): void {
		this.#index(id, false);
		for (const stored of session.outgoing.values()) {
			if (stored.cmd === "publish") this.#forget(stored);
		}
		this.#sessions.delete(id);
		this.#received.delete(id);
	}

	#index(id: string, isAbsent: boolean): void {
		for (const topic of this.topicsOf(id).keys()) {
			const ids = this.#absentByTopic.get(topic) ?? new Set();
			if (isAbsent) ids.add(id);
			else ids.delete(id);
			if (ids.size === 0) this.#absentByTopic.delete(topic);
			else this.#absentByTopic.set(topic, ids);
		}
	}

	#keep(session: Session, message: Message, dup: boolean): void {
		const isFull = session.outgoing.size >= this.#config.storedMessagesMax;
		if (isFull || !this.#fits(message)) return;
		const stored = { ...message, cmd: "publish", dup } as const;
		session.outgoing.set(message.messageId, stored);
		this.#storedBytes += costOf(message);
	}

	#fits(message: Message): boolean {
		const { storedBytesMax } = this.#config;
		if (this.#storedBytes + costOf(message) <= storedBytesMax) return true;
		this.#log.warn(
			{ topic: message.topic },
			"No room to keep an MQTT message: limits.mqttStoredBytes",
		);
		return false;
	}

	#forget(message: Message): void {
		this.#storedBytes -= costOf(message);
	}
}

function costOf({ topic, payload }: Message): number {
	return topic.length + payload.length + MESSAGE_OVERHEAD_BYTES;
}

/** 0 is no identifier [MQTT-2.3.1-1]. There are fewer messages than identifiers. */
function freeId({ outgoing }: Session): number {
	let id = outgoing.size + 1;
	while (outgoing.has(id)) id = (id % 65_535) + 1;
	return id;
}
