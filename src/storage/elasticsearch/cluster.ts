import type { Client, ClientOptions } from "@elastic/elasticsearch";
import {
	createError,
	createErrorFrom,
	type GatewayError,
} from "../../errors/gateway-error.ts";
import type { JsonObject } from "../../lib/json.ts";
import type { CallOptions } from "../storage.ts";
import { type Refusal, toRefusal } from "./refusal.ts";

/** One request to Elasticsearch. */
export interface ClusterRequest {
	readonly method: "GET" | "POST" | "PUT" | "DELETE";
	/** Path segments, not encoded. */
	readonly path: readonly string[];
	readonly query?: Readonly<Record<string, string | number | boolean>>;
	readonly body?: object;
	/** A body that is written already: `json`, or `lines` of JSON. */
	readonly text?: { readonly format: "json" | "lines"; readonly text: string };
	/** Whether it changes anything. A read may be repeated, and a read cut short is known to have changed nothing. */
	readonly effect: "read" | "write";
}

/**
 * The connection to the cluster. `request` resolves with the answer's body, or rejects with a `Refusal` that
 * Elasticsearch gave, with a GatewayError when there was no answer or too much is asked at once, or with the signal's reason when the caller
 * gave up before anything could be written.
 */
export interface Cluster {
	open(): Promise<void>;
	/** Waits for what is under way. */
	close(): Promise<void>;
	request<Body>(request: ClusterRequest, options?: CallOptions): Promise<Body>;
}

/** Requests under way or waiting for a socket (the client has 256 per node); beyond, `api.process.overloaded` at once. */
const REQUESTS_MAX = 2_000;

const READ_RETRIES = 2;
/** What the client sends itself with an object. */
const JSON_TYPE = "application/vnd.elasticsearch+json; compatible-with=8";
/** Node cannot hold a longer text than 512 MiB; a page of hits that needs half of it is a mistake. */
const RESPONSE_BYTES_MAX = 256 * 1024 * 1024;

export interface ClusterOptions {
	readonly client: JsonObject;
	readonly requestTimeoutMs: number;
}

export function createCluster(options: ClusterOptions): Cluster {
	let opening: Promise<Client> | undefined;
	let client: Client | undefined;
	let underWay = 0;
	return {
		async open() {
			opening ??= createClient(options);
			client = await opening;
		},
		async close() {
			const closing = await opening;
			opening = undefined;
			client = undefined;
			await closing?.close();
		},
		async request(request, { signal } = {}) {
			signal?.throwIfAborted();
			if (client === undefined) {
				throw createError("services.storage.not_connected");
			}
			if (underWay >= REQUESTS_MAX) throw createError("api.process.overloaded");
			underWay++;
			try {
				return await send(client, request, options.requestTimeoutMs, signal);
			} finally {
				underWay--;
			}
		},
	};
}

/** The client is loaded only where it is used: it costs 134 ms and 14 MB. */
async function createClient({
	client,
	requestTimeoutMs,
}: ClusterOptions): Promise<Client> {
	const { Client } = await import("@elastic/elasticsearch");
	return new Client({
		maxResponseSize: RESPONSE_BYTES_MAX,
		...(client as ClientOptions),
		requestTimeout: requestTimeoutMs,
		maxRetries: 0,
		sniffOnStart: false,
		sniffInterval: false,
		sniffOnConnectionFault: false,
		// A document may hold a key named __proto__; JSON.parse makes it a key like any other.
		disablePrototypePoisoningProtection: true,
	});
}

async function send<Body>(
	client: Client,
	request: ClusterRequest,
	timeoutMs: number,
	signal: AbortSignal | undefined,
): Promise<Body> {
	const limit = new AbortController();
	const abort = () => limit.abort();
	// The client's own limit starts when a socket is free; this one bounds the whole, however many wait before.
	const timer = setTimeout(abort, timeoutMs);
	signal?.addEventListener("abort", abort, { once: true });
	const isRead = request.effect === "read";
	try {
		return await client.transport.request<Body>(toTransport(request), {
			signal: limit.signal,
			maxRetries: isRead ? READ_RETRIES : 0,
			retryBackoff: () => 0,
			// Of a text the client does not know that it is JSON.
			...(request.text?.format === "json"
				? { headers: { accept: JSON_TYPE, "content-type": JSON_TYPE } }
				: {}),
		});
	} catch (error) {
		if (isRead) signal?.throwIfAborted();
		throw translate(error, isRead);
	} finally {
		clearTimeout(timer);
		signal?.removeEventListener("abort", abort);
	}
}

function toTransport({ method, path, query, body, text }: ClusterRequest) {
	return {
		method,
		path: `/${path.map(encodeURIComponent).join("/")}`,
		...(query === undefined ? {} : { querystring: { ...query } }),
		...(body === undefined ? {} : { body }),
		...(text?.format === "json" ? { body: text.text } : {}),
		...(text?.format === "lines" ? { bulkBody: text.text } : {}),
	};
}

/** The client's errors are told apart by name: to import their classes would be to load the client. */
function translate(error: unknown, isRead: boolean): Refusal | GatewayError {
	const { name, message } = error as Error;
	if (name === "ResponseError") {
		const refusal = toRefusal(error);
		const unanswered = refusal.status === 502 || refusal.status === 504;
		return unanswered ? noAnswer(message, isRead) : refusal;
	}
	// The client's error holds the whole request, so only its words are kept.
	const cause = new Error(`${name}: ${message}`);
	switch (name) {
		case "ConnectionError":
		case "TimeoutError":
		case "RequestAbortedError":
		case "NoLivingConnectionsError":
			return noAnswer(cause, isRead || wasNeverSent(name, message));
		case "ProductNotSupportedError":
			return createErrorFrom(
				cause,
				"services.storage.version_mismatch",
				"the server is not an Elasticsearch 8 or 9",
			);
		default:
			return createErrorFrom(
				cause,
				"services.storage.unexpected_error",
				message,
			);
	}
}

function noAnswer(cause: unknown, nothingChanged: boolean): GatewayError {
	return nothingChanged
		? createErrorFrom(cause, "services.storage.not_connected")
		: createErrorFrom(cause, "portico.call.outcome_unknown");
}

/**
 * The client keeps the words of a failed connection only. Without words it is an AggregateError: a name with several
 * addresses, of which none could be connected to. Whatever is not known to be unsent counts as sent.
 */
function wasNeverSent(name: string, message: string): boolean {
	if (name === "NoLivingConnectionsError") return true;
	if (name !== "ConnectionError") return false;
	return /^$|^connect |^getaddrinfo |^Connect Timeout Error/.test(message);
}
