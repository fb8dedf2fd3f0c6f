import type { Connection } from "../call/connection.ts";
import type { DocumentView } from "../koncorde/document-view.ts";
import type { Filter } from "../koncorde/filter.ts";
import { FilterIndex } from "../koncorde/filter-index.ts";
import type { JsonValue } from "../lib/json.ts";
import {
	type ChannelOptions,
	channelName,
	type UsersOption,
} from "./channel.ts";

/** Where documents are watched. Neither has to exist in the store. */
export interface Place {
	readonly index: string;
	readonly collection: string;
}

export interface Room extends Place {
	/** Opaque for clients: 64 hexadecimal digits. */
	readonly id: string;
	/** Normalised. */
	readonly filter: Filter;
	readonly channels: ReadonlyMap<string, Channel>;
	/** By connection id. */
	readonly subscriptions: ReadonlyMap<string, Subscription>;
}

/** A room as other nodes are told of it: enough to count in it, and to join it from there. */
export interface RoomState extends Place {
	readonly id: string;
	/** Normalised. */
	readonly filter: Filter;
	/** Its subscribers on its node; 0: the room is gone. */
	readonly count: number;
}

/** The subscribers of a room that asked for the same notifications. */
export interface Channel {
	readonly name: string;
	readonly scope: ChannelOptions["scope"];
	/** The most that one of them asked for. */
	readonly users: UsersOption;
	readonly connections: ReadonlySet<Connection>;
}

/** A connection in a room. */
export interface Subscription {
	readonly connection: Connection;
	/** What it gave when it came; told to the others when it goes. */
	readonly volatile: JsonValue;
	readonly channels: ReadonlySet<string>;
}

interface OwnRoom extends Room {
	readonly channels: Map<string, OwnChannel>;
	readonly subscriptions: Map<string, OwnSubscription>;
}

interface OwnChannel extends Channel {
	users: UsersOption;
	readonly connections: Set<Connection>;
}

interface OwnSubscription extends Subscription {
	readonly channels: Set<string>;
}

/** The rooms of this node: who is in them, and which of them a document matches. A room lasts as long as somebody is in it. */
export class Rooms {
	readonly #rooms = new Map<string, OwnRoom>();
	readonly #filters = new Map<string, FilterIndex>();
	/** The rooms that a connection is in. */
	readonly #ofConnection = new Map<string, Set<string>>();

	get size(): number {
		return this.#rooms.size;
	}

	get(roomId: string): Room | undefined {
		return this.#rooms.get(roomId);
	}

	/** In how many rooms connections are, all together. */
	get subscriptions(): number {
		let count = 0;
		for (const rooms of this.#ofConnection.values()) count += rooms.size;
		return count;
	}

	/** The rooms as other nodes are told of them. */
	states(): RoomState[] {
		return [...this.#rooms.values()].map(
			({ id, index, collection, filter, subscriptions }) => ({
				id,
				index,
				collection,
				filter,
				count: subscriptions.size,
			}),
		);
	}

	/** In how many rooms a connection is. */
	countOf(connection: Connection): number {
		return this.#ofConnection.get(connection.id)?.size ?? 0;
	}

	/** Makes the room of a normalised filter; one that is there stays. Somebody has to enter it at once. */
	open(roomId: string, place: Place, filter: Filter): void {
		if (this.#rooms.has(roomId)) return;
		const { index, collection } = place;
		this.#rooms.set(roomId, {
			id: roomId,
			index,
			collection,
			filter,
			channels: new Map(),
			subscriptions: new Map(),
		});
		const key = keyOfPlace(place);
		let filters = this.#filters.get(key);
		if (filters === undefined) {
			filters = new FilterIndex();
			this.#filters.set(key, filters);
		}
		filters.add(roomId, filter);
	}

	/** Lets a connection in, or into one more channel of a room that it is in. Answers the channel, and whether the connection is new to the room. */
	enter(
		roomId: string,
		connection: Connection,
		options: ChannelOptions & { readonly volatile: JsonValue },
	): { readonly channel: string; readonly isNew: boolean } | null {
		const room = this.#rooms.get(roomId);
		if (room === undefined) return null;
		const name = channelName(roomId, options);
		let subscription = room.subscriptions.get(connection.id);
		const isNew = subscription === undefined;
		if (subscription === undefined) {
			const { volatile } = options;
			subscription = { connection, volatile, channels: new Set() };
			room.subscriptions.set(connection.id, subscription);
			addTo(this.#ofConnection, connection.id, roomId);
		}
		subscription.channels.add(name);
		let channel = room.channels.get(name);
		if (channel === undefined) {
			const { scope, users } = options;
			channel = { name, scope, users, connections: new Set() };
			room.channels.set(name, channel);
		}
		if (channel.users === "none") channel.users = options.users;
		channel.connections.add(connection);
		return { channel: name, isNew };
	}

	/** Takes a connection out of a room and all its channels. Null when it is not in it. The last one closes the room. */
	leave(
		roomId: string,
		connection: Connection,
	): { readonly room: Room; readonly subscription: Subscription } | null {
		const room = this.#rooms.get(roomId);
		const subscription = room?.subscriptions.get(connection.id);
		if (room === undefined || subscription === undefined) return null;
		room.subscriptions.delete(connection.id);
		for (const name of subscription.channels) {
			const channel = room.channels.get(name);
			channel?.connections.delete(connection);
			if (channel?.connections.size === 0) room.channels.delete(name);
		}
		removeFrom(this.#ofConnection, connection.id, roomId);
		if (room.subscriptions.size === 0) this.#close(room);
		return { room, subscription };
	}

	/** The ids of the rooms that a connection is in. */
	of(connection: Connection): readonly string[] {
		return [...(this.#ofConnection.get(connection.id) ?? [])];
	}

	/** Whether anybody watches the collection: if nobody does, a write has nothing to do here. */
	isWatched(place: Place): boolean {
		return this.#filters.has(keyOfPlace(place));
	}

	/** The ids of the rooms whose filter the document matches. */
	match(place: Place, document: DocumentView): readonly string[] {
		return this.#filters.get(keyOfPlace(place))?.match(document) ?? [];
	}

	#close(room: OwnRoom): void {
		this.#rooms.delete(room.id);
		const key = keyOfPlace(room);
		const filters = this.#filters.get(key);
		filters?.delete(room.id);
		if (filters?.size === 0) this.#filters.delete(key);
	}
}

export function keyOfPlace({ index, collection }: Place): string {
	return JSON.stringify([index, collection]);
}

function addTo(
	map: Map<string, Set<string>>,
	key: string,
	value: string,
): void {
	const values = map.get(key);
	if (values === undefined) map.set(key, new Set([value]));
	else values.add(value);
}

function removeFrom(
	map: Map<string, Set<string>>,
	key: string,
	value: string,
): void {
	const values = map.get(key);
	values?.delete(value);
	if (values?.size === 0) map.delete(key);
}
