import assert from "node:assert/strict";
import { anyNumber, exactly, matching } from "../support/matchers.ts";
import type { Scenario, ScenarioRequest } from "../support/scenario.ts";
import {
	assertDead,
	assertWorks,
	eachValue,
	keyOf,
	newUser,
	noted,
	noting,
	PASSWORD,
	prepare,
	sessionOf,
} from "../support/scenario-people.ts";
import {
	missing,
	noRight,
	noRights,
	refusals,
	wrongType,
} from "../support/scenario-rows.ts";

const HOUR_MS = 3_600_000;

const login: ScenarioRequest = {
	action: "auth:login",
	args: { strategy: "local" },
	body: { username: "admin", password: "not a secret" },
};
const logout: ScenarioRequest = { action: "auth:logout" };

/** auth:login and auth:logout. Cookies have a file of their own (auth-cookies.test.ts). */
export const authLoginScenarios: readonly Scenario[] = [
	{
		name: "auth:login answers a token that works",
		matrix: true,
		request: login,
		reply: {
			result: exactly({
				_id: "admin",
				jwt: matching(/^kauth-[\w-]+\.[\w-]+\.[\w-]+$/),
				expiresAt: anyNumber,
				ttl: HOUR_MS,
			}),
		},
		afterwards: async (run, { result }) => {
			const { jwt, expiresAt } = result as { jwt: string; expiresAt: number };
			assert.ok(expiresAt > Date.now() && expiresAt <= Date.now() + HOUR_MS);
			await assertWorks(run, jwt, "admin");
		},
	},
	{
		name: "auth:login takes credentials as a body of POST too",
		on: ["http"],
		request: login,
		reply: { result: { _id: "admin" } },
		afterwards: async ({ stage }) => {
			const { args, body } = login;
			const path = `/_login/${args?.strategy}?expiresIn=10m`;
			const reply = await stage.gateway.call("POST", path, { body });
			assert.equal(reply.body.result._id, "admin");
			assert.equal(reply.body.result.ttl, 600_000);
		},
	},
	...lifetimes(),
	noRight(login, { on: ["http", "query", "ws"] }),
	...refusals(login, [
		missing("strategy"),
		missing("strategy", ""),
		wrongType("strategy", 1, "string"),
		{
			when: "a strategy that there is not",
			args: { strategy: "ghost" },
			error: "security.credentials.unknown_strategy",
			props: ["ghost"],
		},
		wrongType("cookieAuth", "yes", "boolean"),
		{
			when: "a wrong password",
			matrix: true,
			body: { username: "admin", password: "guess" },
			error: "plugin.strategy.missing_user",
			props: ["Wrong username or password."],
		},
		{
			when: "a user name that there is not, in the same words",
			body: { username: "nobody", password: PASSWORD },
			error: "plugin.strategy.missing_user",
			props: ["Wrong username or password."],
		},
		...[undefined, {}, { username: "admin" }, { password: PASSWORD }].map(
			(body) => ({
				when: `credentials that are ${JSON.stringify(body)}`,
				body,
				error: "plugin.strategy.missing_user" as const,
				props: ["Missing credentials"],
			}),
		),
		...[
			{ username: ["admin"], password: "not a secret" },
			{ username: "admin", password: { not: "a secret" } },
			{ username: "admin", password: 1 },
		].map((body) => ({
			when: `credentials of another type: ${JSON.stringify(body)}`,
			body,
			error: "plugin.strategy.missing_user" as const,
		})),
	]),
	{
		name: "auth:login counts the attempts of one connection",
		request: { ...login, body: {} },
		reply: { error: "plugin.strategy.missing_user" },
		afterwards: async ({ stage }) => {
			const client = await stage.gateway.connect();
			const attempt = { controller: "auth", action: "login", ...login.args };
			const replies = await Promise.all(
				Array.from({ length: 6 }, () => client.request({ ...attempt })),
			);
			await client.close();
			const refused = replies.filter(
				({ error }) => error.id === "api.process.too_many_logins_requests",
			);
			// One passes in each second, and sending six may take more than one.
			assert.ok(refused.length >= 3, JSON.stringify(replies));
			assert.ok(refused.length < 6, "none passed");
			assert.ok(refused.every(({ status }) => status === 429));
		},
	},
	{
		name: "auth:logout revokes the token that it came with, and no other",
		matrix: true,
		given: [newUser("ann-{n}")],
		request: { ...logout, token: noting("logout", sessionOf("ann-{n}")) },
		reply: { result: exactly({ acknowledged: true }) },
		afterwards: async (run) => {
			await assertDead(run, noted(run, "logout"));
			await assertWorks(run, await sessionOf("ann-{n}")(run), "ann-{n}");
		},
	},
	{
		name: "auth:logout leaves the user's other tokens alone",
		given: async (run) => {
			await prepare(run, newUser("ann-{n}"));
			await noting("other", sessionOf("ann-{n}"))(run);
		},
		request: { ...logout, token: sessionOf("ann-{n}") },
		reply: { result: exactly({ acknowledged: true }) },
		afterwards: (run) => assertWorks(run, noted(run, "other"), "ann-{n}"),
	},
	{
		name: "auth:logout, globally, revokes every login token of the user, and no key",
		matrix: true,
		given: async (run) => {
			await prepare(run, newUser("ann-{n}"));
			await noting("one", sessionOf("ann-{n}"))(run);
			await noting("key", keyOf("ann-{n}"))(run);
			await noting("stranger", sessionOf("admin"))(run);
		},
		request: {
			...logout,
			args: { global: true },
			token: noting("two", sessionOf("ann-{n}")),
		},
		reply: { result: exactly({ acknowledged: true }) },
		afterwards: async (run) => {
			await assertDead(run, noted(run, "one"));
			await assertDead(run, noted(run, "two"));
			await assertWorks(run, noted(run, "key"), "ann-{n}");
			await assertWorks(run, noted(run, "stranger"), "admin");
		},
	},
	{
		name: "auth:logout leaves an API key alone",
		matrix: true,
		given: [newUser("ann-{n}")],
		request: { ...logout, token: noting("key", keyOf("ann-{n}")) },
		reply: { result: exactly({ acknowledged: true }) },
		afterwards: (run) => assertWorks(run, noted(run, "key"), "ann-{n}"),
	},
	...noRights(logout),
	{
		name: "auth:logout refuses who has not logged in, whatever the rights",
		gateway: "open",
		request: logout,
		reply: {
			error: "security.rights.unauthorized",
			props: ["auth", "logout"],
		},
	},
	...refusals({ ...logout, as: "admin" }, [
		wrongType("global", "yes", "boolean"),
		wrongType("cookieAuth", 1, "boolean"),
		{
			when: "a token that is no good",
			token: "kauth-ghost",
			error: "security.token.invalid",
		},
	]),
];

/** `expiresIn` of a login token: what is a lifetime, what means the default, and what is refused. */
function lifetimes(): Scenario[] {
	const lasting = (expected: number) => (value: unknown) => ({
		name: `auth:login with expiresIn = ${JSON.stringify(value)} lasts ${expected} ms`,
		reply: {
			result: {
				jwt: matching(/^kauth-/),
				ttl: expected,
				expiresAt: expected === -1 ? -1 : anyNumber,
			},
		},
	});
	return [
		...eachValue(login, "expiresIn", [60_000, "60000", "1m"], lasting(60_000)),
		...eachValue(login, "expiresIn", [-1, "-1"], lasting(-1)),
		...eachValue(
			login,
			"expiresIn",
			[undefined, null, "", 0, false],
			lasting(HOUR_MS),
		),
		// Kuzzle takes other negative numbers as they are: the token has ended before it began.
		...eachValue(login, "expiresIn", [-5000], lasting(-5000)),
		...refusals(
			login,
			["soon", "0", true, {}, [], [1], 1e300].map((expiresIn) => ({
				when: `expiresIn = ${JSON.stringify(expiresIn)}`,
				args: { expiresIn },
				error: "api.assert.invalid_argument" as const,
			})),
		),
		...refusals(
			login,
			[60_001, "2m", -1].map((expiresIn) => ({
				when: `expiresIn = ${JSON.stringify(expiresIn)} over security.authToken.maxTTL`,
				config: {
					security: { authToken: { maxTTL: 60_000, expiresIn: "30s" } },
				},
				args: { expiresIn },
				error: "security.token.ttl_exceeded" as const,
			})),
		),
	];
}
