import { matching } from "../support/matchers.ts";
import type { Scenario, ScenarioRequest } from "../support/scenario.ts";
import { newUser, sessionOf } from "../support/scenario-people.ts";
import { noRights, refusals } from "../support/scenario-rows.ts";
import { creationRows, deletionRows, searchRows } from "./api-key-rows.ts";

const create: ScenarioRequest = {
	action: "auth:createApiKey",
	args: { _id: "key-{n}" },
	body: { description: "not allowed" },
};
const search: ScenarioRequest = { action: "auth:searchApiKeys" };
const remove: ScenarioRequest = {
	action: "auth:deleteApiKey",
	args: { _id: "key-{n}" },
};
const token = sessionOf("ann-{n}");

/** A caller's own keys. */
export const authApiKeysScenarios: readonly Scenario[] = [
	...creationRows({ action: "auth:createApiKey", token }),
	...noRights(create),
	{
		name: "auth:createApiKey makes a key of the anonymous user, where strangers may",
		gateway: "open",
		request: create,
		reply: {
			result: { _source: { userId: "-1", token: matching(/^kapikey-/) } },
		},
	},
	...searchRows({ ...search, token }),
	...noRights(search),
	...deletionRows({ ...remove, token }),
	...noRights(remove),
];

/** With `security.apiKey.maxTTL` at one minute. */
export const cappedKeysScenarios: readonly Scenario[] = [
	...[60_000, "60s", 1].map((expiresIn) => ({
		name: `auth:createApiKey takes expiresIn = ${JSON.stringify(expiresIn)} under the maximum`,
		matrix: expiresIn === 60_000,
		given: [newUser("ann-{n}")],
		request: {
			action: "auth:createApiKey",
			token,
			args: { expiresIn },
			body: { description: "short" },
		},
		reply: { result: { _source: { description: "short" } } },
	})),
	...refusals(
		{
			action: "auth:createApiKey",
			token,
			body: { description: "long" },
		},
		[60_001, "2m", -1, "-1", undefined, ""].map((expiresIn) => ({
			when: `expiresIn = ${JSON.stringify(expiresIn)} over the maximum`,
			matrix: expiresIn === 60_001 || expiresIn === -1,
			given: [newUser("ann-{n}")],
			args: { expiresIn },
			error: "security.token.ttl_exceeded",
		})),
	),
	{
		name: "security:createApiKey is not limited by it",
		given: [newUser("ann-{n}")],
		request: {
			action: "security:createApiKey",
			as: "admin",
			args: { userId: "ann-{n}", expiresIn: -1 },
			body: { description: "long" },
		},
		reply: { result: { _source: { expiresAt: -1 } } },
	},
];
