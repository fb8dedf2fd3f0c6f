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
	eachValue,
	keyOf,
	loginOf,
	newLogin,
	newUser,
	noted,
	noting,
	sessionOf,
} from "../support/scenario-people.ts";
import {
	noRight,
	noRights,
	notForStrangers,
	refusals,
	type Wrong,
	wrongType,
} from "../support/scenario-rows.ts";

const HOUR_MS = 3_600_000;
const CAPPED = {
	security: { authToken: { maxTTL: 60_000, expiresIn: "30s" } },
};
const TOKEN = /^kauth-[\w-]+\.[\w-]+\.[\w-]+$/;

const refreshToken: ScenarioRequest = { action: "auth:refreshToken" };
const createToken: ScenarioRequest = { action: "auth:createToken" };
const checkToken: ScenarioRequest = { action: "auth:checkToken", body: {} };

const badLifetimes: readonly Wrong[] = ["soon", "0", true, {}, [1]].map(
	(expiresIn) => ({
		when: `expiresIn = ${JSON.stringify(expiresIn)}`,
		args: { expiresIn },
		error: "api.assert.invalid_argument",
	}),
);
const longLifetimes: readonly Wrong[] = [60_001, "2m"].map((expiresIn) => ({
	when: `expiresIn = ${JSON.stringify(expiresIn)} over security.authToken.maxTTL`,
	config: CAPPED,
	args: { expiresIn },
	error: "security.token.ttl_exceeded",
}));

/** auth:refreshToken, createToken and checkToken. */
export const authTokensScenarios: readonly Scenario[] = [
	{
		name: "auth:refreshToken answers another token, and the old one stays good for the grace period",
		matrix: true,
		given: [newUser("ann-{n}")],
		request: { ...refreshToken, token: noting("old", sessionOf("ann-{n}")) },
		reply: {
			result: exactly({
				_id: matching(/^ann-\d+$/),
				jwt: matching(TOKEN),
				expiresAt: anyNumber,
				ttl: HOUR_MS,
			}),
		},
		afterwards: async (run, { result }) => {
			const { jwt } = result as { jwt: string };
			assert.notEqual(jwt, noted(run, "old"));
			await assertWorks(run, jwt, "ann-{n}");
		},
	},
	{
		name: "auth:refreshToken refreshes a token once",
		config: { security: { jwt: { gracePeriod: 3_600_000 } } },
		given: [newUser("ann-{n}")],
		request: { ...refreshToken, token: noting("old", sessionOf("ann-{n}")) },
		reply: { result: { jwt: matching(TOKEN) } },
		afterwards: async (run) => {
			await assertWorks(run, noted(run, "old"), "ann-{n}");
			const again = await run.stage.gateway.query(
				{ controller: "auth", action: "refreshToken" },
				noted(run, "old"),
			);
			assert.equal(again.error.id, "security.token.invalid");
		},
	},
	...eachValue(
		{ ...refreshToken, token: sessionOf("admin") },
		"expiresIn",
		[60_000, "1m"],
		(value) => ({
			name: `auth:refreshToken with expiresIn = ${JSON.stringify(value)} lasts as long`,
			reply: { result: { ttl: 60_000 } },
		}),
	),
	...noRights(refreshToken),
	{
		name: "auth:refreshToken refuses who has not logged in, whatever the rights and the arguments",
		gateway: "open",
		request: { ...refreshToken, args: { expiresIn: "never" } },
		reply: {
			error: "security.rights.unauthorized",
			props: ["auth", "refreshToken"],
		},
	},
	...refusals({ ...refreshToken, token: sessionOf("admin") }, [
		{
			when: "an API key",
			given: [newUser("ann-{n}")],
			token: keyOf("ann-{n}"),
			error: "security.token.refresh_forbidden",
		},
		{
			when: "a token that never ends",
			given: [newLogin("ann-{n}")],
			token: loginOf("ann-{n}", -1),
			error: "security.token.refresh_forbidden",
		},
		{
			when: "a token that is no good",
			token: "kauth-ghost",
			error: "security.token.invalid",
		},
		wrongType("strategy", 1, "string"),
		wrongType("cookieAuth", "yes", "boolean"),
		...badLifetimes,
		...longLifetimes,
	]),
	{
		name: "auth:createToken answers another token of the caller",
		matrix: true,
		request: { ...createToken, as: ["auth:createToken"] },
		reply: {
			result: exactly({
				token: matching(TOKEN),
				expiresAt: anyNumber,
				ttl: HOUR_MS,
				singleUse: false,
			}),
		},
		afterwards: async (run, { result }) => {
			const { token } = result as { token: string };
			for (let use = 0; use < 2; use++) await assertCreates(run, token);
		},
	},
	{
		name: "auth:createToken answers a token for one use",
		matrix: true,
		request: { ...createToken, as: "admin", args: { singleUse: true } },
		reply: { result: { token: matching(TOKEN), singleUse: true } },
		afterwards: async (run, { result }) => {
			const { token } = result as { token: string };
			await assertWorks(run, token, "admin");
			await assertDead(run, token);
		},
	},
	...eachValue(
		{ ...createToken, as: "admin" },
		"expiresIn",
		[60_000, "1m", "60000"],
		(value) => ({
			name: `auth:createToken with expiresIn = ${JSON.stringify(value)} lasts as long`,
			reply: { result: { ttl: 60_000 } },
		}),
	),
	...noRights(createToken),
	...refusals({ ...createToken, as: "admin" }, [
		...[-1, "-1"].map((expiresIn) => ({
			when: `expiresIn = ${JSON.stringify(expiresIn)}: such a token must end`,
			args: { expiresIn },
			error: "security.token.invalid_expiration" as const,
		})),
		wrongType("singleUse", "yes", "boolean"),
		...badLifetimes,
		...longLifetimes,
	]),
	{
		name: "auth:checkToken takes no token for an anonymous one",
		matrix: true,
		request: checkToken,
		reply: { result: exactly({ valid: true, kuid: "-1", expiresAt: null }) },
	},
	...[undefined, { token: "" }].map((body) => ({
		name: `auth:checkToken takes the body ${JSON.stringify(body)} for an anonymous one`,
		request: { ...checkToken, body },
		reply: { result: exactly({ valid: true, kuid: "-1", expiresAt: null }) },
	})),
	{
		name: "auth:checkToken tells whose login token it is",
		matrix: true,
		request: async (run) => ({
			...checkToken,
			body: { token: await sessionOf("admin")(run) },
		}),
		reply: {
			result: exactly({ valid: true, kuid: "admin", expiresAt: anyNumber }),
		},
	},
	{
		name: "auth:checkToken tells whose API key it is",
		given: [newUser("ann-{n}")],
		request: async (run) => ({
			...checkToken,
			body: { token: await keyOf("ann-{n}")(run) },
		}),
		reply: {
			result: exactly({
				valid: true,
				kuid: matching(/^ann-\d+$/),
				expiresAt: -1,
			}),
		},
	},
	...["ghost", "kauth-ghost", "kapikey-a.b.c"].map((token) => ({
		name: `auth:checkToken answers that ${token} is no good`,
		request: { ...checkToken, body: { token } },
		reply: { result: exactly({ valid: false, state: "Invalid token." }) },
	})),
	{
		name: "auth:checkToken answers that a token that was revoked is no good",
		request: async (run) => {
			const token = await sessionOf("admin")(run);
			const logout = { controller: "auth", action: "logout" };
			await run.stage.gateway.query(logout, token);
			return { ...checkToken, body: { token } };
		},
		reply: { result: exactly({ valid: false, state: "Invalid token." }) },
	},
	noRight(checkToken, { on: ["http", "query", "ws"] }),
	notForStrangers(checkToken),
	...refusals(checkToken, [
		{
			when: "a token that is no text",
			matrix: true,
			body: { token: 1 },
			error: "api.assert.invalid_type",
			props: ["body.token", "string"],
		},
		wrongType("cookieAuth", "yes", "boolean"),
	]),
];

/** The holder may make tokens, and nothing else. */
async function assertCreates(run: ScenarioRun, token: string): Promise<void> {
	const request = { controller: "auth", action: "createToken" };
	const reply = await run.stage.gateway.query(request, token);
	assert.equal(reply.status, 200, JSON.stringify(reply.error));
}
