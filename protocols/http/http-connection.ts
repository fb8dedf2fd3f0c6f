import type { IncomingMessage } from "node:http";
import type {
	ClientOrigin,
	ResolveClient,
} from "../../src/call/client-address.ts";
import type { Connection } from "../../src/call/connection.ts";
import type { Ids } from "../../src/lib/ids.ts";

/** One HTTP request, seen as a connection. What few requests ask for is worked out when asked for. */
export class HttpConnection implements Connection {
	readonly protocol = "http";
	readonly #request: IncomingMessage;
	readonly #resolve: ResolveClient;
	readonly #ids: Ids;
	#id: string | undefined;
	#client: ClientOrigin | undefined;

	constructor(request: IncomingMessage, resolve: ResolveClient, ids: Ids) {
		this.#request = request;
		this.#resolve = resolve;
		this.#ids = ids;
	}

	get id(): string {
		this.#id ??= this.#ids.uuid();
		return this.#id;
	}

	get address(): string {
		return this.#origin().address;
	}

	get secure(): boolean {
		return this.#origin().secure;
	}

	/** Node joins repeated headers into one text, but for Set-Cookie, which no request has a use for. */
	get headers(): Readonly<Record<string, string | undefined>> {
		return this.#request.headers as Record<string, string | undefined>;
	}

	/** HTTP has nowhere to write a frame that was not asked for. */
	send(): void {}

	bufferedBytes(): number {
		return this.#request.socket.writableLength;
	}

	close(): void {
		this.#request.socket.destroy();
	}

	#origin(): ClientOrigin {
		this.#client ??= this.#resolve(
			this.#request.socket as { remoteAddress?: string; encrypted?: boolean },
			this.#request.headers,
		);
		return this.#client;
	}
}
