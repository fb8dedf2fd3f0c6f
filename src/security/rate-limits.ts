import type { Connection } from "../call/connection.ts";
import { createError } from "../errors/gateway-error.ts";
import type { Clock } from "../lib/clock.ts";

const FRAME_MS = 1000;

/** Counts per second of the clock: logins by connection, other requests by user. Counts of past seconds are dropped whole. */
export class RateLimits {
	readonly #clock: Clock;
	readonly #loginsPerSecond: number;
	#frame = 0;
	#requests = new Map<string, number>();
	#logins = new Map<string, number>();

	constructor(options: {
		readonly clock: Clock;
		readonly loginsPerSecond: number;
	}) {
		this.#clock = options.clock;
		this.#loginsPerSecond = options.loginsPerSecond;
	}

	/** Rejects with `api.process.too_many_logins_requests`. */
	countLogin(connection: Connection): void {
		this.#turn();
		if (count(this.#logins, connection.id) > this.#loginsPerSecond) {
			throw createError("api.process.too_many_logins_requests");
		}
	}

	/** `limit` in requests per second. Rejects with `api.process.too_many_requests`. */
	countRequest(kuid: string, limit: number): void {
		this.#turn();
		if (count(this.#requests, kuid) > limit) {
			throw createError("api.process.too_many_requests");
		}
	}

	#turn(): void {
		const frame = Math.floor(this.#clock.now() / FRAME_MS);
		if (frame === this.#frame) return;
		this.#frame = frame;
		this.#requests = new Map();
		this.#logins = new Map();
	}
}

function count(counts: Map<string, number>, key: string): number {
	const value = (counts.get(key) ?? 0) + 1;
	counts.set(key, value);
	return value;
}
