import { createError } from "../../errors/gateway-error.ts";
import type { JsonObject } from "../../lib/json.ts";
import { initialSettings, normalizeSettings } from "../index-settings.ts";
import { HIDDEN_COLLECTION } from "../names.ts";
import type { CallOptions, Scope, Target } from "../storage.ts";
import { type Catalog, type Entry, isHidden } from "./catalog.ts";
import type { Cluster } from "./cluster.ts";
import { isCollectionAlias, type Layout } from "./layout.ts";
import { isMissingIndice, Refusal } from "./refusal.ts";
import { translateError } from "./translate-refusal.ts";

/** Making and removing the indices behind collections. */
export interface Indices {
	/** Answers false when another caller made the same collection meanwhile. */
	create(
		target: Target,
		definition: { settings?: JsonObject; mappings?: object },
		options?: CallOptions,
	): Promise<boolean>;
	/** Makes the hidden collection, which keeps an index that has no other. Answers false when it is there already. */
	createKeep(
		scope: Scope,
		index: string,
		options?: CallOptions,
	): Promise<boolean>;
	/** Removes collections, all of them or none. */
	remove(entries: readonly Entry[], options?: CallOptions): Promise<void>;
}

export interface IndicesOptions {
	readonly cluster: Cluster;
	readonly layout: Layout;
	readonly catalog: Catalog;
	readonly defaultSettings: JsonObject;
}

const NAMES_TRIED_MAX = 100;
const REMOVAL_TRIES = 5;

export function createIndices(init: IndicesOptions): Indices {
	const { cluster, layout, catalog, defaultSettings } = init;

	const indices: Indices = {
		async create(target, { settings = {}, mappings }, options) {
			const body = {
				settings: {
					...normalizeSettings(defaultSettings),
					...initialSettings(settings),
				},
				aliases: { [layout.alias(target)]: {} },
				...(mappings === undefined ? {} : { mappings }),
			};
			const query = await activeShards(cluster, options);
			let indice = layout.indice(target);
			for (let n = 0; n < NAMES_TRIED_MAX; n++) {
				try {
					await cluster.request(
						{ method: "PUT", path: [indice], query, body, effect: "write" },
						options,
					);
					return true;
				} catch (error) {
					if (!isTaken(error)) throw translateError(error, target);
				}
				// The indice comes with its alias, in one step: if that is there now, somebody made this very collection.
				// Two callers try the same names in the same order, so they cannot make it twice.
				const { scope, index } = target;
				const alias = layout.alias(target);
				const entries = await catalog.list(scope, index, options);
				if (entries.some((entry) => entry.alias === alias)) return false;
				indice = layout.indiceWithSuffix(target, n);
			}
			throw createError(
				"services.storage.unexpected_error",
				`no free name for the indice ${layout.indice(target)}`,
			);
		},

		createKeep(scope, index, options) {
			const keep = { scope, index, collection: HIDDEN_COLLECTION };
			return indices.create(keep, {}, options);
		},

		async remove(entries, options) {
			if (entries.length === 0) return;
			for (let tries = REMOVAL_TRIES; ; tries--) {
				try {
					await removeOnce(cluster, entries, options);
					return;
				} catch (error) {
					// Another caller removed one of them meanwhile; together they are removed all or none.
					if (!isMissingIndice(error) || tries === 0) {
						throw translateError(error);
					}
				}
			}
		},
	};
	return indices;
}

/** The hidden collection among them, which goes when the index has another. */
export function hiddenOnes(entries: readonly Entry[]): Entry[] {
	return entries.filter(isHidden);
}

async function removeOnce(
	cluster: Cluster,
	entries: readonly Entry[],
	options: CallOptions | undefined,
): Promise<void> {
	const actions = await removalActions(cluster, entries, options);
	if (actions.length === 0) return;
	await cluster.request(
		{
			method: "POST",
			path: ["_aliases"],
			body: { actions },
			effect: "write",
		},
		options,
	);
}

/** An indice that serves other collections too loses this alias only. */
async function removalActions(
	cluster: Cluster,
	entries: readonly Entry[],
	options: CallOptions | undefined,
): Promise<object[]> {
	const all = await cluster.request<
		Record<string, { aliases: Record<string, unknown> }>
	>({ method: "GET", path: ["_alias", "@*"], effect: "read" }, options);
	const removed = new Set(entries.map(({ alias }) => alias));
	const indices = new Set(entries.map(({ indice }) => indice));
	return [...indices].flatMap((indice): object[] => {
		const found = all[indice];
		if (found === undefined) return [];
		const aliases = Object.keys(found.aliases);
		const kept = aliases.filter(
			(alias) => isCollectionAlias(alias) && !removed.has(alias),
		);
		if (kept.length === 0) return [{ remove_index: { index: indice } }];
		return aliases
			.filter((alias) => removed.has(alias))
			.map((alias) => ({ remove: { index: indice, alias } }));
	});
}

/** With one node the replicas are nowhere: to wait for them would be to wait in vain. */
async function activeShards(
	cluster: Cluster,
	options: CallOptions | undefined,
): Promise<Record<string, string>> {
	try {
		const health = await cluster.request<{ number_of_data_nodes: number }>(
			{ method: "GET", path: ["_cluster", "health"], effect: "read" },
			options,
		);
		const isSingle = health.number_of_data_nodes <= 1;
		return { wait_for_active_shards: isSingle ? "1" : "all" };
	} catch (error) {
		throw translateError(error);
	}
}

/** By another indice, or by an alias of that name. */
export function isTaken(error: unknown): boolean {
	return (
		error instanceof Refusal &&
		(error.type === "resource_already_exists_exception" ||
			error.message.includes("already exists as alias"))
	);
}
