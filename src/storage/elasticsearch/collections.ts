import type { JsonObject } from "../../lib/json.ts";
import { type CheckedMappings, checkMappings } from "../check-mappings.ts";
import { mergeDocuments } from "../merge-documents.ts";
import {
	assertCollectionName,
	assertIndexName,
	HIDDEN_COLLECTION,
} from "../names.ts";
import type {
	CallOptions,
	Mappings,
	Scope,
	Storage,
	Target,
} from "../storage.ts";
import { type Entry, isHidden } from "./catalog.ts";
import { assertFree, byText } from "./indexes.ts";
import { createIndices, hiddenOnes, type IndicesOptions } from "./indices.ts";
import { reusableSettings } from "./settings.ts";
import { translateError } from "./translate-refusal.ts";
import { updateMappings, updateSettings } from "./update-collection.ts";

type CollectionMethods = Pick<
	Storage,
	| "createCollection"
	| "updateCollection"
	| "deleteCollection"
	| "truncateCollection"
	| "collectionExists"
	| "listCollections"
	| "getMappings"
	| "refresh"
>;

export interface CollectionsOptions extends IndicesOptions {
	readonly commonMapping: JsonObject;
}

export function createCollections(init: CollectionsOptions): CollectionMethods {
	const { cluster, catalog, layout } = init;
	const indices = createIndices(init);
	const common = checkMappings(init.commonMapping);

	const update = async (
		entry: Entry,
		mappings: CheckedMappings,
		settings: JsonObject | undefined,
		options?: CallOptions,
	): Promise<void> => {
		try {
			await updateSettings(cluster, entry.indice, settings, options);
			await updateMappings(cluster, entry.indice, mappings, options);
		} catch (error) {
			throw await catalog.explain(error, entry.target, options);
		}
	};

	return {
		async createCollection(target, definition = {}, options) {
			const { scope, index, collection } = target;
			assertIndexName(index);
			assertCollectionName(collection);
			const mappings = checkMappings(definition.mappings ?? {});
			const { settings } = definition;
			const entries = await catalog.listBothScopes(index, options);
			assertFree(entries, index, scope);
			const exists = entries.some((entry) => isAt(entry, target));
			const created =
				!exists &&
				(await indices.create(
					target,
					{
						...(settings === undefined ? {} : { settings }),
						mappings: withCommon(mappings, common),
					},
					options,
				));
			if (!created) {
				const entry = await catalog.find(target, options);
				await update(entry, mappings, settings, options);
			}
			await indices.remove(hiddenOnes(entries), options);
		},

		async updateCollection(target, { mappings, settings }, options) {
			const checked = checkMappings(mappings ?? {});
			const entry = await catalog.find(target, options);
			await update(entry, checked, settings, options);
		},

		async deleteCollection(target, options) {
			const entry = await catalog.find(target, options);
			// First the hidden one, so that there is no moment at which the index has none.
			await indices.createKeep(target.scope, target.index, options);
			await indices.remove([entry], options);
		},

		async truncateCollection(target, options) {
			const { indice } = await catalog.find(target, options);
			try {
				const answer = await cluster.request<Record<string, IndiceAnswer>>(
					{ method: "GET", path: [indice], effect: "read" },
					options,
				);
				const { aliases, mappings, settings } = answer[indice] ?? {};
				await cluster.request(
					{ method: "DELETE", path: [indice], effect: "write" },
					options,
				);
				// What was begun is finished: a caller who leaves now must not cost the collection its mappings.
				await cluster.request({
					method: "PUT",
					path: [indice],
					query: { wait_for_active_shards: "1" },
					body: {
						settings: reusableSettings(settings ?? {}),
						mappings: mappings ?? {},
						aliases: aliases ?? { [layout.alias(target)]: {} },
					},
					effect: "write",
				});
			} catch (error) {
				throw await catalog.explain(error, target, options);
			}
		},

		async collectionExists(target, options) {
			const { scope, index, collection } = target;
			if (collection === HIDDEN_COLLECTION) return false;
			const entries = await catalog.list(scope, index, options);
			return entries.some((entry) => isAt(entry, target));
		},

		async listCollections(scope: Scope, index, options) {
			const entries = await catalog.list(scope, index, options);
			const names = entries
				.filter((entry) => !isHidden(entry))
				.map(({ target }) => target.collection);
			return [...new Set(names)].sort(byText);
		},

		async getMappings(target, options) {
			const path = [catalog.alias(target), "_mapping"];
			try {
				const answer = await cluster.request<Record<string, IndiceAnswer>>(
					{ method: "GET", path, effect: "read" },
					options,
				);
				return toMappings(Object.values(answer)[0]?.mappings ?? {});
			} catch (error) {
				throw await catalog.explain(error, target, options);
			}
		},

		async refresh(target, options) {
			const path = [catalog.alias(target), "_refresh"];
			try {
				// Sent again, a refresh does no harm: as far as retries go it is a read.
				await cluster.request(
					{ method: "POST", path, effect: "read" },
					options,
				);
			} catch (error) {
				throw translateError(await catalog.explain(error, target, options));
			}
		},
	};
}

interface IndiceAnswer {
	readonly aliases?: JsonObject;
	readonly mappings?: JsonObject;
	readonly settings?: JsonObject;
}

function isAt({ target }: Entry, other: Target): boolean {
	return (
		target.scope === other.scope &&
		target.index === other.index &&
		target.collection === other.collection
	);
}

/** The common part wins where both name a field (the storage facts, §2). */
function withCommon(
	mappings: CheckedMappings,
	common: CheckedMappings,
): JsonObject {
	const { properties } = mappings;
	return {
		...(common as unknown as JsonObject),
		...(mappings as unknown as JsonObject),
		properties: mergeDocuments(properties, common.properties),
	};
}

/** Elasticsearch's own default of `dynamic`, which it leaves out, is true. */
function toMappings(mappings: JsonObject): Mappings {
	const { dynamic = "true", _meta, properties } = mappings;
	return {
		dynamic: String(dynamic) as NonNullable<Mappings["dynamic"]>,
		...(_meta === undefined ? {} : { _meta: _meta as JsonObject }),
		properties: (properties ?? {}) as JsonObject,
	};
}
