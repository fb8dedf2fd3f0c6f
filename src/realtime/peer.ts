import { keyOfPlace, type Place, type RoomState } from "./rooms.ts";

/** A node, as the others know it. */
export interface NodeCard {
	readonly id: string;
	readonly address: string;
	/** Milliseconds since the epoch. */
	readonly startedAt: number;
}

/** What this node knows of another one. */
export class Peer {
	readonly card: NodeCard;
	/** When it was last heard, in milliseconds since the epoch. */
	heardAt: number;
	/** Counts the changes of its rooms; what is known here is as of this one. */
	version = -1;
	readonly rooms = new Map<string, RoomState>();
	/** How many rooms it has in each place. */
	readonly #places = new Map<string, number>();

	constructor(card: NodeCard, now: number) {
		this.card = card;
		this.heardAt = now;
	}

	isWatching(place: Place): boolean {
		return this.#places.has(keyOfPlace(place));
	}

	/** In place of everything that was known of its rooms. */
	replaceAll(version: number, rooms: readonly RoomState[]): void {
		this.rooms.clear();
		this.#places.clear();
		for (const room of rooms) this.#set(room);
		this.version = version;
	}

	/** False when a change before this one was missed. */
	change(version: number, room: RoomState): boolean {
		if (version !== this.version + 1) return false;
		this.version = version;
		this.#set(room);
		return true;
	}

	#set(room: RoomState): void {
		const isKnown = this.rooms.has(room.id);
		if (room.count === 0) this.rooms.delete(room.id);
		else this.rooms.set(room.id, room);
		if (isKnown === room.count > 0) return;
		const key = keyOfPlace(room);
		const rooms = (this.#places.get(key) ?? 0) + (isKnown ? -1 : 1);
		if (rooms === 0) this.#places.delete(key);
		else this.#places.set(key, rooms);
	}
}
