import { createError } from "../errors/gateway-error.ts";
import type { Profiles } from "./profiles.ts";
import type { ChangeContext, UserChanges } from "./user-changes.ts";
import type { Users } from "./users.ts";

/**
 * Deletes a profile that nobody holds. With `remove`, who holds it loses it first, and who is left without any gets `anonymous`. Rejects
 * with `security.profile.not_found`, `cannot_delete` and `in_use`.
 */
export async function deleteProfile(
	services: {
		readonly profiles: Profiles;
		readonly users: Users;
		readonly userChanges: UserChanges;
	},
	id: string,
	{ remove, ...context }: ChangeContext & { readonly remove: boolean },
): Promise<void> {
	const { profiles, users, userChanges } = services;
	const { signal } = context;
	await profiles.assertDeletable(id, signal);
	if (remove) await userChanges.takeProfile(id, context);
	else if (await users.anyHolds(id, signal)) {
		throw createError("security.profile.in_use");
	}
	await profiles.delete(id, context);
}
