import { Answer } from "../../src/action/answer.ts";
import { flag } from "../../src/action/args.ts";
import { none } from "../../src/action/body.ts";
import { defineAction } from "../../src/action/define-action.ts";
import { flagged, objectOf } from "../../src/action/json-schema.ts";
import { clearedAuthCookie } from "../../src/call/auth-cookie.ts";
import type { Caller } from "../../src/call/caller.ts";
import type { Security } from "../../src/security/security.ts";
import { assertLoggedIn } from "./session.ts";

export const logout = (security: Security) =>
	defineAction({
		name: "auth:logout",
		summary:
			"Revokes the login token that the request was made with. API keys are left alone.",
		http: ["POST /_logout"],
		args: {
			global: flag("Revokes every login token of the user."),
			cookieAuth: flag("The token is the cookie's; clears the cookie."),
		},
		body: none,
		result: objectOf({ acknowledged: flagged("Always true.") }),
		rateLimit: "none",
		toleratesBadCookie: true,
		async handler({ args, caller, connection }) {
			if (!args.cookieAuth) assertLoggedIn(caller, "logout");
			security.connections.untie(connection);
			if (caller.token !== null) await revoke(security, caller, args.global);
			const cookies = security.rules.cookieAuthentication
				? [clearedAuthCookie]
				: [];
			return new Answer({ acknowledged: true }, { cookies });
		},
	});

async function revoke(
	security: Security,
	{ kuid, token }: Caller,
	global: boolean,
): Promise<void> {
	if (global) await security.authTokens.revokeAll(kuid);
	else if (token?.kind === "authToken") await security.authTokens.revoke(token);
}
