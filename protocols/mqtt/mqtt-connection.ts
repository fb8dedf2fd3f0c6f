import type { ClientOrigin } from "../../src/call/client-address.ts";
import type { Connection } from "../../src/call/connection.ts";
import type { Notification } from "../../src/call/notification.ts";
import type { Log } from "../../src/lib/log.ts";
import { encodePublish } from "./encode-publish.ts";
import type { MqttConfig } from "./mqtt-config.ts";
import type { PacketGate } from "./packet-gate.ts";
import { SERVER_TOPIC } from "./topic-rules.ts";
import type { Topics } from "./topics.ts";

export interface MqttConnectionOptions {
	readonly id: string;
	readonly gate: PacketGate;
	/** Of the upgrade request; none over TCP. */
	readonly headers: Connection["headers"];
	readonly client: ClientOrigin;
	readonly config: MqttConfig;
	readonly topics: Topics;
	readonly log: Log;
}

/** The writing side of one MQTT client. */
export class MqttConnection implements Connection {
	readonly id: string;
	readonly protocol = "mqtt";
	readonly address: string;
	readonly headers: Connection["headers"];
	readonly secure: boolean;
	/** The token given as password at CONNECT, by which requests without one of their own are made. */
	token: string | null = null;
	readonly #gate: PacketGate;
	readonly #config: MqttConfig;
	readonly #topics: Topics;
	readonly #log: Log;
	#isOpen = false;

	constructor(options: MqttConnectionOptions) {
		this.id = options.id;
		this.address = options.client.address;
		this.secure = options.client.secure;
		this.headers = options.headers;
		this.#gate = options.gate;
		this.#config = options.config;
		this.#topics = options.topics;
		this.#log = options.log;
	}

	/** CONNACK is on its way: what is written now comes after it [MQTT-3.2.0-1]. */
	open(): void {
		this.#isOpen = true;
	}

	/** An answer, to this client alone but in development. */
	send(frame: string): void {
		const { responseTopic, developmentMode } = this.#config;
		const payload = Buffer.from(frame);
		if (developmentMode) this.#topics.publish(responseTopic, payload, 0);
		else this.write(encodePublish(responseTopic, payload, { qos: 0 }));
	}

	/**
	 * A channel is a topic, and whoever listens to it hears what is published there, as in Kuzzle; so the first of its subscribers publishes for
	 * all. Messages of the server itself go to the one connection that they are about.
	 */
	notify(notification: Notification): void {
		const { channel } = notification;
		if (channel !== SERVER_TOPIC) {
			this.#topics.notify(notification);
		} else if (this.#config.realtimeNotifications) {
			const payload = Buffer.from(notification.json);
			this.write(encodePublish(channel, payload, { qos: 0 }));
		}
	}

	bufferedBytes(): number {
		return this.#gate.bufferedBytes;
	}

	/** MQTT 3.1.1 has no packet in which a server could say why. */
	close(): void {
		this.#gate.destroy();
	}

	/** Writes one packet. A client that does not read is cut. */
	write(packet: Buffer): void {
		if (!this.#isOpen || this.#gate.destroyed) return;
		if (this.bufferedBytes() > this.#config.outgoingBytesMax) {
			this.#log.warn(
				{ connectionId: this.id, bytes: this.bufferedBytes() },
				"A client reads too slowly and was cut",
			);
			this.#gate.destroy();
			return;
		}
		this.#gate.write(packet);
	}
}
