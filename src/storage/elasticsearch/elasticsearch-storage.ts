import type { Ids } from "../../lib/ids.ts";
import type { JsonObject } from "../../lib/json.ts";
import type { Log } from "../../lib/log.ts";
import type { Storage } from "../storage.ts";
import { createCatalog } from "./catalog.ts";
import { createCluster } from "./cluster.ts";
import { createCollectionFacts } from "./collection-facts.ts";
import { createCollections } from "./collections.ts";
import { createIndexes } from "./indexes.ts";
import { createLayout } from "./layout.ts";
import { createListings } from "./listings.ts";
import { prepareDatabase } from "./prepare-database.ts";
import { createReader, createReads } from "./reads.ts";
import { createScan } from "./scan.ts";
import { createScroll } from "./scroll.ts";
import { createSearch } from "./search.ts";
import { createSingleWrites } from "./single-writes.ts";
import { createStatus } from "./status.ts";
import { createWrites } from "./writes.ts";

export interface ElasticsearchOptions {
	/** Options of the Elasticsearch client as an operator gives them: node or nodes, auth, tls, headers, … */
	readonly client: JsonObject;
	/** How long one request to Elasticsearch may take. */
	readonly requestTimeoutMs: number;
	/** After how long a search answers what it has. Default: only the request's own limit holds. */
	readonly searchTimeoutMs?: number | undefined;
	/** Prefix of every name, so that several gateways can share a cluster: a-z, 0-9, _ and -. With none, the names are Kuzzle's. */
	readonly namespace?: string;
	/** Mapping that every new collection gets. */
	readonly commonMapping: JsonObject;
	/** Settings that every new collection gets, unless it asks for others. */
	readonly defaultSettings: JsonObject;
	/** Whether collections that lack their alias (written by a Kuzzle older than 2.14) are given it when the store is opened. */
	readonly generateMissingAliases: boolean;
	readonly ids: Ids;
	readonly log: Log;
}

/** The storage port on Elasticsearch 8 and 9, in Kuzzle's own layout. `DESIGN.md` tells how. Nothing is sent before `open`. */
export function createElasticsearchStorage(
	options: ElasticsearchOptions,
): Storage {
	const cluster = createCluster(options);
	const layout = createLayout(options.namespace ?? "");
	const catalog = createCatalog(cluster, layout);
	const { log, generateMissingAliases, ids, requestTimeoutMs } = options;
	const reader = createReader(cluster, catalog, requestTimeoutMs);
	const single = createSingleWrites(cluster, requestTimeoutMs);
	return {
		backend: "elasticsearch",
		async open() {
			await cluster.open();
			await prepareDatabase({ cluster, layout, log, generateMissingAliases });
		},
		async close() {
			await Promise.all([reader.idle(), single.idle()]);
			await cluster.close();
		},
		...createStatus(cluster),
		...createIndexes({ cluster, layout, catalog, ...options }),
		...createCollections({ cluster, layout, catalog, ...options }),
		...createCollectionFacts(cluster, catalog),
		...createListings(cluster, layout, catalog),
		...createReads(reader),
		...createWrites(cluster, catalog, { reader, single, ids }),
		...createSearch(cluster, catalog, options.searchTimeoutMs),
		...createScroll(cluster, catalog),
		...createScan(cluster, catalog),
	};
}
