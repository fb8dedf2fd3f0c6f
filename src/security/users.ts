import { ANONYMOUS_KUID } from "../call/caller.ts";
import { createError, isErrorId } from "../errors/gateway-error.ts";
import { createSteps } from "../errors/steps.ts";
import type { Clock } from "../lib/clock.ts";
import type { Ids } from "../lib/ids.ts";
import type { JsonObject } from "../lib/json.ts";
import type { Storage } from "../storage/storage.ts";
import type { ApiKeys } from "./api-keys.ts";
import type { AuthTokens } from "./auth-tokens.ts";
import { collections } from "./collections.ts";
import type { Credentials, CredentialsWrite } from "./credentials.ts";
import {
	anyWith,
	assertNoSearch,
	type SecurityDocument,
	toContent,
	writeOne,
} from "./documents.ts";
import type { Invalidation } from "./invalidation.ts";
import { Memory } from "./memory.ts";
import type { Profiles } from "./profiles.ts";
import type { WriteContext } from "./roles.ts";
import { toFoundUser, toUser, type User } from "./user-document.ts";

export interface CreateUser {
	/** Absent: generated, as `kuid` says. */
	readonly id?: string | undefined;
	readonly kuid: "human" | "uuid";
	readonly profileIds: readonly string[];
	readonly content: Readonly<Record<string, unknown>>;
	/** By strategy. */
	readonly credentials: Readonly<Record<string, unknown>>;
}

const TARGET = collections.users.target;
const REMEMBERED_MAX = 20_000;
const ANONYMOUS_ALIAS = "anonymous";

const ANONYMOUS: User = {
	_id: ANONYMOUS_KUID,
	_source: { profileIds: ["anonymous"], name: "Anonymous" },
	profileIds: ["anonymous"],
};

/** Users. Their credentials, keys and tokens go with them. */
export class Users {
	readonly #storage: Storage;
	readonly #clock: Clock;
	readonly #ids: Ids;
	readonly #invalidation: Invalidation;
	readonly #profiles: Profiles;
	readonly #credentials: Credentials;
	readonly #apiKeys: ApiKeys;
	readonly #authTokens: AuthTokens;
	readonly #memory = new Memory<User>(REMEMBERED_MAX);

	constructor(dependencies: {
		readonly storage: Storage;
		readonly clock: Clock;
		readonly ids: Ids;
		readonly invalidation: Invalidation;
		readonly profiles: Profiles;
		readonly credentials: Credentials;
		readonly apiKeys: ApiKeys;
		readonly authTokens: AuthTokens;
	}) {
		this.#storage = dependencies.storage;
		this.#clock = dependencies.clock;
		this.#ids = dependencies.ids;
		this.#invalidation = dependencies.invalidation;
		this.#profiles = dependencies.profiles;
		this.#credentials = dependencies.credentials;
		this.#apiKeys = dependencies.apiKeys;
		this.#authTokens = dependencies.authTokens;
		dependencies.invalidation.on("user", (id) =>
			id === null ? this.#memory.clear() : this.#memory.forget(id),
		);
	}

	/** The user, if no waiting is needed. */
	peek(kuid: string): User | undefined {
		return kuid === ANONYMOUS_KUID ? ANONYMOUS : this.#memory.peek(kuid);
	}

	/** "-1" and "anonymous" are the anonymous user. Rejects with `security.user.not_found`. */
	async get(kuid: string, signal?: AbortSignal): Promise<User> {
		assertNoSearch(kuid);
		const user = await this.find(kuid, signal);
		if (user === undefined) throw createError("security.user.not_found", kuid);
		return user;
	}

	async find(kuid: string, signal?: AbortSignal): Promise<User | undefined> {
		if (kuid === ANONYMOUS_ALIAS) return ANONYMOUS;
		return (
			this.peek(kuid) ??
			this.#memory.load(
				kuid,
				async () => {
					const document = await this.#storage.get(TARGET, kuid);
					return document === null ? undefined : toUser(kuid, document.content);
				},
				signal,
			)
		);
	}

	/** Those of the ids that are stored, in the order of the ids. */
	async mGet(
		ids: readonly unknown[],
		signal?: AbortSignal,
	): Promise<SecurityDocument[]> {
		const wanted = ids.filter((id) => typeof id === "string" && id !== "");
		const found = await this.#storage.mGet(TARGET, wanted as string[], {
			signal,
		});
		return found.flatMap((document) =>
			document === null ? [] : [toFoundUser(document)],
		);
	}

	/** Creates the user, then its credentials; if any of these is refused, nothing is left of either. */
	async create(request: CreateUser, options: CredentialsWrite): Promise<User> {
		const id = request.id ?? this.#generateId(request.kuid);
		// It reads as the anonymous user, so that a user of that name could be neither read nor deleted.
		if (id === ANONYMOUS_ALIAS) {
			throw createError("security.user.already_exists", id);
		}
		await this.assertProfiles(id, request.profileIds, options.signal);
		this.#credentials.assertStrategies(request.credentials);
		const source: JsonObject = {
			...toContent(request.content),
			profileIds: [...request.profileIds],
			_kuzzle_info: {
				author: null,
				createdAt: this.#clock.now(),
				updatedAt: null,
				updater: null,
			},
		};
		const step = createSteps();
		await step(() => this.#write(id, source, options));
		try {
			await this.#credentials.createAll(id, request.credentials, options);
		} catch (error) {
			await step(() => this.#rollBack(id));
			throw error;
		}
		await this.#invalidation.forget("user", id);
		return toUser(id, source);
	}

	/** As `erase`, for a user that is there. Rejects with `security.user.not_found`. */
	async delete(kuid: string, { refresh, signal }: WriteContext): Promise<void> {
		const user = await this.get(kuid, signal);
		if (user._id === ANONYMOUS_KUID) {
			throw createError(
				"services.storage.not_found",
				ANONYMOUS_KUID,
				TARGET.index,
				TARGET.collection,
			);
		}
		await this.erase(kuid, { refresh });
	}

	/**
	 * Removes the user and all that lets somebody in as it: credentials, API keys, login tokens. It goes on to its end: half a user is of no
	 * use to anybody.
	 */
	async erase(
		kuid: string,
		{ refresh }: Pick<WriteContext, "refresh">,
	): Promise<void> {
		const step = createSteps();
		const operation = { kind: "delete", id: kuid } as const;
		await step(() => this.#credentials.deleteAll(kuid, { refresh }));
		await step(() => this.#apiKeys.deleteAll(kuid));
		await step(() => this.#authTokens.revokeAll(kuid));
		try {
			await step(() => writeOne(this.#storage, TARGET, operation, { refresh }));
		} finally {
			await this.#invalidation.forget("user", kuid);
		}
	}

	/** Whether any user holds the profile; sees every write that was answered. */
	async anyHolds(profileId: string, signal?: AbortSignal): Promise<boolean> {
		return anyWith(this.#storage, TARGET, "profileIds", profileId, signal);
	}

	/** Rejects with `security.user.no_profile`, and `security.profile.not_found` for the first that is missing. */
	async assertProfiles(
		id: string,
		profileIds: readonly string[],
		signal: AbortSignal | undefined,
	): Promise<void> {
		if (profileIds.length === 0)
			throw createError("security.user.no_profile", id);
		if (id === ANONYMOUS_KUID && !profileIds.includes("anonymous")) {
			throw createError("security.user.anonymous_profile_required");
		}
		for (const profileId of profileIds) {
			await this.#profiles.get(profileId, signal);
		}
	}

	async #write(
		id: string,
		content: JsonObject,
		options: WriteContext,
	): Promise<void> {
		try {
			await writeOne(
				this.#storage,
				TARGET,
				{ kind: "create", id, content },
				options,
			);
		} catch (error) {
			if (isErrorId(error, "services.storage.document_already_exists")) {
				throw createError("security.user.already_exists", id);
			}
			throw error;
		}
	}

	async #rollBack(id: string): Promise<void> {
		await this.#storage.write(TARGET, [{ kind: "delete", id }]);
		await this.#invalidation.forget("user", id);
	}

	#generateId(kind: "human" | "uuid"): string {
		return kind === "uuid" ? `kuid-${this.#ids.uuid()}` : this.#ids.kuid();
	}
}
