import { none } from "../../src/action/body.ts";
import {
	type CallContext,
	defineAction,
} from "../../src/action/define-action.ts";
import {
	anyObject,
	arrayOf,
	objectOf,
	text,
} from "../../src/action/json-schema.ts";
import { isAnonymous } from "../../src/call/caller.ts";
import type { Security } from "../../src/security/security.ts";
import type { User } from "../../src/security/user-document.ts";
import {
	requestBody,
	toRightsRequest,
	verdictShape,
} from "../security/rights-request.ts";
import { rightsShape } from "../security/shapes.ts";

export const getCurrentUser = (security: Security) =>
	defineAction({
		name: "auth:getCurrentUser",
		summary: "Reads the user who calls.",
		http: ["GET /_me"],
		deprecatedRoutes: [
			{ route: "GET /users/_me", since: "2.4.0", replacedBy: "/_me" },
		],
		args: {},
		body: none,
		result: objectOf({
			_id: text("The user's id (kuid); -1 for anonymous."),
			_source: anyObject("The user's content."),
			strategies: arrayOf(
				text("A strategy's name."),
				"Strategies that the user can log in by.",
			),
		}),
		handler(call) {
			const { kuid } = call.caller;
			const user = security.users.peek(kuid);
			if (user !== undefined && isAnonymous(call.caller)) {
				// An empty list inside a list is what clients of Kuzzle get to see.
				return answerUser(user, [[]]);
			}
			const strategies = security.credentials.peekStrategies(kuid);
			if (user !== undefined && strategies !== undefined) {
				return answerUser(user, strategies);
			}
			return loadUser(security, call);
		},
	});

async function loadUser(
	security: Security,
	{ caller, signal }: CallContext,
): Promise<unknown> {
	const user = await security.users.get(caller.kuid, signal());
	return answerUser(
		user,
		await security.credentials.strategiesOf(caller.kuid, signal()),
	);
}

function answerUser(
	{ _id, _source }: User,
	strategies: readonly unknown[],
): unknown {
	return { _id, _source, strategies };
}

export const getMyRights = (security: Security) =>
	defineAction({
		name: "auth:getMyRights",
		summary: "Lists what the caller may do.",
		http: ["GET /_me/_rights"],
		deprecatedRoutes: [
			{
				route: "GET /users/_me/_rights",
				since: "2.4.0",
				replacedBy: "/_me/_rights",
			},
		],
		args: {},
		body: none,
		result: rightsShape,
		async handler({ caller }) {
			const hits = await security.rights.list(caller.profileIds);
			return { hits, total: hits.length };
		},
	});

export const checkRights = (security: Security) =>
	defineAction({
		name: "auth:checkRights",
		summary: "Tells whether the caller may make a request, without making it.",
		http: ["POST /_checkRights"],
		args: {},
		body: requestBody,
		result: verdictShape,
		handler: async ({ body, caller }) => ({
			allowed: await security.rights.allows(
				caller.profileIds,
				toRightsRequest(body),
			),
		}),
	});

export const getStrategies = (security: Security) =>
	defineAction({
		name: "auth:getStrategies",
		summary: "Lists the strategies by which users can log in.",
		http: ["GET /strategies"],
		args: {},
		body: none,
		result: arrayOf(text("A strategy's name.")),
		handler: () => security.credentials.names(),
	});
