import type { DocumentValidator } from "../documents/documents.ts";
import type { GatewayError } from "../errors/gateway-error.ts";
import type { JsonObject } from "../lib/json.ts";
import type { CallOptions, Storage, Target } from "../storage/storage.ts";

/** The specifications of collections, and what they say of documents. */
export class Validations implements DocumentValidator {
	readonly #storage: Storage;

	constructor(dependencies: { readonly storage: Storage }) {
		this.#storage = dependencies.storage;
	}

	/** One per content, in order: what is wrong with it, or null. */
	async validate(
		_target: Target,
		contents: readonly JsonObject[],
		_options?: CallOptions,
	): Promise<(GatewayError | null)[]> {
		void this.#storage;
		return contents.map(() => null);
	}
}
