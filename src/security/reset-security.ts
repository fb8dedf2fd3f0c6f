import { isErrorId } from "../errors/gateway-error.ts";
import { createSteps } from "../errors/steps.ts";
import { mapLimited } from "../lib/map-limited.ts";
import type { Storage, Target } from "../storage/storage.ts";
import { collections } from "./collections.ts";
import { AT_ONCE } from "./documents.ts";
import { openRights } from "./open-rights.ts";
import type { Profiles } from "./profiles.ts";
import { PROTECTED_IDS, type Roles } from "./roles.ts";
import type { Users } from "./users.ts";

const MATCH_ALL = { kind: "match_all" } as const;
const NONE: ReadonlySet<string> = new Set();

/**
 * Removes every user with all that lets it in, then every profile and role but the three that are always there, which it writes as a fresh
 * database has them: anyone may do everything. What nodes remember of it all is for the caller to drop.
 */
export async function resetSecurity(dependencies: {
	readonly storage: Storage;
	readonly users: Users;
	readonly profiles: Profiles;
	readonly roles: Roles;
}): Promise<{
	readonly deletedUsers: number;
	readonly deletedProfiles: number;
}> {
	const { storage, users, profiles, roles } = dependencies;
	const options = { refresh: false } as const;
	const step = createSteps();
	const removeFrom = (target: Target) => (ids: readonly string[]) =>
		step(() => removeAll(storage, target, ids));

	const deletedUsers = await forAllOf(
		{ storage, target: collections.users.target, keeps: NONE },
		async (ids) => {
			await mapLimited(ids, AT_ONCE, (id) => step(() => erase(users, id)));
		},
	);
	const deletedProfiles = await forAllOf(
		{ storage, target: collections.profiles.target, keeps: PROTECTED_IDS },
		removeFrom(collections.profiles.target),
	);
	// Not one by one as an action does: a profile that stays may name a role that goes, and is written anew below.
	await forAllOf(
		{ storage, target: collections.roles.target, keeps: PROTECTED_IDS },
		removeFrom(collections.roles.target),
	);
	for (const { id, role, profile } of openRights) {
		await step(() => roles.write(id, role, options));
		await step(() => profiles.write(id, profile, options));
	}
	// Whoever searches next finds the new ones.
	for (const { target } of [collections.roles, collections.profiles]) {
		await step(() => storage.refresh(target));
	}
	return { deletedUsers, deletedProfiles };
}

async function erase(users: Users, id: string): Promise<void> {
	try {
		await users.erase(id, { refresh: false });
	} catch (error) {
		if (!isMissing(error)) throw error;
	}
}

/** Page by page, and answers how many there were. */
async function forAllOf(
	{
		storage,
		target,
		keeps,
	}: {
		readonly storage: Storage;
		readonly target: Target;
		readonly keeps: ReadonlySet<string>;
	},
	remove: (ids: readonly string[]) => Promise<void>,
): Promise<number> {
	let count = 0;
	// What was written a moment ago may not be found by search yet.
	await storage.refresh(target);
	for await (const page of storage.scan([target], { query: MATCH_ALL })) {
		const ids = page.map(({ id }) => id).filter((id) => !keeps.has(id));
		await remove(ids);
		count += ids.length;
	}
	// Whoever searches next finds none of them.
	await storage.refresh(target);
	return count;
}

async function removeAll(
	storage: Storage,
	target: Target,
	ids: readonly string[],
): Promise<void> {
	const operations = ids.map((id) => ({ kind: "delete", id }) as const);
	for (const outcome of await storage.write(target, operations)) {
		if (!outcome.ok && !isMissing(outcome.error)) throw outcome.error;
	}
}

/** What somebody else has removed meanwhile is as it should be. */
function isMissing(error: unknown): boolean {
	return isErrorId(error, "services.storage.not_found");
}
