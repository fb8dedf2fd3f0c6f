import { randomBytes } from "node:crypto";
import type { Cache, CacheNamespace, Lifetime } from "../cache/cache.ts";
import type { VerifiedToken } from "../call/caller.ts";
import { createError } from "../errors/gateway-error.ts";
import type { Clock } from "../lib/clock.ts";
import { isObject } from "../lib/json.ts";
import { createKeyedLock } from "../lib/keyed-lock.ts";
import type { Invalidation } from "./invalidation.ts";
import type { Jwt, TokenClaims } from "./jwt.ts";
import { Memory } from "./memory.ts";

/** A login token as it is stored: Kuzzle's members, so that its unexpired tokens can be read. */
interface StoredToken {
	readonly _id: string;
	readonly expiresAt: number;
	readonly ttl: number;
	readonly userId: string;
	readonly jwt: string;
	readonly refreshed: boolean;
	readonly singleUse: boolean;
}

/** What is remembered of a token that was found good. */
interface KnownToken extends VerifiedToken {
	readonly refreshed: boolean;
	readonly singleUse: boolean;
}

export interface AuthTokenLimits {
	/** Milliseconds; -1: no limit. */
	readonly maxTtlMs: number;
	/** How long a token stays good after it was refreshed. */
	readonly gracePeriodMs: number;
}

/** Tokens remembered in memory; beyond, the oldest are read again from the cache port. */
const KNOWN_TOKENS_MAX = 50_000;
/** The claim on a refresh outlives the refreshed token by this. */
const CLAIM_MARGIN_MS = 60_000;
/** A token that was refreshed during one round of a revocation is met in the next. */
const REVOKE_ROUNDS = 3;

/** Login tokens: made at login, found good only while the cache port still holds them. */
export class AuthTokens {
	readonly #jwt: Jwt;
	readonly #stored: CacheNamespace;
	/** Which tokens are being, or were, refreshed: of two callers that refresh one token at once, one wins. */
	readonly #refreshed: CacheNamespace;
	/** Tokens for one use that are used up: what was begun with them may go on, until they are revoked. */
	readonly #used: CacheNamespace;
	readonly #clock: Clock;
	readonly #limits: AuthTokenLimits;
	readonly #invalidation: Invalidation;
	readonly #known = new Memory<KnownToken>(KNOWN_TOKENS_MAX);
	readonly #turns = createKeyedLock();

	constructor(dependencies: {
		readonly jwt: Jwt;
		readonly cache: Cache;
		readonly clock: Clock;
		readonly limits: AuthTokenLimits;
		readonly invalidation: Invalidation;
	}) {
		this.#jwt = dependencies.jwt;
		this.#stored = dependencies.cache.namespace("token", { durable: true });
		this.#refreshed = dependencies.cache.namespace("token-refresh", {
			durable: false,
		});
		this.#used = dependencies.cache.namespace("token-used", { durable: false });
		this.#clock = dependencies.clock;
		this.#limits = dependencies.limits;
		this.#invalidation = dependencies.invalidation;
		const forget = (text: string | null) =>
			text === null ? this.#known.clear() : this.#known.forget(text);
		dependencies.invalidation.on("authToken", forget);
		dependencies.invalidation.on("changedAuthToken", forget);
	}

	/** `ttl` in milliseconds, -1 for ever. Rejects with `security.token.ttl_exceeded`. */
	async create(
		kuid: string,
		ttl: number,
		options: { readonly singleUse?: boolean } = {},
	): Promise<VerifiedToken> {
		const { maxTtlMs } = this.#limits;
		if (maxTtlMs !== -1 && (ttl === -1 || ttl > maxTtlMs)) {
			throw createError("security.token.ttl_exceeded");
		}
		const expiresAt = ttl === -1 ? -1 : this.#clock.now() + ttl;
		const text = this.#jwt.sign(
			"authToken",
			{ _id: kuid, jti: randomBytes(12).toString("base64url") },
			expiresAt,
		);
		const known: KnownToken = {
			text,
			kind: "authToken",
			kuid,
			expiresAt,
			ttl,
			refreshed: false,
			singleUse: options.singleUse ?? false,
		};
		// A token that is already over is handed out (as Kuzzle does), but there is nothing to keep.
		if (ttl === -1 || ttl > 0) await this.#store(known, ttl);
		return known;
	}

	/** The token, if its use needs no waiting; undefined otherwise. */
	peek(text: string): VerifiedToken | undefined {
		const known = this.#known.peek(text);
		if (known === undefined || known.singleUse) return undefined;
		if (this.#isOver(known)) {
			this.#known.forget(text);
			return undefined;
		}
		return known;
	}

	/** Whether its first use will be its last. Rejects with `security.token.invalid`. */
	async isForOneUse(text: string, claims: TokenClaims): Promise<boolean> {
		return (await this.#load(text, claims._id)).singleUse;
	}

	/** Rejects with `security.token.invalid`. A single-use token is used up by this. */
	async verify(text: string, claims: TokenClaims): Promise<VerifiedToken> {
		const known = await this.#load(text, claims._id);
		if (known.singleUse) {
			const key = keyOf(known.kuid, text);
			const mine = await this.#stored.delete(key);
			if (!mine) throw createError("security.token.invalid");
			const { expiresAt } = known;
			const left = expiresAt === -1 ? -1 : expiresAt - this.#clock.now();
			await this.#used.set(key, toStored(known), toLifetime(left));
		}
		return known;
	}

	/** Makes a new token in the place of this one, which stays good for the grace period. */
	async refresh(token: VerifiedToken, ttl: number): Promise<VerifiedToken> {
		if (token.kind === "apiKey") {
			throw createError("security.token.refresh_forbidden", "API Key");
		}
		if (token.expiresAt === -1) {
			throw createError(
				"security.token.refresh_forbidden",
				"Token with infinite duration",
			);
		}
		return this.#turns(token.text, () => this.#refreshInTurn(token, ttl));
	}

	async revoke(token: VerifiedToken): Promise<void> {
		await this.#revoke(token.kuid, token.text);
	}

	/** Every login token of the user, also one that takes the place of another meanwhile. */
	async revokeAll(kuid: string): Promise<void> {
		for (let round = 0; round < REVOKE_ROUNDS; round++) {
			const texts = await this.#textsOf(kuid);
			if (texts.length === 0) return;
			await Promise.all(texts.map((text) => this.#revoke(kuid, text)));
		}
	}

	/** A refresh and a revocation of one token take turns on one node; those of several nodes meet in `#retire`. What is revoked does not come back. */
	async #revoke(kuid: string, text: string): Promise<void> {
		await this.#turns(text, async () => {
			try {
				await this.#stored.delete(keyOf(kuid, text));
				await this.#used.delete(keyOf(kuid, text));
			} finally {
				await this.#invalidation.forget("authToken", text);
			}
		});
	}

	async #textsOf(kuid: string): Promise<string[]> {
		const texts: string[] = [];
		for (const tokens of [this.#stored, this.#used]) {
			for await (const { value } of tokens.scan(keyOf(kuid, ""))) {
				const stored = parseStored(value);
				// The keys of a user whose id has a "#" begin like those of another.
				if (stored?.userId === kuid) texts.push(stored.jwt);
			}
		}
		return texts;
	}

	async #refreshInTurn(
		token: VerifiedToken,
		ttl: number,
	): Promise<VerifiedToken> {
		const known = await this.#load(token.text, token.kuid);
		const { gracePeriodMs } = this.#limits;
		const claim = keyOf(token.kuid, token.text);
		const first =
			!known.refreshed &&
			(await this.#refreshed.setIfAbsent(claim, "1", {
				ttlMs: gracePeriodMs + CLAIM_MARGIN_MS,
			}));
		if (!first) throw createError("security.token.invalid");
		let fresh: VerifiedToken;
		try {
			fresh = await this.create(token.kuid, ttl);
		} catch (error) {
			await this.#refreshed.delete(claim);
			throw error;
		}
		await this.#retire(known, fresh);
		return fresh;
	}

	/** Leaves the used token its grace. Where it was revoked meanwhile, on another node, the fresh one goes the same way. */
	async #retire(used: KnownToken, fresh: VerifiedToken): Promise<void> {
		const { gracePeriodMs } = this.#limits;
		const expiresAt = this.#clock.now() + gracePeriodMs;
		const isThere = await this.#stored.setIfPresent(
			keyOf(used.kuid, used.text),
			toStored({ ...used, refreshed: true, expiresAt }),
			toLifetime(gracePeriodMs),
		);
		await this.#invalidation.forget("changedAuthToken", used.text);
		if (isThere) return;
		await this.revoke(fresh);
		throw createError("security.token.invalid");
	}

	async #load(text: string, kuid: string): Promise<KnownToken> {
		const known =
			this.#known.peek(text) ??
			(await this.#known.load(text, () => this.#read(text, kuid)));
		if (known === undefined || known.kuid !== kuid || this.#isOver(known)) {
			throw createError("security.token.invalid");
		}
		return known;
	}

	async #read(text: string, kuid: string): Promise<KnownToken | undefined> {
		const value = await this.#stored.get(keyOf(kuid, text));
		const stored = value === null ? null : parseStored(value);
		if (stored === null || stored.jwt !== text) return undefined;
		return {
			text,
			kind: "authToken",
			kuid: stored.userId,
			expiresAt: stored.expiresAt,
			ttl: stored.ttl,
			refreshed: stored.refreshed,
			singleUse: stored.singleUse,
		};
	}

	async #store(token: KnownToken, ttl: number): Promise<void> {
		const key = keyOf(token.kuid, token.text);
		await this.#stored.set(key, toStored(token), toLifetime(ttl));
	}

	#isOver(token: KnownToken): boolean {
		return token.expiresAt !== -1 && token.expiresAt <= this.#clock.now();
	}
}

function keyOf(kuid: string, text: string): string {
	return `${kuid}#${text}`;
}

function toStored(token: KnownToken): string {
	const stored: StoredToken = {
		_id: keyOf(token.kuid, token.text),
		expiresAt: token.expiresAt,
		ttl: token.ttl,
		userId: token.kuid,
		jwt: token.text,
		refreshed: token.refreshed,
		singleUse: token.singleUse,
	};
	return JSON.stringify(stored);
}

/** `ttl` as everywhere: milliseconds, -1 for ever. */
function toLifetime(ttl: number): Lifetime {
	return ttl === -1 ? {} : { ttlMs: Math.max(1, Math.ceil(ttl)) };
}

function parseStored(value: string): StoredToken | null {
	const parsed: unknown = JSON.parse(value);
	if (
		!isObject(parsed) ||
		typeof parsed.userId !== "string" ||
		typeof parsed.jwt !== "string" ||
		typeof parsed.expiresAt !== "number"
	) {
		return null;
	}
	return {
		_id: String(parsed._id),
		expiresAt: parsed.expiresAt,
		ttl: typeof parsed.ttl === "number" ? parsed.ttl : -1,
		userId: parsed.userId,
		jwt: parsed.jwt,
		refreshed: parsed.refreshed === true,
		singleUse: parsed.singleUse === true,
	};
}
