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

const LOOPBACK_NAMES: ReadonlySet<string> = new Set([
	"localhost",
	"127.0.0.1",
	"[::1]",
]);

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
	}

	/**
	 * A browser sends the cookie whoever wrote the page, so a request that authenticates by it must come from the same
	 * origin, or from one that is listed by name: "*" is no name. Clients that send no `Origin` are not browsers' foreign pages.
	 */
	allowsCookie(connection: Connection): boolean {
		const { origin, host } = connection.headers;
		if (origin === undefined) return true;
		if (this.#isNamed(origin)) return true;
		return host !== undefined && hostOf(origin) === host.toLowerCase();
	}
}

export function isLoopbackAddress(address: string): boolean {
	return (
		address === "localhost" ||
		address === "::1" ||
		/^127\.\d+\.\d+\.\d+$/.test(address)
	);
}

function isLoopbackHost(host: string): boolean {
	const name = host.toLowerCase().replace(/:\d+$/, "");
	return LOOPBACK_NAMES.has(name) || isLoopbackAddress(name);
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
