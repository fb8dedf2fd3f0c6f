import type { RouteMatch } from "../../src/action/routes.ts";
import type { Envelope } from "../../src/call/envelope.ts";
import { checkEnvelope } from "../../src/call/parse-envelope.ts";
import { createError } from "../../src/errors/gateway-error.ts";
import { isObject } from "../../src/lib/json.ts";
import { parseJson } from "../../src/lib/parse-json.ts";
import { assertNoTokenInUrl, bearerToken } from "../http/decode-request.ts";
import type { Exchange } from "../http/exchange.ts";

/**
 * `realtime:subscribe`, read from a URL: `filter` is JSON text, `token` a token for one use. A browser's EventSource can send neither a
 * body nor a header. Other names in the query string mean nothing here.
 */
export function decodeSubscription(
	exchange: Exchange,
	{ params }: RouteMatch,
	volatile: unknown,
): Envelope {
	// Also where the configuration allows it elsewhere: this URL is built by pages, and kept by what they run in.
	assertNoTokenInUrl(exchange);
	const query = exchange.query ?? {};
	const header = bearerToken(exchange);
	// Who can send a header has no need of the URL.
	if (query.token !== undefined && header !== null) {
		throw createError("portico.token.in_url");
	}
	const args: Record<string, unknown> = { ...params };
	for (const name of ["scope", "users"])
		if (query[name] !== undefined) args[name] = query[name];
	const envelope = checkEnvelope({
		controller: "realtime",
		action: "subscribe",
		body: readFilter(query.filter),
		jwt: query.token ?? header,
		volatile,
		args,
		requestId: exchange.requestId,
		notation: "query",
	});
	return query.token === undefined
		? envelope
		: { ...envelope, jwtPlace: "url" };
}

/** Without a filter everything matches. */
function readFilter(text: unknown): Record<string, unknown> {
	if (text === undefined || text === "") return {};
	const filter = typeof text === "string" ? parse(text) : null;
	if (isObject(filter)) return filter;
	throw createError("api.assert.invalid_type", "filter", "object");
}

function parse(text: string): unknown {
	try {
		return parseJson(text);
	} catch {
		return null;
	}
}
