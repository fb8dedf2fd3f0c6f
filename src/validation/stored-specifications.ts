import { isErrorId } from "../errors/gateway-error.ts";
import type { Clock } from "../lib/clock.ts";
import type { JsonObject } from "../lib/json.ts";
import { assertScrollable, type Scrolls } from "../scrolls/scrolls.ts";
import type { SearchRequest } from "../search/query.ts";
import { collections } from "../security/collections.ts";
import { metadata, writeOne } from "../security/documents.ts";
import type {
	CallOptions,
	SearchHit,
	SearchResult,
	Storage,
} from "../storage/storage.ts";

/** Where a specification belongs. The collection need not be there. */
export interface Place {
	readonly index: string;
	readonly collection: string;
}

export interface SpecificationSearch extends CallOptions {
	/** How long to keep a scroll, such as "15s"; absent: none is opened. */
	readonly scroll: string | undefined;
}

/** What a search of specifications answers. */
export interface FoundSpecifications {
	readonly hits: readonly JsonObject[];
	readonly total: number;
	readonly scrollId?: string;
	readonly aggregations?: JsonObject;
}

const TARGET = collections.validations.target;
const SCROLL_OWNER = "collection:specifications";
/** Whoever writes one searches for it next: the collection is small, and its refresh is soon. */
const REFRESH = { refresh: "wait_for" } as const;

/** The documents that hold specifications: `{index, collection, validation}` under the id `<index>#<collection>`, as Kuzzle keeps them. */
export class StoredSpecifications {
	readonly #storage: Storage;
	readonly #clock: Clock;
	readonly #scrolls: Scrolls;

	constructor(dependencies: {
		readonly storage: Storage;
		readonly clock: Clock;
		readonly scrolls: Scrolls;
	}) {
		this.#storage = dependencies.storage;
		this.#clock = dependencies.clock;
		this.#scrolls = dependencies.scrolls;
	}

	/** The whole document; null where there is none. */
	async find(place: Place, options?: CallOptions): Promise<JsonObject | null> {
		const stored = await this.#storage.get(TARGET, idOf(place), options);
		return stored?.content ?? null;
	}

	/** Resolves once searches find it. */
	async write(
		place: Place,
		validation: JsonObject,
		options?: CallOptions,
	): Promise<void> {
		const now = this.#clock.now();
		const content = toContent(place, validation, now);
		await writeOne(
			this.#storage,
			TARGET,
			{ kind: "createOrReplace", id: idOf(place), content },
			{ ...options, ...REFRESH },
		);
	}

	/** Resolves once searches miss it; none to delete is no failure. */
	async delete(place: Place, options?: CallOptions): Promise<void> {
		try {
			await writeOne(
				this.#storage,
				TARGET,
				{ kind: "delete", id: idOf(place) },
				{ ...options, ...REFRESH },
			);
		} catch (error) {
			if (!isErrorId(error, "services.storage.not_found")) throw error;
		}
	}

	/** Rejects as a search does, and with the errors of a scroll's duration. */
	async search(
		request: SearchRequest,
		{ scroll, signal }: SpecificationSearch,
	): Promise<FoundSpecifications> {
		if (scroll === undefined) {
			return toFound(await this.#storage.search([TARGET], request, { signal }));
		}
		const ttlMs = this.#scrolls.parseTtl(scroll);
		const { query, sort, size } = request;
		assertScrollable(request);
		const page = await this.#scrolls.open(
			{ owner: SCROLL_OWNER, targets: [TARGET], query, sort, size, ttlMs },
			{ signal },
		);
		return { ...toFound(page), scrollId: page.scrollId };
	}

	/** The next page. Rejects with `services.storage.unknown_scroll_id`. */
	async scroll(
		scrollId: string,
		{ scroll, signal }: SpecificationSearch,
	): Promise<FoundSpecifications> {
		const ttlMs = this.#scrolls.parseTtl(scroll);
		const page = await this.#scrolls.next(SCROLL_OWNER, scrollId, ttlMs, {
			signal,
		});
		return { ...toFound(page), scrollId: page.scrollId };
	}
}

export function idOf({ index, collection }: Place): string {
	return `${index}#${collection}`;
}

function toContent(
	{ index, collection }: Place,
	validation: JsonObject,
	now: number,
): JsonObject {
	return { index, collection, validation, ...metadata(now, now) };
}

function toFound({
	hits,
	total,
	aggregations,
}: SearchResult): FoundSpecifications {
	return {
		hits: hits.map(toHit),
		total,
		...(aggregations === undefined ? {} : { aggregations }),
	};
}

function toHit({ id, content, score, index, collection }: SearchHit) {
	return { _id: id, _source: content, _score: score, index, collection };
}
