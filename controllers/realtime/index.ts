import type { Action } from "../../src/action/define-action.ts";
import type { RealtimeContext } from "./context.ts";
import { list } from "./list.ts";
import { publish, validate } from "./messages.ts";
import { count, join, subscribe, unsubscribe } from "./subscriptions.ts";

/** The actions of the controller `realtime`: who listens, and messages that are not stored. */
export const realtimeActions = (context: RealtimeContext): Action[] =>
	[subscribe, join, unsubscribe, count, list, publish, validate].map((action) =>
		action(context),
	);
