import { createLocalBus } from "../../src/bus/local/local-bus.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { randomIds } from "../../src/lib/ids.ts";
import type { JsonObject } from "../../src/lib/json.ts";
import { silentLog } from "../../src/lib/log.ts";
import { ApiKeys } from "../../src/security/api-keys.ts";
import { bootstrap } from "../../src/security/bootstrap.ts";
import { Invalidation } from "../../src/security/invalidation.ts";
import { Jwt } from "../../src/security/jwt.ts";
import { Profiles } from "../../src/security/profiles.ts";
import { Rights } from "../../src/security/rights.ts";
import { Roles } from "../../src/security/roles.ts";
import { createDatabase } from "../../src/sqlite/database.ts";
import { createSqliteStorage } from "../../src/storage/sqlite/sqlite-storage.ts";

/** What decides about requests, over a store of its own. */
export interface SecurityServices {
	readonly rights: Rights;
	readonly apiKeys: ApiKeys;
	readonly jwt: Jwt;
	writeRole(id: string, role: JsonObject): Promise<void>;
	writeProfile(id: string, profile: JsonObject): Promise<void>;
	stop(): Promise<void>;
}

export async function startSecurityServices(
	folder: string,
): Promise<SecurityServices> {
	const clock = systemClock;
	const storage = createSqliteStorage(createDatabase({ folder }), {
		clock,
		ids: randomIds,
	});
	await storage.open();
	const secret = "a secret of a bench";
	await bootstrap({
		storage,
		clock,
		log: silentLog,
		strategyCollections: [],
		secret,
		passwordFormat: null,
	});
	const invalidation = new Invalidation(
		createLocalBus({ log: silentLog }),
		clock,
	);
	const knownActions = { hasController: () => true, hasAction: () => true };
	const roles = new Roles({ storage, clock, invalidation, knownActions });
	const profiles = new Profiles({ storage, clock, invalidation, roles });
	const jwt = new Jwt({ algorithm: "HS256", clock });
	jwt.useSecret(secret);
	const options = { refresh: false } as const;
	return {
		rights: new Rights({
			roles,
			profiles,
			invalidation,
			wholeIndexUnderCollections: false,
		}),
		apiKeys: new ApiKeys({
			storage,
			jwt,
			clock,
			ids: randomIds,
			invalidation,
		}),
		jwt,
		async writeRole(id, role) {
			await roles.write(id, role, options);
		},
		async writeProfile(id, profile) {
			await profiles.write(id, profile, options);
		},
		stop: () => storage.close(),
	};
}
