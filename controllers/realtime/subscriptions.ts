import { defineAction } from "../../src/action/define-action.ts";
import { objectOf, text, whole } from "../../src/action/json-schema.ts";
import { place } from "../collection/place.ts";
import type { RealtimeContext } from "./context.ts";
import {
	channelArgs,
	filterBody,
	roomBody,
	subscribedShape,
	toSubscribeOptions,
} from "./subscription-args.ts";

export const subscribe = ({ realtime }: RealtimeContext) =>
	defineAction({
		name: "realtime:subscribe",
		summary:
			"Notifies the connection of the documents and messages of a collection that match a filter.",
		http: [],
		args: { ...place, ...channelArgs },
		body: filterBody,
		result: subscribedShape,
		handler: ({ args, body, connection, envelope }) =>
			realtime.subscribe(
				connection,
				{ index: args.index, collection: args.collection },
				body,
				toSubscribeOptions({ scope: args.scope, users: args.users }, envelope),
			),
	});

export const join = ({ realtime }: RealtimeContext) =>
	defineAction({
		name: "realtime:join",
		summary: "Subscribes to a room that is there, without its filter.",
		http: [],
		args: channelArgs,
		body: roomBody,
		result: subscribedShape,
		handler: ({ args, body, connection, envelope }) =>
			realtime.join(
				connection,
				body.roomId,
				toSubscribeOptions(args, envelope),
			),
	});

export const unsubscribe = ({ realtime }: RealtimeContext) =>
	defineAction({
		name: "realtime:unsubscribe",
		summary: "Ends all subscriptions of the connection to a room.",
		http: [],
		args: {},
		body: roomBody,
		result: objectOf({ roomId: text("The room's id.") }),
		handler({ body, connection }) {
			realtime.unsubscribe(connection, body.roomId);
			return { roomId: body.roomId };
		},
	});

export const count = ({ realtime }: RealtimeContext) =>
	defineAction({
		name: "realtime:count",
		summary: "Counts the subscribers of a room, on all nodes.",
		http: [],
		args: {},
		body: roomBody,
		result: objectOf({ count: whole("0 where there is no such room.") }),
		handler: ({ body }) => ({ count: realtime.count(body.roomId) }),
	});
