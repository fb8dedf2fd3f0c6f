import { createError } from "../../errors/gateway-error.ts";
import { isObject, type JsonObject } from "../../lib/json.ts";
import { compareNames, HIDDEN_COLLECTION } from "../names.ts";
import type { CallOptions, Mappings, Storage, Target } from "../storage.ts";
import {
	type Catalog,
	type Entry,
	isHidden,
	severalIndices,
} from "./catalog.ts";
import type { Cluster } from "./cluster.ts";
import { isAt } from "./collections.ts";
import type { IndiceAnswer } from "./truncate.ts";

type FactMethods = Pick<
	Storage,
	| "collectionExists"
	| "listCollections"
	| "getMappings"
	| "getSettings"
	| "refresh"
>;

/** What asks about collections, and changes none. */
export function createCollectionFacts(
	cluster: Cluster,
	catalog: Catalog,
): FactMethods {
	/** What Elasticsearch tells of the one indice behind a collection. */
	const ask = async (
		target: Target,
		question: "_mapping" | "_settings",
		options?: CallOptions,
	): Promise<IndiceAnswer> => {
		const alias = catalog.alias(target);
		try {
			const answer = await cluster.request<Record<string, IndiceAnswer>>(
				{ method: "GET", path: [alias, question], effect: "read" },
				options,
			);
			const [indice, ...others] = Object.values(answer);
			if (others.length > 0) throw severalIndices(alias);
			return indice ?? {};
		} catch (error) {
			throw await catalog.explain(error, target, options);
		}
	};

	return {
		async collectionExists(target, options) {
			const { scope, index, collection } = target;
			if (collection === HIDDEN_COLLECTION) return false;
			const entries = await catalog.list(scope, index, options);
			return entries.some((entry) => isAt(entry, target));
		},

		async listCollections(scope, index, options) {
			const entries = await catalog.list(scope, index, options);
			if (entries.length === 0) {
				throw createError("services.storage.unknown_index", index);
			}
			return collectionNames(entries);
		},

		async getMappings(target, options) {
			const { mappings = {} } = await ask(target, "_mapping", options);
			return toMappings(mappings);
		},

		async getSettings(target, options) {
			const { settings = {} } = await ask(target, "_settings", options);
			return isObject(settings.index) ? (settings.index as JsonObject) : {};
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
				throw await catalog.explain(error, target, options);
			}
		},
	};
}

/** Sorted, without the hidden one. */
export function collectionNames(entries: readonly Entry[]): string[] {
	const names = entries
		.filter((entry) => !isHidden(entry))
		.map(({ target }) => target.collection);
	return [...new Set(names)].sort(compareNames);
}

/** Elasticsearch's own default of `dynamic`, which it leaves out, is true. */
function toMappings(mappings: JsonObject): Mappings {
	const { dynamic = "true", _meta, dynamic_templates, properties } = mappings;
	return {
		dynamic: String(dynamic) as NonNullable<Mappings["dynamic"]>,
		...(_meta === undefined ? {} : { _meta: _meta as JsonObject }),
		...(dynamic_templates === undefined ? {} : { dynamic_templates }),
		properties: (properties ?? {}) as JsonObject,
	};
}
