import { Counter, Histogram, type Registry } from "prom-client";
import type { Connection } from "../call/connection.ts";
import type { CallObserver } from "../call/execute.ts";
import type { Clock } from "../lib/clock.ts";

export interface RequestFiguresOptions {
	readonly clock: Clock;
	isAction(controller: string, action: string): boolean;
}

const UNKNOWN = "unknown";
/** In seconds: from a call that waits for nothing to one that meets its limit. */
const BUCKETS = [
	0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
];

/** Counts requests by action, protocol and status, and times them by action and protocol. */
export function countRequests(
	registry: Registry,
	{ clock, isAction }: RequestFiguresOptions,
): CallObserver {
	const registers = [registry];
	const requests = new Counter({
		name: "portico_requests_total",
		help: "Requests answered.",
		labelNames: ["action", "protocol", "status"],
		registers,
	});
	const durations = new Histogram({
		name: "portico_request_duration_seconds",
		help: "From the request's arrival in the pipeline to its answer.",
		labelNames: ["action", "protocol"],
		buckets: BUCKETS,
		registers,
	});
	return {
		ended({ response, connection, startedAt }) {
			const { controller, action: name, status } = response;
			const isKnown =
				controller !== null && name !== null && isAction(controller, name);
			const action = isKnown ? `${controller}:${name}` : UNKNOWN;
			const protocol: Connection["protocol"] = connection.protocol;
			requests.inc({ action, protocol, status });
			// A system clock may be set back.
			const seconds = Math.max(0, clock.now() - startedAt) / 1000;
			durations.observe({ action, protocol }, seconds);
		},
	};
}
