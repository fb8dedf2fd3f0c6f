import { createError } from "../errors/gateway-error.ts";
import { createSteps } from "../errors/steps.ts";
import type { Storage } from "../storage/storage.ts";
import { collections } from "./collections.ts";
import type { Credentials } from "./credentials.ts";
import type { Profiles } from "./profiles.ts";
import type { Roles, WriteContext } from "./roles.ts";
import type { Users } from "./users.ts";

type Content = Readonly<Record<string, unknown>>;

/** Roles, profiles and users by their ids, as one wants them to be. */
export interface Securities {
	readonly roles: Readonly<Record<string, Content>>;
	readonly profiles: Readonly<Record<string, Content>>;
	readonly users: Readonly<Record<string, LoadedUser>>;
}

export interface LoadedUser {
	readonly profileIds: readonly string[];
	readonly content: Content;
	/** By strategy. */
	readonly credentials: Content;
}

export interface LoadOptions extends WriteContext {
	/** Lets roles name controllers that this server does not know. */
	readonly force: boolean;
	/** What becomes of users who exist: all is refused, they stay as they are, or they are removed and made anew. */
	readonly onExistingUsers: "fail" | "skip" | "overwrite";
}

interface LoadDependencies {
	readonly storage: Storage;
	readonly roles: Roles;
	readonly profiles: Profiles;
	readonly users: Users;
	readonly credentials: Credentials;
}

/**
 * Writes roles, then profiles, then users. Roles and profiles that exist are replaced. Rejects with `security.user.prevent_overwrite` before it
 * writes anything, and with what the actions that write one of them reject with. Once begun it goes on to its end, whatever the signal.
 */
export async function loadSecurities(
	dependencies: LoadDependencies,
	securities: Securities,
	{ refresh, force, onExistingUsers, signal }: LoadOptions,
): Promise<void> {
	const { roles, profiles, users, credentials } = dependencies;
	const existing = await findExisting(dependencies, securities, signal);
	if (existing.size > 0 && onExistingUsers === "fail") {
		throw createError("security.user.prevent_overwrite");
	}
	const options = { refresh, force, strict: false };
	const step = createSteps();
	for (const [id, role] of Object.entries(securities.roles)) {
		await step(() => roles.createOrReplace(id, role, options));
	}
	for (const [id, profile] of Object.entries(securities.profiles)) {
		await step(() => profiles.createOrReplace(id, profile, options));
	}
	for (const [id, user] of Object.entries(securities.users)) {
		if (existing.has(id)) {
			if (onExistingUsers === "skip") continue;
			// First, so that a user who cannot be made anew is not removed either.
			await users.assertProfiles(id, user.profileIds, undefined);
			credentials.assertStrategies(user.credentials);
			await step(() => users.erase(id, { refresh }));
		}
		await step(() => users.create({ id, kuid: "human", ...user }, options));
	}
}

/** Those of the users that are stored. */
async function findExisting(
	{ storage }: LoadDependencies,
	{ users }: Securities,
	signal: AbortSignal | undefined,
): Promise<ReadonlySet<string>> {
	const ids = Object.keys(users);
	if (ids.length === 0) return new Set();
	const { target } = collections.users;
	const exist = await storage.mExists(target, ids, { signal });
	return new Set(ids.filter((_, position) => exist[position]));
}
