import type { Connection } from "../call/connection.ts";
import { createOriginMatcher } from "../call/origins.ts";
import { createError } from "../errors/gateway-error.ts";

export interface OriginRules {
	/** Allowed origins; "*" allows all. */
	readonly allowed: readonly string[];
	/** The entries are regular expressions. */
	readonly useRegExp: boolean;
	/** Whether the gateway listens on a loopback address only. */
	readonly onLoopback: boolean;
	/** Whether anonymous callers may still do everything. */
	readonly isOpen: () => boolean;
}

/** `::1`, in any of its spellings. */
const LOOPBACK_V6 = /^(::|(0{1,4}:){1,6}:|(0{1,4}:){7})0{0,3}1$/;

/**
 * Which pages and hosts may reach the gateway.
 *
 * While anyone may do everything, a gateway on loopback is protected by nothing but the fact that only this machine reaches
 * it. A web page can: by DNS rebinding (then `Host` is the page's own name) or by a plain cross-origin request (then `Origin`
 * is present). Both are refused until rights are restricted.
 */
export class Origins {
	readonly #rules: OriginRules;
	readonly #isAllowed: (origin: string) => boolean;
	readonly #isNamed: (origin: string) => boolean;

	constructor(rules: OriginRules) {
		this.#rules = rules;
		this.#isAllowed = createOriginMatcher(rules);
		this.#isNamed = createOriginMatcher({
			...rules,
			allowed: rules.allowed.filter((origin) => origin !== "*"),
		});
	}

	/** Rejects with `api.process.unauthorized_origin`. */
	assertAllowed(connection: Connection): void {
		const { origin, host } = connection.headers;
		if (origin !== undefined && !this.#isAllowed(origin)) {
			throw createError("api.process.unauthorized_origin", origin);
		}
		if (!this.#rules.onLoopback || !this.#rules.isOpen()) return;
		if (host !== undefined && !isLoopbackHost(host)) {
			throw createError("api.process.unauthorized_origin", host);
		}
		if (origin !== undefined && !isLoopbackOrigin(origin)) {
			throw createError("api.process.unauthorized_origin", origin);
		}
		if (origin === undefined && siteOf(connection) === "cross-site") {
			throw createError("api.process.unauthorized_origin", "cross-site");
		}
	}

	/**
	 * A browser sends the cookie whoever wrote the page, so a request that authenticates by it must come from the same
	 * origin, or from one that is listed by name: "*" is no name. What tells neither an origin nor a site is no browser.
	 * A page without TLS is foreign to a gateway with TLS: whoever is on the network may have written it.
	 */
	allowsCookie(connection: Connection): boolean {
		const { origin, host } = connection.headers;
		if (origin === undefined) {
			const site = siteOf(connection);
			return site === undefined || site === "same-origin" || site === "none";
		}
		if (this.#isNamed(origin)) return true;
		if (connection.secure && !/^https:/i.test(origin)) return false;
		return host !== undefined && hostOf(origin) === host.toLowerCase();
	}
}

/**
 * Where the request comes from, as a browser tells (Fetch Metadata Request Headers §2.4). What a page asks for by an image, a frame or a link
 * bears no `Origin`, and a GET can name any action in its query string. `none`: the user typed the address.
 */
function siteOf({ headers }: Connection): string | undefined {
	return headers["sec-fetch-site"]?.toLowerCase();
}

/** An address to listen on, or a host's name, that only this machine reaches. */
export function isLoopbackAddress(address: string): boolean {
	const name = address.toLowerCase();
	return (
		name === "localhost" ||
		LOOPBACK_V6.test(name) ||
		/^(::ffff:)?127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(name)
	);
}

function isLoopbackHost(host: string): boolean {
	const literal = /^\[([^\]]*)\](:\d+)?$/.exec(host);
	return isLoopbackAddress(literal?.[1] ?? host.replace(/:\d+$/, ""));
}

function isLoopbackOrigin(origin: string): boolean {
	const host = hostOf(origin);
	return host !== null && isLoopbackHost(host);
}

/** `host:port` of an origin as RFC 6454 §6.1 writes it; null for `null` and what is no origin. */
function hostOf(origin: string): string | null {
	const match = /^https?:\/\/([^/?#]+)$/i.exec(origin);
	return match?.[1]?.toLowerCase() ?? null;
}
