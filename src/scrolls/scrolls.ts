import type { Cache, CacheNamespace } from "../cache/cache.ts";
import { createError } from "../errors/gateway-error.ts";
import type { Ids } from "../lib/ids.ts";
import { parseDuration } from "../lib/parse-duration.ts";
import type { PagedSearch, SearchRequest } from "../search/query.ts";
import type {
	CallOptions,
	SearchResult,
	Storage,
	Target,
} from "../storage/storage.ts";

export interface ScrollRules {
	/** How long a scroll is kept between two pages when nothing else is asked for, in milliseconds; -1 for as long as may be. */
	readonly defaultMs: number;
	/** The longest time that may be asked for; -1 for no limit. */
	readonly maxMs: number;
}

export interface OpenScroll extends PagedSearch {
	/** Which action goes on with it: another one does not know of it. */
	readonly owner: string;
	readonly targets: readonly Target[];
	/** As `scrolls.parseTtl` answers it. */
	readonly ttlMs: number;
}

export interface ScrolledPage extends SearchResult {
	readonly scrollId: string;
	/** Matches that no page has answered yet. */
	readonly remaining: number;
}

interface Kept extends Pick<OpenScroll, "owner" | "targets"> {
	readonly search: PagedSearch;
	readonly id: string;
	/** Absent where the first page answered everything: the next one is empty, and the last. */
	readonly cursor?: string | undefined;
	/** Documents answered so far. */
	readonly fetched: number;
	readonly total: number;
}

/** The slots go round: who opens one more takes the place of the oldest. Elasticsearch keeps 500 by default. */
const OPEN_MAX = 1_000;
const COUNTER = "opened";
const KEPT_CHARACTERS_MAX = 256 * 1024;
/** Nothing keeps a view for longer. */
const DAY_MS = 86_400_000;

/**
 * Searches that are read page by page under an id. What a scroll is lies in the cache, so that any node goes on with it; its number, its
 * size and its time are bounded. After the last page its id is unknown, as it is in Kuzzle; but one whose first page answered everything has an
 * empty second page (recorded).
 */
export class Scrolls {
	readonly #storage: Storage;
	readonly #ids: Ids;
	readonly #rules: ScrollRules;
	readonly #kept: CacheNamespace;

	constructor(dependencies: {
		readonly storage: Storage;
		readonly cache: Cache;
		readonly ids: Ids;
		readonly rules: ScrollRules;
	}) {
		this.#storage = dependencies.storage;
		this.#ids = dependencies.ids;
		this.#rules = dependencies.rules;
		this.#kept = dependencies.cache.namespace("scroll", { durable: true });
	}

	/**
	 * Reads how long a scroll is to be kept: text such as "15s"; absent or empty means the default. In milliseconds. Throws
	 * `api.assert.invalid_argument`, and `services.storage.scroll_duration_too_great`.
	 */
	parseTtl(text: string | undefined): number {
		const { defaultMs, maxMs } = this.#rules;
		if (text === undefined) return bounded(defaultMs);
		const ttlMs = parseDuration(text);
		if (!(ttlMs >= 1)) {
			throw createError(
				"api.assert.invalid_argument",
				"scroll",
				'a duration such as "15s" or "1m"',
			);
		}
		if (maxMs !== -1 && ttlMs > maxMs) {
			throw createError("services.storage.scroll_duration_too_great", text);
		}
		return bounded(ttlMs);
	}

	/** The first page. Rejects as a search does. */
	async open(
		{ owner, targets, ttlMs, ...search }: OpenScroll,
		options: CallOptions,
	): Promise<ScrolledPage> {
		const { cursor, ...page } = await this.#storage.scroll(
			targets,
			{ ...search, keepAliveMs: ttlMs },
			options,
		);
		const scrollId = `${await this.#takeSlot()}-${this.#ids.uuid()}`;
		const fetched = page.hits.length;
		const { total } = page;
		await this.#keep(
			{ owner, targets, search, id: scrollId, cursor, fetched, total },
			ttlMs,
		);
		return { ...page, scrollId, remaining: left(total, fetched) };
	}

	/**
	 * The next page. Rejects with `services.storage.unknown_scroll_id`, also after the last page. What goes while it is read is counted on, up to the last page,
	 * whose total is what was answered: clients that delete what they read ask for pages until they have seen as many as the total says.
	 */
	async next(
		owner: string,
		scrollId: string,
		ttlMs: number,
		options: CallOptions,
	): Promise<ScrolledPage> {
		const kept = await this.#find(slotOf(scrollId));
		if (kept?.id !== scrollId || kept.owner !== owner) {
			throw createError("services.storage.unknown_scroll_id");
		}
		if (kept.cursor === undefined) {
			await this.#kept.delete(slotOf(scrollId));
			return { hits: [], total: kept.total, scrollId, remaining: 0 };
		}
		const { targets, search } = kept;
		const { cursor, ...page } = await this.#storage.scroll(
			targets,
			{ ...search, cursor: kept.cursor, keepAliveMs: ttlMs },
			options,
		);
		const fetched = kept.fetched + page.hits.length;
		if (cursor === undefined) await this.#kept.delete(slotOf(scrollId));
		else await this.#keep({ ...kept, cursor, fetched }, ttlMs);
		const total =
			cursor === undefined ? fetched : Math.max(kept.total, page.total);
		return { ...page, total, scrollId, remaining: left(total, fetched) };
	}

	/** A place to keep a scroll in, freed of whatever was kept there. */
	async #takeSlot(): Promise<string> {
		const opened = await this.#kept.increment(COUNTER, 1, { ttlMs: DAY_MS });
		const slot = String(opened % OPEN_MAX);
		const oldest = await this.#find(slot);
		if (oldest !== null) {
			await this.#kept.delete(slot);
			await this.#end(oldest);
		}
		return slot;
	}

	async #find(slot: string): Promise<Kept | null> {
		const text = await this.#kept.get(slot);
		return text === null ? null : (JSON.parse(text) as Kept);
	}

	async #keep(kept: Kept, ttlMs: number): Promise<void> {
		const text = JSON.stringify(kept);
		if (text.length > KEPT_CHARACTERS_MAX) {
			await this.#end(kept);
			throw createError(
				"services.storage.unexpected_bad_request",
				`the query is too long for a scroll, which keeps ${KEPT_CHARACTERS_MAX} characters at most`,
			);
		}
		await this.#kept.set(slotOf(kept.id), text, { ttlMs });
	}

	async #end({ cursor }: Kept): Promise<void> {
		if (cursor !== undefined) await this.#storage.endScroll(cursor);
	}
}

/** Documents come and go between two pages. */
function left(total: number, fetched: number): number {
	return Math.max(0, total - fetched);
}

function slotOf(scrollId: string): string {
	return /^(\d{1,3})-/.exec(scrollId)?.[1] ?? "";
}

function bounded(ttlMs: number): number {
	return ttlMs === -1 ? DAY_MS : Math.min(ttlMs, DAY_MS);
}

/** Throws `services.storage.unexpected_bad_request` for a page that a scroll cannot begin with. */
export function assertScrollable({
	from,
	size,
	searchAfter,
}: Pick<SearchRequest, "from" | "size" | "searchAfter">): void {
	if (from > 0 || size === 0 || searchAfter !== undefined) {
		throw createError(
			"services.storage.unexpected_bad_request",
			"a scroll begins at its first match and has pages: it takes no [from], no [search_after] and no [size] of 0",
		);
	}
}
