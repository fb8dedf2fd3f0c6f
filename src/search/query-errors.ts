import { createError, type GatewayError } from "../errors/gateway-error.ts";

/** The id that a real server gives for a query that Elasticsearch cannot read (recorded). */
export function malformed(reason: string): GatewayError {
	return createError(
		"services.storage.unexpected_bad_request",
		`the query cannot be read: ${reason}`,
	);
}

/** A name that came from the client, cut to be quoted in a message. */
export function quoted(name: string): string {
	return `[${name.length > 64 ? `${name.slice(0, 64)}…` : name}]`;
}

/** Names what a query may not use: a way to another index, or a script. */
export function forbidden(keyword: string): GatewayError {
	return createError("services.storage.invalid_query_keyword", keyword);
}

/** As `forbidden`, naming the script as Kuzzle does: by the first thing in it that is not part of a call of a stored script. */
export function forbiddenScript(key: string, script: unknown): GatewayError {
	const parts =
		typeof script === "object" && script !== null ? Object.keys(script) : ["0"];
	const first = parts.find((part) => part !== "id" && part !== "params");
	return forbidden(`${key}.${first ?? "id"}`);
}
