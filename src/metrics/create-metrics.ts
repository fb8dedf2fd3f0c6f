import { createRequire } from "node:module";
import type { Admission } from "../call/admission.ts";
import type { Connections } from "../call/connection.ts";
import type { CallObserver } from "../call/execute.ts";
import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { Storage } from "../storage/storage.ts";
import { watchLoad } from "./load-figures.ts";
import { measureStorage } from "./measured-storage.ts";
import { createMetricsListener } from "./metrics-listener.ts";
import { processFigures } from "./process-figures.ts";
import type { PromClient } from "./prom-client.ts";
import { countRequests } from "./request-figures.ts";
import { storeTimer } from "./store-figures.ts";

export interface MetricsOptions {
	/** Where to listen (`server.metrics`). Port 0: any free one. */
	readonly config: { readonly host: string; readonly port: number };
	readonly clock: Clock;
	readonly log: Log;
	readonly connections: Connections;
	readonly admission: Admission;
	/** Sockets open on the port of HTTP and WebSocket. */
	sockets(): Promise<number>;
	/** Whether there is such an action. Others are counted under one name, or strangers could grow the figures without end. */
	isAction(controller: string, action: string): boolean;
}

/** The gateway's figures, for Prometheus, and the listener that serves them. */
export interface Metrics extends CallObserver {
	/** The same store, with each of its operations timed. */
	measure(storage: Storage): Storage;
	/** Rejects with node's own error (EADDRINUSE, …). */
	listen(): Promise<{ host: string; port: number }>;
	/** May be called again, and before `listen`. */
	close(): Promise<void>;
}

/** Loads prom-client, so call it only where figures are wanted. It is CommonJS: loading it needs no promise. */
export function createMetrics(options: MetricsOptions): Metrics {
	const prom = createRequire(import.meta.url)("prom-client") as PromClient;
	const registry = new prom.Registry();
	const { ended } = countRequests(prom, registry, options);
	watchLoad(prom, registry, options);
	const observe = storeTimer(prom, registry);
	const ofProcess = processFigures(prom);
	const listener = createMetricsListener({
		address: options.config,
		contentType: registry.contentType,
		log: options.log,
		render: async () =>
			`${await registry.metrics()}\n${await ofProcess.metrics()}`,
	});
	return {
		ended,
		measure: (storage) => measureStorage(storage, observe),
		listen: () => listener.listen(),
		close: () => listener.close(),
	};
}
