import type { PromClient, Registry } from "./prom-client.ts";

/** Of the process there is one, however many gateways are in it, and what watches it cannot be taken down again. */
let shared: Registry | undefined;

/**
 * Figures of the process under the names that dashboards for Node know: CPU, memory, garbage collection, and the event
 * loop's delay (`nodejs_eventloop_lag_*`).
 */
export function processFigures(prom: PromClient): Registry {
	if (shared === undefined) {
		shared = new prom.Registry();
		prom.collectDefaultMetrics({ register: shared });
	}
	return shared;
}
