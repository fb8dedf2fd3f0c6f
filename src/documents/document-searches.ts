import { createError } from "../errors/gateway-error.ts";
import type { JsonObject } from "../lib/json.ts";
import {
	assertScrollable,
	type ScrolledPage,
	type Scrolls,
} from "../scrolls/scrolls.ts";
import type { SearchRequest } from "../search/query.ts";
import { malformed } from "../search/query-errors.ts";
import type {
	CallOptions,
	SearchHit,
	SearchResult,
	Storage,
	Target,
} from "../storage/storage.ts";
import {
	readQuery,
	readSearch,
	type SearchInput,
	type SearchLanguage,
} from "./read-search.ts";

export interface DocumentSearch extends SearchInput {
	readonly targets: readonly Target[];
	/** How long to keep a scroll, such as "15s"; absent: none is opened. */
	readonly scroll?: string | undefined;
}

/** A hit as clients read it. */
export interface FoundDocument {
	readonly _id: string;
	/** Null where the order is not that of the scores. */
	readonly _score: number | null;
	/** Absent where the search asks for none. */
	readonly _source?: JsonObject;
	readonly index: string;
	readonly collection: string;
	readonly highlight?: JsonObject;
	readonly inner_hits?: JsonObject;
}

export interface FoundDocuments {
	readonly hits: readonly FoundDocument[];
	/** All matches, whatever the page. */
	readonly total: number;
	readonly aggregations?: JsonObject;
	readonly suggest?: JsonObject;
	/** Present, and true, where the search came to its time limit: what is answered is of what it had seen by then. */
	readonly timed_out?: true;
	/** With a scroll only, as `remaining`. */
	readonly scrollId?: string;
	readonly remaining?: number;
}

/** Scrolls through documents go on by `document:scroll`, and by no other action. */
const OWNER = "document";

/** Searches for documents, and the scrolls through them. */
export class DocumentSearches {
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

	/** Rejects with the errors of a search body, of a page, of a scroll's duration, and as `Storage.search`. */
	async search(
		{ targets, scroll, ...input }: DocumentSearch,
		options: CallOptions,
	): Promise<FoundDocuments> {
		const request = readSearch(input, this.#fetchMax);
		if (scroll !== undefined) {
			return this.#open(targets, request, scroll, options);
		}
		return toFound(await this.#storage.search(targets, request, options));
	}

	/** The next page of a scroll. Rejects with `services.storage.unknown_scroll_id`. */
	async scroll(
		scrollId: string,
		scroll: string | undefined,
		options: CallOptions,
	): Promise<FoundDocuments> {
		const ttlMs = this.#scrolls.parseTtl(scroll);
		return toPage(await this.#scrolls.next(OWNER, scrollId, ttlMs, options));
	}

	/** How many documents match. A body may hold a query and nothing else. Reads no document's content. */
	async count(
		target: Target,
		body: Readonly<Record<string, unknown>>,
		lang: SearchLanguage,
		options: CallOptions,
	): Promise<number> {
		const { query, ...others } = body;
		// Members that no search has are refused as a search refuses them.
		readSearch({ body: others, from: 0, size: 0, lang }, this.#fetchMax);
		const [member] = Object.keys(others);
		if (member !== undefined) {
			throw malformed(`a count takes a query, and no [${member}]`);
		}
		const { total } = await this.#storage.search(
			[target],
			{ query: readQuery(query, lang), sort: [], from: 0, size: 0 },
			options,
		);
		return total;
	}

	async #open(
		targets: readonly Target[],
		request: SearchRequest,
		scroll: string,
		options: CallOptions,
	): Promise<FoundDocuments> {
		const ttlMs = this.#scrolls.parseTtl(scroll);
		const { query, sort, from, size, searchAfter, ...others } = request;
		const { aggregations, suggest, collapse, ...shared } = others;
		assertScrollable(request);
		if (collapse !== undefined) {
			throw createError(
				"services.storage.unexpected_bad_request",
				"a scroll cannot [collapse]",
			);
		}
		const { highlight: _highlight, ...counted } = request;
		// What is computed of all matches is told once, with the first page.
		const whole =
			aggregations === undefined && suggest === undefined
				? undefined
				: await this.#storage.search(targets, { ...counted, size: 0 }, options);
		const page = await this.#scrolls.open(
			{
				owner: OWNER,
				targets,
				query,
				sort,
				size,
				...shared,
				ttlMs,
			},
			options,
		);
		return { ...toPage(page), ...computedOf(whole) };
	}
}

function toPage({
	scrollId,
	remaining,
	...page
}: ScrolledPage): FoundDocuments {
	return { ...toFound(page), scrollId, remaining };
}

function toFound({
	hits,
	total,
	timedOut,
	...others
}: SearchResult): FoundDocuments {
	return {
		hits: hits.map(toFoundDocument),
		total,
		...computedOf(others),
		...(timedOut === true ? { timed_out: true } : {}),
	};
}

function computedOf({
	aggregations,
	suggest,
}: Pick<SearchResult, "aggregations" | "suggest"> = {}) {
	return {
		...(aggregations === undefined ? {} : { aggregations }),
		...(suggest === undefined ? {} : { suggest }),
	};
}

/** Sort values and `fields` are left out, as in Kuzzle (recorded). */
function toFoundDocument(hit: SearchHit): FoundDocument {
	const { id, score, content, index, collection, highlight, innerHits } = hit;
	return {
		_id: id,
		_score: score,
		...(hit.isWithoutContent === true ? {} : { _source: content }),
		index,
		collection,
		...(highlight === undefined ? {} : { highlight }),
		...(innerHits === undefined ? {} : { inner_hits: innerHits }),
	};
}
