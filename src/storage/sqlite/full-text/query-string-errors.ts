import {
	createError,
	type GatewayError,
} from "../../../errors/gateway-error.ts";
import { badRequest } from "../field-types.ts";

/** A part of the language that this store does not answer. */
export function refusedPart(what: string): GatewayError {
	return createError(
		"services.storage.invalid_query_keyword",
		`query_string (${what})`,
	);
}

export function unreadable(what: string): GatewayError {
	return badRequest(`Failed to parse query: [${what.slice(0, 64)}]`);
}
