import assert from "node:assert/strict";
import { standardRights } from "../../src/config/standard-rights.ts";
import { anyNumber, exactly, matching } from "../support/matchers.ts";
import type {
	Scenario,
	ScenarioRequest,
	ScenarioRun,
} from "../support/scenario.ts";
import { newUser, PASSWORD, tryLogin } from "../support/scenario-people.ts";
import {
	noRights,
	refusals,
	type Wrong,
	wrongType,
} from "../support/scenario-rows.ts";

const local = { username: "root", password: PASSWORD };
const createFirstAdmin: ScenarioRequest = {
	action: "security:createFirstAdmin",
	args: { _id: "root" },
	body: { content: { city: "Nice" }, credentials: { local } },
};
const restrictDefaultRights: ScenarioRequest = {
	action: "security:restrictDefaultRights",
};
const root = exactly({
	_id: "root",
	_source: exactly({
		profileIds: ["admin"],
		city: "Nice",
		_kuzzle_info: exactly({
			createdAt: anyNumber,
			updatedAt: null,
			updater: null,
		}),
	}),
});

/** Each of these needs a server of its own that is as first started. */
const wrongAdmins: readonly Wrong[] = [
	{
		when: "profileIds",
		body: { content: { profileIds: ["default"] }, credentials: { local } },
		error: "api.assert.forbidden_argument",
		props: ["body.content.profileIds"],
	},
	{
		when: "a strategy that there is not",
		body: { content: {}, credentials: { local, ghost: {} } },
		error: "security.credentials.unknown_strategy",
	},
	{
		when: "credentials that the strategy rejects",
		body: { content: {}, credentials: { local: { username: "root" } } },
		error: "security.credentials.rejected",
	},
	{
		when: "an id that a user has",
		given: [newUser("root", "default")],
		error: "security.user.already_exists",
		afterwards: (run) => assertAdmin(run, false),
	},
	wrongType("_id", 1, "string"),
	wrongType("reset", "yes", "boolean"),
	{
		when: "content that is no object",
		body: { content: "x" },
		error: "api.assert.invalid_type",
		props: ["body.content", "object"],
	},
	{
		when: "credentials that are no object",
		body: { credentials: "x" },
		error: "api.assert.invalid_type",
		props: ["body.credentials", "object"],
	},
];

/** What closes a fresh server: createFirstAdmin, restrictDefaultRights. */
export const securityFirstAdminScenarios: readonly Scenario[] = [
	{
		name: "security:createFirstAdmin makes an administrator, and leaves the rights open",
		gateway: "open",
		matrix: true,
		request: createFirstAdmin,
		reply: { result: root },
		afterwards: async (run) => {
			await assertAdmin(run, true);
			assert.equal(await tryAsStranger(run), 200);
		},
	},
	{
		name: "security:createFirstAdmin restricts the rights when asked to",
		gateway: "open",
		matrix: true,
		on: ["http"],
		request: {
			...createFirstAdmin,
			args: { ...createFirstAdmin.args, reset: true },
		},
		reply: { result: root },
		afterwards: assertRestricted,
	},
	{
		name: "security:createFirstAdmin makes up an id, and needs no body",
		gateway: "open",
		request: { action: "security:createFirstAdmin" },
		reply: {
			result: {
				_id: matching(/^kuid-/),
				_source: { profileIds: ["admin"] },
			},
		},
	},
	{
		name: "security:createFirstAdmin is refused once there is an administrator",
		gateway: "open",
		given: [createFirstAdmin],
		request: {
			action: "security:createFirstAdmin",
			args: { _id: "eve", reset: true },
			body: { content: {} },
		},
		reply: { error: "api.process.admin_exists" },
		afterwards: async (run) => {
			assert.equal(await tryAsStranger(run), 200);
			const reply = await run.stage.gateway.query({
				controller: "security",
				action: "getUser",
				_id: "eve",
			});
			assert.equal(reply.error.id, "security.user.not_found");
		},
	},
	{
		name: "security:createFirstAdmin is refused to administrators too",
		matrix: true,
		request: { ...createFirstAdmin, as: "admin" },
		reply: { error: "api.process.admin_exists" },
	},
	...refusals(createFirstAdmin, wrongAdmins, {
		gateway: "open",
		afterwards: async (run) => {
			await assertAdmin(run, false);
			assert.equal(await tryAsStranger(run), 200);
		},
	}),
	...noRights(createFirstAdmin),
	{
		name: "security:restrictDefaultRights closes the server to strangers",
		gateway: "open",
		matrix: true,
		on: ["ws"],
		given: [createFirstAdmin],
		request: restrictDefaultRights,
		reply: {},
		afterwards: assertRestricted,
	},
	{
		name: "security:restrictDefaultRights takes back what strangers were given, and answers no result",
		matrix: true,
		given: [
			{
				action: "security:createOrReplaceRole",
				args: { _id: "anonymous", refresh: false },
				body: { controllers: { "*": { actions: { "*": true } } } },
			},
		],
		request: {
			...restrictDefaultRights,
			as: ["security:restrictDefaultRights"],
		},
		reply: {},
		afterwards: async (run, reply) => {
			assert.equal(reply.result, undefined);
			assert.equal(await tryAsStranger(run), 401);
			await run.stage.liftRateLimits();
		},
	},
	...noRights(restrictDefaultRights),
];

async function assertAdmin(run: ScenarioRun, exists: boolean): Promise<void> {
	const reply = await run.stage.gateway.query({
		controller: "server",
		action: "adminExists",
	});
	assert.deepEqual(reply.result, { exists });
}

/** Strangers may do what the standard says and no more; what is stored is the standard. */
async function assertRestricted(run: ScenarioRun): Promise<void> {
	assert.equal(await tryAsStranger(run), 401);
	const { jwt } = (await tryLogin(run, "root", PASSWORD)).result;
	for (const [_id, { rateLimit }] of Object.entries(standardRights.profiles)) {
		const profile = await ask(run, { action: "getProfile", _id }, jwt);
		assert.equal(profile._source.rateLimit, rateLimit);
		const role = await ask(run, { action: "getRole", _id }, jwt);
		const { controllers } = standardRights.roles[_id] ?? {};
		assert.deepEqual(role._source.controllers, controllers);
	}
}

async function tryAsStranger({ stage }: ScenarioRun): Promise<number> {
	const request = { controller: "server", action: "now" };
	return (await stage.gateway.query(request)).status;
}

async function ask(run: ScenarioRun, request: object, token: string) {
	const reply = await run.stage.gateway.query(
		{ controller: "security", ...request },
		token,
	);
	assert.equal(reply.status, 200, JSON.stringify(reply.error));
	return reply.result;
}
