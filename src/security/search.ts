import { createBareError, createError } from "../errors/gateway-error.ts";
import { isObject } from "../lib/json.ts";
import {
	assertScrollable,
	type ScrolledPage,
	type Scrolls,
} from "../scrolls/scrolls.ts";
import { koncordeToDsl } from "../search/koncorde-to-dsl.ts";
import { parseSearchBody } from "../search/parse-search-body.ts";
import type { Query, SearchRequest } from "../search/query.ts";
import type { SearchHit, Storage, StoredDocument } from "../storage/storage.ts";
import { collections } from "./collections.ts";
import type { SecurityDocument } from "./documents.ts";
import { toFoundProfile } from "./profile-view.ts";
import { toFoundUser } from "./user-document.ts";

export type SearchLanguage = "elasticsearch" | "koncorde";
export type Searched = "users" | "profiles" | "roles";

/** A search as an action reads it; nothing of the body is trusted. */
export interface SecuritySearch {
	readonly body: Readonly<Record<string, unknown>>;
	readonly from: number;
	/** Absent: as much as one call may read. */
	readonly size: number | undefined;
	readonly lang: SearchLanguage;
	/** How long to keep a scroll, such as "15s"; absent: none is opened. */
	readonly scroll?: string | undefined;
	readonly signal: AbortSignal;
}

export interface Found {
	readonly hits: readonly SecurityDocument[];
	readonly total: number;
	readonly scrollId?: string;
}

/** Elasticsearch's limit of a page: `from` and `size` together. */
const WINDOW_MAX = 10_000;

/** How each kind looks in the answer of a search. */
const VIEWS: Readonly<
	Record<Searched, (document: StoredDocument) => SecurityDocument>
> = {
	users: toFoundUser,
	profiles: toFoundProfile,
	roles: ({ id, content }) => ({ _id: id, _source: content }),
};

/** Searches of users, profiles and roles, and the scrolls through them. */
export class SecuritySearches {
	readonly #storage: Storage;
	readonly #scrolls: Scrolls;
	readonly #fetchMax: number;

	constructor(dependencies: {
		readonly storage: Storage;
		readonly scrolls: Scrolls;
		/** `limits.documentsFetchCount`. */
		readonly fetchMax: number;
	}) {
		this.#storage = dependencies.storage;
		this.#scrolls = dependencies.scrolls;
		this.#fetchMax = dependencies.fetchMax;
	}

	/**
	 * In place of a query, profiles may be asked for by the `roles` they name, and roles by their `controllers`, as in older clients. Rejects
	 * with the errors of a search body, of a page, and of a scroll's duration.
	 */
	async search(kind: Searched, search: SecuritySearch): Promise<Found> {
		const { roles, controllers, ...body } = search.body;
		if (kind === "roles" && isAskedFor("controllers", controllers, body)) {
			return this.#rolesOf(controllers, { ...search, body });
		}
		const request = this.parse({ ...search, body });
		const query =
			kind === "profiles" && isAskedFor("roles", roles, body)
				? havingRole(roles)
				: request.query;
		return this.#find(kind, { ...request, query }, search);
	}

	/** The next page of a scroll. Rejects with `services.storage.unknown_scroll_id`. */
	async scroll(
		kind: Searched,
		scrollId: string,
		scroll: string | undefined,
		signal: AbortSignal,
	): Promise<Found> {
		const ttlMs = this.#scrolls.parseTtl(scroll);
		return toFound(
			kind,
			await this.#scrolls.next(ownerOf(kind), scrollId, ttlMs, { signal }),
		);
	}

	/** Reads body and page. Also for what is searched elsewhere. */
	parse({ body, from, size, lang }: SecuritySearch): SearchRequest {
		const { query } = body;
		const translated =
			lang === "koncorde" && query !== undefined
				? { ...body, query: koncordeToDsl(query) }
				: body;
		return parseSearchBody(translated, this.#page(from, size));
	}

	#page(from: number, size: number | undefined) {
		const most = Math.max(0, Math.min(this.#fetchMax, WINDOW_MAX - from));
		const wanted = size ?? most;
		if (from < 0 || wanted < 0) {
			throw createError(
				"api.assert.invalid_argument",
				wanted < 0 ? "size" : "from",
				"a number that is not negative",
			);
		}
		if (wanted > this.#fetchMax) {
			throw createError("services.storage.get_limit_exceeded");
		}
		return { from, size: wanted };
	}

	async #find(
		kind: Searched,
		request: SearchRequest,
		{ scroll, signal }: SecuritySearch,
	): Promise<Found> {
		if (scroll !== undefined) {
			return this.#open(kind, request, scroll, signal);
		}
		const targets = [collections[kind].target];
		const page = await this.#storage.search(targets, request, { signal });
		return { hits: page.hits.map(VIEWS[kind]), total: page.total };
	}

	/** The roles that name one of the controllers, or `*`: their controllers are not indexed, so all roles are read. */
	async #rolesOf(
		controllers: readonly unknown[],
		search: SecuritySearch,
	): Promise<Found> {
		const { from, size, sort } = this.parse(search);
		if (sort.length > 0) {
			throw createBareError(
				400,
				'Roles asked for by "controllers" come in the order of their ids: give no sort.',
			);
		}
		const wanted = new Set<unknown>([...controllers, "*"]);
		const matches: SearchHit[] = [];
		const pages = this.#storage.scan(
			[collections.roles.target],
			{ query: { kind: "match_all" } },
			{ signal: search.signal },
		);
		for await (const hits of pages) {
			matches.push(...hits.filter((hit) => names(hit, wanted)));
		}
		matches.sort((a, b) => (a.id < b.id ? -1 : 1));
		const hits = matches.slice(from, from + size);
		return { hits: hits.map(VIEWS.roles), total: matches.length };
	}

	async #open(
		kind: Searched,
		request: SearchRequest,
		scroll: string,
		signal: AbortSignal,
	): Promise<Found> {
		const ttlMs = this.#scrolls.parseTtl(scroll);
		const { query, sort, size } = request;
		assertScrollable(request);
		const page = await this.#scrolls.open(
			{
				owner: ownerOf(kind),
				targets: [collections[kind].target],
				query,
				sort,
				size,
				ttlMs,
			},
			{ signal },
		);
		return toFound(kind, page);
	}
}

/** Whether a list stands in the place of the query. An empty one asks for nothing in particular. */
function isAskedFor(
	name: string,
	value: unknown,
	{ query }: Readonly<Record<string, unknown>>,
): value is readonly unknown[] {
	if (value === undefined) return false;
	if (!Array.isArray(value)) {
		throw createError("api.assert.invalid_type", `body.${name}`, "array");
	}
	if (value.length === 0) return false;
	if (query !== undefined) {
		throw createBareError(400, `Give either "${name}" or a query, not both.`);
	}
	return true;
}

function havingRole(roles: readonly unknown[]): Query {
	const values = roles.filter((role) => typeof role === "string");
	return { kind: "terms", field: "policies.roleId", values };
}

function ownerOf(kind: Searched): string {
	return `security:${kind}`;
}

function toFound(
	kind: Searched,
	{ hits, total, scrollId }: ScrolledPage,
): Found {
	return { hits: hits.map(VIEWS[kind]), total, scrollId };
}

function names({ content }: SearchHit, wanted: ReadonlySet<unknown>): boolean {
	const { controllers } = content;
	return (
		isObject(controllers) &&
		Object.keys(controllers).some((controller) => wanted.has(controller))
	);
}
