import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestContext } from "node:test";
import { adminActions } from "../../controllers/admin/index.ts";
import { authActions } from "../../controllers/auth/index.ts";
import { securityActions } from "../../controllers/security/index.ts";
import type { Action } from "../../src/action/define-action.ts";
import { createKnownActions } from "../../src/action/known-actions.ts";
import { ActionRegistry } from "../../src/action/registry.ts";
import type { Bus } from "../../src/bus/bus.ts";
import { createLocalBus } from "../../src/bus/local/local-bus.ts";
import type { Cache } from "../../src/cache/cache.ts";
import { createEmbeddedCache } from "../../src/cache/embedded/embedded-cache.ts";
import type { Caller } from "../../src/call/caller.ts";
import { type Connection, Connections } from "../../src/call/connection.ts";
import type { Envelope } from "../../src/call/envelope.ts";
import { standardRights } from "../../src/config/standard-rights.ts";
import type { BulkImports } from "../../src/documents/bulk-imports.ts";
import { ManualClock } from "../../src/lib/clock.ts";
import { randomIds } from "../../src/lib/ids.ts";
import type { JsonObject } from "../../src/lib/json.ts";
import { silentLog } from "../../src/lib/log.ts";
import { Scrolls } from "../../src/scrolls/scrolls.ts";
import { bootstrap } from "../../src/security/bootstrap.ts";
import { Security, type SecurityRules } from "../../src/security/security.ts";
import type { Strategy } from "../../src/security/strategies/strategy.ts";
import { createDatabase } from "../../src/sqlite/database.ts";
import { createSqliteStorage } from "../../src/storage/sqlite/sqlite-storage.ts";
import type { Storage } from "../../src/storage/storage.ts";
import { declaredActions } from "./declared-actions.ts";
import { testConnection } from "./test-connection.ts";
import { testEnvelope } from "./test-envelope.ts";

export const SECRET = "a secret of the tests";
const NOW = { refresh: false } as const;

export interface SecuritySetting {
	readonly rules?: Partial<SecurityRules>;
	readonly strategies?: readonly Strategy[];
	/** Stands between the services and the store, to slow it down or to cut it off. */
	readonly wrapStorage?: (storage: Storage) => Storage;
}

/** The security services over a real store in a folder of its own, bootstrapped. It ends with the test. */
export async function startSecurity(
	test: TestContext,
	setting: SecuritySetting = {},
): Promise<TestSecurity> {
	const folder = await mkdtemp(path.join(tmpdir(), "portico-security-"));
	const clock = new ManualClock();
	const database = createDatabase({ folder });
	const store = createSqliteStorage(database, { clock, ids: randomIds });
	const cache = createEmbeddedCache({ database, clock });
	const bus = createLocalBus({ log: silentLog });
	await store.open();
	await cache.open();
	test.after(async () => {
		await cache.close();
		await store.close();
		await rm(folder, { recursive: true, force: true });
	});
	await bootstrap({
		storage: store,
		clock,
		log: silentLog,
		strategyCollections: [],
		secret: SECRET,
		passwordFormat: null,
	});
	return new TestSecurity({ ...setting, clock, store, cache, bus });
}

/** One node's security services, and short ways to fill the store. */
/** What a role may name: everything that the server has. */
const declared = new ActionRegistry(declaredActions());

export class TestSecurity {
	readonly clock: ManualClock;
	/** The store itself, without what the test put before it. */
	readonly store: Storage;
	readonly cache: Cache;
	readonly bus: Bus;
	readonly connections = new Connections();
	readonly security: Security;
	readonly actions: readonly Action[];

	/** Use `startSecurity`. */
	constructor(
		parts: SecuritySetting &
			Pick<TestSecurity, "clock" | "store" | "cache" | "bus">,
	) {
		const { clock, store, cache, bus } = parts;
		this.clock = clock;
		this.store = store;
		this.cache = cache;
		this.bus = bus;
		const storage = parts.wrapStorage?.(store) ?? store;
		this.security = new Security({
			storage,
			cache,
			bus,
			clock,
			ids: randomIds,
			connections: this.connections,
			strategies: parts.strategies ?? [plainStrategy()],
			knownActions: createKnownActions(() => declared),
			scrolls: new Scrolls({
				storage: store,
				cache,
				ids: randomIds,
				rules: { defaultMs: 15_000, maxMs: 60_000 },
			}),
			rules: { ...RULES, ...parts.rules },
		});
		this.security.jwt.useSecret(SECRET);
		this.actions = [
			...authActions(this.security),
			...securityActions(this.security),
			...adminActions({
				security: this.security,
				storage,
				imports: {} as BulkImports,
			}),
		];
	}

	/** Another node of the same gateway: what this one remembers, it does not. */
	otherNode(setting: SecuritySetting = {}): TestSecurity {
		const { clock, store, cache, bus } = this;
		return new TestSecurity({ ...setting, clock, store, cache, bus });
	}

	/** Creates the user if it is missing. */
	async user(
		kuid: string,
		profileIds: readonly string[] = ["default"],
	): Promise<void> {
		if ((await this.security.users.find(kuid)) !== undefined) return;
		await this.security.users.create(
			{ id: kuid, kuid: "human", profileIds, content: {}, credentials: {} },
			NOW,
		);
	}

	/** Writes the role, the profile of the same name with these policies, and the user of that name. */
	async role(
		id: string,
		controllers: JsonObject,
		restrictedTo?: JsonObject["x"],
	): Promise<void> {
		const policy =
			restrictedTo === undefined
				? { roleId: id }
				: { roleId: id, restrictedTo };
		await this.security.roles.write(id, { controllers }, NOW);
		await this.security.profiles.write(id, { policies: [policy] }, NOW);
	}

	/** The text of a new key of the user. */
	async key(
		kuid: string,
		parts: { readonly id?: string; readonly ttl?: number } = {},
	): Promise<string> {
		const { _source } = await this.security.apiKeys.create({
			kuid,
			author: kuid,
			description: "a key",
			ttl: parts.ttl ?? -1,
			id: parts.id,
			refresh: false,
		});
		return String(_source.token);
	}

	/** Who holds the token. Rejects as the pipeline does. */
	async authenticate(text: string, connection?: Connection): Promise<Caller> {
		return this.security.gatekeeper.authenticateToken(text, connection);
	}

	/** Runs an action as the pipeline does, but for rates and rights. */
	async run(
		name: string,
		parts: Partial<Envelope> & { readonly connection?: Connection } = {},
	): Promise<unknown> {
		const { connection = testConnection(), ...rest } = parts;
		const envelope = testEnvelope(name, rest);
		const action = this.actions.find((declared) => declared.name === name);
		if (action === undefined) throw new Error(`There is no action ${name}.`);
		const asked = rest.args?.cookieAuth === true;
		const cookieUse = action.toleratesBadCookie ? "tolerated" : "left";
		const caller = await this.security.gatekeeper.authenticate(
			envelope,
			connection,
			asked && (action.readsCookie || action.toleratesBadCookie)
				? cookieUse
				: "required",
		);
		const { signal } = new AbortController();
		return action.run({ envelope, connection, caller, signal: () => signal });
	}
}

const RULES: SecurityRules = {
	algorithm: "HS256",
	tokenTtlMs: 3_600_000,
	tokenMaxTtlMs: -1,
	gracePeriodMs: 1000,
	apiKeyMaxTtlMs: -1,
	restrictedProfileIds: ["default"],
	standardRights,
	loginsPerSecond: 1,
	loginLimits: {
		failuresPerAccount: 10,
		failuresPerAddress: 1000,
		windowMs: 900_000,
		delayMaxMs: 60_000,
	},
	documentsFetchCount: 10_000,
	documentsWriteCount: 200,
	cookieAuthentication: true,
	failsafeMode: false,
	allowWholeIndexUnderCollectionRestriction: false,
	allowedOrigins: ["*"],
	originsAreRegExp: false,
	onLoopback: true,
};

/** A way to log in that keeps its credentials, in the clear, in a map: as an application brings its own. */
export function plainStrategy(
	name = "plain",
): Strategy & { readonly credentials: Map<string, JsonObject> } {
	const credentials = new Map<string, JsonObject>();
	return {
		name,
		credentials,
		fields: ["username"],
		async verify({ username }) {
			for (const [kuid, own] of credentials) {
				if (own.username === username) return { ok: true, kuid };
			}
			return { ok: false, reason: "Nobody." };
		},
		exists: async (kuid) => credentials.has(kuid),
		async validate() {},
		async create(kuid, given) {
			credentials.set(kuid, given as JsonObject);
			return {};
		},
		async update(kuid, given) {
			credentials.set(kuid, given as JsonObject);
			return {};
		},
		async delete(kuid) {
			credentials.delete(kuid);
		},
		getInfo: async (kuid) => credentials.get(kuid) ?? {},
	};
}
