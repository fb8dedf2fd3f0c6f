import { Answer } from "../../src/action/answer.ts";
import { flag, string } from "../../src/action/args.ts";
import { optionalContent } from "../../src/action/body.ts";
import { defineAction } from "../../src/action/define-action.ts";
import { tokenLifetime } from "../../src/action/duration.ts";
import { objectOf, text, whole } from "../../src/action/json-schema.ts";
import { authCookie } from "../../src/call/auth-cookie.ts";
import type { VerifiedToken } from "../../src/call/caller.ts";
import { createError } from "../../src/errors/gateway-error.ts";
import type { Security } from "../../src/security/security.ts";
import type { NextStep } from "../../src/security/strategies/strategy.ts";

export const loginResult = objectOf({
	_id: text("The user's id (kuid)."),
	jwt: text("The token. Left out with `cookieAuth`."),
	expiresAt: whole("When it ends, in milliseconds since the epoch; -1 never."),
	ttl: whole("How long it lasts, in milliseconds; -1 for ever."),
});

export const login = (security: Security) =>
	defineAction({
		name: "auth:login",
		summary: "Logs a user in and answers a token.",
		http: ["GET /_login/:strategy", "POST /_login/:strategy"],
		args: {
			strategy: string(
				"path",
				"Name of the strategy, such as `local`.",
				"local",
			),
			expiresIn: tokenLifetime(
				"How long the token lasts.",
				"security.authToken.expiresIn",
			),
			cookieAuth: flag("Sets the token as a cookie instead of answering it."),
		},
		body: optionalContent(
			"Credentials; over HTTP GET they may be in the query string.",
			{
				username: text("Login name (strategy local).", "ann"),
				password: text("Password (strategy local).", "a-long-password"),
			},
		),
		result: loginResult,
		rateLimit: "login",
		readsCookie: true,
		async handler({ args, body, envelope, connection, caller, signal }) {
			const credentials = envelope.body === null ? { ...envelope.args } : body;
			const verdict = await security.credentials.verify(
				args.strategy,
				credentials,
				{ client: connection, signal: signal() },
			);
			if (verdict.ok === "continue") return answerStep(verdict);
			if (!verdict.ok) {
				throw createError("plugin.strategy.missing_user", verdict.reason);
			}
			const user = await security.users.find(verdict.kuid, signal());
			if (user === undefined) {
				throw createError("plugin.strategy.unknown_kuid", args.strategy);
			}
			const token = await security.authTokens.create(
				user._id,
				args.expiresIn ?? security.rules.tokenTtlMs,
			);
			if (caller.kuid === user._id) security.follow(connection, token);
			return answerToken(security, token, args.cookieAuth);
		},
	});

/** A strategy of several steps says itself what the client gets to see. */
function answerStep({
	content = null,
	status,
	headers = {},
}: NextStep): Answer {
	return new Answer(content, { status, headers });
}

/** A fresh token as login and refreshToken answer it: in the result, or as a cookie. */
export function answerToken(
	security: Security,
	token: VerifiedToken,
	asCookie: boolean,
): unknown {
	const { kuid, text: jwt, expiresAt, ttl } = token;
	if (!asCookie) return { _id: kuid, jwt, expiresAt, ttl };
	if (!security.rules.cookieAuthentication) {
		throw createError("security.cookie.unsupported");
	}
	return new Answer(
		{ _id: kuid, expiresAt, ttl },
		{ cookies: [authCookie(jwt, expiresAt)] },
	);
}
