import { none } from "../../src/action/body.ts";
import type { CallContext } from "../../src/action/define-action.ts";
import { defineAction } from "../../src/action/define-action.ts";
import { anyObject } from "../../src/action/json-schema.ts";
import type { Place } from "../../src/realtime/rooms.ts";
import type { RealtimeContext } from "./context.ts";

/** Index → collection → room → its subscribers. */
type Listing = Record<string, Record<string, Record<string, number>>>;

export const list = ({ realtime, rights }: RealtimeContext) =>
	defineAction({
		name: "realtime:list",
		summary:
			"Lists the rooms of the collections that the caller may subscribe to, and counts their subscribers, on all nodes.",
		http: ["GET /_listSubscriptions"],
		args: {},
		body: none,
		result: anyObject(
			"{<index>: {<collection>: {<room's id>: <subscribers>}}}",
		),
		async handler({ caller }) {
			const listing: Listing = createRecord();
			for (const { id, count, index, collection } of realtime.list()) {
				// The name of an index stays, though nothing in it may be seen, as in Kuzzle (recorded).
				listing[index] ??= createRecord();
				if (!(await maySubscribe(rights, caller, { index, collection })))
					continue;
				listing[index][collection] ??= createRecord();
				listing[index][collection][id] = count;
			}
			return listing;
		},
	});

function maySubscribe(
	rights: RealtimeContext["rights"],
	{ profileIds }: CallContext["caller"],
	{ index, collection }: Place,
): boolean | Promise<boolean> {
	return rights.allows(profileIds, {
		controller: "realtime",
		action: "subscribe",
		args: { index, collection },
	});
}

/** Clients choose the names: one of them may be `__proto__`. */
function createRecord<T>(): Record<string, T> {
	return Object.create(null);
}
