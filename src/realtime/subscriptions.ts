import type { Connection, Connections } from "../call/connection.ts";
import { createError } from "../errors/gateway-error.ts";
import type { Filter } from "../koncorde/filter.ts";
import { countConditions, normalise } from "../koncorde/normalise.ts";
import { parseFilter } from "../koncorde/parse-filter.ts";
import type { Clock } from "../lib/clock.ts";
import type { JsonValue } from "../lib/json.ts";
import { type ChannelOptions, channelName } from "./channel.ts";
import type { Deliveries } from "./deliveries.ts";
import type { Peers } from "./peers.ts";
import type { RoomIds } from "./room-ids.ts";
import type { Place, Room, Rooms } from "./rooms.ts";
import type { UserMessage } from "./user-message.ts";

export interface SubscriptionLimits {
	/** Of one filter. */
	readonly subscriptionConditionsCount: number;
	/** Of this node; 0 for no limit. */
	readonly subscriptionRooms: number;
	/** Rooms that one connection may be in. */
	readonly subscriptionsPerConnection: number;
}

export interface SubscribeOptions extends ChannelOptions {
	/** Told to the others in the room, when the subscriber comes and when it goes. */
	readonly volatile: JsonValue;
}

export interface Subscribed {
	readonly roomId: string;
	readonly channel: string;
}

interface Dependencies {
	readonly rooms: Rooms;
	readonly roomIds: RoomIds;
	readonly peers: Peers;
	readonly deliveries: Deliveries;
	readonly connections: Connections;
	readonly clock: Clock;
	readonly limits: SubscriptionLimits;
}

/** Who comes into rooms and goes, and what the others hear of it. */
export class Subscriptions {
	readonly #dependencies: Dependencies;

	constructor(dependencies: Dependencies) {
		this.#dependencies = dependencies;
	}

	/**
	 * When it resolves, every write that is begun from then on is told, on whatever node. A connection that ends with its request (HTTP)
	 * enters no room. Throws `api.assert.koncorde_dsl_error` and `core.realtime.too_many_rooms`.
	 */
	async subscribe(
		connection: Connection,
		place: Place,
		given: unknown,
		options: SubscribeOptions,
	): Promise<Subscribed> {
		const filter = this.#readFilter(given);
		const roomId = this.#dependencies.roomIds.of(place, filter);
		return this.#enter(connection, { roomId, place, filter }, options, {
			action: "subscribe",
		});
	}

	/** As `subscribe`, into a room that somebody is in, on whatever node. Throws `core.realtime.room_not_found`. */
	async join(
		connection: Connection,
		roomId: string,
		options: SubscribeOptions,
	): Promise<Subscribed> {
		const { rooms, peers } = this.#dependencies;
		const room = rooms.get(roomId) ?? peers.find(roomId);
		if (room === undefined)
			throw createError("core.realtime.room_not_found", roomId);
		const { filter } = room;
		return this.#enter(connection, { roomId, place: room, filter }, options, {
			action: "join",
		});
	}

	/** Leaves all channels of the room. Throws `core.realtime.not_subscribed`, whether there is such a room or not, as in Kuzzle (recorded). */
	unsubscribe(connection: Connection, roomId: string): void {
		if (!this.#leave(connection, roomId))
			throw createError("core.realtime.not_subscribed", connection.id, roomId);
	}

	leaveAll(connection: Connection): void {
		for (const roomId of this.#dependencies.rooms.of(connection))
			this.#leave(connection, roomId);
	}

	/** Over all nodes; 0 for a room that is not there. */
	count(roomId: string): number {
		const { rooms, peers } = this.#dependencies;
		const here = rooms.get(roomId)?.subscriptions.size ?? 0;
		return here + peers.count(roomId);
	}

	#readFilter(given: unknown): Filter {
		const filter = normalise(parseFilter(given));
		const { subscriptionConditionsCount: max } = this.#dependencies.limits;
		if (countConditions(filter) > max)
			throw createError(
				"api.assert.koncorde_dsl_error",
				`A filter has at most ${max} conditions (limits.subscriptionConditionsCount).`,
			);
		return filter;
	}

	async #enter(
		connection: Connection,
		room: {
			readonly roomId: string;
			readonly place: Place;
			readonly filter: Filter;
		},
		options: SubscribeOptions,
		{ action }: { readonly action: "subscribe" | "join" },
	): Promise<Subscribed> {
		const { rooms, connections } = this.#dependencies;
		const { roomId, place, filter } = room;
		const channel = channelName(roomId, options);
		if (!connections.has(connection)) return { roomId, channel };
		const isOpened = rooms.get(roomId) === undefined;
		this.#assertRoomFor(connection, roomId);
		rooms.open(roomId, place, filter);
		const entered = rooms.enter(roomId, connection, options);
		const opened = rooms.get(roomId);
		if (entered?.isNew !== true || opened === undefined)
			return { roomId, channel };
		const told = this.#tell(opened, connection, {
			user: "in",
			action,
			place: action === "join" ? null : { ...place },
			protocol: connection.protocol,
			volatile: options.volatile,
		});
		if (isOpened) await told;
		return { roomId, channel };
	}

	#assertRoomFor(connection: Connection, roomId: string): void {
		const { rooms, limits } = this.#dependencies;
		const room = rooms.get(roomId);
		const { subscriptionRooms, subscriptionsPerConnection } = limits;
		const isFull = subscriptionRooms > 0 && rooms.size >= subscriptionRooms;
		if (room === undefined && isFull)
			throw createError("core.realtime.too_many_rooms");
		if (room?.subscriptions.has(connection.id)) return;
		if (rooms.countOf(connection) >= subscriptionsPerConnection)
			throw createError("core.realtime.too_many_rooms");
	}

	#leave(connection: Connection, roomId: string): boolean {
		const left = this.#dependencies.rooms.leave(roomId, connection);
		if (left === null) return false;
		const { index, collection } = left.room;
		void this.#tell(left.room, connection, {
			user: "out",
			action: "unsubscribe",
			place: { index, collection },
			protocol: null,
			volatile: left.subscription.volatile,
		});
		return true;
	}

	/** Tells those who are in the room, on every node. Resolves when the other nodes know. */
	#tell(
		room: Room,
		who: Connection,
		news: Omit<UserMessage, "count" | "at">,
	): Promise<void> {
		const { deliveries, peers, clock } = this.#dependencies;
		const { id, index, collection, filter } = room;
		const message: UserMessage = {
			...news,
			count: this.count(id),
			at: clock.now(),
		};
		deliveries.user(id, message, who);
		const count = room.subscriptions.size;
		return peers.tellRoom({ id, index, collection, filter, count }, message);
	}
}
