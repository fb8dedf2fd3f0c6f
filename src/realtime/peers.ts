import type { Bus } from "../bus/bus.ts";
import type { Clock } from "../lib/clock.ts";
import { isObject, type JsonValue } from "../lib/json.ts";
import type { DocumentMessage } from "./document-message.ts";
import { type NodeCard, Peer } from "./peer.ts";
import type { Place, RoomState } from "./rooms.ts";
import type { UserMessage } from "./user-message.ts";

const TOPIC = "realtime";
/** An answer waits so long for the other nodes to know of a new room, and no longer. */
const ACKNOWLEDGE_TIMEOUT_MS = 1000;
/** After so many silent heartbeats a node is counted no more. */
const SILENT_BEATS_MAX = 2;
/** A node that is slow still gets what its subscribers wait for, until it has been silent for so long. */
const FORGOTTEN_AFTER_MS = 60_000;

type PeerMessage = { readonly node: NodeCard } & (
	| { readonly kind: "hello" | "bye" }
	| { readonly kind: "beat"; readonly version: number }
	| { readonly kind: "ask"; readonly whom: string }
	| {
			readonly kind: "state";
			readonly version: number;
			readonly rooms: readonly RoomState[];
	  }
	| {
			readonly kind: "room";
			readonly version: number;
			readonly room: RoomState;
			readonly user: UserMessage | null;
	  }
	| { readonly kind: "document"; readonly message: DocumentMessage }
);

type Said<M = PeerMessage> = M extends unknown ? Omit<M, "node"> : never;

/** Something that happened among the nodes, as this one saw it. */
export interface NodeEvent {
	readonly card: NodeCard;
	/** Milliseconds since the epoch. */
	readonly at: number;
	readonly event: "joined" | "left" | "silent";
}

export interface PeersOptions {
	readonly bus: Bus;
	readonly clock: Clock;
	readonly card: NodeCard;
	/** `cluster.heartbeat`, in milliseconds. */
	readonly heartbeatMs: number;
	/** `cluster.activityDepth`. */
	readonly eventsMax: number;
	/** The rooms of this node. */
	readonly rooms: () => readonly RoomState[];
	/** A document was changed on another node. */
	readonly onDocument: (message: DocumentMessage) => void;
	/** Somebody came or went on another node. */
	readonly onUser: (roomId: string, message: UserMessage) => void;
}

/**
 * The other nodes, and their rooms. Each node tells the others of its rooms as they change, and shows life by heartbeats that say how many
 * changes there were: who missed one asks for all. Nothing is kept outside of the nodes, so that nothing has to be cleaned up after one that died:
 * it is silent, and counted no more until it is heard again. Without the bus a node knows its own rooms only.
 */
export class Peers {
	readonly #options: PeersOptions;
	readonly #peers = new Map<string, Peer>();
	readonly #events: NodeEvent[] = [];
	#version = 0;
	#isConnected = true;
	#isOpen: boolean = false;
	#cancelBeat: () => void = () => {};

	constructor(options: PeersOptions) {
		this.#options = options;
		this.#note(options.card, "joined");
		if (options.bus.backend === "local") return;
		options.bus.subscribe(TOPIC, (message) => {
			if (isObject(message)) this.#hear(message as unknown as PeerMessage);
		});
		options.bus.onConnectivity((connected) => {
			this.#isConnected = connected;
			if (connected) void this.#greet();
		});
	}

	/** To be called once the bus is open. Resolves when the other nodes know of this one. */
	async open(): Promise<void> {
		if (this.#isOpen || this.#options.bus.backend === "local") return;
		this.#isOpen = true;
		this.#beatLater();
		await this.#greet();
	}

	/** To be called while the bus is open still. */
	async close(): Promise<void> {
		this.#cancelBeat();
		if (this.#isOpen) await this.#say({ kind: "bye" });
		this.#isOpen = false;
	}

	/** The nodes that were heard of late, without this one. */
	get alive(): readonly NodeCard[] {
		return [...this.#alive()].map(({ card }) => card);
	}

	/** The last ones, oldest first. */
	get events(): readonly NodeEvent[] {
		return this.#events;
	}

	/** The subscribers of a room on other nodes. */
	count(roomId: string): number {
		let count = 0;
		for (const peer of this.#alive())
			count += peer.rooms.get(roomId)?.count ?? 0;
		return count;
	}

	find(roomId: string): RoomState | undefined {
		for (const peer of this.#alive()) {
			const room = peer.rooms.get(roomId);
			if (room !== undefined) return room;
		}
		return undefined;
	}

	*rooms(): Iterable<RoomState> {
		for (const peer of this.#alive()) yield* peer.rooms.values();
	}

	/** Whether anybody on another node may wait for what happens there. */
	isWatching(place: Place): boolean {
		for (const peer of this.#peers.values())
			if (peer.isWatching(place)) return true;
		return false;
	}

	/** Hands a message on, if anybody may wait for it. */
	tellDocument(message: DocumentMessage): void {
		if (this.isWatching(message)) void this.#say({ kind: "document", message });
	}

	/** Resolves once the other nodes know of it, or after a second: from then on their writes are told here. */
	async tellRoom(room: RoomState, user: UserMessage | null): Promise<void> {
		this.#version++;
		if (this.#peers.size === 0) return;
		await this.#say({ kind: "room", version: this.#version, room, user });
	}

	*#alive(): Iterable<Peer> {
		const { clock, heartbeatMs } = this.#options;
		const limit = clock.now() - heartbeatMs * SILENT_BEATS_MAX;
		for (const peer of this.#peers.values())
			if (peer.heardAt >= limit) yield peer;
	}

	async #greet(): Promise<void> {
		const heard = this.#say({ kind: "hello" });
		this.#sayState();
		await heard;
	}

	#sayState(): void {
		const rooms = this.#options.rooms();
		void this.#say({ kind: "state", version: this.#version, rooms });
	}

	#beatLater(): void {
		const { clock, heartbeatMs } = this.#options;
		this.#cancelBeat = clock.schedule(heartbeatMs, () => {
			void this.#say({ kind: "beat", version: this.#version });
			this.#forgetSilent();
			this.#beatLater();
		});
	}

	#forgetSilent(): void {
		const { clock, heartbeatMs } = this.#options;
		const patience = Math.max(
			FORGOTTEN_AFTER_MS,
			heartbeatMs * SILENT_BEATS_MAX,
		);
		for (const [id, peer] of this.#peers) {
			if (peer.heardAt >= clock.now() - patience) continue;
			this.#peers.delete(id);
			this.#note(peer.card, "silent");
		}
	}

	/** What cannot be said is made up for by the next heartbeat that can. */
	async #say(said: Said): Promise<void> {
		if (!this.#isConnected || !this.#isOpen) return;
		const message = { ...said, node: this.#options.card };
		await this.#options.bus
			.publish(TOPIC, message as unknown as JsonValue, {
				timeoutMs: ACKNOWLEDGE_TIMEOUT_MS,
			})
			.catch(() => {});
	}

	#hear(message: PeerMessage): void {
		const { node } = message;
		if (node.id === this.#options.card.id) return;
		if (message.kind === "bye") {
			if (this.#peers.delete(node.id)) this.#note(node, "left");
			return;
		}
		const peer = this.#peer(node);
		switch (message.kind) {
			case "hello":
				this.#sayState();
				break;
			case "beat":
				if (message.version !== peer.version) this.#ask(peer);
				break;
			case "ask":
				if (message.whom === this.#options.card.id) this.#sayState();
				break;
			case "state":
				peer.replaceAll(message.version, message.rooms);
				break;
			case "room":
				if (!peer.change(message.version, message.room)) this.#ask(peer);
				if (message.user !== null)
					this.#options.onUser(message.room.id, message.user);
				break;
			case "document":
				this.#options.onDocument(message.message);
				break;
		}
	}

	#ask(peer: Peer): void {
		void this.#say({ kind: "ask", whom: peer.card.id });
	}

	#peer(card: NodeCard): Peer {
		const now = this.#options.clock.now();
		const known = this.#peers.get(card.id);
		if (known !== undefined) {
			known.heardAt = now;
			return known;
		}
		const peer = new Peer(card, now);
		this.#peers.set(card.id, peer);
		this.#note(card, "joined");
		return peer;
	}

	#note(card: NodeCard, event: NodeEvent["event"]): void {
		this.#events.push({ card, at: this.#options.clock.now(), event });
		if (this.#events.length > this.#options.eventsMax) this.#events.shift();
	}
}
