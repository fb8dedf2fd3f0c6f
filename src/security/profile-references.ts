import { createError } from "../errors/gateway-error.ts";
import type { Storage } from "../storage/storage.ts";
import type { Policy } from "./profile-validation.ts";
import type { Roles } from "./roles.ts";

/** Rejects with `security.role.not_found` for the first role that is missing. */
export async function assertRolesExist(
	roles: Roles,
	policies: readonly Policy[],
	signal: AbortSignal | undefined,
): Promise<void> {
	for (const { roleId } of policies) {
		const role =
			typeof roleId === "string" ? await roles.find(roleId, signal) : undefined;
		if (role === undefined) {
			throw createError("security.role.not_found", roleId);
		}
	}
}

/** Rejects with `services.storage.unknown_index` or `unknown_collection` for a restriction to what is not there. */
export async function assertPlacesExist(
	storage: Storage,
	policies: readonly Policy[],
	signal: AbortSignal | undefined,
): Promise<void> {
	const restrictions = policies.flatMap((policy) => policy.restrictedTo ?? []);
	for (const { index, collections: names = [] } of restrictions) {
		const isThere =
			typeof index === "string" &&
			(await storage.indexExists("public", index, { signal }));
		if (!isThere) {
			throw createError("services.storage.unknown_index", index);
		}
		const existing = await storage.listCollections("public", index, {
			signal,
		});
		const missing = names.filter((name) => !existing.includes(name));
		if (missing.length > 0) {
			throw createError("services.storage.unknown_collection", index, missing);
		}
	}
}
