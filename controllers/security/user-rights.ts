import { flag, string } from "../../src/action/args.ts";
import { none } from "../../src/action/body.ts";
import { defineAction } from "../../src/action/define-action.ts";
import {
	arrayOf,
	objectOf,
	text,
	whole,
} from "../../src/action/json-schema.ts";
import type { Security } from "../../src/security/security.ts";
import {
	requestBody,
	toRightsRequest,
	verdictShape,
} from "./rights-request.ts";
import { rightsShape } from "./shapes.ts";

const _id = string("path", "The user's id (kuid).");

export const getUserRights = (security: Security) =>
	defineAction({
		name: "security:getUserRights",
		summary: "Lists what a user may do.",
		http: ["GET /users/:_id/_rights"],
		args: { _id },
		body: none,
		result: rightsShape,
		async handler({ args, signal }) {
			const user = await security.users.get(args._id, signal());
			const hits = await security.rights.list(user.profileIds);
			return { hits, total: hits.length };
		},
	});

export const checkUserRights = (security: Security) =>
	defineAction({
		name: "security:checkRights",
		summary: "Tells whether a user may make a request, without making it.",
		http: ["POST /_checkRights/:userId"],
		args: { userId: string("path", "The user's id (kuid).") },
		body: requestBody,
		result: verdictShape,
		async handler({ args, body, signal }) {
			const request = toRightsRequest(body);
			const user = await security.users.get(args.userId, signal());
			return {
				allowed: await security.rights.allows(user.profileIds, request),
			};
		},
	});

export const getUserStrategies = (security: Security) =>
	defineAction({
		name: "security:getUserStrategies",
		summary: "Lists the strategies that a user can log in by.",
		http: ["GET /users/:_id/_strategies"],
		args: { _id },
		body: none,
		result: objectOf({
			strategies: arrayOf(text("A strategy's name.")),
			total: whole("Number of strategies."),
		}),
		async handler({ args, signal }) {
			const user = await security.users.get(args._id, signal());
			const strategies = await security.credentials.strategiesOf(
				user._id,
				signal(),
			);
			return { strategies, total: strategies.length };
		},
	});

export const revokeTokens = (security: Security) =>
	defineAction({
		name: "security:revokeTokens",
		summary: "Revokes every login token of a user. API keys are left alone.",
		http: ["DELETE /users/:_id/tokens"],
		args: {
			_id,
			apiKeys: flag("Deletes the user's API keys too."),
		},
		body: none,
		result: { description: "Always null." },
		async handler({ args: { _id: kuid, apiKeys } }) {
			await security.authTokens.revokeAll(kuid);
			if (apiKeys) await security.apiKeys.deleteAll(kuid);
			return null;
		},
	});
