import { ANONYMOUS_KUID } from "../call/caller.ts";
import { createError, isErrorId } from "../errors/gateway-error.ts";
import type { Clock } from "../lib/clock.ts";
import type { JsonObject } from "../lib/json.ts";
import { mapLimited } from "../lib/map-limited.ts";
import type { Storage } from "../storage/storage.ts";
import { collections } from "./collections.ts";
import {
	AT_ONCE,
	anyWith,
	getOne,
	having,
	toContent,
	writeOne,
} from "./documents.ts";
import type { Invalidation } from "./invalidation.ts";
import type { WriteContext } from "./roles.ts";
import { toUser, type User } from "./user-document.ts";
import type { Users } from "./users.ts";

export interface ChangeContext extends WriteContext {
	/** The kuid of who changes it. */
	readonly caller: string;
}

export interface UpdateContext extends ChangeContext {
	/** How often a change is made anew when another one came in between. */
	readonly retryOnConflict: number;
}

type UserContent = Readonly<Record<string, unknown>>;

const TARGET = collections.users.target;
/** Users may be given a profile while it is taken from the others. */
const ROUNDS_MAX = 3;
const RETRIES = 10;
const CONFLICT = "services.storage.document_already_exists";

/** Changes of users that are there. What is answered is what is stored: fields given replace stored ones whole. */
export class UserChanges {
	readonly #storage: Storage;
	readonly #clock: Clock;
	readonly #invalidation: Invalidation;
	readonly #users: Users;

	constructor(dependencies: {
		readonly storage: Storage;
		readonly clock: Clock;
		readonly invalidation: Invalidation;
		readonly users: Users;
	}) {
		this.#storage = dependencies.storage;
		this.#clock = dependencies.clock;
		this.#invalidation = dependencies.invalidation;
		this.#users = dependencies.users;
	}

	/** The content may name `profileIds`, which are then checked. Rejects with `security.user.not_found`. */
	async update(
		kuid: string,
		content: UserContent & { readonly profileIds?: readonly string[] },
		context: UpdateContext,
	): Promise<User> {
		await this.#assertChangeable(kuid, context);
		const { profileIds } = content;
		if (profileIds !== undefined) {
			await this.#users.assertProfiles(kuid, profileIds, context.signal);
		}
		const changes = toContent(content);
		return this.#change(kuid, context, (stored) => ({
			...stored,
			...changes,
			_kuzzle_info: this.#updated(stored, context),
		}));
	}

	/** Nothing of what was stored stays. Rejects with `security.user.not_found`. */
	async replace(
		kuid: string,
		content: UserContent & { readonly profileIds: readonly string[] },
		context: ChangeContext,
	): Promise<User> {
		await this.#assertChangeable(kuid, context);
		await this.#users.assertProfiles(kuid, content.profileIds, context.signal);
		const source: JsonObject = {
			...toContent(content),
			_kuzzle_info: {
				author: context.caller,
				createdAt: this.#clock.now(),
				updatedAt: null,
				updater: null,
			},
		};
		return this.#change(
			kuid,
			{ ...context, retryOnConflict: RETRIES },
			() => source,
		);
	}

	/** Updates the user, or creates it from the default with the content over it, and with the credentials. */
	async upsert(
		kuid: string,
		request: {
			readonly content: UserContent & { readonly profileIds: string[] };
			readonly default: UserContent;
			/** By strategy. */
			readonly credentials: Readonly<Record<string, unknown>>;
		},
		context: UpdateContext,
	): Promise<User> {
		const { content, credentials } = request;
		const exists = await this.#storage.exists(TARGET, kuid, {
			signal: context.signal,
		});
		if (exists) return this.update(kuid, content, context);
		const { profileIds, ...rest } = content;
		try {
			return await this.#users.create(
				{
					id: kuid,
					kuid: "human",
					profileIds,
					content: { ...request.default, ...rest },
					credentials,
				},
				context,
			);
		} catch (error) {
			// Somebody else has made it meanwhile.
			if (!isErrorId(error, "security.user.already_exists")) throw error;
			return this.update(kuid, content, context);
		}
	}

	/**
	 * Takes the profile from everybody who holds it; who is left without any gets `anonymous`. Rejects with `security.profile.in_use` when it
	 * goes on being given to users meanwhile.
	 */
	async takeProfile(profileId: string, context: ChangeContext): Promise<void> {
		for (let round = 0; round < ROUNDS_MAX; round++) {
			await this.#takeFromAll(profileId, context);
			const { signal } = context;
			if (!(await this.#isHeld(profileId, signal))) return;
		}
		throw createError("security.profile.in_use");
	}

	async #takeFromAll(profileId: string, context: ChangeContext): Promise<void> {
		await this.#storage.refresh(TARGET, { signal: context.signal });
		const pages = this.#storage.scan(
			[TARGET],
			{ query: having("profileIds", profileId) },
			{ signal: context.signal },
		);
		for await (const page of pages) {
			await mapLimited(page, AT_ONCE, ({ id }) =>
				this.#takeFrom(id, profileId, context),
			);
		}
	}

	async #takeFrom(
		kuid: string,
		profileId: string,
		context: ChangeContext,
	): Promise<void> {
		const unhurried: UpdateContext = {
			...context,
			refresh: false,
			retryOnConflict: RETRIES,
		};
		try {
			await this.#change(kuid, unhurried, (stored) => {
				const { profileIds } = toUser(kuid, stored);
				const left = profileIds.filter((id) => id !== profileId);
				return {
					...stored,
					profileIds: left.length === 0 ? ["anonymous"] : left,
					_kuzzle_info: this.#updated(stored, context),
				};
			});
		} catch (error) {
			// A user that is gone holds nothing.
			if (!isErrorId(error, "security.user.not_found")) throw error;
		}
	}

	#isHeld(profileId: string, signal: AbortSignal | undefined) {
		return anyWith(this.#storage, TARGET, "profileIds", profileId, signal);
	}

	async #assertChangeable(
		kuid: string,
		{ signal }: WriteContext,
	): Promise<void> {
		const { _id } = await this.#users.get(kuid, signal);
		if (_id !== ANONYMOUS_KUID) return;
		throw createError(
			"services.storage.unexpected_not_found",
			"the anonymous user is not stored, and cannot be changed",
		);
	}

	/** Reads, changes and writes, anew when another change came in between: none is lost. */
	async #change(
		kuid: string,
		context: UpdateContext,
		change: (stored: JsonObject) => JsonObject,
	): Promise<User> {
		try {
			for (let retries = context.retryOnConflict; ; retries--) {
				const content = await this.#tryChange(kuid, context, change);
				if (content !== CONFLICT) return toUser(kuid, content);
				if (retries <= 0) throw createError(CONFLICT);
			}
		} catch (error) {
			throw isErrorId(error, "services.storage.not_found")
				? createError("security.user.not_found", kuid)
				: error;
		} finally {
			// Also where the outcome is unknown.
			await this.#invalidation.forget("user", kuid);
		}
	}

	async #tryChange(
		kuid: string,
		{ refresh, signal }: UpdateContext,
		change: (stored: JsonObject) => JsonObject,
	): Promise<JsonObject | typeof CONFLICT> {
		const stored = await getOne(this.#storage, TARGET, kuid, { signal });
		const content = change(stored.content);
		try {
			await writeOne(
				this.#storage,
				TARGET,
				{ kind: "replace", id: kuid, content, ifRevision: stored.revision },
				{ refresh, signal },
			);
			return content;
		} catch (error) {
			if (isErrorId(error, CONFLICT)) return CONFLICT;
			throw error;
		}
	}

	#updated(
		{ _kuzzle_info: info }: JsonObject,
		{ caller }: ChangeContext,
	): JsonObject {
		const { author = null, createdAt = null } = (info ?? {}) as JsonObject;
		return {
			author,
			createdAt,
			updatedAt: this.#clock.now(),
			updater: caller,
		};
	}
}
