import type { Client } from "aedes";
import type { Sessions } from "./sessions.ts";

/** A message as the broker hands it on. */
export interface Published {
	readonly topic: string;
	readonly payload: string | Buffer;
	readonly qos: 0 | 1 | 2;
	readonly retain: boolean;
}

/** The part of the broker that is used here. */
export type Broker = InstanceType<typeof import("aedes")["Aedes"]>;
export type BrokerOptions = ConstructorParameters<
	typeof import("aedes")["Aedes"]
>[0] & { persistence: Sessions };

/** What becomes of a message; `done` asks for the next ones. */
export type Publish = (
	client: Client | null,
	packet: Published,
	done: () => void,
) => void;

/**
 * The broker, loaded when MQTT is enabled. It reads and writes packets, and keeps their handshakes; where messages go is decided here. (Its own delivery
 * drops a message when one of another QoS overtakes it, and costs several turns of the event loop.)
 */
export async function createBroker(
	options: BrokerOptions,
	publish: Publish,
): Promise<Broker> {
	const { Aedes } = await import("aedes");
	class GatewayBroker extends Aedes {
		override publish(
			packet: Published,
			client: Client | null | ((error?: Error) => void),
			done?: (error?: Error) => void,
		): void {
			// The broker's messages about itself ($SYS) come without a client, and stay here.
			if (typeof client === "function") client();
			else publish(client, packet, () => done?.());
		}
	}
	const broker = new GatewayBroker(options);
	await broker.listen();
	return broker;
}
