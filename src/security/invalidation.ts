import type { Bus } from "../bus/bus.ts";
import { isObject } from "../lib/json.ts";

/** What a node may remember of the store. */
export type Remembered =
	| "user"
	| "profile"
	| "role"
	| "authToken"
	| "apiKey"
	| "strategies";

const TOPIC = "security.forget";
/** An answer that revokes something waits for the live nodes, but no longer than this. */
const ACKNOWLEDGE_TIMEOUT_MS = 1000;

/** Tells every node, this one among them, to drop what it remembers. */
export class Invalidation {
	readonly #bus: Bus;
	#listeners = new Map<Remembered, ((key: string | null) => void)[]>();

	constructor(bus: Bus) {
		this.#bus = bus;
		bus.subscribe(TOPIC, (message) => {
			if (!isObject(message)) return;
			const key = typeof message.key === "string" ? message.key : null;
			this.#run(message.kind as Remembered, key);
		});
		bus.onConnectivity(() => {
			// What was said meanwhile is not known here, so everything may be old.
			for (const kind of this.#listeners.keys()) this.#run(kind, null);
		});
	}

	/** The listener gets the key to drop, or null for all. */
	on(kind: Remembered, listener: (key: string | null) => void): void {
		const listeners = this.#listeners.get(kind) ?? [];
		listeners.push(listener);
		this.#listeners.set(kind, listeners);
	}

	/** Resolves once the live nodes have dropped it, or after a second. Key null: everything of that kind. */
	async forget(kind: Remembered, key: string | null): Promise<void> {
		await this.#bus.publish(
			TOPIC,
			{ kind, key },
			{ timeoutMs: ACKNOWLEDGE_TIMEOUT_MS },
		);
	}

	#run(kind: Remembered, key: string | null): void {
		for (const listener of this.#listeners.get(kind) ?? []) listener(key);
	}
}
