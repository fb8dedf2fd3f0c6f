/** The time, injected, so that tests of expiry own it. */
export interface Clock {
	/** Milliseconds since the epoch. */
	now(): number;
	/** Calls once, after at least `delayMs` of this clock's time. The answer cancels it. Never keeps the process alive. */
	schedule(delayMs: number, run: () => void): () => void;
}

/** Longest delay that a Node timer takes (2^31 - 1 ms, 24.8 days); a longer one would fire at once. */
const TIMER_MS_MAX = 2_147_483_647;

export const systemClock: Clock = {
	now: () => Date.now(),
	schedule(delayMs, run) {
		let left = delayMs;
		let timer: NodeJS.Timeout;
		const arm = () => {
			const step = Math.min(Math.max(left, 0), TIMER_MS_MAX);
			left -= step;
			timer = setTimeout(() => (left > 0 ? arm() : run()), step);
			timer.unref();
		};
		arm();
		return () => clearTimeout(timer);
	},
};

/** A clock that stands still until it is moved. */
export class ManualClock implements Clock {
	#now: number;
	#timers = new Set<{ at: number; run: () => void }>();

	constructor(now = 1_700_000_000_000) {
		this.#now = now;
	}

	now(): number {
		return this.#now;
	}

	schedule(delayMs: number, run: () => void): () => void {
		const timer = { at: this.#now + delayMs, run };
		this.#timers.add(timer);
		return () => this.#timers.delete(timer);
	}

	/** Moves the time on and runs what has come due, earliest first. */
	advance(ms: number): void {
		const target = this.#now + ms;
		for (;;) {
			const due = [...this.#timers]
				.filter((timer) => timer.at <= target)
				.sort((a, b) => a.at - b.at)[0];
			if (due === undefined) break;
			this.#timers.delete(due);
			this.#now = Math.max(this.#now, due.at);
			due.run();
		}
		this.#now = target;
	}
}
