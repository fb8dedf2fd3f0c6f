import { request as openRequest } from "node:http";

export interface HttpCall {
	readonly headers?: Readonly<Record<string, string>>;
	/** Sent as JSON; bytes and text as they are. */
	readonly body?: unknown;
	readonly token?: string | undefined;
}

export interface HttpReply {
	readonly status: number;
	readonly headers: Readonly<Record<string, string | string[] | undefined>>;
	readonly text: string;
	/** Parsed when it is JSON, else undefined. */
	// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape, and assert what they find.
	readonly body: any;
}

const TIMEOUT_MS = 30_000;

/** One request on a connection of its own. Rejects when there is no answer. */
export function httpCall(
	url: string,
	method: string,
	path: string,
	{ headers = {}, body, token }: HttpCall = {},
): Promise<HttpReply> {
	const payload = toPayload(body);
	const { hostname: host, port } = new URL(url);
	return new Promise((resolve, reject) => {
		const outgoing = openRequest(
			{
				host,
				port,
				method,
				path,
				headers: {
					...(payload === undefined
						? {}
						: {
								"content-type": "application/json",
								"content-length": payload.length,
							}),
					...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
					...headers,
				},
				agent: false,
				timeout: TIMEOUT_MS,
			},
			(response) => {
				const chunks: Buffer[] = [];
				response.on("data", (chunk: Buffer) => chunks.push(chunk));
				response.on("error", reject);
				response.on("end", () => {
					const text = Buffer.concat(chunks).toString("utf8");
					const { statusCode: status = 0, headers } = response;
					resolve({ status, headers, text, body: parseJson(text) });
				});
			},
		);
		outgoing.on("timeout", () =>
			outgoing.destroy(
				new Error(`${method} ${path}: no answer in ${TIMEOUT_MS} ms`),
			),
		);
		outgoing.on("error", reject);
		outgoing.end(payload);
	});
}

function toPayload(body: unknown): Buffer | undefined {
	if (body === undefined) return undefined;
	if (Buffer.isBuffer(body)) return body;
	return Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
