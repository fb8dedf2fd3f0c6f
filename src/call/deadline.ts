import { createError } from "../errors/gateway-error.ts";
import type { Clock } from "../lib/clock.ts";

/** How long a call may take to settle after its deadline, before it is answered without it. */
const GRACE_MS = 1000;

/**
 * The time limit of one call, and its signal. Most calls ask for neither: both are made on first use.
 */
export class Deadline {
	#controller: AbortController | undefined;
	#stops: (() => void)[] = [];
	readonly #clock: Clock;
	readonly #timeoutMs: number;
	readonly #aborted: (() => AbortSignal) | undefined;

	constructor(
		clock: Clock,
		timeoutMs: number,
		aborted: (() => AbortSignal) | undefined,
	) {
		this.#clock = clock;
		this.#timeoutMs = timeoutMs;
		this.#aborted = aborted;
	}

	/** Fires with `portico.call.timeout` when the time is over, or with the client's reason when it is gone. */
	signal(): AbortSignal {
		if (this.#controller !== undefined) return this.#controller.signal;
		const controller = new AbortController();
		this.#controller = controller;
		this.#stops.push(
			this.#clock.schedule(this.#timeoutMs, () =>
				controller.abort(createError("portico.call.timeout")),
			),
		);
		const gone = this.#aborted?.();
		if (gone !== undefined) this.#follow(gone, controller);
		return controller.signal;
	}

	/**
	 * Waits for the work, but not much longer than the deadline. Work that does not stop when told to may still have its
	 * effect: the caller is told that the outcome is unknown, never that it failed.
	 */
	async limit<T>(work: Promise<T>): Promise<T> {
		const signal = this.signal();
		return new Promise<T>((resolve, reject) => {
			const onAbort = () => {
				this.#stops.push(
					this.#clock.schedule(GRACE_MS, () =>
						reject(createError("portico.call.outcome_unknown")),
					),
				);
			};
			signal.addEventListener("abort", onAbort, { once: true });
			work.then(resolve, reject);
		});
	}

	/** Lets go of the timer. */
	end(): void {
		for (const stop of this.#stops) stop();
		this.#stops = [];
	}

	#follow(gone: AbortSignal, controller: AbortController): void {
		if (gone.aborted) {
			controller.abort(gone.reason);
			return;
		}
		const onGone = () => controller.abort(gone.reason);
		gone.addEventListener("abort", onGone, { once: true });
		this.#stops.push(() => gone.removeEventListener("abort", onGone));
	}
}
