import type { JsonObject } from "../lib/json.ts";
import type { CollectionDefinition, Target } from "../storage/storage.ts";

/** The private index that holds users, rights and keys. The layout is Kuzzle's, so that its databases open here and ours there. */
export const INTERNAL_INDEX = "kuzzle";

const METADATA: JsonObject = {
	_kuzzle_info: {
		properties: {
			author: { type: "keyword" },
			createdAt: { type: "date" },
			updatedAt: { type: "date" },
			updater: { type: "keyword" },
		},
	},
};

/** These collections are small, and people wait for their refresh (`wait_for`): a tenth of Elasticsearch's default interval. */
const SETTINGS: JsonObject = { refresh_interval: "100ms" };

export interface OwnCollection {
	readonly target: Target;
	readonly definition: CollectionDefinition;
}

export const collections = {
	users: own("users", { profileIds: { type: "keyword" } }),
	profiles: own("profiles", {
		tags: { type: "keyword" },
		policies: {
			properties: {
				roleId: { type: "keyword" },
				restrictedTo: {
					type: "nested",
					properties: {
						index: { type: "keyword" },
						collections: { type: "keyword" },
					},
				},
			},
		},
	}),
	roles: own("roles", {
		tags: { type: "keyword" },
		controllers: { dynamic: "false", properties: {} },
	}),
	validations: own("validations", {
		index: { type: "keyword" },
		collection: { type: "keyword" },
		validations: { dynamic: "false", properties: {} },
	}),
	config: own("config", {}),
	apiKeys: own("api-keys", {
		userId: { type: "keyword" },
		hash: { type: "keyword" },
		/** Kuzzle does not map it, so there it cannot be searched. */
		fingerprint: { type: "keyword" },
		description: { type: "text" },
		expiresAt: { type: "long" },
		ttl: { type: "keyword" },
		token: { type: "keyword" },
	}),
	installations: own(
		"installations",
		{
			description: { type: "text" },
			handler: { type: "text" },
			installedAt: { type: "date" },
		},
		"strict",
	),
	imports: own("imports", { hash: { type: "keyword" } }, "strict"),
} as const;

/** A private collection of ours: its place, and how it is created where it is missing. */
export function own(
	collection: string,
	properties: JsonObject,
	dynamic: "false" | "strict" = "false",
	index: string = INTERNAL_INDEX,
): OwnCollection {
	return {
		target: { scope: "private", index, collection },
		definition: {
			mappings: { dynamic, properties: { ...METADATA, ...properties } },
			settings: SETTINGS,
		},
	};
}
