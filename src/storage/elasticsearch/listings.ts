import type {
	CallOptions,
	CollectionFigures,
	Scope,
	Storage,
} from "../storage.ts";
import { type Catalog, type Entry, isHidden } from "./catalog.ts";
import type { Cluster } from "./cluster.ts";
import { collectionNames } from "./collection-facts.ts";
import { indexNames } from "./indexes.ts";
import type { Layout } from "./layout.ts";
import { translateError } from "./translate-refusal.ts";

interface IndiceStats {
	readonly total: { readonly store: { readonly size_in_bytes: number } };
	readonly primaries: { readonly docs: { readonly count: number } };
}

/** All indexes of a scope at once: their collections, and what these hold. */
export function createListings(
	cluster: Cluster,
	layout: Layout,
	catalog: Catalog,
): Pick<Storage, "listEverything" | "measureCollections"> {
	const statsOf = async (
		scope: Scope,
		options?: CallOptions,
	): Promise<Record<string, IndiceStats>> => {
		try {
			const { indices } = await cluster.request<{
				indices: Record<string, IndiceStats>;
			}>(
				{
					method: "GET",
					path: [layout.indicePattern(scope), "_stats", "docs,store"],
					effect: "read",
				},
				options,
			);
			return indices;
		} catch (error) {
			throw translateError(error);
		}
	};

	return {
		async listEverything(scope, options) {
			const entries = await catalog.list(scope, undefined, options);
			return listed(entries).map(({ index, own }) => ({
				index,
				collections: collectionNames(own),
			}));
		},

		async measureCollections(scope, options) {
			const entries = await catalog.list(scope, undefined, options);
			const stats = await statsOf(scope, options);
			return listed(entries).map(({ index, own }) => ({
				index,
				collections: collectionNames(own).flatMap((name) =>
					figuresOf(name, own, stats),
				),
			}));
		},
	};
}

/** By index, in the order of names. */
function listed(entries: readonly Entry[]) {
	const byIndex = new Map<string, Entry[]>();
	for (const entry of entries) {
		const { index } = entry.target;
		const own = byIndex.get(index) ?? [];
		own.push(entry);
		byIndex.set(index, own);
	}
	return indexNames(entries).map((index) => ({
		index,
		own: byIndex.get(index) ?? [],
	}));
}

/** None for a collection that went meanwhile. */
function figuresOf(
	collection: string,
	entries: readonly Entry[],
	stats: Record<string, IndiceStats>,
): CollectionFigures[] {
	const entry = entries.find(
		(each) => !isHidden(each) && each.target.collection === collection,
	);
	const found = entry === undefined ? undefined : stats[entry.indice];
	if (found === undefined) return [];
	const { total, primaries } = found;
	return [
		{
			collection,
			documents: primaries.docs.count,
			bytes: total.store.size_in_bytes,
		},
	];
}
