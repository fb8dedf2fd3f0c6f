import type { Scalar } from "../../search/query.ts";
import { toDsl } from "../../search/to-dsl.ts";
import type {
	CallOptions,
	ScanRequest,
	SearchHit,
	Storage,
	Target,
} from "../storage.ts";
import type { Catalog } from "./catalog.ts";
import type { Cluster } from "./cluster.ts";
import { toHit, type WireHit } from "./hits.ts";
import { aliases, explainAny, ownerOf } from "./search.ts";
import { closeView, openView } from "./view.ts";

const PAGE_SIZE_DEFAULT = 1_000;
/** How long Elasticsearch keeps the view between two pages: a slow reader of an export may take its time. */
const KEEP_ALIVE = "5m";

interface PageAnswer {
	readonly pit_id: string;
	readonly hits: { readonly hits: readonly WireHit[] };
}

/**
 * A scan reads a point in time: what is written meanwhile neither hides a document nor shows one twice. The order is
 * that of the shards (`_shard_doc`), which costs no sorting.
 */
export function createScan(
	cluster: Cluster,
	catalog: Catalog,
): Pick<Storage, "scan"> {
	return {
		async *scan(targets, request, options = {}) {
			options.signal?.throwIfAborted();
			if (targets.length === 0) return;
			try {
				yield* pages(cluster, catalog, { targets, request, options });
			} catch (error) {
				throw await explainAny(catalog, error, targets, options);
			}
		},
	};
}

interface Scan {
	readonly targets: readonly Target[];
	readonly request: ScanRequest;
	readonly options: CallOptions;
}

async function* pages(
	cluster: Cluster,
	catalog: Catalog,
	{ targets, request, options }: Scan,
): AsyncGenerator<SearchHit[]> {
	const owner = await ownerOf(catalog, targets, options);
	const names = aliases(catalog, targets);
	let id = await openView(cluster, names, KEEP_ALIVE, options);
	try {
		let searchAfter: readonly Scalar[] | undefined;
		for (;;) {
			const body = toBody(request, id, searchAfter);
			const answer = await cluster.request<PageAnswer>(
				{ method: "POST", path: ["_search"], body, effect: "read" },
				options,
			);
			id = answer.pit_id;
			const { hits } = answer.hits;
			if (hits.length === 0) return;
			searchAfter = hits.at(-1)?.sort;
			yield hits.map((hit) => withoutSort(toHit(hit, owner)));
			if (hits.length < pageSize(request)) return;
		}
	} finally {
		await closeView(cluster, id);
	}
}

function toBody(
	request: ScanRequest,
	id: string,
	searchAfter: readonly Scalar[] | undefined,
): object {
	return {
		pit: { id, keep_alive: KEEP_ALIVE },
		query: toDsl(request.query),
		size: pageSize(request),
		sort: [{ _shard_doc: "asc" }],
		...(searchAfter === undefined ? {} : { search_after: searchAfter }),
		track_total_hits: false,
		version: true,
		seq_no_primary_term: true,
	};
}

function pageSize({ pageSize = PAGE_SIZE_DEFAULT }: ScanRequest): number {
	return pageSize;
}

/** The place in the shards is of no use to the caller. */
function withoutSort({ sort: _, ...hit }: SearchHit): SearchHit {
	return hit;
}
