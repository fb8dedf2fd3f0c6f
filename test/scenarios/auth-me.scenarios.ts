import { anyNumber, exactly, matching } from "../support/matchers.ts";
import type { Scenario, ScenarioRequest } from "../support/scenario.ts";
import { keyOf, newUser } from "../support/scenario-people.ts";
import {
	noRight,
	noRights,
	notForStrangers,
	refusals,
} from "../support/scenario-rows.ts";

const getCurrentUser: ScenarioRequest = { action: "auth:getCurrentUser" };
const getMyRights: ScenarioRequest = { action: "auth:getMyRights" };
const getStrategies: ScenarioRequest = { action: "auth:getStrategies" };
const checkRights: ScenarioRequest = {
	action: "auth:checkRights",
	body: { controller: "auth", action: "checkRights" },
};
const RIGHT = { index: "*", collection: "*", value: "allowed" };

/** What callers may ask about themselves. */
export const authMeScenarios: readonly Scenario[] = [
	{
		name: "auth:getCurrentUser answers the user who calls",
		matrix: true,
		request: { ...getCurrentUser, as: ["auth:getCurrentUser"] },
		reply: {
			result: exactly({
				_id: matching(/^user-\d+$/),
				_source: exactly({
					profileIds: [matching(/^user-\d+$/)],
					_kuzzle_info: exactly({
						createdAt: anyNumber,
						updatedAt: null,
						updater: null,
					}),
				}),
				strategies: ["local"],
			}),
		},
	},
	{
		name: "auth:getCurrentUser names no strategy of a user who cannot log in",
		given: [newUser("ann-{n}")],
		request: { ...getCurrentUser, token: keyOf("ann-{n}") },
		reply: { result: { _id: "ann-{n}", strategies: [] } },
	},
	{
		name: "auth:getCurrentUser answers the anonymous user to strangers",
		matrix: true,
		request: getCurrentUser,
		reply: {
			result: exactly({
				_id: "-1",
				_source: exactly({ name: "Anonymous", profileIds: ["anonymous"] }),
				strategies: [[]],
			}),
		},
	},
	{
		name: "auth:getCurrentUser is still there under its old route",
		on: ["http"],
		request: getCurrentUser,
		reply: { result: { _id: "-1" } },
		afterwards: async ({ stage }) => {
			const old = await stage.gateway.call("GET", "/users/_me");
			if (old.body.result._id !== "-1") throw new Error(old.text);
		},
	},
	noRight(getCurrentUser),
	notForStrangers(getCurrentUser),
	{
		name: "auth:getMyRights lists what the caller may do",
		matrix: true,
		request: { ...getMyRights, as: ["auth:getMyRights", "server:*"] },
		reply: {
			result: exactly({
				total: 2,
				hits: [
					exactly({ controller: "auth", action: "getMyRights", ...RIGHT }),
					exactly({ controller: "server", action: "*", ...RIGHT }),
				],
			}),
		},
	},
	{
		name: "auth:getMyRights lists what strangers may do",
		request: getMyRights,
		reply: { result: { total: 6 } },
	},
	{
		name: "auth:getMyRights of two profiles: what one allows is allowed, and restrictions are told",
		given: [
			{
				action: "security:createOrReplaceRole",
				args: { _id: "reader-{n}" },
				body: { controllers: { document: { actions: { get: true } } } },
			},
			{
				action: "security:createOrReplaceRole",
				args: { _id: "refuser-{n}" },
				body: {
					controllers: {
						auth: { actions: { getMyRights: true } },
						document: { actions: { get: false } },
					},
				},
			},
			{
				action: "security:createOrReplaceProfile",
				args: { _id: "reader-{n}" },
				body: {
					policies: [
						{
							roleId: "reader-{n}",
							restrictedTo: [{ index: "i", collections: ["c"] }],
						},
					],
				},
			},
			{
				action: "security:createOrReplaceProfile",
				args: { _id: "refuser-{n}" },
				body: { policies: [{ roleId: "refuser-{n}" }] },
			},
			{
				action: "security:createUser",
				args: { _id: "ann-{n}" },
				body: { content: { profileIds: ["reader-{n}", "refuser-{n}"] } },
			},
		],
		request: { ...getMyRights, token: keyOf("ann-{n}") },
		reply: {
			result: exactly({
				total: 3,
				hits: [
					{
						controller: "document",
						action: "get",
						index: "i",
						collection: "c",
						value: "allowed",
					},
					{ controller: "auth", action: "getMyRights", value: "allowed" },
					{
						controller: "document",
						action: "get",
						index: "*",
						collection: "*",
						value: "denied",
					},
				],
			}),
		},
	},
	noRight(getMyRights),
	notForStrangers(getMyRights),
	{
		name: "auth:checkRights answers that a request would pass",
		matrix: true,
		request: { ...checkRights, as: ["auth:checkRights"] },
		reply: { result: exactly({ allowed: true }) },
	},
	{
		name: "auth:checkRights answers that a request would not pass, and does not make it",
		matrix: true,
		request: {
			action: "auth:checkRights",
			as: ["auth:checkRights"],
			body: { controller: "security", action: "deleteUser", _id: "admin" },
		},
		reply: { result: exactly({ allowed: false }) },
	},
	{
		name: "auth:checkRights takes an action that there is not for one that may be called",
		request: {
			action: "auth:checkRights",
			as: "admin",
			body: { controller: "ghost", action: "ghost" },
		},
		reply: { result: exactly({ allowed: true }) },
	},
	...noRights(checkRights),
	...refusals({ ...checkRights, as: "admin" }, [
		...[undefined, null, ["auth"]].map((body) => ({
			when: `the body ${JSON.stringify(body)}`,
			body,
			error: "api.assert.body_required" as const,
		})),
		...[undefined, null, "", 1, ["auth"]].map((controller) => ({
			when: `body.controller = ${JSON.stringify(controller)}`,
			body: { controller, action: "login" },
			error: "api.assert.missing_argument" as const,
			props: ["body.controller"],
		})),
		...[undefined, null, "", 1, {}].map((action) => ({
			when: `body.action = ${JSON.stringify(action)}`,
			body: { controller: "auth", action },
			error: "api.assert.missing_argument" as const,
			props: ["body.action"],
		})),
	]),
	{
		name: "auth:getStrategies names the ways to log in",
		matrix: true,
		request: { ...getStrategies, as: ["auth:getStrategies"] },
		reply: { result: ["local"] },
	},
	...noRights(getStrategies),
];
