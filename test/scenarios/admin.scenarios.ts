import assert from "node:assert/strict";
import { anyText, exactly } from "../support/matchers.ts";
import type {
	Scenario,
	ScenarioRequest,
	ScenarioRun,
} from "../support/scenario.ts";
import {
	keyOf,
	newUser,
	noted,
	noting,
	PASSWORD,
	tryLogin,
} from "../support/scenario-people.ts";
import {
	noRights,
	refusals,
	type Wrong,
	wrongType,
} from "../support/scenario-rows.ts";

const reader = { controllers: { server: { actions: { now: true } } } };
const readers = { policies: [{ roleId: "reader" }] };
const ann = {
	content: { profileIds: ["readers"], city: "Nice" },
	credentials: { local: { username: "ann", password: PASSWORD } },
};
const loadSecurities: ScenarioRequest = {
	action: "admin:loadSecurities",
	as: "admin",
	args: { onExistingUsers: "overwrite" },
	body: { roles: { reader }, profiles: { readers }, users: { ann } },
};
const resetSecurity: ScenarioRequest = {
	action: "admin:resetSecurity",
	as: "admin",
};
const resetDatabase: ScenarioRequest = {
	action: "admin:resetDatabase",
	as: "admin",
};
const DONE = exactly({ acknowledge: true });

/** Ways to write what may not be written. */
const wrongSecurities: readonly Wrong[] = [
	{
		when: "users who exist",
		args: { onExistingUsers: undefined },
		body: { roles: { late: reader }, users: { bob: ann, eve: ann } },
		error: "security.user.prevent_overwrite",
		afterwards: async (run) => {
			assert.equal(await statusOf(run, "getRole", "late"), 404);
			assert.equal(await statusOf(run, "getUser", "eve"), 404);
		},
	},
	{
		when: "users who exist, for a choice that there is not",
		args: { onExistingUsers: "zz" },
		body: { users: { bob: ann } },
		error: "security.user.prevent_overwrite",
	},
	{
		when: "a role with an unknown controller",
		body: {
			roles: { r: { controllers: { ghost: { actions: { x: true } } } } },
		},
		error: "security.role.unknown_controller",
		props: ["r", "ghost", anyText],
	},
	{
		when: "a role with an unknown action",
		body: { roles: { r: { controllers: { auth: { actions: { x: true } } } } } },
		error: "security.role.unknown_action",
	},
	{
		when: "a profile with an unknown role",
		body: { profiles: { p: { policies: [{ roleId: "ghost" }] } } },
		error: "security.role.not_found",
		props: ["ghost"],
	},
	{
		when: "a profile whose policy has a member too many",
		body: { profiles: { p: { policies: [{ roleId: "default", x: 1 }] } } },
		error: "api.assert.unexpected_argument",
	},
	{
		when: "a user with an unknown profile, who then stays",
		body: { users: { bob: { content: { profileIds: ["ghost"] } } } },
		error: "security.profile.not_found",
		props: ["ghost"],
		afterwards: async (run) => {
			assert.equal(await statusOf(run, "getUser", "bob"), 200);
		},
	},
	{
		when: "credentials of an unknown strategy, for a user who then stays",
		body: { users: { bob: { ...ann, credentials: { ghost: {} } } } },
		error: "security.credentials.unknown_strategy",
		afterwards: async (run) => {
			assert.equal(await statusOf(run, "getUser", "bob"), 200);
		},
	},
	{
		when: "a user without profileIds",
		body: { users: { eve: { content: {} } } },
		error: "api.assert.missing_argument",
		props: ["body.content.profileIds"],
	},
	{
		when: "profileIds that are no list",
		body: { users: { eve: { content: { profileIds: "admin" } } } },
		error: "api.assert.invalid_type",
		props: ["body.content.profileIds", "array"],
	},
	{
		when: "credentials that are no object",
		body: { users: { eve: { ...ann, credentials: "x" } } },
		error: "api.assert.invalid_type",
		props: ["body.credentials", "object"],
	},
	{
		when: "a role that is no object",
		body: { roles: { r: "x" } },
		error: "api.assert.invalid_type",
		props: ["roles.r", "object"],
	},
	{
		when: "roles that are no object",
		body: { roles: "x" },
		error: "api.assert.invalid_argument",
		props: ["x", "object"],
	},
	{ when: "no body", body: undefined, error: "api.assert.body_required" },
	wrongType("onExistingUsers", {}, "string"),
	wrongType("force", "yes", "boolean"),
];

/** What sets the server up, and what empties it. */
export const adminScenarios: readonly Scenario[] = [
	{
		name: "admin:loadSecurities writes roles, profiles and users, who log in",
		matrix: true,
		request: loadSecurities,
		reply: { result: DONE },
		afterwards: async (run) => {
			const login = await tryLogin(run, "ann", PASSWORD);
			assert.equal(login.result._id, "ann");
			const now = { controller: "server", action: "now" };
			const { jwt } = login.result;
			assert.equal((await run.stage.gateway.query(now, jwt)).status, 200);
			const me = { controller: "auth", action: "getCurrentUser" };
			assert.equal((await run.stage.gateway.query(me, jwt)).status, 403);
		},
	},
	{
		name: "admin:loadSecurities replaces roles and profiles, and leaves users alone when told to skip them",
		given: [newUser("skipped")],
		request: {
			...loadSecurities,
			args: { onExistingUsers: "skip" },
			body: {
				roles: { reader: { ...reader, tags: ["new"] } },
				users: { skipped: ann },
			},
		},
		reply: { result: DONE },
		afterwards: async ({ stage }) => {
			const security = { controller: "security" };
			const role = await stage.must({
				...security,
				action: "getRole",
				_id: "reader",
			});
			assert.deepEqual(role._source.tags, ["new"]);
			const user = await stage.must({
				...security,
				action: "getUser",
				_id: "skipped",
			});
			assert.deepEqual(user._source.profileIds, ["admin"]);
		},
	},
	{
		name: "admin:loadSecurities makes users anew, without what let them in before, when told to overwrite them",
		given: async (run) => {
			const { stage } = run;
			await stage.must({
				controller: "security",
				action: "createUser",
				_id: "old",
				body: { content: { profileIds: ["admin"], age: 7 } },
			});
			await noting("key", keyOf("old"))(run);
		},
		request: {
			...loadSecurities,
			body: { users: { old: { content: { profileIds: ["default"] } } } },
		},
		reply: { result: DONE },
		afterwards: async (run) => {
			const { stage } = run;
			const me = { controller: "auth", action: "getCurrentUser" };
			const answer = await stage.gateway.query(me, noted(run, "key"));
			assert.equal(answer.error.id, "security.token.invalid");
			const user = await stage.must({
				controller: "security",
				action: "getUser",
				_id: "old",
			});
			assert.deepEqual(user._source.profileIds, ["default"]);
			assert.equal(user._source.age, undefined);
		},
	},
	{
		name: "admin:loadSecurities takes controllers that nobody knows when forced to, and bodies that hold nothing",
		given: [{ ...loadSecurities, body: { zz: {}, users: null } }],
		request: {
			...loadSecurities,
			args: { force: true },
			body: {
				roles: { forced: { controllers: { ghost: { actions: { x: true } } } } },
			},
		},
		reply: { result: DONE },
	},
	...refusals(loadSecurities, wrongSecurities, {
		given: async (run) => {
			if ((await statusOf(run, "getUser", "bob")) === 200) return;
			await run.stage.must({
				controller: "security",
				action: "createUser",
				_id: "bob",
				body: { content: { profileIds: ["default"] } },
			});
		},
	}),
	...noRights(loadSecurities),
	{
		name: "admin:resetSecurity removes users, profiles and roles, and opens the server",
		gateway: "own",
		matrix: true,
		given: [loadSecurities],
		request: resetSecurity,
		// The administrator and ann.
		reply: { result: exactly({ deletedUsers: 2, deletedProfiles: 1 }) },
		afterwards: assertReset,
	},
	...noRights(resetSecurity),
	{
		name: "admin:resetDatabase answers that it is done, and leaves users alone",
		matrix: true,
		request: resetDatabase,
		reply: { result: DONE },
		afterwards: async (run) => {
			assert.equal(await statusOf(run, "getUser", "admin"), 200);
		},
	},
	...noRights(resetDatabase),
];

async function statusOf(
	{ stage }: ScenarioRun,
	action: string,
	_id: string,
): Promise<number> {
	const request = { controller: "security", action, _id };
	const token = await stage.token("admin");
	return (await stage.gateway.query(request, token)).status;
}

/** As a new server is: anyone may do everything, without limit, and nothing that was written is left. */
async function assertReset(run: ScenarioRun): Promise<void> {
	const ask = (controller: string, action: string, more: object = {}) =>
		run.stage.gateway.query({ controller, action, ...more });
	for (const [action, _id] of [
		["getUser", "ann"],
		["getUser", "admin"],
		["getProfile", "readers"],
		["getRole", "reader"],
	]) {
		const { status } = await ask("security", action ?? "", { _id });
		assert.equal(status, 404, `${action} ${_id}`);
	}
	for (const _id of ["admin", "default", "anonymous"]) {
		const { result } = await ask("security", "getProfile", { _id });
		assert.equal(result._source.rateLimit, 0);
		assert.deepEqual(result._source.policies, [{ roleId: _id }]);
	}
	const exists = await ask("server", "adminExists");
	assert.deepEqual(exists.result, { exists: false });
	const token = await run.stage.token("admin");
	const me = { controller: "auth", action: "getCurrentUser" };
	const late = await run.stage.gateway.query(me, token);
	assert.equal(late.error.id, "security.token.invalid");
	const login = await tryLogin(run, "ann", PASSWORD);
	assert.equal(login.error?.id, "plugin.strategy.missing_user");
}
