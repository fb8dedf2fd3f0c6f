import { createOriginMatcher } from "../../src/call/origins.ts";
import type { HttpConfig } from "./http-config.ts";
import type { Encoding } from "./negotiate-encoding.ts";

/** Names and values in turn, as `writeHead` takes them without further work. */
export type HeaderList = string[];

/** Of an action's own headers: what only the gateway can know, or says elsewhere. */
const NOT_AN_ACTIONS = new Set([
	"connection",
	"content-length",
	"set-cookie",
	"transfer-encoding",
]);

/** Makes the headers of answers from what never changes and what does. */
export class ResponseHeaders {
	readonly #routed: Record<Encoding | "none", HeaderList>;
	readonly #bare: HeaderList;
	readonly #isAllowedOrigin: (origin: string) => boolean;
	readonly #allowsAllOrigins: boolean;

	constructor(config: HttpConfig, nodeId: string) {
		this.#bare = [
			"Access-Control-Allow-Headers",
			config.allowedHeaders,
			"Access-Control-Allow-Methods",
			config.allowedMethods,
		];
		const common = [
			...this.#bare,
			"Accept-Encoding",
			config.allowCompression ? "gzip,deflate,identity" : "identity",
			"X-Kuzzle-Node",
			nodeId,
			...(config.cookieAuthentication
				? ["Access-Control-Allow-Credentials", "true"]
				: []),
		];
		this.#routed = {
			none: common,
			identity: [...common, "Content-Encoding", "identity"],
			gzip: [...common, "Content-Encoding", "gzip"],
			deflate: [...common, "Content-Encoding", "deflate"],
		};
		this.#allowsAllOrigins = config.allowedOrigins.includes("*");
		this.#isAllowedOrigin = createOriginMatcher({
			allowed: config.allowedOrigins,
			useRegExp: config.allowedOriginsAreRegExps,
		});
	}

	/** Of an envelope or of an action's own content. `none`: no word on the encoding, as for streams. */
	routed(
		encoding: Encoding | "none",
		contentType: string,
		requestId: string,
		origin: string | undefined,
	): HeaderList {
		const list = this.#routed[encoding].slice();
		list.push("Content-Type", contentType, "X-Kuzzle-Request-Id", requestId);
		if (origin !== undefined) {
			if (this.#isAllowedOrigin(origin)) {
				list.push("Access-Control-Allow-Origin", origin);
			}
			list.push("Vary", "Origin");
		}
		return list;
	}

	/** Of a failure of the body, which is answered outside any envelope. */
	bare(origin: string | undefined): HeaderList {
		const list = this.#bare.slice();
		list.push("Content-Type", "application/json");
		if (origin === undefined) return list;
		if (this.#allowsAllOrigins) list.push("Access-Control-Allow-Origin", "*");
		else if (this.#isAllowedOrigin(origin)) {
			list.push("Access-Control-Allow-Origin", origin, "Vary", "Origin");
		}
		return list;
	}
}

/** Puts an action's headers over those of the gateway. */
export function applyActionHeaders(
	list: HeaderList,
	headers: Readonly<Record<string, string>>,
): void {
	for (const name of Object.keys(headers)) {
		const lower = name.toLowerCase();
		if (NOT_AN_ACTIONS.has(lower)) continue;
		for (let at = list.length - 2; at >= 0; at -= 2) {
			if (list[at]?.toLowerCase() === lower) list.splice(at, 2);
		}
		list.push(name, String(headers[name]));
	}
}
