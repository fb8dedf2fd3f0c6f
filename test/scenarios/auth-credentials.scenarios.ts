import assert from "node:assert/strict";
import { exactly, matching } from "../support/matchers.ts";
import type {
	Scenario,
	ScenarioRequest,
	ScenarioRun,
} from "../support/scenario.ts";
import {
	keyOf,
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

const args = { strategy: "local" };
const token = keyOf("ann-{n}");
const local = { username: "ann-{n}", password: PASSWORD };

const create: ScenarioRequest = {
	action: "auth:createMyCredentials",
	args,
	body: local,
};
const update: ScenarioRequest = {
	action: "auth:updateMyCredentials",
	args,
	body: { password: "a new one" },
};
const remove: ScenarioRequest = { action: "auth:deleteMyCredentials", args };
const validate: ScenarioRequest = {
	action: "auth:validateMyCredentials",
	args,
	body: { username: "free-{n}", password: "x" },
};
const read: ScenarioRequest = { action: "auth:getMyCredentials", args };
const exist: ScenarioRequest = { action: "auth:credentialsExist", args };
const ALL = [create, update, remove, validate, read, exist];

const shown = exactly({
	username: matching(/^ann-\d+$/),
	kuid: matching(/^ann-\d+$/),
});
const named = exactly({ username: matching(/^ann-\d+$/) });

/** Refusals of the strategy itself carry a status and no id (recorded). */
const refused = (when: string, status: number, body: unknown): Wrong => ({
	when,
	status,
	body,
});
const wrongStrategy: readonly Wrong[] = [
	missing("strategy"),
	missing("strategy", null),
	missing("strategy", ""),
	wrongType("strategy", {}, "string"),
	wrongType("strategy", ["local"], "string"),
	{
		when: "a strategy that there is not",
		matrix: true,
		args: { strategy: "ghost" },
		error: "security.credentials.unknown_strategy",
		props: ["ghost"],
	},
];
const noBody: readonly Wrong[] = [undefined, null, []].map((body) => ({
	when: `the body ${JSON.stringify(body)}`,
	body,
	error: "api.assert.body_required",
}));
const wrongCredentials: readonly Wrong[] = [
	refused("an empty user name", 400, { username: "", password: "x" }),
	refused("an empty password", 400, { username: "ann-{n}", password: "" }),
	refused("a password that is no text", 400, { username: "x", password: 12 }),
	refused("a kuid", 400, { username: "x", password: "x", kuid: "ann-{n}" }),
	refused("nothing", 400, {}),
];
const taken: Wrong = {
	when: "a user name that is taken",
	given: async (run) => prepare(run, newUser("ann-{n}"), newLogin("bob-{n}")),
	status: 412,
	body: { username: "bob-{n}", password: "other" },
	afterwards: (run) => assertLogsIn(run, "bob-{n}", PASSWORD, "bob-{n}"),
};

/** The caller's own credentials: create, update, delete, validate, get, exist. */
export const authCredentialsScenarios: readonly Scenario[] = [
	{
		name: "auth:createMyCredentials lets the caller log in",
		matrix: true,
		given: [newUser("ann-{n}")],
		request: { ...create, token },
		reply: { result: named },
		afterwards: async (run) => {
			await assertLogsIn(run, "ann-{n}", PASSWORD);
			assert.deepEqual(await strategiesOf(run), ["local"]);
		},
	},
	{
		name: "auth:createMyCredentials answers the same without waiting",
		given: [newUser("ann-{n}")],
		request: { ...create, token, args: { ...args, refresh: false } },
		reply: { result: named },
	},
	...refusals(
		{ ...create, token },
		[
			...wrongStrategy,
			...noBody,
			...wrongCredentials,
			refused("no password", 400, { username: "ann-{n}" }),
			refused("no user name", 400, { password: PASSWORD }),
		],
		{ given: [newUser("ann-{n}")] },
	),
	...refusals({ ...create, token }, [
		taken,
		{
			when: "a caller who has some, and leaves them as they are",
			given: [newLogin("ann-{n}")],
			status: 412,
			body: { username: "other-{n}", password: "other" },
			afterwards: (run) => assertLogsIn(run, "ann-{n}", PASSWORD),
		},
	]),
	{
		name: "auth:updateMyCredentials changes the password",
		matrix: true,
		given: [newLogin("ann-{n}")],
		request: { ...update, token },
		reply: { result: shown },
		afterwards: async (run) => {
			await assertLogsIn(run, "ann-{n}", "a new one");
			await assertNoLogin(run, "ann-{n}", PASSWORD);
		},
	},
	{
		name: "auth:updateMyCredentials changes the user name, and frees the old one",
		given: [newLogin("ann-{n}")],
		request: { ...update, token, body: { username: "eve-{n}" } },
		reply: { result: exactly({ username: matching(/^eve-\d+$/) }) },
		afterwards: async (run) => {
			await assertLogsIn(run, "eve-{n}", PASSWORD);
			await assertNoLogin(run, "ann-{n}", PASSWORD);
		},
	},
	...refusals(
		{ ...update, token },
		[...wrongStrategy, ...noBody, ...wrongCredentials],
		{
			given: [newLogin("ann-{n}")],
			afterwards: (run) => assertLogsIn(run, "ann-{n}", PASSWORD),
		},
	),
	...refusals({ ...update, token }, [
		{ ...taken, given: withTwo },
		{
			when: "a caller who has none",
			given: [newUser("ann-{n}")],
			status: 412,
		},
	]),
	{
		name: "auth:deleteMyCredentials keeps the caller from logging in, and its session",
		matrix: true,
		given: [newLogin("ann-{n}")],
		request: { ...remove, token },
		reply: { result: exactly({ acknowledged: true }) },
		afterwards: async (run) => {
			await assertNoLogin(run, "ann-{n}", PASSWORD);
			assert.deepEqual(await strategiesOf(run), []);
		},
	},
	...refusals({ ...remove, token }, wrongStrategy, {
		given: [newLogin("ann-{n}")],
	}),
	...refusals({ ...remove, token }, [
		{
			when: "a caller who has none",
			given: [newUser("ann-{n}")],
			status: 412,
		},
	]),
	{
		name: "auth:validateMyCredentials answers that credentials would do, and writes none",
		matrix: true,
		given: [newUser("ann-{n}")],
		request: { ...validate, token },
		reply: { result: true },
		afterwards: async (run) => {
			await assertNoLogin(run, "free-{n}", "x");
			assert.deepEqual(await strategiesOf(run), []);
		},
	},
	{
		name: "auth:validateMyCredentials takes the user name that the caller has",
		given: [newLogin("ann-{n}")],
		request: { ...validate, token, body: local },
		reply: { result: true },
	},
	...refusals(
		{ ...validate, token },
		[
			...wrongStrategy,
			...noBody,
			...wrongCredentials,
			refused("no password", 400, { username: "ann-{n}" }),
		],
		{ given: [newUser("ann-{n}")] },
	),
	...refusals({ ...validate, token }, [taken]),
	{
		name: "auth:getMyCredentials answers the user name, and no password",
		matrix: true,
		given: [newLogin("ann-{n}")],
		request: { ...read, token },
		reply: { result: shown },
	},
	...refusals({ ...read, token }, wrongStrategy, {
		given: [newLogin("ann-{n}")],
	}),
	...refusals({ ...read, token }, [
		{
			when: "a caller who has none",
			given: [newUser("ann-{n}")],
			status: 412,
		},
	]),
	{
		name: "auth:credentialsExist answers that there are some",
		matrix: true,
		given: [newLogin("ann-{n}")],
		request: { ...exist, token },
		reply: { result: true },
	},
	{
		name: "auth:credentialsExist answers that there are none",
		given: [newUser("ann-{n}")],
		request: { ...exist, token },
		reply: { result: false },
	},
	...refusals({ ...exist, token }, wrongStrategy, {
		given: [newUser("ann-{n}")],
	}),
	...ALL.flatMap((request) => noRights(request)),
	...ALL.map(
		({ action }): Scenario => ({
			name: `${action} refuses callers who have not logged in, whatever their role says`,
			gateway: "open",
			request: { action },
			reply: {
				error: "security.rights.unauthorized",
				props: action.split(":"),
			},
		}),
	),
	...oldRoutes(),
];

/** Kuzzle's routes before its version 2.4. */
function oldRoutes(): Scenario[] {
	const rows = [
		{ request: validate, verb: "POST", path: "/_validate", result: true },
		{ request: exist, verb: "GET", path: "/_exists", result: true },
		{ request: read, verb: "GET", path: "", result: "ann" },
		{ request: update, verb: "PUT", path: "/_update", result: "ann" },
		{ request: remove, verb: "DELETE", path: "", result: true },
		{ request: create, verb: "POST", path: "/_create", result: "ann" },
	];
	return rows.map(({ request, verb, path, result }): Scenario => {
		const { action, body } = request;
		const isCreate = request === create;
		return {
			name: `${action} is still there under its old route`,
			on: ["http"],
			given: [newLogin("ann-{n}")],
			request: { ...exist, token },
			reply: { result: true },
			async afterwards(run) {
				const { gateway } = run.stage;
				const key = await token(run);
				const base = "/credentials/local/_me";
				if (isCreate) await gateway.call("DELETE", base, { token: key });
				const reply = await gateway.call(verb, `${base}${path}`, {
					token: key,
					...(body === undefined
						? {}
						: { body: JSON.parse(run.named(JSON.stringify(body))) }),
				});
				assert.equal(reply.status, 200, reply.text);
				const { username, acknowledged } = reply.body.result ?? {};
				if (result === "ann") assert.equal(username, run.named("ann-{n}"));
				else assert.equal(acknowledged ?? reply.body.result, result);
			},
		};
	});
}

async function withTwo(run: ScenarioRun): Promise<void> {
	await prepare(run, newLogin("ann-{n}"), newLogin("bob-{n}"));
}

async function assertLogsIn(
	run: ScenarioRun,
	username: string,
	password: string,
	kuid = "ann-{n}",
): Promise<void> {
	const login = await tryLogin(run, username, password);
	assert.equal(login.result?._id, run.named(kuid), JSON.stringify(login.error));
}

async function assertNoLogin(
	run: ScenarioRun,
	username: string,
	password: string,
): Promise<void> {
	const login = await tryLogin(run, username, password);
	assert.equal(login.error?.id, "plugin.strategy.missing_user");
}

async function strategiesOf(run: ScenarioRun): Promise<unknown> {
	const me = await run.stage.gateway.query(
		{ controller: "auth", action: "getCurrentUser" },
		await token(run),
	);
	return me.result.strategies;
}
