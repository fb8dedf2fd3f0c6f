import { createError } from "../errors/gateway-error.ts";
import type { JsonObject } from "../lib/json.ts";
import type { CallOptions, Mappings, Storage } from "../storage/storage.ts";
import { collections } from "./collections.ts";
import type { Searched } from "./search.ts";

const REFRESHED: readonly string[] = [
	"users",
	"profiles",
	"roles",
] satisfies Searched[];

/** The mappings of users, profiles and roles, to which applications add their own fields. */
export class SecurityMappings {
	readonly #storage: Storage;

	constructor(storage: Storage) {
		this.#storage = storage;
	}

	/** The mapped fields, without the metadata. */
	async get(kind: Searched, options: CallOptions): Promise<JsonObject> {
		const { target } = collections[kind];
		const { properties } = await this.#storage.getMappings(target, options);
		const { _kuzzle_info, ...mapping } = properties;
		return { mapping };
	}

	/** Merges the mappings and answers all of them. Rejects as `storage.updateCollection`. */
	async update(
		kind: Searched,
		mappings: Readonly<Record<string, unknown>>,
		options: CallOptions,
	): Promise<Mappings> {
		const { target } = collections[kind];
		await this.#storage.updateCollection(
			target,
			{ mappings: mappings as JsonObject },
			options,
		);
		return this.#storage.getMappings(target, options);
	}

	/** Rejects with `api.assert.unexpected_argument` for another collection than users, profiles and roles. */
	async refresh(collection: string, options: CallOptions): Promise<void> {
		if (!REFRESHED.includes(collection)) {
			throw createError(
				"api.assert.unexpected_argument",
				collection,
				REFRESHED,
			);
		}
		await this.#storage.refresh(
			collections[collection as Searched].target,
			options,
		);
	}
}
