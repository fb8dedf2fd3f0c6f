import { EventEmitter, once } from "node:events";
import mqtt from "mqtt";
import { isObject } from "../../src/lib/json.ts";

const TIMEOUT_MS = 10_000;

export interface MqttMessage {
	readonly topic: string;
	readonly text: string;
	readonly qos: number;
	readonly retain: boolean;
	readonly dup: boolean;
}

export type MqttOptions = mqtt.IClientOptions;

/** The `mqtt` package as a client of the gateway: requests, and whatever else arrives. It does not reconnect. */
export class MqttClient {
	readonly client: mqtt.MqttClient;
	/** All that came, oldest first. */
	readonly messages: MqttMessage[] = [];
	readonly #news = new EventEmitter();
	#lastRequest = 0;

	/** Use `openMqtt`. */
	constructor(client: mqtt.MqttClient) {
		this.client = client;
		client.on("message", (topic, payload, { qos, retain, dup }) => {
			this.messages.push({
				topic,
				text: payload.toString(),
				qos,
				retain,
				dup,
			});
			this.#news.emit("message");
		});
		client.on("close", () => this.#news.emit("close"));
	}

	/** Sends one request and answers its response. */
	async request<T = Record<string, unknown>>(
		request: Readonly<Record<string, unknown>>,
	): Promise<T> {
		const requestId = `mqtt-client-${++this.#lastRequest}`;
		this.client.publish(
			"Kuzzle/request",
			JSON.stringify({ requestId, ...request }),
		);
		const message = await this.waitFor(({ text, topic }) => {
			if (topic !== "Kuzzle/response") return false;
			const answer: unknown = JSON.parse(text);
			return isObject(answer) && answer.requestId === requestId;
		});
		return JSON.parse(message.text) as T;
	}

	/** The first message that fits, of those that came or come. */
	async waitFor(fits: (message: MqttMessage) => boolean): Promise<MqttMessage> {
		const signal = AbortSignal.timeout(TIMEOUT_MS);
		for (;;) {
			const found = this.messages.find(fits);
			if (found !== undefined) return found;
			await once(this.#news, "message", { signal });
		}
	}

	/** Resolves once the server has closed the connection. */
	async closed(): Promise<void> {
		if (!this.client.connected) return;
		await once(this.#news, "close", {
			signal: AbortSignal.timeout(TIMEOUT_MS),
		});
	}

	async close(): Promise<void> {
		await this.client.endAsync(true);
	}
}

/** Rejects with the error of the refusal, whose `code` is the return code. */
export async function openMqtt(
	url: string,
	options: MqttOptions = {},
): Promise<MqttClient> {
	const client = await mqtt.connectAsync(
		url,
		{
			reconnectPeriod: 0,
			connectTimeout: TIMEOUT_MS,
			protocolVersion: 4,
			...options,
		},
		false,
	);
	client.on("error", () => {});
	return new MqttClient(client);
}
