import type { Bus } from "../bus/bus.ts";
import type { Cache } from "../cache/cache.ts";
import type { Caller, VerifiedToken } from "../call/caller.ts";
import type { Connection, Connections } from "../call/connection.ts";
import type { StandardRights } from "../config/standard-rights.ts";
import { createError } from "../errors/gateway-error.ts";
import { createSteps } from "../errors/steps.ts";
import type { Clock } from "../lib/clock.ts";
import type { Ids } from "../lib/ids.ts";
import { isObject, type JsonObject } from "../lib/json.ts";
import type { Scrolls } from "../scrolls/scrolls.ts";
import type { Storage } from "../storage/storage.ts";
import { Administration } from "./administration.ts";
import { ApiKeys } from "./api-keys.ts";
import { AuthTokens } from "./auth-tokens.ts";
import { Credentials } from "./credentials.ts";
import { deleteProfile } from "./delete-profile.ts";
import { FirstAdmin } from "./first-admin.ts";
import { Gatekeeper } from "./gatekeeper.ts";
import { Invalidation } from "./invalidation.ts";
import { type HmacAlgorithm, Jwt } from "./jwt.ts";
import { Locks } from "./locks.ts";
import { type LoginLimits, LoginThrottle } from "./login-throttle.ts";
import { SecurityMappings } from "./mappings.ts";
import { Origins } from "./origins.ts";
import { Profiles } from "./profiles.ts";
import { RateLimits } from "./rate-limits.ts";
import { Rights } from "./rights.ts";
import type { KnownActions } from "./role-validation.ts";
import { Roles, type WriteContext } from "./roles.ts";
import { SecuritySearches } from "./search.ts";
import type { Membership } from "./strategies/password-rules.ts";
import type { Strategy } from "./strategies/strategy.ts";
import { Successions } from "./successions.ts";
import { type ChangeContext, UserChanges } from "./user-changes.ts";
import { Users } from "./users.ts";

export interface SecurityOptions {
	readonly storage: Storage;
	readonly cache: Cache;
	readonly bus: Bus;
	readonly clock: Clock;
	readonly ids: Ids;
	readonly connections: Connections;
	readonly strategies: readonly Strategy[];
	readonly knownActions: KnownActions;
	readonly scrolls: Scrolls;
	readonly rules: SecurityRules;
}

export interface SecurityRules {
	readonly algorithm: HmacAlgorithm;
	/** Life of a login token when none is asked for, in milliseconds; -1 for ever. */
	readonly tokenTtlMs: number;
	readonly tokenMaxTtlMs: number;
	readonly gracePeriodMs: number;
	readonly apiKeyMaxTtlMs: number;
	readonly restrictedProfileIds: readonly string[];
	readonly standardRights: StandardRights;
	readonly loginsPerSecond: number;
	readonly loginLimits: LoginLimits;
	readonly documentsFetchCount: number;
	readonly documentsWriteCount: number;
	readonly cookieAuthentication: boolean;
	readonly failsafeMode: boolean;
	/** Whether actions on a whole index pass under a restriction to some of its collections. */
	readonly allowWholeIndexUnderCollectionRestriction: boolean;
	readonly allowedOrigins: readonly string[];
	readonly originsAreRegExp: boolean;
	/** Whether the gateway listens on a loopback address only. */
	readonly onLoopback: boolean;
}

/** A right that a stranger holds only on a server that was never closed. */
const OPEN_PROBE = { controller: "security", action: "createUser", args: {} };

/** Users, rights, tokens and keys: the services behind the `auth` and `security` actions, and the pipeline's gatekeeper. */
export class Security {
	readonly rules: SecurityRules;
	readonly jwt: Jwt;
	readonly roles: Roles;
	readonly profiles: Profiles;
	readonly rights: Rights;
	readonly credentials: Credentials;
	readonly authTokens: AuthTokens;
	readonly apiKeys: ApiKeys;
	readonly users: Users;
	readonly userChanges: UserChanges;
	readonly searches: SecuritySearches;
	readonly mappings: SecurityMappings;
	readonly firstAdmin: FirstAdmin;
	readonly locks: Locks;
	readonly administration: Administration;
	readonly gatekeeper: Gatekeeper;
	readonly connections: Connections;
	/** Also for what others remember of the store. */
	readonly invalidation: Invalidation;
	readonly #successions: Successions;
	/** Whether anonymous callers may do everything, as last found. */
	#open = true;

	constructor(options: SecurityOptions) {
		const { storage, cache, bus, clock, ids, rules } = options;
		this.rules = rules;
		this.connections = options.connections;
		this.#successions = new Successions(bus, options.connections);
		const invalidation = new Invalidation(bus, clock);
		this.invalidation = invalidation;
		// Silently: only a token that ended by itself is announced.
		invalidation.on("authToken", (text) => this.#untie(text));
		const jwt = new Jwt({ algorithm: rules.algorithm, clock });
		const roles = new Roles({
			storage,
			clock,
			invalidation,
			knownActions: options.knownActions,
		});
		const profiles = new Profiles({ storage, clock, invalidation, roles });
		const rights = new Rights({
			roles,
			profiles,
			invalidation,
			wholeIndexUnderCollections:
				rules.allowWholeIndexUnderCollectionRestriction,
		});
		const credentials = new Credentials({
			strategies: options.strategies,
			invalidation,
			throttle: new LoginThrottle({ cache, limits: rules.loginLimits }),
		});
		const authTokens = new AuthTokens({
			jwt,
			cache,
			clock,
			invalidation,
			limits: {
				maxTtlMs: rules.tokenMaxTtlMs,
				gracePeriodMs: rules.gracePeriodMs,
			},
		});
		const apiKeys = new ApiKeys({ storage, jwt, clock, ids, invalidation });
		const users = new Users({
			storage,
			clock,
			ids,
			invalidation,
			profiles,
			credentials,
			apiKeys,
			authTokens,
		});
		this.jwt = jwt;
		this.roles = roles;
		this.profiles = profiles;
		this.rights = rights;
		this.credentials = credentials;
		this.authTokens = authTokens;
		this.apiKeys = apiKeys;
		this.users = users;
		this.userChanges = new UserChanges({
			storage,
			clock,
			invalidation,
			users,
		});
		this.searches = new SecuritySearches({
			storage,
			scrolls: options.scrolls,
			fetchMax: rules.documentsFetchCount,
		});
		this.mappings = new SecurityMappings(storage);
		this.firstAdmin = new FirstAdmin({ storage, clock, ids, users });
		this.locks = new Locks({ cache, clock, ids });
		this.administration = new Administration({
			storage,
			locks: this.locks,
			invalidation,
			roles,
			profiles,
			users,
			credentials,
			findOpen: () => this.findOpen(),
		});
		this.gatekeeper = new Gatekeeper({
			jwt,
			authTokens,
			apiKeys,
			users,
			profiles,
			rights,
			connections: options.connections,
			invalidation,
			rateLimits: new RateLimits({
				clock,
				loginsPerSecond: rules.loginsPerSecond,
			}),
			origins: new Origins({
				allowed: rules.allowedOrigins,
				useRegExp: rules.originsAreRegExp,
				onLoopback: rules.onLoopback,
				isOpen: () => this.isOpen(),
			}),
			rules,
		});
	}

	/** Whether anyone may do everything. What was last found, where the answer would have to wait. */
	isOpen(): boolean {
		const open = this.rights.allows(["anonymous"], OPEN_PROBE);
		if (typeof open === "boolean") this.#open = open;
		// A store that is away changes nothing of what was found.
		else open.then((found) => (this.#open = found)).catch(() => {});
		return this.#open;
	}

	/** As `isOpen`, waiting for the answer. */
	async findOpen(): Promise<boolean> {
		this.#open = await this.rights.allows(["anonymous"], OPEN_PROBE);
		return this.#open;
	}

	/**
	 * Writes the roles and profiles of `security.standard`, which close the server to strangers. Once begun it goes on to its end,
	 * whatever the signal.
	 */
	async restrictDefaultRights({
		refresh,
		signal,
	}: WriteContext): Promise<void> {
		signal?.throwIfAborted();
		const options = { refresh };
		const { roles, profiles } = this.rules.standardRights;
		const step = createSteps();
		for (const [id, role] of Object.entries(roles)) {
			const content = role as unknown as JsonObject;
			await step(() => this.roles.write(id, content, options));
		}
		for (const [id, profile] of Object.entries(profiles)) {
			const content = profile as unknown as JsonObject;
			await step(() => this.profiles.write(id, content, options));
		}
		await step(() => this.findOpen());
	}

	/** With `remove`, who holds the profile loses it first. Rejects with `security.profile.not_found`, `cannot_delete`, `in_use`. */
	async deleteProfile(
		id: string,
		options: ChangeContext & { readonly remove: boolean },
	): Promise<void> {
		await deleteProfile(this, id, options);
	}

	/** What the user holds, for the password policies; nothing for a user whom nobody knows. */
	async membershipOf(kuid: string, signal?: AbortSignal): Promise<Membership> {
		const profileIds = (await this.users.find(kuid, signal))?.profileIds ?? [];
		const roleIds = new Set<string>();
		for (const id of profileIds) {
			const policies = (await this.profiles.find(id, signal))?._source.policies;
			if (!Array.isArray(policies)) continue;
			for (const policy of policies) {
				if (isObject(policy) && typeof policy.roleId === "string")
					roleIds.add(policy.roleId);
			}
		}
		return { profileIds, roleIds: [...roleIds] };
	}

	/** Who holds the token, for actions that check one. */
	async authenticateToken(token: string): Promise<Caller> {
		return this.gatekeeper.authenticateToken(token);
	}

	/** The token of the connection's cookie; null where there is none. */
	cookieOf(connection: Connection): string | null {
		return this.gatekeeper.cookieOf(connection);
	}

	/** Ties a connection to the token its user was just given. */
	follow(connection: Connection, token: VerifiedToken): void {
		this.connections.tie(connection, {
			kuid: token.kuid,
			token: token.text,
			expiresAt: token.expiresAt,
		});
	}

	/** Moves the connections that used one token to the one that took its place, on every node. */
	async followAll(used: VerifiedToken, fresh: VerifiedToken): Promise<void> {
		await this.#successions.announce(used, fresh);
	}

	/** Null, when nobody knows which tokens were revoked, unties none: each request is checked in any case. */
	#untie(token: string | null): void {
		if (token === null) return;
		for (const connection of this.connections.ofToken(token)) {
			this.connections.revoke(connection);
		}
	}

	/** Rejects a call that would read more documents than one may. */
	assertReads(count: number): void {
		if (count > this.rules.documentsFetchCount) {
			throw createError("services.storage.get_limit_exceeded");
		}
	}

	/** Rejects a call that would write more documents than one may. */
	assertWrites(count: number): void {
		if (count > this.rules.documentsWriteCount) {
			throw createError("services.storage.write_limit_exceeded");
		}
	}

	/** Rejects a page of a search that is larger than one call may read. */
	assertPage(from: number, size: number): void {
		if (size < 0 || from < 0) {
			throw createError(
				"api.assert.invalid_argument",
				size < 0 ? "size" : "from",
				"a number that is not negative",
			);
		}
		this.assertReads(size);
	}
}
