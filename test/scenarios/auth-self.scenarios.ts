import assert from "node:assert/strict";
import { absent, anyNumber, exactly, matching } from "../support/matchers.ts";
import type { Scenario, ScenarioRequest } from "../support/scenario.ts";
import { keyOf, newUser, prepare, stored } from "../support/scenario-people.ts";
import {
	noRights,
	refusals,
	type Wrong,
	wrongType,
} from "../support/scenario-rows.ts";

const update: ScenarioRequest = {
	action: "auth:updateSelf",
	body: { city: "Nice", tags: ["b"] },
};
const byAnn: ScenarioRequest = { ...update, token: keyOf("ann-{n}") };
const ann = {
	action: "security:createUser",
	args: { _id: "ann-{n}" },
	body: {
		content: {
			profileIds: ["admin"],
			name: "Ann",
			deep: { a: 1 },
			tags: ["a"],
		},
	},
};

/** auth:updateSelf. */
export const authSelfScenarios: readonly Scenario[] = [
	{
		name: "auth:updateSelf changes what is given and keeps the rest",
		matrix: true,
		given: [ann],
		request: byAnn,
		reply: {
			result: exactly({
				_id: matching(/^ann-\d+$/),
				_source: exactly({
					profileIds: ["admin"],
					name: "Ann",
					deep: exactly({ a: 1 }),
					city: "Nice",
					tags: ["b"],
					_kuzzle_info: exactly({
						createdAt: anyNumber,
						updatedAt: anyNumber,
						updater: matching(/^ann-\d+$/),
					}),
				}),
			}),
		},
		afterwards: async (run) => {
			const { city, name } = await stored(run, "User", "ann-{n}");
			assert.deepEqual([city, name], ["Nice", "Ann"]);
		},
	},
	{
		name: "auth:updateSelf needs the right to it only",
		request: { ...update, as: ["auth:updateSelf"] },
		reply: { result: { _source: { city: "Nice" } } },
	},
	{
		name: "auth:updateSelf replaces objects as a whole",
		given: [ann],
		request: { ...byAnn, body: { deep: { b: 2 } } },
		reply: { result: { _source: { deep: exactly({ b: 2 }) } } },
	},
	{
		name: "auth:updateSelf answers what it then reads, also without waiting",
		given: [ann],
		request: { ...byAnn, args: { refresh: false, retryOnConflict: 2 } },
		reply: { result: { _source: { city: "Nice" } } },
		afterwards: async (run) =>
			assert.equal((await stored(run, "User", "ann-{n}")).city, "Nice"),
	},
	{
		name: "auth:updateSelf sets no metadata, and none of the members that it refuses",
		given: [ann],
		request: {
			...byAnn,
			body: {
				_kuzzle_info: { author: "forged", createdAt: 1 },
				_id: "",
				profileIds: null,
			},
		},
		reply: {
			result: {
				_source: {
					_id: absent,
					profileIds: ["admin"],
					_kuzzle_info: { author: absent, updater: matching(/^ann-/) },
				},
			},
		},
		afterwards: async (run) => {
			const { profileIds, _kuzzle_info } = await stored(run, "User", "ann-{n}");
			assert.deepEqual(profileIds, ["admin"]);
			assert.notEqual(_kuzzle_info.createdAt, 1);
		},
	},
	{
		name: "auth:updateSelf is still there under its old route",
		on: ["http"],
		given: [ann],
		request: byAnn,
		reply: { result: { _source: { city: "Nice" } } },
		afterwards: async (run) => {
			const token = await keyOf("ann-{n}")(run);
			const old = await run.stage.gateway.call("PUT", "/_updateSelf", {
				token,
				body: { city: "Bern" },
			});
			assert.equal(old.body.result._source.city, "Bern", old.text);
		},
	},
	...noRights(update),
	{
		name: "auth:updateSelf refuses callers who have not logged in, whatever their role says",
		gateway: "open",
		request: { ...update, body: {} },
		reply: {
			error: "security.rights.unauthorized",
			props: ["auth", "updateSelf"],
		},
	},
	...refusals({ ...byAnn }, [
		{
			when: "a profile, so that nobody gives rights to himself",
			matrix: true,
			given: async (run) => prepare(run, newUser("ann-{n}", "default"), right),
			token: keyOf("ann-{n}"),
			body: { profileIds: ["admin"] },
			error: "api.assert.forbidden_argument",
			props: ["body.profileIds"],
			afterwards: async (run) => {
				const { profileIds } = await stored(run, "User", "ann-{n}");
				assert.deepEqual(profileIds, ["default"]);
			},
		},
	]),
	...refusals({ ...byAnn }, wrongs(), { given: [ann] }),
];

/** The default role may do it on a restricted server; here it is said so. */
const right = {
	action: "security:createOrReplaceRole",
	args: { _id: "default" },
	body: { controllers: { auth: { actions: { "*": true } } } },
};

function wrongs(): Wrong[] {
	return [
		...[undefined, null, [], [1]].map((body) => ({
			when: `the body ${JSON.stringify(body)}`,
			body,
			error: "api.assert.body_required" as const,
		})),
		{
			when: "an id",
			body: { _id: "admin" },
			error: "api.assert.forbidden_argument",
			props: ["body._id"],
		},
		...[[], {}, "admin", 1].map((profileIds) => ({
			when: `profileIds = ${JSON.stringify(profileIds)}`,
			body: { profileIds },
			error: "api.assert.forbidden_argument" as const,
			props: ["body.profileIds"],
		})),
		...["x", 1.5, {}].map((value) =>
			wrongType("retryOnConflict", value, "integer"),
		),
	];
}
