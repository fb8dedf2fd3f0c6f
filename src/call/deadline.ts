import { setMaxListeners } from "node:events";
import { createError } from "../errors/gateway-error.ts";
import type { Clock } from "../lib/clock.ts";
import { untilAborted } from "../lib/until-aborted.ts";

/** How long a call may take to settle after its deadline, before it is answered without it. */
const GRACE_MS = 1000;

/**
 * The time limit of one call, and its signal. Most calls ask for neither: both are made on first use.
 */
export class Deadline {
	#controller: AbortController | undefined;
	#gone: AbortSignal | undefined;
	#stops: (() => void)[] = [];
	readonly #clock: Clock;
	readonly #endsAt: number;
	readonly #aborted: (() => AbortSignal) | undefined;

	/** `endsAt` in milliseconds since the epoch: the time in which a call waits for its turn counts too. */
	constructor(
		clock: Clock,
		endsAt: number,
		aborted: (() => AbortSignal) | undefined,
	) {
		this.#clock = clock;
		this.#endsAt = endsAt;
		this.#aborted = aborted;
	}

	/** Fires with `portico.call.timeout` when the time is over, or with the client's reason when it is gone. */
	signal(): AbortSignal {
		if (this.#controller !== undefined) return this.#controller.signal;
		const controller = new AbortController();
		this.#controller = controller;
		// As many parts of one call as there are may listen: each stops listening when it is done.
		setMaxListeners(0, controller.signal);
		const onTimeout = () =>
			controller.abort(createError("portico.call.timeout"));
		const leftMs = this.#endsAt - this.#clock.now();
		if (leftMs > 0) this.#stops.push(this.#clock.schedule(leftMs, onTimeout));
		else onTimeout();
		this.#gone = this.#aborted?.();
		if (this.#gone !== undefined) this.#follow(this.#gone, controller);
		return controller.signal;
	}

	/** Waits for a step before the action itself: it changes nothing, so the call ends as soon as the signal fires. */
	async before<T>(work: Promise<T>): Promise<T> {
		return untilAborted(work, this.signal());
	}

	/**
	 * Waits for the action, but not much longer than the deadline. Work that does not stop when told to may still have its
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
			work.then(resolve, reject);
			if (signal.aborted) onAbort();
			else signal.addEventListener("abort", onAbort, { once: true });
		});
	}

	/** Whether this was thrown because the client is gone: nobody will read the answer. */
	isClientGone(thrown: unknown): boolean {
		return this.#gone?.aborted === true && thrown === this.#gone.reason;
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
