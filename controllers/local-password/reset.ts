import { string } from "../../src/action/args.ts";
import { fields, none, textField } from "../../src/action/body.ts";
import { defineAction } from "../../src/action/define-action.ts";
import { objectOf, text } from "../../src/action/json-schema.ts";
import { createError } from "../../src/errors/gateway-error.ts";
import type { Security } from "../../src/security/security.ts";
import type { PasswordResets } from "../../src/security/strategies/password-resets.ts";
import { loginResult } from "../auth/login.ts";

const OLD = "2.4.0";

export const getResetPasswordToken = (resets: PasswordResets) =>
	defineAction({
		name: "kuzzle-plugin-auth-passport-local/password:getResetPasswordToken",
		summary:
			"Makes a token with which somebody can set a user's password: hand it to that user only.",
		http: ["GET /_/password/resetToken/:_id"],
		deprecatedRoutes: [
			{
				route:
					"GET /_plugin/kuzzle-plugin-auth-passport-local/password/resetToken/:_id",
				since: OLD,
				replacedBy: "/_/password/resetToken/:_id",
			},
		],
		args: { _id: string("path", "The user's id (kuid).") },
		body: none,
		result: objectOf({ resetToken: text("The token.") }),
		async handler({ args, signal }) {
			const context = { signal: signal() };
			return { resetToken: await resets.createToken(args._id, context) };
		},
	});

export const reset = (security: Security, resets: PasswordResets) =>
	defineAction({
		name: "kuzzle-plugin-auth-passport-local/password:reset",
		summary:
			"Sets a new password by a reset token, ends the user's sessions, and logs the user in.",
		http: ["POST /_/password/reset"],
		deprecatedRoutes: [
			{
				route: "POST /_plugin/kuzzle-plugin-auth-passport-local/password/reset",
				since: OLD,
				replacedBy: "/_/password/reset",
			},
		],
		args: {},
		body: fields({
			password: textField("The new password."),
			token: textField("The reset token."),
		}),
		result: loginResult,
		async handler({ body, signal }) {
			const context = { refresh: "wait_for", signal: signal() } as const;
			const kuid = await resets.redeem(body, context);
			// Whoever knew the old password may hold a session.
			await security.authTokens.revokeAll(kuid);
			const user = await security.users.find(kuid, signal());
			if (user === undefined) {
				throw createError("plugin.strategy.unknown_kuid", "local");
			}
			const {
				text: jwt,
				expiresAt,
				ttl,
			} = await security.authTokens.create(user._id, security.rules.tokenTtlMs);
			return { _id: user._id, jwt, expiresAt, ttl };
		},
	});
