import type { IncomingMessage, ServerResponse } from "node:http";
import { parse as parseQueryString } from "node:querystring";
import type { HttpConnection } from "./http-connection.ts";

/** One request, the way back to its client, and what both the reading and the writing side need to know. */
export class Exchange {
	readonly request: IncomingMessage;
	readonly response: ServerResponse;
	readonly connection: HttpConnection;
	/** Of the header X-Kuzzle-Request-Id, else the connection's id: what every answer over HTTP bears. */
	readonly requestId: string;
	/** As sent, not decoded. */
	readonly pathname: string;
	/** Null where there is no query string. On an object without prototype. */
	readonly query: Record<string, unknown> | null;

	constructor(
		request: IncomingMessage,
		response: ServerResponse,
		connection: HttpConnection,
	) {
		this.request = request;
		this.response = response;
		this.connection = connection;
		const given = request.headers["x-kuzzle-request-id"] as string | undefined;
		this.requestId = given || connection.id;
		const target = withoutAuthority(request.url ?? "/");
		const mark = target.indexOf("?");
		this.pathname = mark === -1 ? target : target.slice(0, mark);
		this.query =
			mark === -1
				? null
				: parseQueryString(target.slice(mark + 1), "&", "=", { maxKeys: 0 });
	}

	/** JSON answers are indented when the query string has `pretty`, whatever its value. */
	get pretty(): boolean {
		return this.query !== null && "pretty" in this.query;
	}

	/** A signal that fires when the client goes away before it has its answer. */
	readonly aborted = (): AbortSignal => {
		const controller = new AbortController();
		const { response } = this;
		if (response.destroyed) controller.abort();
		response.once("close", () => {
			if (!response.writableFinished) controller.abort();
		});
		return controller.signal;
	};
}

/** A request line may hold a whole URL (RFC 9112 §3.2.2); only its path counts here. */
function withoutAuthority(target: string): string {
	if (target.startsWith("/")) return target;
	const authority = /^[a-z][a-z0-9+.-]*:\/\/[^/?]*/i.exec(target);
	return authority === null ? target : target.slice(authority[0].length);
}
