import { createHttpClient } from "./http-client.ts";
import type { Answering } from "./people.ts";
import { WsClient } from "./ws-client.ts";

export const PROTOCOLS = ["http", "websocket"] as const;
export type Protocol = (typeof PROTOCOLS)[number];

/** Someone who asks, on a connection that stays, and hangs up in the end. */
export interface Caller extends Answering {
	close(): void;
}

/** `headers` go with each HTTP request, or with the upgrade of the WebSocket. */
export async function createCaller(
	protocol: Protocol,
	url: string,
	headers: Readonly<Record<string, string>> = {},
): Promise<Caller> {
	if (protocol === "http") return createHttpClient(url, headers);
	const client = await WsClient.open(url, headers);
	return {
		query: (request, jwt) =>
			client.request(jwt === undefined ? request : { ...request, jwt }),
		close: () => client.socket.terminate(),
	};
}

/** Asks once, on a connection of its own. */
export async function askOnce(
	protocol: Protocol,
	url: string,
	{
		headers,
		token,
		...request
	}: Readonly<Record<string, unknown>> & {
		readonly headers?: Readonly<Record<string, string>>;
		readonly token?: string;
	},
	// biome-ignore lint/suspicious/noExplicitAny: answers have every shape.
): Promise<any> {
	const caller = await createCaller(protocol, url, headers);
	try {
		return await caller.query(request, token);
	} finally {
		caller.close();
	}
}
