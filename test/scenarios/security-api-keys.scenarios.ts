import type { Scenario, ScenarioRequest } from "../support/scenario.ts";
import {
	missing,
	noRights,
	refusals,
	type Wrong,
	wrongType,
} from "../support/scenario-rows.ts";
import { creationRows, deletionRows, searchRows } from "./api-key-rows.ts";

const userId = "ann-{n}";
const create: ScenarioRequest = {
	action: "security:createApiKey",
	args: { userId },
	body: { description: "made by the row" },
};
const search: ScenarioRequest = {
	action: "security:searchApiKeys",
	args: { userId },
};
const remove: ScenarioRequest = {
	action: "security:deleteApiKey",
	args: { userId, _id: "key-{n}" },
};
const badUserIds: readonly Wrong[] = [
	missing("userId"),
	missing("userId", null),
	missing("userId", ""),
	wrongType("userId", 1, "string"),
	wrongType("userId", ["ann"], "string"),
];

/** Keys of any user. */
export const securityApiKeysScenarios: readonly Scenario[] = [
	...creationRows({ ...create, as: ["security:createApiKey"] }),
	...noRights(create),
	...refusals({ ...create, as: "admin" }, [
		{
			when: "a user that there is not",
			matrix: true,
			args: { userId: "ghost" },
			error: "security.user.not_found",
			props: ["ghost"],
		},
		...badUserIds,
	]),
	...searchRows({ ...search, as: ["security:searchApiKeys"] }),
	{
		name: "security:searchApiKeys finds no key of a user that there is not",
		request: { ...search, as: "admin", args: { userId: "ghost" } },
		reply: { result: { hits: [], total: 0 } },
	},
	...noRights(search),
	...refusals({ ...search, as: "admin" }, badUserIds),
	...deletionRows({ ...remove, as: ["security:deleteApiKey"] }),
	...noRights(remove),
	...refusals({ ...remove, as: "admin" }, badUserIds),
];
