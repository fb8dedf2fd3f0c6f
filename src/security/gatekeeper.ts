import { readAuthCookie } from "../call/auth-cookie.ts";
import {
	ANONYMOUS_KUID,
	type Caller,
	type VerifiedToken,
} from "../call/caller.ts";
import type { Connection, Connections } from "../call/connection.ts";
import type { Envelope } from "../call/envelope.ts";
import { createError, isErrorId } from "../errors/gateway-error.ts";
import type { ApiKeys } from "./api-keys.ts";
import type { AuthTokens } from "./auth-tokens.ts";
import type { Invalidation } from "./invalidation.ts";
import type { Jwt } from "./jwt.ts";
import type { Origins } from "./origins.ts";
import type { Profiles } from "./profiles.ts";
import type { RateLimits } from "./rate-limits.ts";
import type { Rights } from "./rights.ts";
import type { User } from "./user-document.ts";
import type { Users } from "./users.ts";

/** Only these, and holders of the profile `admin`, pass in failsafe mode. */
const FAILSAFE_ACTION = "auth:login";
const ADMIN_PROFILE = "admin";

export interface GatekeeperRules {
	readonly cookieAuthentication: boolean;
	readonly failsafeMode: boolean;
}

interface GatekeeperDependencies {
	readonly jwt: Jwt;
	readonly authTokens: AuthTokens;
	readonly apiKeys: ApiKeys;
	readonly users: Users;
	readonly profiles: Profiles;
	readonly rights: Rights;
	readonly rateLimits: RateLimits;
	readonly origins: Origins;
	readonly connections: Connections;
	readonly invalidation: Invalidation;
	readonly rules: GatekeeperRules;
}

const ANONYMOUS: Caller = {
	kuid: ANONYMOUS_KUID,
	profileIds: ["anonymous"],
	token: null,
};

/** Who calls, whether they may, and how often: what the pipeline asks before it runs an action. Answers at once where nothing must be read. */
export class Gatekeeper {
	readonly #dependencies: GatekeeperDependencies;

	constructor(dependencies: GatekeeperDependencies) {
		this.#dependencies = dependencies;
	}

	assertOrigin(connection: Connection): void {
		this.#dependencies.origins.assertAllowed(connection);
	}

	authenticate(
		envelope: Envelope,
		connection: Connection,
		cookieUse: "required" | "tolerated" | "left",
	): Caller | Promise<Caller> {
		this.#dependencies.invalidation.check();
		if (cookieUse === "left") {
			return this.#anonymousByCookie(envelope, connection);
		}
		if (cookieUse === "tolerated") return this.#tolerate(envelope, connection);
		const text = this.#tokenOf(envelope, connection);
		if (text === null) return ANONYMOUS;
		return envelope.jwtPlace === "url"
			? this.#authenticateOnce(text, connection)
			: this.authenticateToken(text, connection);
	}

	async #tolerate(envelope: Envelope, connection: Connection): Promise<Caller> {
		if (!this.#dependencies.rules.cookieAuthentication) {
			throw createError("security.cookie.unsupported");
		}
		try {
			return await this.authenticate(envelope, connection, "required");
		} catch (error) {
			if (isErrorId(error, "security.token.invalid")) return ANONYMOUS;
			throw error;
		}
	}

	/** Who holds the token. Rejects with `security.token.invalid`. Ties the connection to it, where one is given. */
	authenticateToken(
		text: string,
		connection?: Connection,
	): Caller | Promise<Caller> {
		const { authTokens, apiKeys, users } = this.#dependencies;
		const token = authTokens.peek(text) ?? apiKeys.peek(text);
		const user = token === undefined ? undefined : users.peek(token.kuid);
		if (token !== undefined && user !== undefined) {
			return this.#admit(token, user, connection);
		}
		return this.#load(text, connection);
	}

	assertAllowed(caller: Caller, envelope: Envelope): void | Promise<void> {
		const { controller, action, args } = envelope;
		const request = {
			controller: controller ?? "",
			action: action ?? "",
			args,
		};
		this.#assertFailsafe(caller, request);
		const allowed = this.#dependencies.rights.allows(
			caller.profileIds,
			request,
		);
		if (allowed === true) return;
		if (allowed === false) throw refusal(caller, request);
		return allowed.then((value) => {
			if (!value) throw refusal(caller, request);
		});
	}

	assertRate(
		caller: Caller,
		connection: Connection,
		kind: "login" | "none" | "user",
	): void | Promise<void> {
		const { rateLimits, profiles } = this.#dependencies;
		if (kind === "none") return;
		if (kind === "login") {
			rateLimits.countLogin(connection);
			return;
		}
		const limit = rateLimitOf(caller.profileIds, profiles);
		if (limit === undefined) return this.#loadThenCount(caller);
		if (limit > 0) rateLimits.countRequest(caller.kuid, limit);
	}

	#tokenOf(envelope: Envelope, connection: Connection): string | null {
		const cookie = this.cookieOf(connection);
		if (cookie === null) return envelope.jwt;
		if (envelope.jwt !== null) {
			throw createError(
				"security.token.verification_error",
				"a token and a cookie were sent together: send one of them",
			);
		}
		return cookie;
	}

	/** The token of the connection's cookie. Rejects where cookies are switched off, or come from a foreign page. */
	cookieOf(connection: Connection): string | null {
		const { rules, origins } = this.#dependencies;
		const cookie = readAuthCookie(connection.headers.cookie);
		if (cookie === null) return null;
		if (!rules.cookieAuthentication) {
			throw createError("security.cookie.unsupported");
		}
		if (!origins.allowsCookie(connection)) {
			throw createError(
				"api.process.unauthorized_origin",
				connection.headers.origin ?? "",
			);
		}
		return cookie;
	}

	#anonymousByCookie(envelope: Envelope, connection: Connection): Caller {
		if (!this.#dependencies.rules.cookieAuthentication) {
			throw createError("security.cookie.unsupported");
		}
		if (envelope.jwt !== null && this.cookieOf(connection) !== null) {
			throw createError(
				"security.token.verification_error",
				"a token and a cookie were sent together: send one of them",
			);
		}
		return ANONYMOUS;
	}

	/** Only what is good for nothing from now on may have been seen by others. */
	async #authenticateOnce(
		text: string,
		connection: Connection,
	): Promise<Caller> {
		const { jwt, authTokens } = this.#dependencies;
		const { kind, claims } = jwt.verify(text);
		const isForOneUse =
			kind === "authToken" && (await authTokens.isForOneUse(text, claims));
		if (!isForOneUse) throw createError("portico.token.in_url");
		return this.authenticateToken(text, connection);
	}

	async #load(text: string, connection?: Connection): Promise<Caller> {
		const { jwt, authTokens, apiKeys, users } = this.#dependencies;
		const { kind, claims } = jwt.verify(text);
		const user = await users.find(claims._id);
		if (user === undefined) throw createError("security.token.invalid");
		// Last, so that a revocation meanwhile is seen, and a single use is used up by nothing else.
		const token =
			kind === "apiKey"
				? await apiKeys.verify(text, claims)
				: await authTokens.verify(text, claims);
		return this.#admit(token, user, connection);
	}

	#admit(token: VerifiedToken, user: User, connection?: Connection): Caller {
		if (connection !== undefined && token.kuid !== ANONYMOUS_KUID) {
			this.#dependencies.connections.tie(connection, {
				kuid: token.kuid,
				token: token.text,
				expiresAt: token.expiresAt,
			});
		}
		return { kuid: user._id, profileIds: user.profileIds, token };
	}

	#assertFailsafe(
		caller: Caller,
		request: { readonly controller: string; readonly action: string },
	): void {
		if (!this.#dependencies.rules.failsafeMode) return;
		if (caller.profileIds.includes(ADMIN_PROFILE)) return;
		if (`${request.controller}:${request.action}` === FAILSAFE_ACTION) return;
		throw createError("security.rights.failsafe_mode_admin_only");
	}

	async #loadThenCount(caller: Caller): Promise<void> {
		const { profiles, rateLimits } = this.#dependencies;
		let limit = 0;
		let unlimited = false;
		for (const id of caller.profileIds) {
			const profile = await profiles.find(id);
			const own = profile?._source.rateLimit;
			if (typeof own !== "number" || own === 0) unlimited = true;
			else limit = Math.max(limit, own);
		}
		if (!unlimited) rateLimits.countRequest(caller.kuid, limit);
	}
}

/** The highest limit of the profiles; 0, which any of them may say, is none. Undefined where one is not at hand. */
function rateLimitOf(
	profileIds: readonly string[],
	profiles: Profiles,
): number | undefined {
	let limit = 0;
	for (const id of profileIds) {
		const profile = profiles.peek(id);
		if (profile === undefined) return undefined;
		const own = profile._source.rateLimit;
		if (typeof own !== "number" || own === 0) return 0;
		limit = Math.max(limit, own);
	}
	return limit;
}

function refusal(
	caller: Caller,
	request: { readonly controller: string; readonly action: string },
): Error {
	return createError(
		caller.kuid === ANONYMOUS_KUID
			? "security.rights.unauthorized"
			: "security.rights.forbidden",
		request.controller,
		request.action,
		caller.kuid,
	);
}
