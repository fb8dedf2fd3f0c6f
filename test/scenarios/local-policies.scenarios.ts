import assert from "node:assert/strict";
import type { PasswordPolicy } from "../../src/config/password-policies.ts";
import type { ConfigOverrides } from "../../src/config.ts";
import type { Scenario, ScenarioRequest } from "../support/scenario.ts";
import {
	keyOf,
	newLogin,
	PASSWORD,
	tryLogin,
} from "../support/scenario-people.ts";
import { refusals, type Wrong, wrongType } from "../support/scenario-rows.ts";

const PLUGIN = "kuzzle-plugin-auth-passport-local";
const args = { strategy: "local" };
const token = keyOf("ann-{n}");
const given = [newLogin("ann-{n}")];

const login: ScenarioRequest = {
	action: "auth:login",
	args,
	body: { username: "ann-{n}", password: PASSWORD },
};
const update: ScenarioRequest = {
	action: "auth:updateMyCredentials",
	args,
	body: { password: "another phrase" },
	token,
};
const remove: ScenarioRequest = {
	action: "auth:deleteMyCredentials",
	args,
	token,
};
const create: ScenarioRequest = {
	action: "security:createUser",
	as: "admin",
	args: { _id: "bob-{n}" },
	body: {
		content: { profileIds: ["default"] },
		credentials: { local: { username: "bob-{n}", password: "WEAK" } },
	},
};

const requirePassword: ConfigOverrides = {
	plugins: { [PLUGIN]: { requirePassword: true } },
};

/** The options of the local strategy, as far as clients meet them. */
export const localPoliciesScenarios: readonly Scenario[] = [
	...refusals(
		login,
		[
			{
				when: "a password that is too old",
				config: withPolicy({
					appliesTo: { profiles: ["default"] },
					expiresAfter: 1,
				}),
				error: `plugin.${PLUGIN}.expired_password`,
			},
			{
				when: "a password that an administrator has set",
				config: withPolicy({
					appliesTo: { roles: ["default"] },
					mustChangePasswordIfSetByAdmin: true,
				}),
				error: `plugin.${PLUGIN}.must_change_password`,
			},
		],
		{ given: [newLogin("ann-{n}", "default")] },
	),
	...refusals(
		update,
		[
			{
				when: "a password that holds the user name",
				config: withPolicy({ forbidLoginInPassword: true }),
				body: { password: "I am ANN-{n}" },
				error: `plugin.${PLUGIN}.login_in_password`,
			},
			{
				when: "a password that does not match",
				config: withPolicy({ passwordRegex: "^[a-z ]{8,}$" }),
				body: { password: "SHORT" },
				error: `plugin.${PLUGIN}.weak_password`,
			},
			{
				when: "a password that was used before",
				config: withPolicy({ forbidReusedPasswordCount: 1 }),
				body: { password: PASSWORD },
				error: `plugin.${PLUGIN}.reused_password`,
			},
			...withoutPassword(),
			{
				when: "a body.currentPassword that is wrong",
				config: requirePassword,
				body: { password: "another phrase", currentPassword: "guess" },
				status: 403,
			},
			wrongType("password", {}, "string"),
		],
		{ given, afterwards: (run) => assertLogin(run, PASSWORD, 200) },
	),
	{
		name: "auth:updateMyCredentials takes the current password in the body",
		config: requirePassword,
		given,
		request: {
			...update,
			body: { password: "another phrase", currentPassword: PASSWORD },
		},
		reply: {},
		afterwards: (run) => assertLogin(run, "another phrase", 200),
	},
	...refusals(
		remove,
		[
			...withoutPassword(),
			{
				when: "a password that is wrong",
				config: requirePassword,
				args: { password: "guess" },
				status: 403,
			},
			wrongType("password", {}, "string"),
		],
		{ given, afterwards: (run) => assertLogin(run, PASSWORD, 200) },
	),
	{
		name: "auth:deleteMyCredentials takes the current password as an argument",
		on: ["http", "ws"],
		config: requirePassword,
		given,
		request: { ...remove, args: { ...args, password: PASSWORD } },
		reply: {},
		afterwards: (run) => assertLogin(run, PASSWORD, 401),
	},
	...refusals(create, [
		{
			when: "a password that the policies refuse, and makes no user",
			config: withPolicy({ passwordRegex: "^[a-z ]{8,}$" }),
			error: `plugin.${PLUGIN}.weak_password`,
			afterwards: async ({ stage, named }) => {
				const _id = named("bob-{n}");
				const user = { controller: "security", action: "getUser", _id };
				const reply = await stage.gateway.query(
					user,
					await stage.token("admin"),
				);
				assert.equal(reply.status, 404);
			},
		},
	]),
];

function withPolicy(policy: Partial<PasswordPolicy>): ConfigOverrides {
	const passwordPolicies = [{ appliesTo: "*" as const, ...policy }];
	return { plugins: { [PLUGIN]: { passwordPolicies } } };
}

function withoutPassword(): Wrong[] {
	return [
		{
			when: "who does not give the current password",
			config: requirePassword,
			status: 400,
		},
	];
}

async function assertLogin(
	run: Parameters<typeof tryLogin>[0],
	password: string,
	status: number,
): Promise<void> {
	const reply = await tryLogin(run, "ann-{n}", password);
	assert.equal(reply.status, status, JSON.stringify(reply.error));
}
