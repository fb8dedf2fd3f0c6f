import assert from "node:assert/strict";
import { exactly, matching } from "../support/matchers.ts";
import type {
	Scenario,
	ScenarioRequest,
	ScenarioRun,
} from "../support/scenario.ts";
import {
	newLogin,
	newUser,
	PASSWORD,
	prepare,
	tryLogin,
} from "../support/scenario-people.ts";
import {
	missing,
	noRights,
	refusals,
	type Wrong,
	wrongType,
} from "../support/scenario-rows.ts";

const args = { _id: "ann-{n}", strategy: "local" };
const create: ScenarioRequest = {
	action: "security:createCredentials",
	args,
	body: { username: "ann-{n}", password: PASSWORD },
};
const update: ScenarioRequest = {
	action: "security:updateCredentials",
	args,
	body: { password: "a new one" },
};

/** Refusals of the strategy itself carry a status and no id (recorded). */
const refused = (when: string, status: number, body: unknown): Wrong => ({
	when,
	status,
	body,
});
const wrongBoth: readonly Wrong[] = [
	missing("_id"),
	missing("_id", null),
	wrongType("_id", 1, "string"),
	missing("strategy"),
	missing("strategy", null),
	wrongType("strategy", ["local"], "string"),
	...[undefined, null, []].map((body) => ({
		when: `the body ${JSON.stringify(body)}`,
		body,
		error: "api.assert.body_required" as const,
	})),
	{
		when: "a strategy that there is not",
		matrix: true,
		args: { strategy: "ghost" },
		error: "security.credentials.unknown_strategy",
		props: ["ghost"],
	},
	{
		when: "a user that there is not",
		args: { _id: "ghost" },
		error: "security.user.not_found",
		props: ["ghost"],
	},
	refused("an empty user name", 400, { username: "", password: "x" }),
	refused("an empty password", 400, { username: "ann-{n}", password: "" }),
	refused("a user name that is no text", 400, { username: 1, password: "x" }),
	refused("a password that is no text", 400, { username: "x", password: {} }),
	refused("a kuid", 400, { username: "x", password: "x", kuid: "admin" }),
	refused("nothing", 400, {}),
];

/** createCredentials and updateCredentials. */
export const securityCredentialsScenarios: readonly Scenario[] = [
	{
		name: "security:createCredentials answers the user name, and no password",
		matrix: true,
		given: [newUser("ann-{n}")],
		request: { ...create, as: ["security:createCredentials"] },
		reply: { result: exactly({ username: matching(/^ann-\d+$/) }) },
	},
	{
		name: "security:createCredentials lets a user log in",
		matrix: true,
		on: ["ws"],
		given: [newUser("ann-{n}")],
		request: { ...create, as: "admin" },
		reply: { result: { username: "ann-{n}" } },
		afterwards: (run) => assertLogsIn(run, "ann-{n}", PASSWORD),
	},
	...noRights(create, { given: [newUser("ann-{n}")] }),
	...refusals(
		{ ...create, as: "admin" },
		[
			...wrongBoth,
			refused("no password", 400, { username: "ann-{n}" }),
			refused("no user name", 400, { password: PASSWORD }),
		],
		{ given: [newUser("ann-{n}")] },
	),
	...refusals({ ...create, as: "admin" }, [
		{
			when: "a user who has some, and leaves them as they are",
			given: [newLogin("ann-{n}")],
			status: 412,
			body: { username: "other-{n}", password: "other" },
			afterwards: async (run) => {
				await assertLogsIn(run, "ann-{n}", PASSWORD);
				await assertNoLogin(run, "other-{n}", "other");
			},
		},
		{
			when: "a user name that is taken, and leaves it with its user",
			given: async (run) => {
				await prepare(run, newUser("ann-{n}"), newLogin("bob-{n}"));
			},
			status: 412,
			body: { username: "bob-{n}", password: "other" },
			afterwards: async (run) => {
				await assertLogsIn(run, "bob-{n}", PASSWORD);
				await assertNoLogin(run, "bob-{n}", "other");
			},
		},
	]),
	{
		name: "security:updateCredentials changes the password: the new one logs in, and the old one does not",
		matrix: true,
		on: ["ws"],
		given: [newLogin("ann-{n}")],
		request: { ...update, as: "admin" },
		reply: {
			result: exactly({
				username: matching(/^ann-\d+$/),
				kuid: matching(/^ann-\d+$/),
			}),
		},
		afterwards: async (run) => {
			await assertLogsIn(run, "ann-{n}", "a new one");
			await assertNoLogin(run, "ann-{n}", PASSWORD);
		},
	},
	{
		name: "security:updateCredentials answers the new user name",
		matrix: true,
		given: [newLogin("ann-{n}")],
		request: {
			...update,
			as: ["security:updateCredentials"],
			body: { username: "anna-{n}" },
		},
		reply: { result: exactly({ username: matching(/^anna-\d+$/) }) },
	},
	{
		name: "security:updateCredentials changes the user name, and frees the old one",
		given: [newLogin("ann-{n}")],
		request: { ...update, as: "admin", body: { username: "anna-{n}" } },
		reply: { result: exactly({ username: matching(/^anna-\d+$/) }) },
		afterwards: async (run) => {
			await assertLogsIn(run, "anna-{n}", PASSWORD, "ann-{n}");
			await assertNoLogin(run, "ann-{n}", PASSWORD);
			await prepare(run, newLogin("bob-{n}"), {
				action: "security:updateCredentials",
				args: { _id: "bob-{n}", strategy: "local" },
				body: { username: "ann-{n}" },
			});
			await assertLogsIn(run, "ann-{n}", PASSWORD, "bob-{n}");
		},
	},
	...noRights(update, { given: [newUser("ann-{n}")] }),
	...refusals({ ...update, as: "admin" }, wrongBoth, {
		given: [newUser("ann-{n}")],
	}),
	...refusals({ ...update, as: "admin" }, [
		{
			when: "a user who has none",
			given: [newUser("ann-{n}")],
			status: 412,
		},
		{
			when: "a user name that is taken, and changes nothing",
			given: async (run) => {
				await prepare(run, newLogin("ann-{n}"), newLogin("bob-{n}"));
			},
			status: 412,
			body: { username: "bob-{n}", password: "other" },
			afterwards: async (run) => {
				await assertLogsIn(run, "ann-{n}", PASSWORD);
				await assertLogsIn(run, "bob-{n}", PASSWORD);
			},
		},
	]),
];

async function assertLogsIn(
	run: ScenarioRun,
	username: string,
	password: string,
	kuid = username,
): Promise<void> {
	const { result, error } = await tryLogin(run, username, password);
	assert.equal(result?._id, run.named(kuid), JSON.stringify(error));
}

async function assertNoLogin(
	run: ScenarioRun,
	username: string,
	password: string,
): Promise<void> {
	const { error } = await tryLogin(run, username, password);
	assert.equal(error?.id, "plugin.strategy.missing_user");
}
