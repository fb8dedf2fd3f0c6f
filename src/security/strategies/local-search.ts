import {
	createBareError,
	type GatewayError,
} from "../../errors/gateway-error.ts";
import type { JsonObject } from "../../lib/json.ts";
import type { Query, SearchRequest, Sort } from "../../search/query.ts";
import type {
	CallOptions,
	Storage,
	StoredDocument,
	Target,
} from "../../storage/storage.ts";
import { passwordFields } from "../password-record.ts";

export interface CredentialsPage {
	readonly hits: JsonObject[];
	readonly total: number;
}

/** Stored, and nobody's business. */
const SECRET_FIELDS: ReadonlySet<string> = new Set([
	...passwordFields,
	"kuid",
	"passwordHistory",
	"updater",
	"_kuzzle_info",
]);

/**
 * Finds local credentials by their usernames, and answers `{username, kuid}` of each. By anything else that is stored they cannot be
 * searched (a bare 403), nor sorted, but by the kuid. What no store can ask of a document's id, which the username is, is a bare 400.
 */
export async function searchLocal(
	storage: Storage,
	target: Target,
	request: SearchRequest,
	options: CallOptions,
): Promise<CredentialsPage> {
	const query = toStoredQuery(request.query);
	for (const { field } of request.sort) assertSortable(field);
	if (request.searchAfter !== undefined) throw unsupported("search_after");
	if (request.sort.some(({ field }) => field === "username")) {
		return sortedByName(storage, target, { ...request, query }, options);
	}
	const { hits, total } = await storage.search(
		[target],
		{ ...request, query },
		options,
	);
	return { hits: hits.map(toInfo), total };
}

function toStoredQuery(query: Query): Query {
	switch (query.kind) {
		case "match_all":
		case "match_none":
		case "ids":
			return query;
		case "exists":
			assertSearchable(query.field);
			return { kind: "match_all" };
		case "term":
			assertSearchable(query.field);
			if (query.caseInsensitive) throw unsupported("case_insensitive");
			return { kind: "ids", values: [String(query.value)] };
		case "match":
			assertSearchable(query.field);
			return { kind: "ids", values: [String(query.query)] };
		case "terms":
			assertSearchable(query.field);
			return { kind: "ids", values: query.values.map(String) };
		case "bool":
			return {
				...query,
				must: query.must.map(toStoredQuery),
				filter: query.filter.map(toStoredQuery),
				should: query.should.map(toStoredQuery),
				mustNot: query.mustNot.map(toStoredQuery),
			};
		case "prefix":
		case "range":
			assertSearchable(query.field);
			throw unsupported(query.kind);
		case "native":
			throw unsupported(query.clause);
		// Names are ids: nothing but whole ones can be looked for.
		default:
			throw unsupported(query.kind);
	}
}

function assertSearchable(field: string): void {
	if (field !== "username") throw refusedField(field);
}

function assertSortable(field: string): void {
	if (field !== "username" && field !== "kuid") throw refusedField(field);
}

function refusedField(field: string): GatewayError {
	return SECRET_FIELDS.has(field.split(".")[0] ?? "")
		? createBareError(403, `Credentials cannot be searched by "${field}".`)
		: unsupported(field);
}

function unsupported(keyword: string): GatewayError {
	return createBareError(
		400,
		`A search of credentials does not support "${keyword}".`,
	);
}

/** Elasticsearch does not sort by ids, so all that match are read, and only what the page may need is kept. */
async function sortedByName(
	storage: Storage,
	target: Target,
	{ query, sort, from, size }: SearchRequest,
	options: CallOptions,
): Promise<CredentialsPage> {
	const wanted = from + size;
	let kept: JsonObject[] = [];
	let total = 0;
	for await (const page of storage.scan([target], { query }, options)) {
		total += page.length;
		kept.push(...page.map(toInfo));
		kept.sort(comparing(sort));
		kept = kept.slice(0, wanted);
	}
	return { hits: kept.slice(from), total };
}

function comparing(sorts: readonly Sort[]) {
	return (one: JsonObject, other: JsonObject): number => {
		for (const { field, order } of sorts) {
			const [a, b] = [String(one[field]), String(other[field])];
			if (a !== b) return a < b === (order === "asc") ? -1 : 1;
		}
		return 0;
	};
}

function toInfo({ id, content }: StoredDocument): JsonObject {
	return { username: id, kuid: content.kuid ?? null };
}
