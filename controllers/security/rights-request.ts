import { content } from "../../src/action/body.ts";
import { flagged, objectOf, text } from "../../src/action/json-schema.ts";
import { createError } from "../../src/errors/gateway-error.ts";
import type { RightsRequest } from "../../src/security/rights.ts";

/** The body of `checkRights`: a whole request, which is judged and not made. */
export const requestBody = content(
	"A whole request: controller, action, index, collection…",
	{
		controller: text("The controller.", "auth"),
		action: text("The action.", "createApiKey"),
	},
);
export const verdictShape = objectOf({
	allowed: flagged("Whether it may be made."),
});

/** Rejects with `api.assert.missing_argument`. */
export function toRightsRequest(
	body: Readonly<Record<string, unknown>>,
): RightsRequest {
	const { controller, action, ...args } = body;
	return {
		controller: assertName(controller, "controller"),
		action: assertName(action, "action"),
		args,
	};
}

function assertName(value: unknown, name: string): string {
	if (typeof value === "string" && value !== "") return value;
	throw createError("api.assert.missing_argument", `body.${name}`);
}
