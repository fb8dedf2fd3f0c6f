import type { IncomingMessage } from "node:http";
import type { Peer, ResolveClient } from "../../src/call/client-address.ts";
import type { Connection } from "../../src/call/connection.ts";
import type { Ids } from "../../src/lib/ids.ts";

/** One HTTP request, seen as a connection. Its id is made when asked for: most requests that bring an id of their own need none. */
export class HttpConnection implements Connection {
	readonly protocol = "http";
	readonly address: string;
	readonly secure: boolean;
	readonly #request: IncomingMessage;
	readonly #ids: Ids;
	#id: string | undefined;

	constructor(request: IncomingMessage, resolve: ResolveClient, ids: Ids) {
		this.#request = request;
		this.#ids = ids;
		// Not later: a socket that is closed no longer knows its other end.
		const client = resolve(request.socket as Peer, request.headers);
		this.address = client.address;
		this.secure = client.secure;
	}

	get id(): string {
		this.#id ??= this.#ids.uuid();
		return this.#id;
	}

	/** Node joins repeated headers into one text, but for Set-Cookie, which no request has a use for. */
	get headers(): Readonly<Record<string, string | undefined>> {
		return this.#request.headers as Record<string, string | undefined>;
	}

	/** HTTP has nowhere to write a frame that was not asked for. */
	send(): void {}

	notify(): void {}

	bufferedBytes(): number {
		return this.#request.socket.writableLength;
	}

	close(): void {
		this.#request.socket.destroy();
	}
}
