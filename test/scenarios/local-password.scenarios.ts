import assert from "node:assert/strict";
import { anyNumber, exactly, matching } from "../support/matchers.ts";
import type {
	Scenario,
	ScenarioRequest,
	ScenarioRun,
} from "../support/scenario.ts";
import {
	assertDead,
	assertWorks,
	newLogin,
	newUser,
	noted,
	noting,
	PASSWORD,
	prepare,
	sessionOf,
} from "../support/scenario-people.ts";
import {
	missing,
	noRights,
	refusals,
	wrongType,
} from "../support/scenario-rows.ts";

const CONTROLLER = "kuzzle-plugin-auth-passport-local/password";
const token: ScenarioRequest = {
	action: `${CONTROLLER}:getResetPasswordToken`,
	as: "admin",
	args: { _id: "ann-{n}" },
};
const reset: ScenarioRequest = {
	action: `${CONTROLLER}:reset`,
	as: "admin",
	body: { password: "a new one", token: "not.a.token" },
};

/** The controller of the local strategy by which people who cannot log in get a new password. */
export const localPasswordScenarios: readonly Scenario[] = [
	{
		name: `${token.action} answers a token`,
		matrix: true,
		given: [newLogin("ann-{n}")],
		request: token,
		reply: {
			result: exactly({
				resetToken: matching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
			}),
		},
	},
	...noRights(token),
	...refusals(token, [
		missing("_id"),
		wrongType("_id", 1, "string"),
		{
			when: "a user without local credentials",
			given: [newUser("ann-{n}")],
			status: 412,
		},
	]),
	{
		name: `${reset.action} sets the password, logs in, and ends the other sessions`,
		matrix: true,
		given: async (run) => {
			await prepare(run, newLogin("ann-{n}"));
			await noting("session", sessionOf("ann-{n}"))(run);
		},
		request: async (run) => resetOf(await tokenFor(run)),
		reply: {
			result: exactly({
				_id: matching(/^ann-\d+$/),
				jwt: matching(/^kauth-/),
				expiresAt: anyNumber,
				ttl: anyNumber,
			}),
		},
		afterwards: async (run, { result }) => {
			const { jwt } = result as { jwt: string };
			await assertWorks(run, jwt, "ann-{n}");
			await assertDead(run, noted(run, "session"));
			assert.equal(await loginStatus(run, PASSWORD), 401);
			assert.equal(await loginStatus(run, "a new one"), 200);
		},
	},
	{
		name: `${reset.action} takes a token once`,
		given: [newLogin("ann-{n}")],
		request: async (run) => {
			const resetToken = await tokenFor(run);
			await prepare(run, {
				action: reset.action,
				body: { password: "a first one", token: resetToken },
			});
			return resetOf(resetToken);
		},
		reply: {
			error: "plugin.kuzzle-plugin-auth-passport-local.invalid_token",
		},
		afterwards: async (run) => {
			assert.equal(await loginStatus(run, "a first one"), 200);
		},
	},
	...noRights(reset),
	...refusals(reset, [
		{
			when: "a body without body.password",
			body: { token: "x" },
			error: "api.assert.missing_argument",
			props: ["body.password"],
		},
		{
			when: "a body without body.token",
			body: { password: "x" },
			error: "api.assert.missing_argument",
			props: ["body.token"],
		},
		{
			when: "a body.token that is no text",
			body: { password: "x", token: {} },
			error: "api.assert.invalid_type",
			props: ["body.token", "string"],
		},
		{
			when: "no body",
			body: undefined,
			error: "api.assert.body_required",
		},
		{
			when: "what is no token",
			matrix: true,
			error: "plugin.kuzzle-plugin-auth-passport-local.invalid_token",
		},
	]),
];

async function tokenFor(run: ScenarioRun): Promise<string> {
	const { resetToken } = await run.stage.must({
		controller: CONTROLLER,
		action: "getResetPasswordToken",
		_id: run.named("ann-{n}"),
	});
	return resetToken;
}

function resetOf(resetToken: string): ScenarioRequest {
	return { ...reset, body: { password: "a new one", token: resetToken } };
}

async function loginStatus(
	run: ScenarioRun,
	password: string,
): Promise<number> {
	const { status } = await run.stage.gateway.call("POST", "/_login/local", {
		body: { username: run.named("ann-{n}"), password },
	});
	return status;
}
