import type { Gateway, GatewayOptions } from "../gateway.ts";
import { startWriterThread } from "../sqlite/start-writer-thread.ts";

/**
 * Builds the gateway. Its code is loaded here, so that help and mistakes of the command line come at once. Without Redis there is
 * an embedded database, and its thread starts at the same time.
 */
export async function loadGateway(options: GatewayOptions): Promise<Gateway> {
	const early =
		options.cacheChoice?.backend === "redis"
			? {}
			: { writerThread: startWriterThread() };
	const { createGateway } = await import("../gateway.ts");
	return createGateway({ ...early, ...options });
}
