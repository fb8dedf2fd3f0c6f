import type { RouteMatch } from "../../src/action/routes.ts";
import type { Envelope } from "../../src/call/envelope.ts";
import { checkEnvelope, parseEnvelope } from "../../src/call/parse-envelope.ts";
import {
	createError,
	createErrorFrom,
} from "../../src/errors/gateway-error.ts";
import type { Ids } from "../../src/lib/ids.ts";
import { parseJson } from "../../src/lib/parse-json.ts";
import type { Exchange } from "./exchange.ts";

const BEARER = /^bearer /i;

/** What a query string may say of the request itself. A body never stands in it. */
const NOT_ARGUMENTS: ReadonlySet<string> = new Set([
	"action",
	"body",
	"controller",
	"jwt",
	"volatile",
]);

/**
 * The envelope of a request that a route matched. Controller and action of the query string go before those of the route;
 * path placeholders go before arguments of the query string; the Authorization header goes before `jwt` of the query string.
 */
export function decodeRouted(
	exchange: Exchange,
	match: RouteMatch,
	volatile: unknown,
	body: unknown,
): Envelope {
	const { query } = exchange;
	const args = match.params;
	if (query !== null) {
		for (const key of Object.keys(query)) {
			if (!NOT_ARGUMENTS.has(key) && !(key in args)) args[key] = query[key];
		}
	}
	return checkEnvelope({
		controller: query?.controller || match.controller,
		action: query?.action || match.action,
		body,
		jwt: bearerToken(exchange) ?? query?.jwt,
		volatile: volatile === undefined ? query?.volatile : volatile,
		args,
		requestId: exchange.requestId,
		notation: "query",
	});
}

/** The envelope of a POST /_query, whose body is a whole payload: its arguments have JSON's types. */
export function decodeQuery(
	exchange: Exchange,
	payload: unknown,
	ids: Ids,
): Envelope {
	const envelope = parseEnvelope(payload, ids, exchange.requestId);
	return envelope.jwt === null
		? { ...envelope, jwt: bearerToken(exchange) }
		: envelope;
}

/** Also where another place holds the token that counts: this one is in the logs of every proxy by now, and its sender must learn of it. */
export function assertNoTokenInUrl({ query }: Exchange): void {
	if (query !== null && "jwt" in query) {
		throw createError("portico.token.in_url");
	}
}

/** The value of X-Kuzzle-Volatile; undefined when there is none. */
export function readVolatile(exchange: Exchange): unknown {
	const text = exchange.request.headers["x-kuzzle-volatile"];
	if (text === undefined) return undefined;
	try {
		return parseJson(text as string);
	} catch (error) {
		throw createErrorFrom(
			error,
			"network.http.volatile_parse_failed",
			(error as Error).message,
		);
	}
}

/** Null for no Authorization header, and for any other scheme. */
export function bearerToken(exchange: Exchange): string | null {
	const header = exchange.request.headers.authorization;
	if (header === undefined || !BEARER.test(header)) return null;
	return header.slice("bearer ".length).trim();
}
