import type { JsonObject } from "../../lib/json.ts";
import { type CheckedMappings, checkMappings } from "../check-mappings.ts";
import { withCommonMapping } from "../common-mapping.ts";
import { assertCollectionName, assertIndexName } from "../names.ts";
import type { CallOptions, Storage, Target } from "../storage.ts";
import type { Entry } from "./catalog.ts";
import { assertFree } from "./indexes.ts";
import { createIndices, hiddenOnes, type IndicesOptions } from "./indices.ts";
import { Refusal } from "./refusal.ts";
import { truncate } from "./truncate.ts";
import {
	settingsBefore,
	updateMappings,
	updateSettings,
} from "./update-collection.ts";

type CollectionMethods = Pick<
	Storage,
	| "createCollection"
	| "updateCollection"
	| "deleteCollection"
	| "truncateCollection"
>;

export interface CollectionsOptions extends IndicesOptions {
	readonly commonMapping: JsonObject;
}

export function createCollections(init: CollectionsOptions): CollectionMethods {
	const { cluster, catalog } = init;
	const indices = createIndices(init);
	const common = checkMappings(init.commonMapping);

	const update = async (
		entry: Entry,
		mappings: CheckedMappings,
		settings: JsonObject | undefined,
		options?: CallOptions,
	): Promise<void> => {
		const { indice, target } = entry;
		try {
			if (settings === undefined || Object.keys(settings).length === 0) {
				await updateMappings(cluster, indice, mappings, options);
				return;
			}
			const before = await settingsBefore(cluster, indice, settings, options);
			// First the settings: the mappings may name an analyser that they define.
			await updateSettings(cluster, indice, settings, options);
			try {
				await updateMappings(cluster, indice, mappings, options);
			} catch (error) {
				if (error instanceof Refusal) await putBack(indice, before);
				throw error;
			}
		} catch (error) {
			throw await catalog.explain(error, target, options);
		}
	};

	/** Whether or not this succeeds, the caller is to hear what was refused. */
	const putBack = async (indice: string, before: JsonObject): Promise<void> => {
		await updateSettings(cluster, indice, before).catch(() => {});
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
						mappings: withCommonMapping(mappings, common),
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
			try {
				await truncate(init, target, options);
			} catch (error) {
				throw await catalog.explain(error, target, options);
			}
		},
	};
}

export function isAt({ target }: Entry, other: Target): boolean {
	return (
		target.scope === other.scope &&
		target.index === other.index &&
		target.collection === other.collection
	);
}
