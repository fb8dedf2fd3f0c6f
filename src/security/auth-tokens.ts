import { randomBytes } from "node:crypto";
import type { Cache, CacheNamespace } from "../cache/cache.ts";
import type { VerifiedToken } from "../call/caller.ts";
import { createError } from "../errors/gateway-error.ts";
import type { Clock } from "../lib/clock.ts";
import { isObject } from "../lib/json.ts";
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

/** Login tokens: made at login, found good only while the cache port still holds them. */
export class AuthTokens {
	readonly #jwt: Jwt;
	readonly #stored: CacheNamespace;
	/** Which tokens are being, or were, refreshed: of two callers that refresh one token at once, one wins. */
	readonly #refreshed: CacheNamespace;
	readonly #clock: Clock;
	readonly #limits: AuthTokenLimits;
	readonly #invalidation: Invalidation;
	readonly #known = new Memory<KnownToken>(KNOWN_TOKENS_MAX);

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
		this.#clock = dependencies.clock;
		this.#limits = dependencies.limits;
		this.#invalidation = dependencies.invalidation;
		dependencies.invalidation.on("authToken", (text) =>
			text === null ? this.#known.clear() : this.#known.forget(text),
		);
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

	/** Rejects with `security.token.invalid`. A single-use token is used up by this. */
	async verify(text: string, claims: TokenClaims): Promise<VerifiedToken> {
		const known = await this.#load(text, claims._id);
		if (known.singleUse) {
			const mine = await this.#stored.delete(keyOf(known.kuid, text));
			if (!mine) throw createError("security.token.invalid");
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
		await this.#store(
			{
				...known,
				refreshed: true,
				expiresAt: this.#clock.now() + gracePeriodMs,
			},
			gracePeriodMs,
		);
		await this.#invalidation.forget("authToken", token.text);
		return fresh;
	}

	async revoke(token: VerifiedToken): Promise<void> {
		await this.#stored.delete(keyOf(token.kuid, token.text));
		await this.#invalidation.forget("authToken", token.text);
	}

	/** Every login token of the user. Answers their texts, for the connections tied to them. */
	async revokeAll(kuid: string): Promise<string[]> {
		const texts: string[] = [];
		for await (const { key } of this.#stored.scan(`${kuid}#`)) {
			texts.push(key.slice(kuid.length + 1));
		}
		for (const text of texts) await this.#stored.delete(keyOf(kuid, text));
		for (const text of texts)
			await this.#invalidation.forget("authToken", text);
		return texts;
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

	async #store(token: KnownToken, lifetimeMs: number): Promise<void> {
		const key = keyOf(token.kuid, token.text);
		const stored: StoredToken = {
			_id: key,
			expiresAt: token.expiresAt,
			ttl: token.ttl,
			userId: token.kuid,
			jwt: token.text,
			refreshed: token.refreshed,
			singleUse: token.singleUse,
		};
		await this.#stored.set(
			key,
			JSON.stringify(stored),
			lifetimeMs === -1 ? {} : { ttlMs: Math.max(1, Math.ceil(lifetimeMs)) },
		);
	}

	#isOver(token: KnownToken): boolean {
		return token.expiresAt !== -1 && token.expiresAt <= this.#clock.now();
	}
}

function keyOf(kuid: string, text: string): string {
	return `${kuid}#${text}`;
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
