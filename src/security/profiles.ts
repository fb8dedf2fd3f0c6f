import { createError, isErrorId } from "../errors/gateway-error.ts";
import type { Clock } from "../lib/clock.ts";
import type { JsonObject, JsonValue } from "../lib/json.ts";
import type { Storage, WriteOperation } from "../storage/storage.ts";
import { collections } from "./collections.ts";
import {
	assertNoSearch,
	metadata,
	readEach,
	type SecurityDocument,
	toContent,
	writeOne,
} from "./documents.ts";
import type { Invalidation } from "./invalidation.ts";
import { Memory } from "./memory.ts";
import { assertPlacesExist, assertRolesExist } from "./profile-references.ts";
import {
	assertAnonymousRole,
	readPolicies,
	readRateLimit,
} from "./profile-validation.ts";
import { toPublicProfile } from "./profile-view.ts";
import { PROTECTED_IDS, type Roles, type WriteContext } from "./roles.ts";

export interface ProfileWrite extends WriteContext {
	/** The indexes and collections of restrictions must exist. */
	readonly strict: boolean;
}

const TARGET = collections.profiles.target;
const REMEMBERED_MAX = 10_000;

/** Profiles: the roles that a user holds, with their restrictions and a rate limit. */
export class Profiles {
	readonly #storage: Storage;
	readonly #clock: Clock;
	readonly #invalidation: Invalidation;
	readonly #roles: Roles;
	readonly #memory = new Memory<SecurityDocument>(REMEMBERED_MAX);

	constructor(dependencies: {
		readonly storage: Storage;
		readonly clock: Clock;
		readonly invalidation: Invalidation;
		readonly roles: Roles;
	}) {
		this.#storage = dependencies.storage;
		this.#clock = dependencies.clock;
		this.#invalidation = dependencies.invalidation;
		this.#roles = dependencies.roles;
		dependencies.invalidation.on("profile", (id) =>
			id === null ? this.#memory.clear() : this.#memory.forget(id),
		);
	}

	/** The profile, if no waiting is needed. */
	peek(id: string): SecurityDocument | undefined {
		return this.#memory.peek(id);
	}

	/** Rejects with `security.profile.not_found`. */
	async get(id: string, signal?: AbortSignal): Promise<SecurityDocument> {
		assertNoSearch(id);
		const profile = await this.find(id, signal);
		if (profile === undefined) {
			throw createError("security.profile.not_found", id);
		}
		return profile;
	}

	/** As the API answers it. Rejects with `security.profile.not_found`. */
	async read(id: string, signal?: AbortSignal): Promise<SecurityDocument> {
		return toPublicProfile(await this.get(id, signal));
	}

	async find(
		id: string,
		signal?: AbortSignal,
	): Promise<SecurityDocument | undefined> {
		return (
			this.#memory.peek(id) ??
			this.#memory.load(
				id,
				async () => {
					const document = await this.#storage.get(TARGET, id);
					if (document === null) return undefined;
					return { _id: id, _source: document.content };
				},
				signal,
			)
		);
	}

	/** In the order of the ids, as the API answers them. Rejects with `security.profile.not_found` for the first that is missing. */
	async mGet(
		ids: readonly unknown[],
		signal?: AbortSignal,
	): Promise<SecurityDocument[]> {
		const profiles = await readEach(
			ids,
			(id) => this.find(id, signal),
			(id) => createError("security.profile.not_found", id),
		);
		return profiles.map(toPublicProfile);
	}

	/** Answers it as the API does. Rejects with `services.storage.document_already_exists` for a taken id. */
	async create(
		id: string,
		body: Readonly<Record<string, unknown>>,
		options: ProfileWrite,
	): Promise<SecurityDocument> {
		const content = await this.#readWhole(id, body, options);
		const source = { ...content, ...metadata(this.#clock.now(), null) };
		return toPublicProfile(
			await this.#change({ kind: "create", id, content: source }, options),
		);
	}

	/** Answers it as the API does. */
	async createOrReplace(
		id: string,
		body: Readonly<Record<string, unknown>>,
		options: ProfileWrite,
	): Promise<SecurityDocument> {
		const content = await this.#readWhole(id, body, options);
		return toPublicProfile(await this.write(id, content, options));
	}

	/** Merges the body into what is stored, and answers it as the API does. Rejects with `security.profile.not_found`. */
	async update(
		id: string,
		body: Readonly<Record<string, unknown>>,
		options: ProfileWrite & { readonly retryOnConflict: number },
	): Promise<SecurityDocument> {
		await this.get(id, options.signal);
		const { policies, rateLimit } = body;
		const changes: JsonObject = {
			...toStored(body),
			...(rateLimit === undefined
				? {}
				: { rateLimit: readRateLimit(rateLimit) }),
			...(policies === undefined
				? {}
				: { policies: await this.#readPolicies(id, policies, options) }),
			_kuzzle_info: { updatedAt: this.#clock.now(), updater: null },
		};
		const { retryOnConflict } = options;
		try {
			return toPublicProfile(
				await this.#change(
					{ kind: "update", id, changes, retryOnConflict },
					options,
				),
			);
		} catch (error) {
			throw toNotFound(error, id);
		}
	}

	/** Writes without checks: for the server's own profiles. */
	async write(
		id: string,
		content: JsonObject,
		options: WriteContext,
	): Promise<SecurityDocument> {
		const now = this.#clock.now();
		const source = { ...toStored(content), ...metadata(now, now) };
		return this.#change(
			{ kind: "createOrReplace", id, content: source },
			options,
		);
	}

	/** Rejects with `security.profile.not_found` and `cannot_delete`. */
	async assertDeletable(id: string, signal?: AbortSignal): Promise<void> {
		await this.get(id, signal);
		if (PROTECTED_IDS.has(id)) {
			throw createError("security.profile.cannot_delete");
		}
	}

	/** Whoever calls this has seen to it that nobody holds the profile. Rejects with `security.profile.not_found`. */
	async delete(id: string, { refresh, signal }: WriteContext): Promise<void> {
		try {
			await writeOne(
				this.#storage,
				TARGET,
				{ kind: "delete", id },
				{ refresh, signal },
			);
		} catch (error) {
			throw toNotFound(error, id);
		} finally {
			await this.#invalidation.forget("profile", id);
		}
	}

	async #change(
		operation: Extract<
			WriteOperation,
			{ kind: "create" | "createOrReplace" | "update" }
		> & { readonly id: string },
		options: WriteContext,
	): Promise<SecurityDocument> {
		const { id } = operation;
		try {
			const { after } = await writeOne(
				this.#storage,
				TARGET,
				operation,
				options,
			);
			return { _id: id, _source: after ?? {} };
		} finally {
			// Also where the outcome is unknown.
			await this.#invalidation.forget("profile", id);
		}
	}

	async #readWhole(
		id: string,
		body: Readonly<Record<string, unknown>>,
		options: ProfileWrite,
	): Promise<JsonObject> {
		const rateLimit = readRateLimit(body.rateLimit);
		const policies = await this.#readPolicies(id, body.policies, options);
		return { ...toStored(body), policies, rateLimit };
	}

	async #readPolicies(
		id: string,
		value: unknown,
		{ strict, signal }: ProfileWrite,
	): Promise<JsonValue[]> {
		const policies = readPolicies(id, value);
		assertAnonymousRole(id, policies);
		await assertRolesExist(this.#roles, policies, signal);
		if (strict) await assertPlacesExist(this.#storage, policies, signal);
		return policies as unknown as JsonValue[];
	}
}

/** What Kuzzle adds to the answer comes back from clients that change one member of it. */
function toStored(body: Readonly<Record<string, unknown>>): JsonObject {
	const { optimizedPolicies, ...content } = toContent(body);
	return content;
}

function toNotFound(error: unknown, id: string): unknown {
	return isErrorId(error, "services.storage.not_found")
		? createError("security.profile.not_found", id)
		: error;
}
