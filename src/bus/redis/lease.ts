import type { Clock } from "../../lib/clock.ts";

/**
 * How long a node may trust that it hears everything, after it has sent a word to itself that came back. A little less than the second
 * that a revocation waits for its acknowledgements: who is waited for in vain has stopped trusting before the answer leaves.
 */
const LEASE_MS = 900;

/** Whether this node hears the others, judged by its own words that come back through Redis. Nothing else proves both ways. */
export class Lease {
	readonly #clock: Clock;
	readonly #onChange: (held: boolean) => void;
	/** When the last word that came back was sent; null: none since the connection was lost. */
	#heard: number | null = null;
	/** What was told last; undefined: nothing yet. */
	#held: boolean | undefined;

	constructor(clock: Clock, onChange: (held: boolean) => void) {
		this.#clock = clock;
		this.#onChange = onChange;
	}

	/** A word that was sent at that time has come back. */
	renew(sentAt: number): void {
		this.#heard = sentAt;
		this.check();
	}

	/** The connection is lost. */
	end(): void {
		this.#heard = null;
		this.check();
	}

	/** Tells of a change at the moment that somebody asks: after a pause of this process, timers come too late for that. */
	check(): void {
		const held = this.#isHeld();
		if (held === this.#held) return;
		this.#held = held;
		this.#onChange(held);
	}

	#isHeld(): boolean {
		if (this.#heard === null) return false;
		const age = this.#clock.now() - this.#heard;
		// A clock that was set back proves nothing.
		return age >= 0 && age < LEASE_MS;
	}
}
