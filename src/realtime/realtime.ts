import type { Bus } from "../bus/bus.ts";
import type { Connection, Connections } from "../call/connection.ts";
import type { ChangeSink, DocumentChange } from "../documents/change-news.ts";
import type { ChangeOrigin } from "../documents/change-origin.ts";
import type { Clock } from "../lib/clock.ts";
import type { JsonObject } from "../lib/json.ts";
import { Deliveries } from "./deliveries.ts";
import {
	type DocumentMessage,
	toDocumentMessage,
	toPublishedMessage,
} from "./document-message.ts";
import { Matches } from "./matches.ts";
import type { NodeCard } from "./peer.ts";
import { Peers } from "./peers.ts";
import { RoomIds } from "./room-ids.ts";
import { type Place, Rooms } from "./rooms.ts";
import {
	type Subscribed,
	type SubscribeOptions,
	type SubscriptionLimits,
	Subscriptions,
} from "./subscriptions.ts";

export interface RealtimeOptions {
	readonly bus: Bus;
	readonly clock: Clock;
	readonly connections: Connections;
	/** This node. */
	readonly card: NodeCard;
	readonly limits: SubscriptionLimits & {
		/** Milliseconds; 0 for ever. */
		readonly subscriptionDocumentTTL: number;
	};
	readonly cluster: {
		/** Milliseconds. */
		readonly heartbeat: number;
		readonly activityDepth: number;
	};
	/** Whether each change brings what it replaced. Where not, it is remembered here which rooms a document matched. */
	readonly tellsBefore: boolean;
}

/**
 * Who listens, and what they hear: subscriptions of this node, and notifications of what is written or published on any. The news of the
 * documents come by `changed`, from other nodes by the bus.
 */
export class Realtime implements ChangeSink {
	readonly peers: Peers;
	readonly #rooms = new Rooms();
	readonly #roomIds = new RoomIds();
	readonly #deliveries: Deliveries;
	readonly #subscriptions: Subscriptions;
	readonly #clock: Clock;
	readonly #stops: readonly (() => void)[];

	constructor(options: RealtimeOptions) {
		const { bus, clock, connections, limits, cluster } = options;
		this.#clock = clock;
		const matches = options.tellsBefore
			? null
			: new Matches(clock, limits.subscriptionDocumentTTL);
		this.#deliveries = new Deliveries(this.#rooms, matches);
		this.peers = new Peers({
			bus,
			clock,
			card: options.card,
			heartbeatMs: cluster.heartbeat,
			eventsMax: cluster.activityDepth,
			rooms: () => this.#rooms.states(),
			onDocument: (message) => this.#deliveries.document(message),
			onUser: (roomId, message) => this.#deliveries.user(roomId, message),
		});
		this.#subscriptions = new Subscriptions({
			rooms: this.#rooms,
			roomIds: this.#roomIds,
			peers: this.peers,
			deliveries: this.#deliveries,
			connections,
			clock,
			limits,
		});
		const leave = (connection: Connection) =>
			this.#subscriptions.leaveAll(connection);
		this.#stops = [connections.onClose(leave), connections.onRevoked(leave)];
	}

	/** The rooms of this node, for metrics and tests. */
	get size(): { readonly rooms: number; readonly subscriptions: number } {
		return {
			rooms: this.#rooms.size,
			subscriptions: this.#rooms.subscriptions,
		};
	}

	/** To be called with the secret that all nodes share, before the first request and once the bus is open. */
	async open(secret: string): Promise<void> {
		this.#roomIds.useSecret(secret);
		await this.peers.open();
	}

	async close(): Promise<void> {
		for (const stop of this.#stops) stop();
		await this.peers.close();
	}

	/** As `Subscriptions.subscribe`. */
	subscribe(
		connection: Connection,
		place: Place,
		filter: unknown,
		options: SubscribeOptions,
	): Promise<Subscribed> {
		return this.#subscriptions.subscribe(connection, place, filter, options);
	}

	/** As `Subscriptions.join`. */
	join(
		connection: Connection,
		roomId: string,
		options: SubscribeOptions,
	): Promise<Subscribed> {
		return this.#subscriptions.join(connection, roomId, options);
	}

	/** As `Subscriptions.unsubscribe`. */
	unsubscribe(connection: Connection, roomId: string): void {
		this.#subscriptions.unsubscribe(connection, roomId);
	}

	/** As `Subscriptions.count`. */
	count(roomId: string): number {
		return this.#subscriptions.count(roomId);
	}

	/** Every room, with its subscribers over all nodes. */
	list(): (Place & { readonly id: string; readonly count: number })[] {
		const found = new Map<string, Place & { id: string; count: number }>();
		for (const rooms of [this.#rooms.states(), this.peers.rooms()])
			for (const { id, index, collection, count } of rooms) {
				const before = found.get(id)?.count ?? 0;
				found.set(id, { id, index, collection, count: before + count });
			}
		return [...found.values()];
	}

	/** Tells subscribers of a message that is stored nowhere. */
	publish(
		place: Place,
		message: {
			readonly id: string | undefined;
			readonly content: JsonObject;
			readonly kuid: string;
			readonly origin: ChangeOrigin;
		},
	): void {
		const now = this.#clock.now();
		this.#tell(toPublishedMessage(place, { ...message, now }));
	}

	changed(changes: readonly DocumentChange[]): void {
		for (const change of changes) {
			const { target, origin } = change;
			if (origin === undefined || target.scope !== "public") continue;
			if (!this.#rooms.isWatched(target) && !this.peers.isWatching(target))
				continue;
			this.#tell(toDocumentMessage(change, origin, this.#clock.now()));
		}
	}

	#tell(message: DocumentMessage): void {
		this.#deliveries.document(message);
		this.peers.tellDocument(message);
	}
}
