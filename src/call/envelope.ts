import type { WireError } from "../errors/gateway-error.ts";

/** One request, whatever the protocol it came by. */
export interface Envelope {
	readonly controller: string | null;
	readonly action: string | null;
	/** Null when there is none. */
	readonly body: Record<string, unknown> | unknown[] | null;
	/** Everything else of the request: index, collection, _id, refresh… Kept on an object without prototype. */
	readonly args: Readonly<Record<string, unknown>>;
	/** Null: no token was given. Empty text is a token, and not a good one. */
	readonly jwt: string | null;
	/** Where it stood, if that was a place that others may have read: there only a token for one use is good. */
	readonly jwtPlace?: "url";
	readonly volatile: Readonly<Record<string, unknown>> | null;
	/** Given by the client, else a fresh UUID. */
	readonly requestId: string;
	/**
	 * `query`: arguments came as text from a path and a query string, where a flag is true by its presence and numbers are text.
	 * `json`: arguments have their JSON types.
	 */
	readonly notation: "query" | "json";
}

/** What every protocol writes back; see facts in docs/protocols.md. Members that are undefined are left out. */
export interface Response {
	status: number;
	error: WireError | null;
	controller: string | null;
	action: string | null;
	requestId: unknown;
	volatile: Readonly<Record<string, unknown>> | null;
	/** Headers that the action itself set, lower case; never set-cookie. */
	headers: Record<string, string>;
	/** Absent when the action answers nothing; null when it failed. */
	result?: unknown;
	index?: unknown;
	collection?: unknown;
	deprecations?: readonly { message: string; version: string }[];
}
