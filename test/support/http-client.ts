import { Agent, request } from "node:http";
import type { Answering } from "./people.ts";

const TIMEOUT_MS = 60_000;

/** One caller of `POST /_query` who keeps its connection, as clients do. Rejects when that is cut. */
export interface HttpClient extends Answering {
	close(): void;
}

export function createHttpClient(
	url: string,
	more: Readonly<Record<string, string>> = {},
): HttpClient {
	const agent = new Agent({ keepAlive: true, maxSockets: 1 });
	return {
		close: () => agent.destroy(),
		query: (body, token) =>
			new Promise((resolve, reject) => {
				const payload = JSON.stringify(body);
				const headers: Record<string, string | number> = {
					"content-type": "application/json",
					"content-length": Buffer.byteLength(payload),
					...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
					...more,
				};
				const options = { agent, method: "POST", headers, timeout: TIMEOUT_MS };
				const outgoing = request(`${url}/_query`, options, (answer) => {
					const chunks: Buffer[] = [];
					answer.on("data", (chunk: Buffer) => chunks.push(chunk));
					answer.on("error", reject);
					answer.on("end", () => resolve(parse(chunks, reject)));
				});
				outgoing.on("timeout", () => outgoing.destroy(new Error("No answer.")));
				outgoing.on("error", reject);
				outgoing.end(payload);
			}),
	};
}

function parse(chunks: Buffer[], reject: (error: unknown) => void): unknown {
	try {
		return JSON.parse(Buffer.concat(chunks).toString("utf8"));
	} catch (error) {
		reject(error);
		return undefined;
	}
}
