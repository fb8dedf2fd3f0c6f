import type { Clock } from "../lib/clock.ts";
import type { Room } from "./rooms.ts";

/** Documents whose rooms are remembered; beyond, the ones that were written longest ago are forgotten first. */
const DOCUMENTS_MAX = 100_000;

interface Match {
	readonly rooms: ReadonlySet<Room>;
	/** Milliseconds since the epoch. */
	readonly until: number;
}

/**
 * Which rooms a document matched when it was last written, to see it leave them where the store does not tell what it replaced. This
 * node's rooms only, and in its memory: a room ends with the node that its subscribers are connected to, and what was remembered of it with it.
 */
export class Matches {
	readonly #clock: Clock;
	readonly #lifetimeMs: number;
	readonly #documents = new Map<string, Match>();

	/** A lifetime of 0 lasts for ever (`limits.subscriptionDocumentTTL`). */
	constructor(clock: Clock, lifetimeMs: number) {
		this.#clock = clock;
		this.#lifetimeMs = lifetimeMs === 0 ? Number.POSITIVE_INFINITY : lifetimeMs;
	}

	get size(): number {
		return this.#documents.size;
	}

	/** A room that was left by all, and made anew since, is another one. */
	recall(key: string): ReadonlySet<Room> {
		const match = this.#documents.get(key);
		if (match === undefined || match.until <= this.#clock.now()) return NONE;
		return match.rooms;
	}

	/** In place of what was remembered of the document before. */
	remember(key: string, rooms: ReadonlySet<Room>): void {
		this.#documents.delete(key);
		if (rooms.size === 0) return;
		const until = this.#clock.now() + this.#lifetimeMs;
		this.#documents.set(key, { rooms, until });
		if (this.#documents.size <= DOCUMENTS_MAX) return;
		const [oldest] = this.#documents.keys();
		if (oldest !== undefined) this.#documents.delete(oldest);
	}
}

const NONE: ReadonlySet<Room> = new Set();
