import { createError } from "../errors/gateway-error.ts";

export interface AdmissionLimits {
	readonly concurrentRequests: number;
	readonly requestsBufferSize: number;
}

/**
 * How many requests run at once. Above `concurrentRequests` they wait in line; above `requestsBufferSize` waiting ones they are
 * refused at once with `api.process.overloaded` (503).
 */
export class Admission {
	#running = 0;
	#waiting: (() => void)[] = [];
	/** Where the line begins: a slot is taken from the front without moving the others. */
	#next = 0;
	#closed = false;
	#idle: (() => void)[] = [];
	readonly #limits: AdmissionLimits;

	constructor(limits: AdmissionLimits) {
		this.#limits = limits;
	}

	get running(): number {
		return this.#running;
	}

	get waiting(): number {
		return this.#waiting.length - this.#next;
	}

	/** True when a request that came now would have to wait in a line that is already full. */
	get overloaded(): boolean {
		return (
			this.#running >= this.#limits.concurrentRequests &&
			this.waiting >= this.#limits.requestsBufferSize
		);
	}

	/** Takes a slot; a promise where there is none free. Call `leave` once for each time it was granted. */
	enter(): void | Promise<void> {
		if (this.#closed) throw createError("api.process.shutting_down");
		if (this.#running < this.#limits.concurrentRequests) {
			this.#running++;
			return;
		}
		if (this.overloaded) throw createError("api.process.overloaded");
		return new Promise((resolve) => this.#waiting.push(resolve));
	}

	leave(): void {
		const next = this.#waiting[this.#next];
		if (next !== undefined) {
			this.#next++;
			if (this.#next > 1024) {
				this.#waiting.splice(0, this.#next);
				this.#next = 0;
			}
			next();
			return;
		}
		this.#waiting.length = 0;
		this.#next = 0;
		this.#running--;
		if (this.#running === 0) {
			for (const resolve of this.#idle.splice(0)) resolve();
		}
	}

	/** Refuses what comes from now on with `api.process.shutting_down`; what waits or runs goes on. */
	close(): void {
		this.#closed = true;
	}

	/** Resolves once nothing runs. */
	async idle(): Promise<void> {
		if (this.#running === 0) return;
		await new Promise<void>((resolve) => this.#idle.push(resolve));
	}
}
