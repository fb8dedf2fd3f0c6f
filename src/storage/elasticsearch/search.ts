import type { JsonObject } from "../../lib/json.ts";
import { aggregationsToDsl } from "../../search/aggregations/aggregations-to-dsl.ts";
import { collapseToDsl } from "../../search/collapse.ts";
import type { Scalar, SearchRequest } from "../../search/query.ts";
import { sortToDsl } from "../../search/sort-to-dsl.ts";
import { sourceFilterToDsl } from "../../search/source-filter.ts";
import { toDsl } from "../../search/to-dsl.ts";
import type { CallOptions, SearchResult, Storage, Target } from "../storage.ts";
import { toAggregationAnswer } from "./aggregation-answer.ts";
import type { Catalog } from "./catalog.ts";
import type { Cluster } from "./cluster.ts";
import { type HitOwner, toHit, type WireHit } from "./hits.ts";
import { isMissingIndice } from "./refusal.ts";
import type { View } from "./view.ts";

export interface SearchAnswer {
	readonly timed_out?: boolean;
	readonly _shards?: { readonly failed: number };
	readonly hits: {
		readonly total: { readonly value: number };
		readonly hits: readonly WireHit[];
	};
	readonly aggregations?: JsonObject;
	readonly suggest?: JsonObject;
}

export function createSearch(
	cluster: Cluster,
	catalog: Catalog,
	timeoutMs?: number,
): Pick<Storage, "search"> {
	return {
		async search(targets, request, options): Promise<SearchResult> {
			options?.signal?.throwIfAborted();
			if (targets.length === 0) return { total: 0, hits: [] };
			try {
				const owner = await ownerOf(catalog, targets, options);
				const path = [aliases(catalog, targets), "_search"];
				const body = toBody(request);
				const answer = await send(cluster, path, body, timeoutMs, options);
				const { hits, aggregations, suggest } = answer;
				return {
					total: hits.total.value,
					hits: hits.hits.map((hit) => toHit(hit, owner)),
					...(aggregations === undefined
						? {}
						: {
								aggregations: toAggregationAnswer(
									aggregations,
									request.aggregations ?? [],
								),
							}),
					...(suggest === undefined ? {} : { suggest }),
					...(answer.timed_out === true ? { timedOut: true } : {}),
				};
			} catch (error) {
				throw await explainAny(catalog, error, targets, options);
			}
		},
	};
}

/**
 * Part of an answer is a wrong answer, unless it is all that could be found in time. Elasticsearch cannot tell the one from the
 * other beforehand, so where a shard failed it is asked again, for all or nothing.
 */
async function send(
	cluster: Cluster,
	path: readonly string[],
	text: string,
	timeoutMs: number | undefined,
	options: CallOptions | undefined,
): Promise<SearchAnswer> {
	const ask = (query: Record<string, string | boolean>) =>
		cluster.request<SearchAnswer>(
			{
				method: "POST",
				path,
				query,
				text: { format: "json", text },
				effect: "read",
			},
			options,
		);
	if (timeoutMs !== undefined) {
		const answer = await ask({
			timeout: `${timeoutMs}ms`,
			allow_partial_search_results: true,
		});
		if ((answer._shards?.failed ?? 0) === 0) return answer;
	}
	return ask({ allow_partial_search_results: false });
}

export function aliases(catalog: Catalog, targets: readonly Target[]): string {
	return targets.map((target) => catalog.alias(target)).join(",");
}

/** Which target a hit came from: a hit names its indice only, and an indice's name tells nothing. */
export async function ownerOf(
	catalog: Catalog,
	targets: readonly Target[],
	options?: CallOptions,
): Promise<HitOwner> {
	const [only] = targets;
	if (only !== undefined && targets.length === 1) return () => only;
	const owners = new Map<string, Target>();
	const entries = await catalog.findAll(targets, options);
	for (const { indice, target } of entries) {
		// Where two of them share an indice, its documents count as the first one's.
		if (!owners.has(indice)) owners.set(indice, target);
	}
	return (indice) => owners.get(indice);
}

/** As `catalog.explain`, for a request on several collections: the first that is missing is named. */
export async function explainAny(
	catalog: Catalog,
	error: unknown,
	targets: readonly Target[],
	options?: CallOptions,
): Promise<unknown> {
	const [first] = targets;
	if (first === undefined) return error;
	if (isMissingIndice(error)) {
		await catalog.findAll(targets, options);
	}
	return catalog.explain(error, first, options);
}

/** `view` is the point in time to search, in place of what is there now. */
export function toBody(request: SearchRequest, view?: View): string {
	const { query, sort, from, size, searchAfter, aggregations } = request;
	const { postFilter, source, highlight, collapse, suggest } = request;
	const body = JSON.stringify({
		...(view === undefined
			? {}
			: { pit: { id: view.id, keep_alive: view.keepAlive } }),
		query: toDsl(query),
		from,
		size,
		...(sort.length === 0 ? {} : { sort: sort.map(sortToDsl) }),
		...(aggregations === undefined
			? {}
			: { aggregations: aggregationsToDsl(aggregations) }),
		...(postFilter === undefined ? {} : { post_filter: toDsl(postFilter) }),
		...(source === undefined ? {} : { _source: sourceFilterToDsl(source) }),
		...(highlight === undefined ? {} : { highlight: highlight.argument }),
		...(collapse === undefined ? {} : { collapse: collapseToDsl(collapse) }),
		...(suggest === undefined ? {} : { suggest }),
		track_total_hits: true,
		version: true,
		seq_no_primary_term: true,
	});
	if (searchAfter === undefined) return body;
	const values = searchAfter.map(toSortValue).join(",");
	return `${body.slice(0, -1)},"search_after":[${values}]}`;
}

/** 2^63: one more than the greatest long, and what JavaScript reads for that. */
const LONG_LIMIT = 2 ** 63;

/**
 * By the greatest or the least long Elasticsearch sorts what has no number or date. JavaScript rounds the greatest to
 * one more, and writes both in short, as a number that Elasticsearch does not take back: so they are written out here.
 */
function toSortValue(value: Scalar): string {
	if (value === LONG_LIMIT) return "9223372036854775807";
	if (value === -LONG_LIMIT) return "-9223372036854775808";
	return JSON.stringify(value);
}
