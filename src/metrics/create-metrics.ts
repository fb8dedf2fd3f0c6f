import type { Admission } from "../call/admission.ts";
import type { Connections } from "../call/connection.ts";
import type { CallObserver } from "../call/execute.ts";
import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { Storage } from "../storage/storage.ts";
import type { Figures } from "./create-figures.ts";
import { measureStorage } from "./measured-storage.ts";

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
	/** From here on there are figures. Rejects with node's own error (EADDRINUSE, …). */
	listen(): Promise<{ host: string; port: number }>;
	/** May be called again, and before `listen`. */
	close(): Promise<void>;
}

/** Everything that this takes, prom-client above all, is loaded by `listen`: a gateway without metrics never pays for them. */
export function createMetrics(options: MetricsOptions): Metrics {
	let figures: Figures | undefined;
	return {
		ended: (call) => figures?.ended(call),
		measure: (storage) =>
			measureStorage(storage, (...seen) => figures?.observeStore(...seen)),
		async listen() {
			const { createFigures } = await import("./create-figures.ts");
			figures = createFigures(options);
			const address = await figures.listen();
			options.log.info(address, "Metrics are served at /metrics");
			return address;
		},
		close: async () => figures?.close(),
	};
}
