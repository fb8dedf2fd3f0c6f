import assert from "node:assert/strict";
import { absent, exactly } from "../support/matchers.ts";
import type { Scenario, ScenarioRequest } from "../support/scenario.ts";
import { prepare } from "../support/scenario-people.ts";
import {
	missing,
	noRights,
	refusals,
	wrongType,
} from "../support/scenario-rows.ts";

const keyword = { type: "keyword" };
const metadata = exactly({
	properties: exactly({
		author: keyword,
		createdAt: { type: "date" },
		updatedAt: { type: "date" },
		updater: keyword,
	}),
});
const refresh: ScenarioRequest = {
	action: "security:refresh",
	args: { collection: "users" },
};

/** The mappings of users, profiles and roles, and security:refresh. */
export const securityMappingsScenarios: readonly Scenario[] = [
	...rowsOf("User", { profileIds: keyword }),
	...rowsOf("Profile", {
		tags: keyword,
		policies: {
			properties: {
				roleId: keyword,
				restrictedTo: {
					type: "nested",
					properties: { index: keyword, collections: keyword },
				},
			},
		},
	}),
	...rowsOf("Role", {
		tags: keyword,
		controllers: exactly({ type: "object", dynamic: "false" }),
	}),
	{
		name: "security:updateUserMapping lets users be searched by a field of their own",
		matrix: true,
		on: ["ws"],
		given: (run) =>
			prepare(
				run,
				{
					action: "security:updateUserMapping",
					body: { properties: { "city{n}": keyword } },
				},
				{
					action: "security:createUser",
					args: { _id: "ann-{n}" },
					body: { content: { profileIds: ["default"], "city{n}": "Nice" } },
				},
			),
		request: (run) => ({
			action: "security:searchUsers",
			as: "admin",
			body: { query: { term: { [`city${run.n}`]: "Nice" } } },
		}),
		reply: { result: { hits: [{ _id: "ann-{n}" }], total: 1 } },
	},
	...["users", "profiles", "roles"].map(
		(collection): Scenario => ({
			name: `security:refresh lets searches see what was written of ${collection}`,
			matrix: true,
			request: { ...refresh, as: ["security:refresh"], args: { collection } },
			reply: { result: null },
		}),
	),
	{
		name: "security:refresh shows a user who was made without waiting",
		matrix: true,
		on: ["ws"],
		given: [
			{
				action: "security:createUser",
				args: { _id: "ann-{n}", refresh: false },
				body: { content: { profileIds: ["default"] } },
			},
		],
		request: { ...refresh, as: "admin" },
		reply: { result: null },
		async afterwards(run) {
			const { total } = await run.stage.must({
				controller: "security",
				action: "searchUsers",
				body: { query: { ids: { values: [run.named("ann-{n}")] } } },
			});
			assert.equal(total, 1);
		},
	},
	...noRights(refresh),
	...refusals({ ...refresh, as: "admin" }, [
		missing("collection"),
		missing("collection", null),
		missing("collection", ""),
		wrongType("collection", {}, "string"),
		...["config", "api-keys", "ghost", "__proto__"].map((collection, i) => ({
			when: `the collection ${collection}`,
			matrix: i === 0,
			args: { collection },
			error: "api.assert.unexpected_argument" as const,
			props: [collection, ["users", "profiles", "roles"]],
		})),
	]),
];

/** Of one kind: reading and extending its mapping. */
function rowsOf(
	kind: "User" | "Profile" | "Role",
	own: Readonly<Record<string, NonNullable<Scenario["reply"]["result"]>>>,
): Scenario[] {
	const get: ScenarioRequest = { action: `security:get${kind}Mapping` };
	const update: ScenarioRequest = {
		action: `security:update${kind}Mapping`,
		body: { properties: { "field{n}": keyword } },
	};
	return [
		{
			name: `${get.action} answers the fields that can be searched, without the metadata`,
			matrix: true,
			request: { ...get, as: [get.action as `${string}:${string}`] },
			reply: { result: exactly({ mapping: { ...own, _kuzzle_info: absent } }) },
		},
		...noRights(get),
		{
			name: `${update.action} adds a field, and answers the whole mapping`,
			matrix: true,
			request: (run) => ({
				...update,
				as: "admin",
				body: { properties: { [`field${run.n}`]: keyword } },
			}),
			reply: {
				result: {
					dynamic: "false",
					properties: { ...own, _kuzzle_info: metadata },
				},
			},
			async afterwards(run) {
				const [controller, action] = get.action.split(":");
				const { mapping } = await run.stage.must({ controller, action });
				assert.deepEqual(mapping[`field${run.n}`], keyword);
			},
		},
		{
			name: `${update.action} changes nothing when nothing is given`,
			matrix: true,
			request: {
				...update,
				as: [update.action as `${string}:${string}`],
				body: {},
			},
			reply: {
				result: {
					dynamic: "false",
					properties: { ...own, _kuzzle_info: metadata },
				},
			},
		},
		...noRights(update),
		...refusals({ ...update, as: "admin" }, [
			...[undefined, null, []].map((body) => ({
				when: `the body ${JSON.stringify(body)}`,
				body,
				error: "api.assert.body_required" as const,
			})),
			{
				when: "a key that there is not",
				matrix: true,
				body: { zz: 1 },
				error: "services.storage.invalid_mapping",
				props: ["zz", ""],
			},
			...[{ type: "ghost" }, { type: "integer" }].map((definition) => ({
				when: `a field as ${JSON.stringify(definition)}, which there is not or is otherwise`,
				body: {
					properties: { [Object.keys(own)[0] ?? ""]: definition },
				},
				error: "services.storage.unexpected_bad_request" as const,
			})),
		]),
	];
}
