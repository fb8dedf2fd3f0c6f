import {
	createHmac,
	createSecretKey,
	type KeyObject,
	randomBytes,
	timingSafeEqual,
} from "node:crypto";
import { createError, isErrorId } from "../../errors/gateway-error.ts";
import type { Clock } from "../../lib/clock.ts";
import { isObject } from "../../lib/json.ts";
import { requirePackage } from "../../lib/require-package.ts";
import type { Storage, StoredDocument } from "../../storage/storage.ts";
import { type LocalChanges, noCredentials } from "./local-changes.ts";
import type { CredentialsReader } from "./local-credentials.ts";
import { LOCAL_PLUGIN, type LocalUsers, localConfig } from "./local-users.ts";
import type { StrategyContext } from "./strategy.ts";

/** Tokens by which somebody who cannot log in sets a new password. They are JWTs, as Kuzzle's plugin makes them. */
export interface PasswordResets {
	/** A token for that user. Rejects with a bare 412 for one without local credentials. */
	createToken(kuid: string, context: StrategyContext): Promise<string>;
	/**
	 * Sets the password and answers whose it is. A token of ours works until the password changes, so once. Rejects with
	 * `plugin.kuzzle-plugin-auth-passport-local.expired_token` or `invalid_token`, and as an update of credentials does.
	 */
	redeem(
		reset: { readonly token: string; readonly password: string },
		context: StrategyContext,
	): Promise<string>;
}

export interface PasswordResetsParts {
	readonly storage: Storage;
	readonly users: LocalUsers;
	readonly changes: LocalChanges;
	readonly reader: CredentialsReader;
	readonly clock: Clock;
	/** Life of a token in milliseconds; -1 for ever. */
	readonly ttlMs: number;
}

interface ResetClaims {
	readonly resetForKuid: string;
	/** Of the password that is to be replaced. Absent in tokens of Kuzzle's. */
	readonly pwd?: string;
}

const SECRET_ID = "resetTokenSecret";
/** As long as the ones that Kuzzle makes: 1024 hexadecimal characters. */
const SECRET_BYTES = 512;
const TOKEN_CHARACTERS_MAX = 8192;
const INVALID = "plugin.kuzzle-plugin-auth-passport-local.invalid_token";
const EXPIRED = "plugin.kuzzle-plugin-auth-passport-local.expired_token";

export function createPasswordResets(
	parts: PasswordResetsParts,
): PasswordResets {
	const { users, changes, reader, clock, ttlMs } = parts;
	const library = () =>
		requirePackage("jsonwebtoken") as typeof import("jsonwebtoken");
	let key: KeyObject | undefined;

	async function readKey({ signal }: StrategyContext): Promise<KeyObject> {
		key ??= createSecretKey(
			Buffer.from(await claimSecret(parts.storage, signal), "utf8"),
		);
		return key;
	}

	async function verify(
		token: string,
		context: StrategyContext,
	): Promise<ResetClaims> {
		const secret = await readKey(context);
		if (token.length > TOKEN_CHARACTERS_MAX) throw createError(INVALID);
		let claims: unknown;
		try {
			claims = library().verify(token, secret, {
				algorithms: ["HS256"],
				issuer: LOCAL_PLUGIN,
				clockTimestamp: Math.floor(clock.now() / 1000),
			});
		} catch (error) {
			const { TokenExpiredError } = library();
			throw createError(error instanceof TokenExpiredError ? EXPIRED : INVALID);
		}
		if (!isResetClaims(claims)) throw createError(INVALID);
		return claims;
	}

	return {
		async createToken(kuid, context) {
			const document = await users.byKuid(kuid, context);
			if (document === null) throw noCredentials();
			const now = clock.now();
			const secret = await readKey(context);
			const claims = {
				resetForKuid: kuid,
				pwd: markOf(document, secret),
				iat: Math.floor(now / 1000),
				...(ttlMs === -1 ? {} : { exp: Math.ceil((now + ttlMs) / 1000) }),
			};
			return library().sign(claims, secret, {
				algorithm: "HS256",
				issuer: LOCAL_PLUGIN,
			});
		},
		async redeem({ token, password }, context) {
			const { resetForKuid: kuid, pwd } = await verify(token, context);
			const wanted = reader.readChanges({ password });
			const secret = await readKey(context);
			await changes.update(
				kuid,
				wanted,
				{ ...context, caller: kuid },
				(document) => {
					if (pwd !== undefined && !isSame(pwd, markOf(document, secret))) {
						throw createError(INVALID);
					}
				},
			);
			return kuid;
		},
	};
}

/** Changes with the password and tells nothing of it. */
function markOf({ content }: StoredDocument, secret: KeyObject): string {
	return createHmac("sha256", secret)
		.update(JSON.stringify([content.userPassword, content.userSalt]))
		.digest("base64url");
}

function isSame(one: string, other: string): boolean {
	const [a, b] = [Buffer.from(one), Buffer.from(other)];
	return a.length === b.length && timingSafeEqual(a, b);
}

function isResetClaims(value: unknown): value is ResetClaims {
	return (
		isObject(value) &&
		typeof value.resetForKuid === "string" &&
		(value.pwd === undefined || typeof value.pwd === "string")
	);
}

/** Of all nodes that need it first, one writes it; all use what that one wrote. */
async function claimSecret(
	storage: Storage,
	signal: AbortSignal | undefined,
): Promise<string> {
	const read = async () =>
		(await storage.get(localConfig, SECRET_ID, { signal }))?.content.secret;
	const known = await read();
	if (typeof known === "string" && known !== "") return known;
	const content = { secret: randomBytes(SECRET_BYTES).toString("hex") };
	const [outcome] = await storage.write(
		localConfig,
		[{ kind: "create", id: SECRET_ID, content }],
		{ signal },
	);
	if (
		outcome?.ok === false &&
		!isErrorId(outcome.error, "services.storage.document_already_exists")
	) {
		throw outcome.error;
	}
	const secret = await read();
	if (typeof secret === "string" && secret !== "") return secret;
	throw new Error(
		`The document "${SECRET_ID}" of the local strategy's collection "config" holds no secret. Restore it from a backup, or delete it.`,
	);
}
