import type { Bus } from "../bus/bus.ts";
import type { Clock } from "../lib/clock.ts";
import { isObject } from "../lib/json.ts";

/** What a node may remember of the store. */
export type Remembered =
	| "user"
	| "profile"
	| "role"
	/** A login token that is refused from now on. */
	| "authToken"
	/** A login token that is stored otherwise than before, and good for a while yet. */
	| "changedAuthToken"
	| "apiKey"
	| "strategies"
	/** The specification of a collection. */
	| "specification";

const TOPIC = "security.forget";
const EVERYTHING = { kind: "everything", key: null } as const;
/** An answer that revokes something waits for the live nodes, but no longer than this. */
const ACKNOWLEDGE_TIMEOUT_MS = 1000;
/** While the other nodes cannot be heard, nothing is remembered for longer. */
const UNHEARD_MS_MAX = 1000;

/** Tells every node, this one among them, to drop what it remembers. */
export class Invalidation {
	readonly #bus: Bus;
	readonly #clock: Clock;
	#listeners = new Map<Remembered, ((key: string | null) => void)[]>();
	/** When everything was dropped last, while the other nodes cannot be heard; null: they can. */
	#unheardSince: number | null = null;

	constructor(bus: Bus, clock: Clock) {
		this.#bus = bus;
		this.#clock = clock;
		bus.subscribe(TOPIC, (message) => {
			if (!isObject(message)) return;
			const key = typeof message.key === "string" ? message.key : null;
			if (message.kind === EVERYTHING.kind) this.#dropAll();
			else this.#drop(message.kind as Remembered, key);
		});
		bus.onConnectivity((connected) => this.#onConnectivity(connected));
	}

	/** The listener gets the key to drop, or null for all. */
	on(kind: Remembered, listener: (key: string | null) => void): void {
		const listeners = this.#listeners.get(kind) ?? [];
		listeners.push(listener);
		this.#listeners.set(kind, listeners);
	}

	/** Resolves once the live nodes have dropped it, or after a second. Key null: everything of that kind. */
	async forget(kind: Remembered, key: string | null): Promise<void> {
		await this.#publish({ kind, key });
	}

	/** As `forget`, of every kind: for what changes more than can be named. */
	async forgetEverything(): Promise<void> {
		await this.#publish(EVERYTHING);
	}

	/**
	 * Drops what is too old to be acted on while the other nodes cannot be heard. Every request asks for it before it looks at anything
	 * that is remembered, so that it holds however long this process stood still.
	 */
	check(): void {
		this.#bus.check();
		if (this.#unheardSince === null) return;
		const age = this.#clock.now() - this.#unheardSince;
		if (age >= 0 && age < UNHEARD_MS_MAX) return;
		this.#unheardSince = this.#clock.now();
		this.#dropAll();
	}

	/** What was said meanwhile is not known here, nor there what was said here: so everybody forgets everything. */
	#onConnectivity(connected: boolean): void {
		this.#unheardSince = connected ? null : this.#clock.now();
		this.#dropAll();
		if (connected) void this.#publish(EVERYTHING);
	}

	async #publish(message: { kind: string; key: string | null }): Promise<void> {
		await this.#bus.publish(TOPIC, message, {
			timeoutMs: ACKNOWLEDGE_TIMEOUT_MS,
		});
	}

	#dropAll(): void {
		for (const kind of this.#listeners.keys()) this.#drop(kind, null);
	}

	#drop(kind: Remembered, key: string | null): void {
		for (const listener of this.#listeners.get(kind) ?? []) listener(key);
	}
}
