import type { JsonObject } from "../../lib/json.ts";
import { compareNames, HIDDEN_COLLECTION } from "../names.ts";
import type { Mappings, Storage } from "../storage.ts";
import { type Catalog, isHidden, severalIndices } from "./catalog.ts";
import type { Cluster } from "./cluster.ts";
import { type IndiceAnswer, isAt } from "./collections.ts";

type FactMethods = Pick<
	Storage,
	"collectionExists" | "listCollections" | "getMappings" | "refresh"
>;

/** What asks about collections, and changes none. */
export function createCollectionFacts(
	cluster: Cluster,
	catalog: Catalog,
): FactMethods {
	return {
		async collectionExists(target, options) {
			const { scope, index, collection } = target;
			if (collection === HIDDEN_COLLECTION) return false;
			const entries = await catalog.list(scope, index, options);
			return entries.some((entry) => isAt(entry, target));
		},

		async listCollections(scope, index, options) {
			const entries = await catalog.list(scope, index, options);
			const names = entries
				.filter((entry) => !isHidden(entry))
				.map(({ target }) => target.collection);
			return [...new Set(names)].sort(compareNames);
		},

		async getMappings(target, options) {
			const path = [catalog.alias(target), "_mapping"];
			try {
				const answer = await cluster.request<Record<string, IndiceAnswer>>(
					{ method: "GET", path, effect: "read" },
					options,
				);
				const [indice, ...others] = Object.values(answer);
				if (others.length > 0) throw severalIndices(catalog.alias(target));
				return toMappings(indice?.mappings ?? {});
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
				throw await catalog.explain(error, target, options);
			}
		},
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
