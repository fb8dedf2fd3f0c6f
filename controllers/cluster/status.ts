import { none } from "../../src/action/body.ts";
import { defineAction } from "../../src/action/define-action.ts";
import {
	arrayOf,
	objectOf,
	text,
	whole,
} from "../../src/action/json-schema.ts";
import type { NodeEvent } from "../../src/realtime/peers.ts";
import type { ClusterContext } from "./context.ts";

const id = text("The node's id.");
const address = text("Its address.");

export const status = ({ card, peers }: ClusterContext) =>
	defineAction({
		name: "cluster:status",
		summary:
			"Lists the nodes that this one hears, itself among them, and who came and went of late.",
		http: ["GET /cluster/_status"],
		args: {},
		body: none,
		result: objectOf({
			activeNodes: whole("How many nodes.", 1),
			nodes: arrayOf(
				objectOf({ id, address, birthdate: text("When it was started.") }),
			),
			activity: arrayOf(
				objectOf({
					id,
					address,
					date: text("When that was."),
					event: text("`joined`, or `evicted`: it stopped, or is silent."),
				}),
				"The last ones, as many as `cluster.activityDepth` says, oldest first.",
			),
		}),
		handler() {
			const nodes = [card, ...peers.alive].map(
				({ id, address, startedAt }) => ({
					id,
					address,
					birthdate: toDate(startedAt),
				}),
			);
			const activity = peers.events.map(toActivity);
			return { activeNodes: nodes.length, nodes, activity };
		},
	});

const REASONS = {
	left: "It was stopped.",
	silent: "It was not heard for too long.",
} as const;

function toActivity({ card: { id, address }, at, event }: NodeEvent): object {
	const what = { id, address, date: toDate(at) };
	return event === "joined"
		? { ...what, event }
		: { ...what, event: "evicted", reason: REASONS[event] };
}

function toDate(time: number): string {
	return new Date(time).toISOString();
}
