import { Histogram, type Registry } from "prom-client";
import type { StoreObserver } from "./measured-storage.ts";

/** In seconds: a read from memory takes microseconds, a search its whole time limit. */
const BUCKETS = [
	0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25,
	0.5, 1, 2.5, 5, 10, 30,
];

export function storeTimer(registry: Registry): StoreObserver {
	const durations = new Histogram({
		name: "portico_store_duration_seconds",
		help: "Operations of the store. `refused`: the caller's fault; `failed`: the store's.",
		labelNames: ["operation", "outcome"],
		buckets: BUCKETS,
		registers: [registry],
	});
	return (operation, outcome, seconds) =>
		durations.observe({ operation, outcome }, seconds);
}
