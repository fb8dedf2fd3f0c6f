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
import { searchRefusals } from "./search-rows.ts";

const args = { _id: "ann-{n}", strategy: "local" };
const remove: ScenarioRequest = {
	action: "security:deleteCredentials",
	args,
};
const validate: ScenarioRequest = {
	action: "security:validateCredentials",
	args,
	body: { username: "free-{n}", password: "x" },
};
const read: ScenarioRequest = { action: "security:getCredentials", args };
const readById: ScenarioRequest = {
	action: "security:getCredentialsById",
	args,
};
const has: ScenarioRequest = { action: "security:hasCredentials", args };
const fields: ScenarioRequest = {
	action: "security:getCredentialFields",
	args: { strategy: "local" },
};
const allFields: ScenarioRequest = {
	action: "security:getAllCredentialFields",
};
const search: ScenarioRequest = {
	action: "security:searchUsersByCredentials",
	args: { strategy: "local" },
	body: { query: { term: { username: "ann-{n}" } } },
};

const ann = exactly({
	username: matching(/^ann-\d+$/),
	kuid: matching(/^ann-\d+$/),
});
const badIds: readonly Wrong[] = [
	missing("_id"),
	missing("_id", null),
	wrongType("_id", 1, "string"),
	wrongType("_id", {}, "string"),
];
const badStrategies: readonly Wrong[] = [
	missing("strategy"),
	missing("strategy", null),
	wrongType("strategy", {}, "string"),
	{
		when: "a strategy that there is not",
		matrix: true,
		args: { strategy: "ghost" },
		error: "security.credentials.unknown_strategy",
		props: ["ghost"],
	},
];
const none = (_id: string, given: Wrong["given"] = []): Wrong => ({
	when: `${_id}, who has none`,
	given,
	args: { _id },
	status: 412,
});
/** Findable by a search, so it waits for one. */
const findable = {
	action: "security:createUser",
	args: { _id: "ann-{n}" },
	body: {
		content: { profileIds: ["default"] },
		credentials: { local: { username: "ann-{n}", password: PASSWORD } },
	},
};

/** What is done with credentials, but for their creation and change. */
export const securityCredentialReadsScenarios: readonly Scenario[] = [
	{
		name: "security:deleteCredentials keeps a user from logging in",
		matrix: true,
		given: [newLogin("ann-{n}")],
		request: { ...remove, as: ["security:deleteCredentials"] },
		reply: { result: exactly({ acknowledged: true }) },
		async afterwards(run) {
			const login = await tryLogin(run, "ann-{n}", PASSWORD);
			assert.equal(login.error?.id, "plugin.strategy.missing_user");
		},
	},
	...noRights(remove, {
		given: [newLogin("ann-{n}")],
		afterwards: assertLogsIn,
	}),
	...refusals({ ...remove, as: "admin" }, [
		...badIds,
		...badStrategies,
		none("ann-{n}", [newUser("ann-{n}")]),
		none("ghost"),
	]),
	{
		name: "security:validateCredentials answers that credentials would do, and writes none",
		matrix: true,
		given: [newUser("ann-{n}")],
		request: { ...validate, as: ["security:validateCredentials"] },
		reply: { result: true },
		async afterwards(run) {
			const login = await tryLogin(run, "free-{n}", "x");
			assert.equal(login.error?.id, "plugin.strategy.missing_user");
		},
	},
	{
		name: "security:validateCredentials takes credentials of a user who is yet to be made",
		request: { ...validate, as: "admin", args: { strategy: "local" } },
		reply: { result: true },
	},
	{
		name: "security:validateCredentials takes the user name that the user has",
		given: [newLogin("ann-{n}")],
		request: {
			...validate,
			as: "admin",
			body: { username: "ann-{n}", password: "x" },
		},
		reply: { result: true },
	},
	...noRights(validate),
	...refusals({ ...validate, as: "admin" }, [
		wrongType("_id", 1, "string"),
		wrongType("_id", {}, "string"),
		...badStrategies,
		...[undefined, null, []].map((body) => ({
			when: `the body ${JSON.stringify(body)}`,
			body,
			error: "api.assert.body_required" as const,
		})),
		...[{}, { username: "x" }, { password: "x" }].map((body) => ({
			when: `the credentials ${JSON.stringify(body)}`,
			body,
			status: 400,
		})),
		...["bob-{n}", undefined].map((_id) => ({
			when: `a user name that is taken, of ${_id ?? "nobody yet"}`,
			given: [newLogin("ann-{n}")],
			args: { _id },
			body: { username: "ann-{n}", password: "x" },
			status: 412,
		})),
	]),
	{
		name: "security:getCredentials answers the user name, and no password",
		matrix: true,
		given: [newLogin("ann-{n}")],
		request: { ...read, as: ["security:getCredentials"] },
		reply: { result: ann },
	},
	...noRights(read),
	...refusals({ ...read, as: "admin" }, [
		...badIds,
		...badStrategies,
		none("ann-{n}", [newUser("ann-{n}")]),
		none("ghost"),
	]),
	{
		name: "security:getCredentialsById finds the user by the user name",
		matrix: true,
		given: (run) =>
			prepare(run, newUser("eve-{n}"), {
				action: "security:createCredentials",
				args: { _id: "eve-{n}", strategy: "local" },
				body: { username: "ann-{n}", password: PASSWORD },
			}),
		request: { ...readById, as: ["security:getCredentialsById"] },
		reply: {
			result: exactly({
				username: matching(/^ann-\d+$/),
				kuid: matching(/^eve-\d+$/),
			}),
		},
	},
	...noRights(readById),
	...refusals({ ...readById, as: "admin" }, [
		...badIds,
		...badStrategies,
		none("ghost"),
	]),
	{
		name: "security:hasCredentials answers that there are some",
		matrix: true,
		given: [newLogin("ann-{n}")],
		request: { ...has, as: ["security:hasCredentials"] },
		reply: { result: true },
	},
	...["ann-{n}", "ghost"].map(
		(_id): Scenario => ({
			name: `security:hasCredentials answers that ${_id} has none`,
			given: [newUser("ann-{n}")],
			request: { ...has, as: "admin", args: { ...args, _id } },
			reply: { result: false },
		}),
	),
	...noRights(has),
	...refusals({ ...has, as: "admin" }, [...badIds, ...badStrategies]),
	{
		name: "security:getCredentialFields names the fields of a strategy",
		matrix: true,
		request: { ...fields, as: ["security:getCredentialFields"] },
		reply: { result: ["username", "password"] },
	},
	...noRights(fields),
	...refusals({ ...fields, as: "admin" }, badStrategies),
	{
		name: "security:getAllCredentialFields names the fields of every strategy",
		matrix: true,
		request: { ...allFields, as: ["security:getAllCredentialFields"] },
		reply: { result: exactly({ local: ["username", "password"] }) },
	},
	...noRights(allFields),
	{
		name: "security:searchUsersByCredentials finds a user by the user name",
		matrix: true,
		given: [findable],
		request: { ...search, as: ["security:searchUsersByCredentials"] },
		reply: { result: exactly({ hits: [ann], total: 1 }) },
	},
	{
		name: "security:searchUsersByCredentials understands Koncorde",
		given: [findable],
		request: {
			...search,
			as: "admin",
			args: { strategy: "local", lang: "koncorde" },
			body: { query: { equals: { username: "ann-{n}" } } },
		},
		reply: { result: exactly({ hits: [ann], total: 1 }) },
	},
	...[
		{ bool: { must: [{ term: { username: "ann-{n}" } }] } },
		{ terms: { username: ["ann-{n}", "ghost"] } },
		{ match: { username: "ann-{n}" } },
		{ ids: { values: ["ann-{n}"] } },
		{
			bool: {
				filter: [
					{ exists: { field: "username" } },
					{ ids: { values: ["ann-{n}", "admin"] } },
				],
				must_not: [{ term: { username: "admin" } }],
			},
		},
	].map(
		(query): Scenario => ({
			name: `security:searchUsersByCredentials understands ${JSON.stringify(query)}`,
			matrix: true,
			on: ["ws"],
			given: [findable],
			request: { ...search, as: "admin", body: { query } },
			reply: { result: exactly({ hits: [ann], total: 1 }) },
		}),
	),
	...(["asc", "desc"] as const).map(
		(order): Scenario => ({
			name: `security:searchUsersByCredentials sorts by the user name, ${order}, and pages`,
			matrix: true,
			on: ["ws"],
			given: ["a", "b", "c"].map((name) => ({
				action: "security:createUser",
				args: { _id: `u${name}-{n}` },
				body: {
					content: { profileIds: ["default"] },
					credentials: { local: { username: `${name}-{n}`, password: "x" } },
				},
			})),
			request: {
				...search,
				as: "admin",
				args: { strategy: "local", from: 1, size: 2 },
				body: {
					query: { terms: { username: ["a-{n}", "b-{n}", "c-{n}"] } },
					sort: [{ username: order }],
				},
			},
			reply: {
				result: {
					hits: [
						{ username: "b-{n}", kuid: "ub-{n}" },
						{ username: order === "asc" ? "c-{n}" : "a-{n}" },
					],
					total: 3,
				},
			},
		}),
	),
	{
		name: "security:searchUsersByCredentials sorts by the kuid",
		given: [findable],
		request: {
			...search,
			as: "admin",
			body: {
				query: { term: { username: "ann-{n}" } },
				sort: [{ kuid: "desc" }],
			},
		},
		reply: { result: exactly({ hits: [ann], total: 1 }) },
	},
	...noRights(search),
	...searchRefusals(search).filter(
		// A sort by what is not stored is the strategy's own refusal.
		({ name }) => !name.includes("a sort by a field"),
	),
	...refusals({ ...search, as: "admin" }, [
		...badStrategies,
		...["userPassword", "userSalt", "kuid", "passwordHistory.userPassword"].map(
			(field) => ({
				when: `a look at ${field}`,
				matrix: field === "userPassword",
				body: { query: { bool: { must_not: [{ exists: { field } }] } } },
				status: 403,
			}),
		),
		{
			when: "a sort by the password",
			body: { sort: [{ userPassword: "asc" }] },
			status: 403,
		},
		...[
			{ term: { ghost: 1 } },
			{ prefix: { username: "a" } },
			{ range: { username: { gt: "a" } } },
			{ wildcard: { username: "a*" } },
			{ wildcard: { userPassword: "a*" } },
			{ term: { username: { value: "A", case_insensitive: true } } },
		].map((query) => ({
			when: `the query ${JSON.stringify(query)}`,
			body: { query },
			status: 400,
		})),
		...[[{ ghost: "asc" }], ["_score"]].map((sort) => ({
			when: `the sort ${JSON.stringify(sort)}`,
			body: { sort },
			status: 400,
		})),
		{
			when: "search_after",
			body: { sort: ["username"], search_after: ["a"] },
			status: 400,
		},
	]),
];

async function assertLogsIn(run: ScenarioRun): Promise<void> {
	const login = await tryLogin(run, "ann-{n}", PASSWORD);
	assert.equal(login.result?._id, run.named("ann-{n}"));
}
