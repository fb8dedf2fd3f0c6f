import { createSecretKey, type KeyObject } from "node:crypto";
import { createError } from "../errors/gateway-error.ts";
import type { Clock } from "../lib/clock.ts";
import { isObject } from "../lib/json.ts";
import { requirePackage } from "../lib/require-package.ts";

/** What our tokens hold (RFC 7519 §4.1), with Kuzzle's `_id` for the user. */
export interface TokenClaims {
	/** The kuid. */
	readonly _id: string;
	/** Seconds since the epoch. */
	readonly iat: number;
	/** Seconds since the epoch; absent: never. */
	readonly exp?: number;
	/** Login tokens: random. API keys: the id of the key's document. Kuzzle's tokens have none. */
	readonly jti?: string;
}

export type HmacAlgorithm = "HS256" | "HS384" | "HS512";

/** Prefixes that tell the two kinds of tokens apart. */
export const TOKEN_PREFIX = {
	authToken: "kauth-",
	apiKey: "kapikey-",
} as const;
export type TokenKind = keyof typeof TOKEN_PREFIX;

/** A token longer than this is none of ours; it is refused before any work is done on it. */
const TOKEN_CHARACTERS_MAX = 8192;

/**
 * Signs and verifies. The secret is turned into a key object once: with a text secret each call would pay for that again,
 * 50 times the price of the signature. The algorithm is pinned (RFC 8725 §3.1).
 */
export class Jwt {
	#key: KeyObject | undefined;
	#library: typeof import("jsonwebtoken") | undefined;
	readonly #algorithm: HmacAlgorithm;
	readonly #clock: Clock;

	constructor(options: {
		readonly algorithm: HmacAlgorithm;
		readonly clock: Clock;
	}) {
		this.#algorithm = options.algorithm;
		this.#clock = options.clock;
	}

	/** The secret is kept in the store, so it comes when the store does. Until then nothing can be signed or verified. */
	useSecret(secret: string): void {
		this.#key = createSecretKey(Buffer.from(secret, "utf8"));
	}

	/** The token's text, prefix included. `expiresAt` in milliseconds since the epoch, -1 never. */
	sign(
		kind: TokenKind,
		claims: Readonly<Record<string, string>> & { readonly _id: string },
		expiresAt: number,
	): string {
		const payload = {
			...claims,
			iat: Math.floor(this.#clock.now() / 1000),
			// Rounded up: the exact end is checked against the stored one, in milliseconds.
			...(expiresAt === -1 ? {} : { exp: Math.ceil(expiresAt / 1000) }),
		};
		const key = this.#secret();
		try {
			const jwt = this.#jsonwebtoken().sign(payload, key, {
				algorithm: this.#algorithm,
			});
			return TOKEN_PREFIX[kind] + jwt;
		} catch (error) {
			throw createError(
				"security.token.generation_failed",
				error instanceof Error ? error.message : "unknown reason",
			);
		}
	}

	/** Rejects with `security.token.invalid` whatever is wrong: no more is said to who holds a bad token. */
	verify(token: string): { kind: TokenKind; claims: TokenClaims } {
		const kind = kindOf(token);
		if (token.length > TOKEN_CHARACTERS_MAX || kind === null) {
			throw createError("security.token.invalid");
		}
		const key = this.#secret();
		let claims: unknown;
		try {
			claims = this.#jsonwebtoken().verify(
				token.slice(TOKEN_PREFIX[kind].length),
				key,
				{
					algorithms: [this.#algorithm],
					clockTimestamp: Math.floor(this.#clock.now() / 1000),
				},
			);
		} catch {
			throw createError("security.token.invalid");
		}
		if (!isTokenClaims(claims)) throw createError("security.token.invalid");
		return { kind, claims };
	}

	/** Loaded with the first token: it brings a hundred files, which a start need not wait for. */
	#jsonwebtoken(): typeof import("jsonwebtoken") {
		this.#library ??= requirePackage(
			"jsonwebtoken",
		) as typeof import("jsonwebtoken");
		return this.#library;
	}

	#secret(): KeyObject {
		if (this.#key === undefined) {
			throw createError("services.storage.not_connected");
		}
		return this.#key;
	}
}

function kindOf(token: string): TokenKind | null {
	if (token.startsWith(TOKEN_PREFIX.authToken)) return "authToken";
	if (token.startsWith(TOKEN_PREFIX.apiKey)) return "apiKey";
	return null;
}

function isTokenClaims(value: unknown): value is TokenClaims {
	return (
		isObject(value) &&
		typeof value._id === "string" &&
		typeof value.iat === "number" &&
		(value.jti === undefined || typeof value.jti === "string")
	);
}
