import assert from "node:assert/strict";
import { anyNumber, exactly, matching } from "../support/matchers.ts";
import type {
	Scenario,
	ScenarioRequest,
	ScenarioRun,
} from "../support/scenario.ts";
import { keyOf, prepare, stored } from "../support/scenario-people.ts";
import {
	missing,
	noRights,
	refusals,
	type Wrong,
	wrongType,
} from "../support/scenario-rows.ts";
import type { ActionRequest } from "../support/transports.ts";
import { badControllers, badProfiles } from "./rights-rows.ts";

const controllers = { server: { actions: { now: true, info: false } } };
const policies = [
	{
		roleId: "default",
		restrictedTo: [{ index: "i", collections: ["c", "d"] }, { index: "j" }],
	},
	{ roleId: "anonymous" },
];
const putRole: ScenarioRequest = {
	action: "security:createOrReplaceRole",
	args: { _id: "r-{n}" },
	body: { controllers, tags: ["t"], custom: { a: 1 } },
};
const getRole: ScenarioRequest = {
	action: "security:getRole",
	args: { _id: "r-{n}" },
};
const putProfile: ScenarioRequest = {
	action: "security:createOrReplaceProfile",
	args: { _id: "p-{n}" },
	body: { policies, rateLimit: 50, tags: ["t"], custom: { a: 1 } },
};
const getProfile: ScenarioRequest = {
	action: "security:getProfile",
	args: { _id: "p-{n}" },
};

const _kuzzle_info = exactly({
	author: null,
	createdAt: anyNumber,
	updatedAt: anyNumber,
	updater: null,
});
const role = exactly({
	_id: matching(/^r-\d+$/),
	_source: exactly({
		controllers: exactly({
			server: exactly({ actions: exactly({ now: true, info: false }) }),
		}),
		tags: ["t"],
		custom: exactly({ a: 1 }),
		_kuzzle_info,
	}),
});
const profile = exactly({
	_id: matching(/^p-\d+$/),
	_source: exactly({
		policies,
		optimizedPolicies: [
			exactly({ roleId: "default", restrictedTo: exactly({}) }),
			exactly({ roleId: "anonymous" }),
		],
		rateLimit: 50,
		tags: ["t"],
		custom: exactly({ a: 1 }),
		_kuzzle_info,
	}),
});

const badIds: readonly Wrong[] = [
	missing("_id"),
	missing("_id", null),
	missing("_id", ""),
	wrongType("_id", 1, "string"),
	wrongType("_id", ["x"], "string"),
];
const noBody: readonly Wrong[] = [undefined, null, []].map((body) => ({
	when: `the body ${JSON.stringify(body)}`,
	body,
	error: "api.assert.body_required",
}));

/** Roles and profiles: createOrReplaceRole, getRole, createOrReplaceProfile, getProfile. */
export const securityRightsScenarios: readonly Scenario[] = [
	{
		name: "security:createOrReplaceRole writes a role as it is given",
		matrix: true,
		request: { ...putRole, as: ["security:createOrReplaceRole"] },
		reply: { result: role },
		afterwards: async (run) =>
			assert.deepEqual(
				(await stored(run, "Role", "r-{n}")).controllers,
				controllers,
			),
	},
	{
		name: "security:createOrReplaceRole replaces the whole role, for users that hold it too, at once",
		matrix: true,
		given: async (run) => {
			await prepare(run, putRole, ...holder("r-{n}"));
			assert.equal(await tryNow(run), 200);
		},
		request: {
			...putRole,
			as: "admin",
			body: { controllers: { auth: { actions: { getMyRights: true } } } },
		},
		reply: { result: { _id: matching(/^r-/) } },
		afterwards: async (run) => {
			assert.equal(await tryNow(run), 403);
			assert.equal((await stored(run, "Role", "r-{n}")).tags, undefined);
		},
	},
	...[true, false].map((refresh) => ({
		name: `security:createOrReplaceRole with refresh = ${refresh} is read at once`,
		request: {
			...putRole,
			as: "admin" as const,
			args: { _id: "r-{n}", refresh },
		},
		reply: { result: role },
		afterwards: async (run: ScenarioRun) =>
			assert.notEqual(await stored(run, "Role", "r-{n}"), null),
	})),
	...[
		{ document: { actions: { get: true } }, ghost: { actions: { x: true } } },
		{
			memoryStorage: { actions: { get: true } },
			ms: { actions: { "*": false } },
		},
		{ "*": { actions: { "*": false } } },
		{ document: { actions: { get: true }, extra: 1 } },
	].map((accepted) => ({
		name: `security:createOrReplaceRole takes ${JSON.stringify(accepted)}`,
		request: {
			...putRole,
			as: "admin" as const,
			body: { controllers: accepted },
		},
		reply: { result: { _source: { controllers: accepted } } },
	})),
	{
		name: "security:createOrReplaceRole with force takes a controller that the server does not know",
		request: {
			...putRole,
			as: "admin",
			args: { _id: "r-{n}", force: true },
			body: { controllers: { ghost: { actions: { x: true } } } },
		},
		reply: { result: { _id: matching(/^r-/) } },
	},
	...noRights(putRole, { afterwards: assertNoRole }),
	...refusals(
		{ ...putRole, as: "admin" },
		[
			...badIds,
			...noBody,
			wrongType("force", "yes", "boolean"),
			...badControllers(),
			{
				when: "a controller that the server does not know",
				matrix: true,
				body: { controllers: { ghost: { actions: { x: true } } } },
				error: "security.role.unknown_controller",
				props: [matching(/^r-/), "ghost", ""],
			},
			{
				when: "an action that the server does not know, with force too",
				args: { force: true },
				body: { controllers: { document: { actions: { ghost: true } } } },
				error: "security.role.unknown_action",
				props: [matching(/^r-/), "ghost", "document", ""],
			},
			{
				when: "one action of all controllers",
				body: { controllers: { "*": { actions: { get: true } } } },
				error: "security.role.unknown_action",
				props: [matching(/^r-/), "get", "*"],
			},
		],
		{ afterwards: assertNoRole },
	),
	...refusals(
		{ ...putRole, as: "admin", args: { _id: "anonymous" } },
		[
			{ server: { actions: { now: true } } },
			{ auth: { actions: { login: false } } },
			{ auth: { actions: { login: false } }, "*": { actions: { "*": true } } },
		].map((allowed) => ({
			when: `to keep strangers from logging in: ${JSON.stringify(allowed)}`,
			body: { controllers: allowed },
			error: "security.role.login_required",
		})),
	),
	{
		name: "security:getRole answers a role",
		matrix: true,
		given: [putRole],
		request: { ...getRole, as: ["security:getRole"] },
		reply: { result: role },
	},
	{
		name: "security:getRole answers the administrators' role",
		request: { ...getRole, as: "admin", args: { _id: "admin" } },
		reply: {
			result: {
				_id: "admin",
				_source: { controllers: { "*": { actions: { "*": true } } } },
			},
		},
	},
	...noRights(getRole),
	...refusals({ ...getRole, as: "admin" }, [
		{
			when: "an id that there is not",
			matrix: true,
			args: { _id: "ghost" },
			error: "security.role.not_found",
			props: ["ghost"],
		},
		...badIds,
	]),
	{
		name: "security:createOrReplaceProfile writes a profile as it is given",
		matrix: true,
		request: { ...putProfile, as: ["security:createOrReplaceProfile"] },
		reply: { result: profile },
		afterwards: async (run) => {
			const read = await stored(run, "Profile", "p-{n}");
			assert.deepEqual(read.policies, policies);
			assert.equal(read.rateLimit, 50);
		},
	},
	{
		name: "security:createOrReplaceProfile replaces the whole profile, for users that hold it too, at once",
		matrix: true,
		given: async (run) => {
			await prepare(run, putRole, ...holder("r-{n}"));
			assert.equal(await tryNow(run), 200);
		},
		request: {
			...putProfile,
			as: "admin",
			body: { policies: [{ roleId: "default" }] },
		},
		reply: { result: { _source: { rateLimit: 0 } } },
		afterwards: async (run) => assert.equal(await tryNow(run), 403),
	},
	{
		name: "security:createOrReplaceProfile takes no policy for the default one",
		request: { ...putProfile, as: "admin", body: { policies: [] } },
		reply: {
			result: { _source: { policies: [exactly({ roleId: "default" })] } },
		},
	},
	{
		name: "security:createOrReplaceProfile with strict takes a profile without restrictions",
		request: {
			...putProfile,
			as: "admin",
			args: { _id: "p-{n}", strict: true },
			body: { policies: [{ roleId: "default" }], rateLimit: null },
		},
		reply: { result: { _source: { rateLimit: 0 } } },
	},
	...noRights(putProfile, { afterwards: assertNoProfile }),
	...refusals(
		{ ...putProfile, as: "admin" },
		[
			...badIds,
			...noBody,
			wrongType("strict", "yes", "boolean"),
			...badProfiles(),
			{
				when: "a role that there is not",
				matrix: true,
				body: { policies: [{ roleId: "default" }, { roleId: "ghost" }] },
				error: "security.role.not_found",
				props: ["ghost"],
			},
			{
				when: "an index that there is not, when strict",
				args: { strict: true },
				error: "services.storage.unknown_index",
				props: ["i"],
			},
		],
		{ afterwards: assertNoProfile },
	),
	...refusals({ ...putProfile, as: "admin", args: { _id: "anonymous" } }, [
		{
			when: "to take the strangers' role from strangers",
			body: { policies: [{ roleId: "default" }] },
			error: "security.profile.missing_anonymous_role",
		},
	]),
	{
		name: "security:getProfile answers a profile",
		matrix: true,
		given: [putProfile],
		request: { ...getProfile, as: ["security:getProfile"] },
		reply: { result: profile },
	},
	...noRights(getProfile),
	...refusals({ ...getProfile, as: "admin" }, [
		{
			when: "an id that there is not",
			matrix: true,
			args: { _id: "ghost" },
			error: "security.profile.not_found",
			props: ["ghost"],
		},
		...badIds,
	]),
];

/** A user ann-{n} whose profile p-{n} holds that role. */
function holder(roleId: string): ActionRequest[] {
	return [
		{
			action: "security:createOrReplaceProfile",
			args: { _id: "p-{n}" },
			body: { policies: [{ roleId }] },
		},
		{
			action: "security:createUser",
			args: { _id: "ann-{n}" },
			body: { content: { profileIds: ["p-{n}"] } },
		},
	];
}

async function tryNow(run: ScenarioRun): Promise<number> {
	const token = await keyOf("ann-{n}")(run);
	const request = { controller: "server", action: "now" };
	return (await run.stage.gateway.query(request, token)).status;
}

async function assertNoRole(run: ScenarioRun): Promise<void> {
	assert.equal(await stored(run, "Role", "r-{n}"), null);
}

async function assertNoProfile(run: ScenarioRun): Promise<void> {
	assert.equal(await stored(run, "Profile", "p-{n}"), null);
}
