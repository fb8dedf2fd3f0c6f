import { flag, optionalString } from "../../src/action/args.ts";
import { fields, none, optionalTextField } from "../../src/action/body.ts";
import { defineAction } from "../../src/action/define-action.ts";
import { tokenLifetime } from "../../src/action/duration.ts";
import {
	flagged,
	objectOf,
	text,
	whole,
} from "../../src/action/json-schema.ts";
import { createError, GatewayError } from "../../src/errors/gateway-error.ts";
import type { Security } from "../../src/security/security.ts";
import { answerToken, loginResult } from "./login.ts";

/** Clients compare this text. */
const INVALID = "Invalid token.";
const DEFAULT_LIFETIME = "security.authToken.expiresIn";

export const refreshToken = (security: Security) =>
	defineAction({
		name: "auth:refreshToken",
		summary: "Answers a new login token; the one used stays good for a moment.",
		http: ["POST /_refreshToken"],
		args: {
			expiresIn: tokenLifetime(
				"How long the new token lasts.",
				DEFAULT_LIFETIME,
			),
			strategy: optionalString(
				"Name of the strategy that the token came from.",
			),
			cookieAuth: flag("Sets the token as a cookie instead of answering it."),
		},
		body: none,
		result: loginResult,
		needsLogin: true,
		async handler({ args, caller, connection }) {
			const { token: used } = caller;
			if (used === null) throw createError("security.token.invalid");
			const token = await security.authTokens.refresh(
				used,
				args.expiresIn ?? security.rules.tokenTtlMs,
			);
			await security.followAll(used, token);
			security.follow(connection, token);
			return answerToken(security, token, args.cookieAuth);
		},
	});

export const createToken = (security: Security) =>
	defineAction({
		name: "auth:createToken",
		summary:
			"Makes another login token for the caller, for one use only if asked.",
		http: ["POST /_createToken"],
		args: {
			expiresIn: tokenLifetime("How long the token lasts.", DEFAULT_LIFETIME),
			singleUse: flag("The token dies at its first use."),
		},
		body: none,
		result: objectOf({
			token: text("The token."),
			expiresAt: whole("When it ends, in milliseconds since the epoch."),
			ttl: whole("How long it lasts, in milliseconds."),
			singleUse: flagged("Whether it dies at its first use."),
		}),
		async handler({ args, caller }) {
			if (args.expiresIn === -1) {
				throw createError(
					"security.token.invalid_expiration",
					"expiresIn",
					"such a token must end: ask for a duration",
				);
			}
			const token = await security.authTokens.create(
				caller.kuid,
				args.expiresIn ?? security.rules.tokenTtlMs,
				{ singleUse: args.singleUse },
			);
			return {
				token: token.text,
				expiresAt: token.expiresAt,
				ttl: token.ttl,
				singleUse: args.singleUse,
			};
		},
	});

export const checkToken = (security: Security) =>
	defineAction({
		name: "auth:checkToken",
		summary: "Tells whether a token is good, and whose it is.",
		http: ["POST /_checkToken"],
		args: { cookieAuth: flag("Checks the cookie's token.") },
		body: fields({
			token: optionalTextField(
				"The token; none, or an empty one, means anonymous.",
			),
		}),
		result: objectOf({
			valid: flagged("Whether the token is good."),
			kuid: text("The user's id; left out for a bad token."),
			expiresAt: whole(
				"When it ends, in milliseconds since the epoch; -1 never; null for anonymous.",
			),
			state: text("What is wrong with a bad token."),
		}),
		readsCookie: true,
		async handler({ args, body, connection }) {
			const token =
				(args.cookieAuth || !body.token
					? security.cookieOf(connection)
					: body.token) ?? "";
			if (token === "") return { valid: true, kuid: "-1", expiresAt: null };
			try {
				const caller = await security.authenticateToken(token);
				return {
					valid: true,
					kuid: caller.kuid,
					expiresAt: caller.token?.expiresAt ?? null,
				};
			} catch (error) {
				if (error instanceof GatewayError && error.status === 401) {
					return { valid: false, state: INVALID };
				}
				throw error;
			}
		},
	});
