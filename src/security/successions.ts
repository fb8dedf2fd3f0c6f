import type { Bus } from "../bus/bus.ts";
import type { VerifiedToken } from "../call/caller.ts";
import type { Connections } from "../call/connection.ts";
import { isObject } from "../lib/json.ts";

const TOPIC = "security.succeed";
const ACKNOWLEDGE_TIMEOUT_MS = 1000;

/** Connections follow a token that is refreshed to the one that takes its place, whichever node they are on. */
export class Successions {
	readonly #bus: Bus;

	constructor(bus: Bus, connections: Connections) {
		this.#bus = bus;
		bus.subscribe(TOPIC, (message) => {
			if (!isObject(message)) return;
			const { used, kuid, token, expiresAt } = message;
			const identity = {
				kuid: String(kuid),
				token: String(token),
				expiresAt: Number(expiresAt),
			};
			for (const connection of connections.ofToken(String(used))) {
				connections.tie(connection, identity);
			}
		});
	}

	/** Resolves once the connections of the live nodes have followed, or after a second. */
	async announce(used: VerifiedToken, fresh: VerifiedToken): Promise<void> {
		const { kuid, text: token, expiresAt } = fresh;
		await this.#bus.publish(
			TOPIC,
			{ used: used.text, kuid, token, expiresAt },
			{ timeoutMs: ACKNOWLEDGE_TIMEOUT_MS },
		);
	}
}
