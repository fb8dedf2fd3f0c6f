import type { JsonObject } from "../lib/json.ts";

/** The roles and profiles that every database begins with. */
const IDS = ["admin", "default", "anonymous"] as const;

/** What a fresh database holds, and one whose security was reset: everything is allowed to everybody, as in Kuzzle. */
export const openRights: readonly {
	readonly id: string;
	readonly role: JsonObject;
	readonly profile: JsonObject;
}[] = IDS.map((id) => ({
	id,
	role: { controllers: { "*": { actions: { "*": true } } } },
	profile: { policies: [{ roleId: id }], rateLimit: 0 },
}));
