import { createErrorFrom } from "../../errors/gateway-error.ts";
import type { Scalar } from "../../search/query.ts";
import type {
	CallOptions,
	ScrollPage,
	ScrollRequest,
	Storage,
	Target,
} from "../storage.ts";
import type { Catalog } from "./catalog.ts";
import type { Cluster } from "./cluster.ts";
import { type HitOwner, toHit } from "./hits.ts";
import { Refusal } from "./refusal.ts";
import {
	aliases,
	explainAny,
	ownerOf,
	type SearchAnswer,
	toBody,
} from "./search.ts";
import { closeView, openView } from "./view.ts";

/** What the text of a cursor says. */
interface Cursor {
	/** The point in time that the pages are read from. */
	readonly view: string;
	/** The sort values of the last hit, if there was one; Elasticsearch adds the place in the shards to them, so that they are of one hit only. */
	readonly after?: readonly Scalar[];
	readonly fetched: number;
}

type Answer = SearchAnswer & { readonly pit_id: string };

const VIEW_IS_GONE = "search_context_missing_exception";

/** A scroll reads a point in time, as Elasticsearch's own scrolls do; unlike these, it leaves nothing to one node. */
export function createScroll(
	cluster: Cluster,
	catalog: Catalog,
): Pick<Storage, "scroll" | "endScroll"> {
	return {
		async scroll(targets, request, options = {}): Promise<ScrollPage> {
			options.signal?.throwIfAborted();
			if (targets.length === 0) return { total: 0, hits: [] };
			try {
				return await readPage(cluster, catalog, { targets, request, options });
			} catch (error) {
				if (error instanceof Refusal && error.type === VIEW_IS_GONE) {
					throw createErrorFrom(error, "services.storage.unknown_scroll_id");
				}
				throw await explainAny(catalog, error, targets, options);
			}
		},
		endScroll: (cursor) => closeView(cluster, parseCursor(cursor).view),
	};
}

interface Page {
	readonly targets: readonly Target[];
	readonly request: ScrollRequest;
	readonly options: CallOptions;
}

async function readPage(
	cluster: Cluster,
	catalog: Catalog,
	page: Page,
): Promise<ScrollPage> {
	const { targets, request, options } = page;
	const owner = await ownerOf(catalog, targets, options);
	if (request.cursor !== undefined) {
		return pageAfter(cluster, page, owner, parseCursor(request.cursor));
	}
	const names = aliases(catalog, targets);
	const view = await openView(cluster, names, keepAlive(request), options);
	try {
		return await pageAfter(cluster, page, owner, { view, fetched: 0 });
	} catch (error) {
		// Nobody knows of the view yet. That of a later page stays, since the page may be asked for again.
		await closeView(cluster, view);
		throw error;
	}
}

async function pageAfter(
	cluster: Cluster,
	page: Page,
	owner: HitOwner,
	from: Cursor,
): Promise<ScrollPage> {
	const { pit_id: view, hits } = await search(cluster, page, from);
	const fetched = from.fetched + hits.hits.length;
	const after = hits.hits.at(-1)?.sort;
	const found = {
		total: hits.total.value,
		hits: hits.hits.map((hit) => toHit(hit, owner)),
	};
	if (after !== undefined && fetched < found.total) {
		const cursor: Cursor = { view, after, fetched };
		return { ...found, cursor: JSON.stringify(cursor) };
	}
	await closeView(cluster, view);
	return found;
}

function search(
	cluster: Cluster,
	{ request, options }: Page,
	{ view, after }: Cursor,
): Promise<Answer> {
	const { sort } = request;
	const body = toBody(
		{
			...request,
			// A point in time adds its tie-breaker to a sort, also to this one.
			sort: sort.length === 0 ? [{ field: "_score", order: "desc" }] : sort,
			from: 0,
			...(after === undefined ? {} : { searchAfter: after }),
		},
		{ id: view, keepAlive: keepAlive(request) },
	);
	return cluster.request<Answer>(
		{
			method: "POST",
			path: ["_search"],
			query: { allow_partial_search_results: false },
			text: { format: "json", text: body },
			effect: "read",
		},
		options,
	);
}

function keepAlive({ keepAliveMs }: ScrollRequest): string {
	return `${Math.max(1, Math.ceil(keepAliveMs))}ms`;
}

/** Cursors are kept by us, not by clients. */
function parseCursor(cursor: string): Cursor {
	return JSON.parse(cursor) as Cursor;
}
