import { createError } from "../errors/gateway-error.ts";
import { koncordeToDsl } from "../search/koncorde-to-dsl.ts";
import { parseDocumentSearch } from "../search/parse-document-search.ts";
import { parseQuery } from "../search/parse-query.ts";
import type { Query, SearchRequest } from "../search/query.ts";

export type SearchLanguage = "elasticsearch" | "koncorde";

/** A search as an action reads it; nothing of the body is trusted. */
export interface SearchInput {
	readonly body: Readonly<Record<string, unknown>>;
	readonly from: number;
	/** -1 counts as not given: ten. */
	readonly size: number;
	readonly lang: SearchLanguage;
}

/** Hits of a page when nothing else is asked for. */
const SIZE_DEFAULT = 10;

/**
 * Reads the body and the page of a search. Throws `services.storage.get_limit_exceeded` for a page of more than `fetchMax`, and as
 * `parseDocumentSearch` and `koncordeToDsl`.
 */
export function readSearch(
	{ body, from, size, lang }: SearchInput,
	fetchMax: number,
): SearchRequest {
	const wanted = size === -1 ? SIZE_DEFAULT : size;
	assertNotNegative("from", from);
	assertNotNegative("size", wanted);
	if (wanted > fetchMax) {
		throw createError("services.storage.get_limit_exceeded");
	}
	return parseDocumentSearch(translate(body, lang), { from, size: wanted });
}

/** Reads a query alone; none matches everything. Throws as `parseQuery` and `koncordeToDsl`. */
export function readQuery(query: unknown, lang: SearchLanguage): Query {
	return parseQuery(translate({ query }, lang).query ?? {});
}

function translate(
	body: Readonly<Record<string, unknown>>,
	lang: SearchLanguage,
): Readonly<Record<string, unknown>> {
	const { query } = body;
	return lang === "koncorde" && query !== undefined
		? { ...body, query: koncordeToDsl(query) }
		: body;
}

function assertNotNegative(name: string, value: number): void {
	if (value < 0) {
		throw createError(
			"api.assert.invalid_argument",
			name,
			"a number that is not negative",
		);
	}
}
