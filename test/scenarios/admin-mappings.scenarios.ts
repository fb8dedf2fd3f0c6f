import assert from "node:assert/strict";
import { absent, exactly } from "../support/matchers.ts";
import type { Scenario, ScenarioRequest } from "../support/scenario.ts";
import { noRights, refusals } from "../support/scenario-rows.ts";

const as = "admin" as const;
const action = "admin:loadMappings";
const loadMappings: ScenarioRequest = {
	action,
	as,
	body: { loaded: { c: { properties: { a: { type: "integer" } } } } },
};
const refreshIndexCache: ScenarioRequest = {
	action: "admin:refreshIndexCache",
	as,
};
const DONE = exactly({ acknowledge: true });

/** Setting collections up. */
export const adminMappingsScenarios: readonly Scenario[] = [
	{
		name: "admin:loadMappings makes collections, and no index without any",
		matrix: true,
		request: ({ n }) => ({
			action,
			as,
			body: {
				[`i-${n}`]: {
					c: { dynamic: "strict", properties: { a: { type: "integer" } } },
					d: {},
				},
				[`j-${n}`]: {},
			},
		}),
		reply: { result: DONE },
		afterwards: async ({ stage, n }) => {
			const index = `i-${n}`;
			const collection = (name: string, more: object = {}) =>
				stage.must({ controller: "collection", action: name, index, ...more });
			const { collections } = await collection("list");
			assert.deepEqual(
				collections.map((each: { name: string }) => each.name),
				["c", "d"],
			);
			assert.deepEqual(await collection("getMapping", { collection: "c" }), {
				dynamic: "strict",
				properties: { a: { type: "integer" } },
			});
			const other = { controller: "index", action: "exists", index: `j-${n}` };
			assert.equal(await stage.must(other), false);
		},
	},
	{
		name: "admin:loadMappings adds to the mappings of what exists",
		given: [loadMappings],
		request: {
			action,
			as,
			args: { refresh: "false" },
			body: { loaded: { c: { properties: { z: { type: "keyword" } } } } },
		},
		reply: { result: DONE },
		afterwards: async ({ stage }) => {
			const { properties } = await stage.must({
				controller: "collection",
				action: "getMapping",
				index: "loaded",
				collection: "c",
			});
			assert.deepEqual(Object.keys(properties).sort(), ["a", "z"]);
		},
	},
	{
		name: "admin:loadMappings takes a body that holds nothing",
		request: { action, as, body: {} },
		reply: { result: DONE },
	},
	...refusals(loadMappings, [
		...[undefined, []].map((body) => ({
			when: `the body ${JSON.stringify(body)}`,
			body,
			error: "api.assert.body_required" as const,
		})),
		{
			when: "an index that is no object",
			body: { "not-made": { c: {} }, i: "x" },
			error: "api.assert.invalid_argument",
			props: ["x", "object"],
			afterwards: async ({ stage }) => {
				const index = "not-made";
				const exists = { controller: "index", action: "exists", index };
				assert.equal(await stage.must(exists), false);
			},
		},
		{
			when: "mappings that are no object",
			body: { i: { c: 7 } },
			error: "api.assert.invalid_argument",
			props: ["7", "object"],
		},
		{
			when: "a definition in place of mappings",
			body: { i: { c: { mappings: {} } } },
			error: "services.storage.invalid_mapping",
			props: ["mappings", ""],
		},
		{
			when: "an index that may not be called so",
			body: { "UPPER x": { c: {} } },
			error: "services.storage.invalid_index_name",
			props: ["UPPER x"],
		},
		{
			when: "an index of the server's own",
			body: { kuzzle: { users: {} } },
			error: "services.storage.index_already_exists",
			props: ["private", "kuzzle"],
		},
	]),
	...noRights(loadMappings),
	{
		name: "admin:refreshIndexCache answers nothing",
		matrix: true,
		request: refreshIndexCache,
		reply: { result: absent },
	},
	...noRights(refreshIndexCache),
];
