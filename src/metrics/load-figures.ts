import { Gauge, type Registry } from "prom-client";
import type { Admission } from "../call/admission.ts";
import type { Connections } from "../call/connection.ts";

export interface LoadFiguresOptions {
	readonly connections: Connections;
	readonly admission: Admission;
	sockets(): Promise<number>;
}

/** Connections that are open, and requests that run or wait. Read when the figures are asked for, so they cost nothing else. */
export function watchLoad(
	registry: Registry,
	options: LoadFiguresOptions,
): void {
	const { admission } = options;
	const registers = [registry];
	new Gauge({
		name: "portico_connections",
		help: "Connections open now.",
		labelNames: ["protocol"],
		registers,
		async collect() {
			const counts = await countConnections(options);
			for (const [protocol, count] of Object.entries(counts))
				this.set({ protocol }, count);
		},
	});
	new Gauge({
		name: "portico_requests_running",
		help: "Requests that run now.",
		registers,
		collect() {
			this.set(admission.running);
		},
	});
	new Gauge({
		name: "portico_requests_waiting",
		help: "Requests that wait for another to end.",
		registers,
		collect() {
			this.set(admission.waiting);
		},
	});
}

/** The registry holds only what outlives a request: the other sockets of the port are HTTP's. */
async function countConnections({
	connections,
	sockets,
}: LoadFiguresOptions): Promise<Record<"http" | "websocket" | "mqtt", number>> {
	const counts = { http: 0, websocket: 0, mqtt: 0 };
	const open = await sockets();
	for (const { protocol } of connections.all()) counts[protocol]++;
	counts.http = Math.max(0, open - counts.websocket);
	return counts;
}
