import type { Client } from "aedes";
import type { MqttConnection } from "./mqtt-connection.ts";
import type { PacketGate } from "./packet-gate.ts";
import type { Requests } from "./requests.ts";
import type { Sessions } from "./sessions.ts";
import { TOPIC_BYTES_MAX } from "./topic-rules.ts";
import type { Listener, Qos, Topics } from "./topics.ts";

export interface MqttClientOptions {
	readonly client: Client;
	readonly gate: PacketGate;
	readonly connection: MqttConnection;
	readonly requests: Requests;
	readonly topics: Topics;
	readonly sessions: Sessions;
	readonly subscriptionsMax: number;
}

/** One client: its broker's side, its connection, and what it listens to. */
export class MqttClient implements Listener {
	readonly gate: PacketGate;
	readonly connection: MqttConnection;
	readonly requests: Requests;
	readonly #client: Client;
	readonly #topics: Topics;
	readonly #sessions: Sessions;
	readonly #subscriptionsMax: number;
	/** What it asked for and got, from before the acknowledgement on. */
	readonly #granted = new Set<string>();
	#lastMessageId = 0;

	constructor(options: MqttClientOptions) {
		this.#client = options.client;
		this.gate = options.gate;
		this.connection = options.connection;
		this.requests = options.requests;
		this.#topics = options.topics;
		this.#sessions = options.sessions;
		this.#subscriptionsMax = options.subscriptionsMax;
	}

	get sessionId(): string {
		return this.#client.id;
	}

	/** CONNACK is written. What a session of before listened to is heard from now on. */
	open(): void {
		this.connection.open();
		this.#sessions.connected(this.sessionId, this);
		for (const [topic, qos] of this.#sessions.topicsOf(this.sessionId)) {
			if (this.isGranted(topic)) this.#topics.add(topic, this, qos);
		}
	}

	isGranted(topic: string): boolean {
		return this.#granted.has(topic);
	}

	/** False where it listens to as much as it may. */
	grant(topic: string): boolean {
		if (this.#granted.has(topic)) return true;
		if (this.#granted.size >= this.#subscriptionsMax) return false;
		if (Buffer.byteLength(topic) > TOPIC_BYTES_MAX) return false;
		this.#granted.add(topic);
		return true;
	}

	subscribe(topic: string, qos: Qos): void {
		if (!this.gate.destroyed) this.#topics.add(topic, this, qos);
	}

	unsubscribe(topic: string): void {
		this.#granted.delete(topic);
		this.#topics.remove(topic, this);
	}

	/** Of a message whose acknowledgement is not waited for, the identifier may be used again [MQTT-2.3.1-4]. */
	nextMessageId(): number {
		do this.#lastMessageId = (this.#lastMessageId % 65_535) + 1;
		while (this.#sessions.holds(this.sessionId, this.#lastMessageId));
		return this.#lastMessageId;
	}

	write(packet: Buffer): void {
		this.connection.write(packet);
	}

	/** The connection is gone. */
	end(): void {
		this.requests.end();
		for (const topic of this.#granted) this.#topics.remove(topic, this);
		this.#granted.clear();
		if (this.sessionId !== null) {
			this.#sessions.disconnected(this.sessionId, this);
		}
	}
}
