import {
	createError,
	type GatewayError,
} from "../../../errors/gateway-error.ts";

/** For what Elasticsearch answers and this store does not: refused by name rather than answered wrongly. */
export function refused(keyword: string): GatewayError {
	return createError(
		"services.storage.invalid_query_keyword",
		keyword.length > 100 ? `${keyword.slice(0, 100)}…` : keyword,
	);
}
