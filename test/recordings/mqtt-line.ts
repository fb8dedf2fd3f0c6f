import mqtt from "mqtt";
import type { Address } from "./http-exchange.ts";
import { type Line, type LineEvents, toFrame } from "./line.ts";

const OPEN_TIMEOUT_MS = 15_000;

/** As recorded, it listens to the topic of answers at once. */
export async function openMqttLine(
	name: string,
	{ host, mqttPort }: Address,
	events: LineEvents,
): Promise<Line> {
	const client = await mqtt.connectAsync(
		`mqtt://${host}:${mqttPort}`,
		{
			protocolVersion: 4,
			reconnectPeriod: 0,
			connectTimeout: OPEN_TIMEOUT_MS,
		},
		false,
	);
	client.on("error", () => {});
	client.on("message", (topic, payload) =>
		events.frame({ ...toFrame(name, payload.toString()), topic }),
	);
	client.on("close", () => events.closed(true));
	await client.subscribeAsync("Kuzzle/response");
	const settle = async () => {
		// Any packet that is acknowledged: the server reads them in order.
		if (client.connected)
			await client.unsubscribeAsync("nothing").catch(ignore);
	};
	return {
		send: (payload) => client.publish("Kuzzle/request", payload),
		publish: (topic, payload) => client.publish(topic, payload),
		async subscribe(topic) {
			client.subscribe(topic, ignore);
			await settle();
		},
		settle,
		close: () => client.endAsync(),
		terminate: () => client.end(true),
	};
}

/** A connection that ends meanwhile is told as its end. */
function ignore(): void {}
