import type { Clock } from "../../src/lib/clock.ts";

/** Counts messages in windows of one second. */
export class RateWindow {
	readonly #limit: number;
	readonly #clock: Clock;
	#startedAt: number;
	#count = 0;

	/** A limit of 0 lets everything through. */
	constructor(limit: number, clock: Clock) {
		this.#limit = limit;
		this.#clock = clock;
		this.#startedAt = clock.now();
	}

	/** Counts one message; false when it is one too many. */
	take(): boolean {
		if (this.#limit === 0) return true;
		const now = this.#clock.now();
		if (now - this.#startedAt >= 1000) {
			this.#startedAt = now;
			this.#count = 0;
		}
		this.#count++;
		return this.#count <= this.#limit;
	}
}
