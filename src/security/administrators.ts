import { createError } from "../errors/gateway-error.ts";
import type { Storage } from "../storage/storage.ts";
import type { Security } from "./security.ts";
import { localCollections } from "./strategies/local.ts";

/** What `portico admin` does straight on the store, for an operator who cannot log in. */

/** What another node is told is under way meanwhile. */
const ADMIN_CREATION = "createAdmin";

/** Rejects with `api.process.action_locked` while a node writes users and rights as a whole. */
export async function createAdmin(
	security: Security,
	admin: {
		readonly kuid?: string;
		readonly username: string;
		readonly password: string;
		readonly reset: boolean;
	},
): Promise<{ kuid: string }> {
	const options = { refresh: "wait_for" } as const;
	const { username, password } = admin;
	return security.administration.runAlone(ADMIN_CREATION, async () => {
		const user = await security.users.create(
			{
				id: admin.kuid,
				kuid: "human",
				profileIds: ["admin"],
				content: {},
				credentials: { local: { username, password } },
			},
			options,
		);
		if (admin.reset) await security.restrictDefaultRights(options);
		return { kuid: user._id };
	});
}

/** Also ends the sessions of that user: whoever knew the old password may hold one. */
export async function resetPassword(
	security: Security,
	storage: Storage,
	login: { readonly username: string; readonly password: string },
): Promise<void> {
	const kuid = await findKuid(storage, login.username);
	await security.credentials.update(
		"local",
		kuid,
		{ password: login.password },
		{ refresh: "wait_for" },
	);
	await security.authTokens.revokeAll(kuid);
}

async function findKuid(storage: Storage, username: string): Promise<string> {
	for (const { target } of localCollections) {
		if (target.collection !== "users") continue;
		const kuid = (await storage.get(target, username))?.content.kuid;
		if (typeof kuid === "string") return kuid;
	}
	throw createError("security.user.not_found", username);
}
