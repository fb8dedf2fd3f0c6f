import type { Connection } from "../call/connection.ts";
import { Notification } from "../call/notification.ts";
import { DocumentView } from "../koncorde/document-view.ts";
import type { JsonObject } from "../lib/json.ts";
import { wants } from "./channel.ts";
import { type DocumentMessage, renderDocument } from "./document-message.ts";
import type { Matches } from "./matches.ts";
import type { Place, Room, Rooms } from "./rooms.ts";
import { renderUser, type UserMessage } from "./user-message.ts";

/** Makes notifications of messages, for the subscribers who are connected to this node. */
export class Deliveries {
	readonly #rooms: Rooms;
	readonly #matches: Matches | null;

	/** `matches` is null where the store always tells what a write replaced. */
	constructor(rooms: Rooms, matches: Matches | null) {
		this.#rooms = rooms;
		this.#matches = matches;
	}

	/** Synchronous, so that what comes first is told first. */
	document(message: DocumentMessage): void {
		if (!this.#rooms.isWatched(message)) return;
		const { kind, after, before } = message;
		const now = this.#matching(message, after);
		this.#tellDocument(now, message, "in");
		if (kind === "publish") return;
		const key = keyOf(message);
		const old =
			before === undefined
				? (this.#matches?.recall(key) ?? [])
				: this.#matching(message, before ?? undefined);
		const left = [...old].filter(
			(room) => !now.has(room) && this.#rooms.get(room.id) === room,
		);
		this.#tellDocument(left, message, "out");
		this.#matches?.remember(key, now);
	}

	/** `except` is the one who came or went: the answer tells it. */
	user(roomId: string, message: UserMessage, except?: Connection): void {
		const room = this.#rooms.get(roomId);
		if (room === undefined) return;
		let json: string | undefined;
		for (const { name, users, connections } of room.channels.values()) {
			if (!wants(users, message.user)) continue;
			json ??= renderUser(message);
			const notification = new Notification(name, json);
			for (const connection of connections)
				if (connection !== except) connection.notify(notification);
		}
	}

	#matching(
		place: Place & Pick<DocumentMessage, "id">,
		content: JsonObject | undefined,
	): ReadonlySet<Room> {
		if (content === undefined) return NONE;
		const view = new DocumentView(content, place.id ?? undefined);
		return new Set(
			this.#rooms.match(place, view).flatMap((id) => this.#rooms.get(id) ?? []),
		);
	}

	/** Written down once, for whatever number of rooms. */
	#tellDocument(
		rooms: Iterable<Room>,
		message: DocumentMessage,
		what: "in" | "out",
	): void {
		let json: string | undefined;
		for (const room of rooms) {
			for (const { name, scope, connections } of room.channels.values()) {
				if (!wants(scope, what)) continue;
				json ??= renderDocument(message, what);
				const notification = new Notification(name, json);
				for (const connection of connections) connection.notify(notification);
			}
		}
	}
}

const NONE: ReadonlySet<Room> = new Set();

function keyOf({
	index,
	collection,
	id,
}: Place & Pick<DocumentMessage, "id">): string {
	return JSON.stringify([index, collection, id]);
}
