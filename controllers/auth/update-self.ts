import { integer, refresh } from "../../src/action/args.ts";
import { content } from "../../src/action/body.ts";
import { defineAction } from "../../src/action/define-action.ts";
import { createError } from "../../src/errors/gateway-error.ts";
import type { Security } from "../../src/security/security.ts";
import { toPublicUser, userResult } from "../security/user-shapes.ts";

export const updateSelf = (security: Security) =>
	defineAction({
		name: "auth:updateSelf",
		summary:
			"Changes what is given of the caller's own content, and keeps the rest.",
		http: ["PUT /_me"],
		deprecatedRoutes: [
			{ route: "PUT /_updateSelf", since: "2.4.0", replacedBy: "/_me" },
		],
		args: {
			refresh: refresh("wait_for"),
			retryOnConflict: integer(
				"How often to try anew when another change comes in between.",
				10,
			),
		},
		body: content("What to change; neither `_id` nor `profileIds`."),
		result: userResult,
		needsLogin: true,
		async handler({ args, body, caller, signal }) {
			// Empty ones are let through, as in Kuzzle, but change nothing.
			const { _id, profileIds, ...changes } = body;
			assertNotGiven("_id", _id);
			assertNotGiven("profileIds", profileIds);
			const user = await security.userChanges.update(caller.kuid, changes, {
				...args,
				caller: caller.kuid,
				signal: signal(),
			});
			return toPublicUser(user);
		},
	});

function assertNotGiven(name: string, value: unknown): void {
	if (!value) return;
	throw createError("api.assert.forbidden_argument", `body.${name}`);
}
