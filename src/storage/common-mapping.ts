import type { JsonObject } from "../lib/json.ts";
import type { CheckedMappings } from "./check-mappings.ts";
import type { Mappings } from "./storage.ts";

/** What every new collection is given beside its own mappings (`services.storageEngine.commonMapping`). */
export interface CommonMapping {
	readonly dynamic?: Mappings["dynamic"];
	readonly _meta?: JsonObject;
	readonly properties?: JsonObject;
}

/** Kuzzle's: fields are kept and not indexed unless they are mapped; the metadata that the server writes is. */
export const defaultCommonMapping: CommonMapping = {
	dynamic: "false",
	properties: {
		_kuzzle_info: {
			properties: {
				author: { type: "keyword" },
				createdAt: { type: "date" },
				updatedAt: { type: "date" },
				updater: { type: "keyword" },
			},
		},
	},
};

/** The mappings of a new collection: its own, completed by the common ones, which win where both name a field. */
export function withCommonMapping(
	own: CheckedMappings,
	common: CommonMapping,
): Mappings {
	const _meta = own._meta ?? common._meta;
	const { dynamic_templates } = own;
	return {
		dynamic: own.dynamic ?? common.dynamic ?? "false",
		...(_meta === undefined ? {} : { _meta }),
		...(dynamic_templates === undefined ? {} : { dynamic_templates }),
		properties: { ...own.properties, ...common.properties },
	};
}
