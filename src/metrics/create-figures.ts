import { collectDefaultMetrics, Registry } from "prom-client";
import type { CallObserver } from "../call/execute.ts";
import type { MetricsOptions } from "./create-metrics.ts";
import { watchLoad } from "./load-figures.ts";
import type { StoreObserver } from "./measured-storage.ts";
import {
	createMetricsListener,
	type MetricsListener,
} from "./metrics-listener.ts";
import { countRequests } from "./request-figures.ts";
import { storeTimer } from "./store-figures.ts";

export interface Figures extends CallObserver, MetricsListener {
	readonly observeStore: StoreObserver;
}

export function createFigures(options: MetricsOptions): Figures {
	const registry = new Registry();
	const requests = countRequests(registry, options);
	watchLoad(registry, options);
	const listener = createMetricsListener({
		address: options.config,
		contentType: registry.contentType,
		log: options.log,
		render: async () =>
			`${await registry.metrics()}\n${await processFigures().metrics()}`,
	});
	return { ...requests, ...listener, observeStore: storeTimer(registry) };
}

/** Of the process there is one, however many gateways are in it, and what watches it cannot be taken down again. */
let shared: Registry | undefined;

/**
 * Figures of the process under the names that dashboards for Node know: CPU, memory, garbage collection, and the event
 * loop's delay (`nodejs_eventloop_lag_*`).
 */
function processFigures(): Registry {
	if (shared === undefined) {
		shared = new Registry();
		collectDefaultMetrics({ register: shared });
	}
	return shared;
}
