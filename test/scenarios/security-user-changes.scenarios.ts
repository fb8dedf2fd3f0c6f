import assert from "node:assert/strict";
import { absent, anyNumber, exactly, matching } from "../support/matchers.ts";
import type {
	Scenario,
	ScenarioRequest,
	ScenarioRun,
} from "../support/scenario.ts";
import {
	keyOf,
	PASSWORD,
	stored,
	tryLogin,
} from "../support/scenario-people.ts";
import {
	missing,
	noRights,
	refusals,
	type Wrong,
	wrongType,
} from "../support/scenario-rows.ts";

const args = { _id: "ann-{n}" };
const update: ScenarioRequest = {
	action: "security:updateUser",
	args,
	body: { name: "Uno", deep: { b: 3 } },
};
const replace: ScenarioRequest = {
	action: "security:replaceUser",
	args,
	body: { profileIds: ["default"], fresh: true },
};
const upsert: ScenarioRequest = {
	action: "security:upsertUser",
	args,
	body: {
		content: { profileIds: ["default"], v: 2 },
		default: { d: 1, v: 9 },
		credentials: { local: { username: "ann-{n}", password: PASSWORD } },
	},
};
const ann = {
	action: "security:createUser",
	args,
	body: {
		content: {
			profileIds: ["admin"],
			name: "Ann",
			deep: { a: 1, b: 2 },
			tags: ["a"],
		},
	},
};

const updated = exactly({
	createdAt: anyNumber,
	updatedAt: anyNumber,
	updater: matching(/^(user-\d+|admin)$/),
});
const created = exactly({
	createdAt: anyNumber,
	updatedAt: null,
	updater: null,
});
const badIds: readonly Wrong[] = [
	missing("_id"),
	missing("_id", null),
	missing("_id", ""),
	wrongType("_id", 1, "string"),
	wrongType("_id", {}, "string"),
];
const noBody: readonly Wrong[] = [undefined, null, []].map((body) => ({
	when: `the body ${JSON.stringify(body)}`,
	body,
	error: "api.assert.body_required",
}));
const badRetries: readonly Wrong[] = ["x", 1.5, {}].map((value) =>
	wrongType("retryOnConflict", value, "integer"),
);
const ghost: Wrong = {
	when: "a user that there is not",
	matrix: true,
	args: { _id: "ghost" },
	error: "security.user.not_found",
	props: ["ghost"],
};

/** updateUser, replaceUser, upsertUser. */
export const securityUserChangesScenarios: readonly Scenario[] = [
	{
		name: "security:updateUser changes what is given and keeps the rest",
		matrix: true,
		given: [ann],
		request: { ...update, as: ["security:updateUser"] },
		reply: {
			result: exactly({
				_id: matching(/^ann-\d+$/),
				_source: exactly({
					profileIds: ["admin"],
					name: "Uno",
					deep: exactly({ b: 3 }),
					tags: ["a"],
					_kuzzle_info: updated,
				}),
			}),
		},
		async afterwards(run) {
			const { name, deep } = await stored(run, "User", "ann-{n}");
			assert.deepEqual([name, deep], ["Uno", { b: 3 }]);
			const [found] = await find(run);
			assert.deepEqual(found._source.deep, { b: 3 });
		},
	},
	{
		name: "security:updateUser changes what a user may do, at once",
		matrix: true,
		on: ["ws"],
		async given(run) {
			await run.stage.must(
				JSON.parse(run.named(JSON.stringify({ ...toRequest(ann) }))),
			);
			const key = await keyOf("ann-{n}")(run);
			run.notes.set("key", key);
			assert.equal(await tryListing(run), 200);
		},
		request: {
			...update,
			as: "admin",
			body: { profileIds: ["default"] },
			args: { ...args, refresh: false },
		},
		reply: { result: { _source: { profileIds: ["default"], name: "Ann" } } },
		afterwards: async (run) => assert.equal(await tryListing(run), 403),
	},
	{
		name: "security:updateUser takes neither the id nor metadata from the body",
		given: [ann],
		request: {
			...update,
			as: "admin",
			body: { _id: "other", _kuzzle_info: { author: "forged" }, z: 1 },
		},
		reply: {
			result: {
				_id: matching(/^ann-/),
				_source: { _id: absent, z: 1, _kuzzle_info: updated },
			},
		},
	},
	{
		name: "security:updateUser loses none of many changes at once",
		given: [ann],
		request: { ...update, as: "admin", body: {} },
		reply: { result: { _source: { name: "Ann" } } },
		async afterwards(run) {
			const token = await run.stage.token("admin");
			const names = Array.from({ length: 8 }, (_, i) => `field${i}`);
			await Promise.all(
				names.map((name) =>
					run.stage.gateway.query(
						{
							controller: "security",
							action: "updateUser",
							_id: run.named("ann-{n}"),
							retryOnConflict: 20,
							body: { [name]: true },
						},
						token,
					),
				),
			);
			const content = await stored(run, "User", "ann-{n}");
			for (const name of names) assert.equal(content[name], true, name);
		},
	},
	...noRights(update, { given: [ann] }),
	...refusals(
		{ ...update, as: "admin" },
		[
			...badIds,
			...noBody,
			...badRetries,
			ghost,
			...badProfiles((profileIds) => ({ profileIds }), "body.profileIds"),
		],
		{ given: [ann], afterwards: assertUnchanged },
	),
	...["-1", "anonymous"].map(
		(_id): Scenario => ({
			name: `security:updateUser refuses the anonymous user under the id ${_id}`,
			request: { ...update, as: "admin", args: { _id } },
			reply: { error: "services.storage.unexpected_not_found" },
		}),
	),
	{
		name: "security:replaceUser leaves nothing of what was there",
		matrix: true,
		given: [ann],
		request: { ...replace, as: ["security:replaceUser"] },
		reply: {
			result: exactly({
				_id: matching(/^ann-\d+$/),
				_source: exactly({
					profileIds: ["default"],
					fresh: true,
					_kuzzle_info: exactly({
						author: matching(/^user-\d+$/),
						createdAt: anyNumber,
						updatedAt: null,
						updater: null,
					}),
				}),
			}),
		},
		async afterwards(run) {
			const content = await stored(run, "User", "ann-{n}");
			assert.deepEqual([content.name, content.fresh], [undefined, true]);
		},
	},
	...noRights(replace, { given: [ann] }),
	...refusals(
		{ ...replace, as: "admin" },
		[
			...badIds,
			...noBody,
			ghost,
			{
				when: "no profileIds",
				body: { fresh: true },
				error: "api.assert.missing_argument",
				props: ["body.profileIds"],
			},
			...badProfiles((profileIds) => ({ profileIds }), "body.profileIds"),
		],
		{ given: [ann], afterwards: assertUnchanged },
	),
	{
		name: "security:upsertUser makes a user who is missing, with the default under the content",
		matrix: true,
		request: { ...upsert, as: ["security:upsertUser"] },
		reply: {
			result: exactly({
				_id: matching(/^ann-\d+$/),
				_source: exactly({
					profileIds: ["default"],
					d: 1,
					v: 2,
					_kuzzle_info: created,
				}),
			}),
		},
		async afterwards(run) {
			const login = await tryLogin(run, "ann-{n}", PASSWORD);
			assert.equal(login.result?._id, run.named("ann-{n}"));
		},
	},
	{
		name: "security:upsertUser changes a user who is there, and takes neither default nor credentials",
		matrix: true,
		given: [ann],
		request: { ...upsert, as: "admin" },
		reply: {
			result: exactly({
				_id: matching(/^ann-\d+$/),
				_source: exactly({
					profileIds: ["default"],
					name: "Ann",
					deep: exactly({ a: 1, b: 2 }),
					tags: ["a"],
					v: 2,
					_kuzzle_info: updated,
				}),
			}),
		},
		async afterwards(run) {
			const login = await tryLogin(run, "ann-{n}", PASSWORD);
			assert.equal(login.error?.id, "plugin.strategy.missing_user");
		},
	},
	...noRights(upsert, { afterwards: assertNoUser }),
	...refusals(
		{ ...upsert, as: "admin" },
		[
			...badIds,
			...noBody,
			...badRetries,
			{
				when: "no content",
				body: { default: {} },
				error: "api.assert.missing_argument",
				props: ["body.content"],
			},
			{
				when: "no profileIds",
				matrix: true,
				body: { content: { v: 2 } },
				error: "api.assert.missing_argument",
				props: ["body.content.profileIds"],
			},
			...badProfiles(
				(profileIds) => ({ content: { profileIds } }),
				"body.content.profileIds",
			),
			...["content", "default", "credentials"].map((name) => ({
				when: `body.${name} = []`,
				body: { content: { profileIds: ["default"] }, [name]: [] },
				error: "api.assert.invalid_type" as const,
				props: [`body.${name}`, "object"],
			})),
			{
				when: "a strategy that there is not",
				body: {
					content: { profileIds: ["default"] },
					credentials: { ghost: {} },
				},
				error: "security.credentials.unknown_strategy",
				props: ["ghost"],
			},
			{
				when: "credentials that the strategy rejects, and makes no user",
				body: {
					content: { profileIds: ["default"] },
					credentials: { local: {} },
				},
				error: "security.credentials.rejected",
			},
		],
		{ afterwards: assertNoUser },
	),
];

/** Lists of profiles that are none, in the body that `within` makes. */
function badProfiles(
	within: (profileIds: unknown) => object,
	name: string,
): Wrong[] {
	return [
		...["default", { 0: "default" }, [1], null, 1].map((profileIds) => ({
			when: `${name} = ${JSON.stringify(profileIds)}`,
			body: within(profileIds),
			error: "api.assert.invalid_type" as const,
			props: [name, "array"],
		})),
		{
			when: "profileIds that are empty",
			body: within([]),
			error: "security.user.no_profile",
		},
		{
			when: "a profile that there is not",
			body: within(["default", "ghost"]),
			error: "security.profile.not_found",
			props: ["ghost"],
		},
	];
}

function toRequest({ action, args: more, body }: typeof ann) {
	const [controller, name] = action.split(":");
	return { controller, action: name, ...more, body };
}

async function tryListing(run: ScenarioRun): Promise<number> {
	const reply = await run.stage.gateway.query(
		{ controller: "auth", action: "getStrategies" },
		run.notes.get("key"),
	);
	return reply.status;
}

async function find(run: ScenarioRun) {
	const { hits } = await run.stage.must({
		controller: "security",
		action: "searchUsers",
		body: { query: { ids: { values: [run.named("ann-{n}")] } } },
	});
	return hits;
}

async function assertUnchanged(run: ScenarioRun): Promise<void> {
	const { name, profileIds } = await stored(run, "User", "ann-{n}");
	assert.deepEqual([name, profileIds], ["Ann", ["admin"]]);
}

async function assertNoUser(run: ScenarioRun): Promise<void> {
	assert.equal(await stored(run, "User", "ann-{n}"), null);
}
