import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

/** What a bare server was given by who started it. */
export function readSettings<T>(): T {
	return JSON.parse(process.argv[2] ?? "null") as T;
}

/** Listens on a free port, tells who started this process, and ends with that one. */
export function serve(server: Server): void {
	process.once("disconnect", () => process.exit());
	// As the gateway's: an idle connection of the load is not cut between two rounds.
	server.keepAliveTimeout = 60_000;
	server.listen(0, "127.0.0.1", () => {
		process.send?.({ port: (server.address() as AddressInfo).port });
	});
}

/** The same answer to every request. */
export interface FixedAnswer {
	/** Names and values in turn. */
	readonly headers: readonly string[];
	readonly body: string;
}
