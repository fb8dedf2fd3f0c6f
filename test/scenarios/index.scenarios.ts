import assert from "node:assert/strict";
import {
	absent,
	anyNumber,
	anyObject,
	exactly,
	type Matcher,
} from "../support/matchers.ts";
import type {
	Scenario,
	ScenarioRequest,
	ScenarioRun,
} from "../support/scenario.ts";
import { noRights, refusals, wrongType } from "../support/scenario-rows.ts";
import type { ActionRequest } from "../support/transports.ts";
import { badNames } from "./place-rows.ts";

const as = "admin" as const;
const args = { index: "i-{n}" };
const create: ScenarioRequest = { action: "index:create", as, args };
const exists: ScenarioRequest = { action: "index:exists", as, args };
const deleteOne: ScenarioRequest = { action: "index:delete", as, args };
const list: ScenarioRequest = { action: "index:list", as };
const stats: ScenarioRequest = { action: "index:stats", as };
const mDelete: ScenarioRequest = {
	action: "index:mDelete",
	as,
	body: { indexes: ["i-{n}", "ghost"] },
};
const newCollection: ActionRequest = {
	action: "collection:create",
	args: { ...args, collection: "c" },
};
const anyList: Matcher = (actual, path) =>
	assert.ok(Array.isArray(actual), path);
const DONE = exactly({ acknowledged: true });

/** What is asked of indexes. */
export const indexScenarios: readonly Scenario[] = [
	{
		name: "index:create makes an index, which is listed and empty",
		matrix: true,
		request: create,
		reply: { result: absent },
		afterwards: async (run) => {
			assert.ok((await indexes(run)).includes(`i-${run.n}`));
			const { collections } = await run.stage.must({
				controller: "collection",
				action: "list",
				index: `i-${run.n}`,
			});
			assert.deepEqual(collections, []);
		},
	},
	...refusals(create, [
		...badNames("index"),
		...["Upper", "a b", "_all", "a.b", "&a", "a*", "x".repeat(127)].map(
			(index) => ({
				when: `the name ${index}`,
				args: { index },
				error: "services.storage.invalid_index_name" as const,
				props: [index],
			}),
		),
		{
			when: "a name that is taken",
			given: [create],
			error: "services.storage.index_already_exists",
			props: ["public", "i-{n}"],
		},
		{
			when: "a name that the server itself uses",
			args: { index: "kuzzle" },
			error: "services.storage.index_already_exists",
			props: ["private", "kuzzle"],
		},
	]),
	...noRights(create),
	{
		name: "index:exists finds an index",
		matrix: true,
		given: [create],
		request: exists,
		reply: { result: true },
	},
	{
		name: "index:exists finds none that is not there",
		request: { ...exists, args: { index: "ghost" } },
		reply: { result: false },
	},
	{
		name: "index:exists does not find what the server keeps for itself",
		request: { ...exists, args: { index: "kuzzle" } },
		reply: { result: false },
	},
	...refusals(exists, badNames("index")),
	...noRights(exists),
	{
		name: "index:delete removes an index with its collections",
		matrix: true,
		given: [newCollection],
		request: deleteOne,
		reply: { result: DONE },
		afterwards: async (run) => {
			assert.ok(!(await indexes(run)).includes(`i-${run.n}`));
		},
	},
	...refusals(deleteOne, [
		...badNames("index"),
		...["ghost", "kuzzle", "i-*", "_all"].map((index) => ({
			when: `the index ${index}, which is not there`,
			args: { index },
			error: "services.storage.unknown_index" as const,
			props: [index],
		})),
	]),
	...noRights(deleteOne),
	{
		name: "index:list tells the names only",
		matrix: true,
		given: [create],
		request: list,
		reply: { result: exactly({ indexes: anyList }) },
		afterwards: (run, { result }) => {
			const { indexes } = result as { indexes: string[] };
			assert.ok(indexes.includes(`i-${run.n}`));
			assert.deepEqual(indexes, indexes.toSorted());
		},
	},
	{
		name: "index:list counts collections when asked to",
		matrix: true,
		given: [
			{ action: "index:create", args: { index: "e-{n}" } },
			newCollection,
			{ ...newCollection, args: { ...args, collection: "d" } },
		],
		request: { ...list, args: { countCollection: true } },
		reply: { result: exactly({ indexes: anyList, collections: anyObject }) },
		afterwards: ({ n }, { result }) => {
			const { collections } = result as { collections: object };
			const counted = new Map(Object.entries(collections));
			assert.equal(counted.get(`i-${n}`), 2);
			assert.equal(counted.get(`e-${n}`), 0);
			assert.equal(counted.has("kuzzle"), false);
		},
	},
	{
		name: "index:list counts collections by the argument that is documented, too",
		matrix: true,
		request: { ...list, args: { countCollections: true } },
		reply: { result: exactly({ indexes: anyList, collections: anyObject }) },
	},
	...refusals(list, [
		wrongType("countCollection", "x", "boolean"),
		wrongType("countCollections", "x", "boolean"),
	]),
	...noRights(list),
	{
		name: "index:stats counts documents and bytes",
		matrix: true,
		given: [create, newCollection],
		request: stats,
		reply: { result: exactly({ indexes: anyList, size: anyNumber }) },
		afterwards: ({ n }, { result }) => {
			const { indexes, size } = result as Stats;
			const own = indexes.find(({ name }) => name === `i-${n}`);
			assert.ok(own);
			const [collection, ...others] = own.collections;
			assert.equal(others.length, 0);
			assert.deepEqual(collection, {
				name: "c",
				documentCount: 0,
				size: own.size,
			});
			const sizes = indexes.map((each) => each.size);
			assert.equal(
				size,
				sizes.reduce((sum, each) => sum + each, 0),
			);
		},
	},
	...noRights(stats),
	{
		name: "index:mDelete deletes what is there",
		matrix: true,
		given: [create, newCollection],
		request: mDelete,
		reply: { result: { deleted: ["i-{n}"] } },
		afterwards: async (run) => {
			assert.ok(!(await indexes(run)).includes(`i-${run.n}`));
		},
	},
	...[undefined, {}, { indexes: [] }, { indexes: ["kuzzle", 1, "", null] }].map(
		(body): Scenario => ({
			name: `index:mDelete deletes nothing for the body ${JSON.stringify(body)}`,
			request: { ...mDelete, body },
			reply: { result: exactly({ deleted: [] }) },
		}),
	),
	{
		name: "index:mDelete names what is given twice once",
		given: [create],
		request: { ...mDelete, body: { indexes: ["i-{n}", "i-{n}"] } },
		reply: { result: { deleted: ["i-{n}"] } },
	},
	{
		name: "index:mDelete leaves out what the caller may not delete by itself",
		matrix: true,
		given: [create],
		request: { ...mDelete, as: ["index:mDelete"] },
		reply: { result: exactly({ deleted: [] }) },
		afterwards: async (run) => {
			assert.ok((await indexes(run)).includes(`i-${run.n}`));
		},
	},
	...refusals(mDelete, [
		...["x", {}, null].map((value) => ({
			when: `body.indexes = ${JSON.stringify(value)}`,
			body: { indexes: value },
			error: "api.assert.invalid_type" as const,
			props: ["body.indexes", "array"],
		})),
	]),
	...noRights(mDelete),
];

interface Stats {
	readonly size: number;
	readonly indexes: readonly {
		readonly name: string;
		readonly size: number;
		readonly collections: readonly object[];
	}[];
}

async function indexes({ stage }: ScenarioRun): Promise<string[]> {
	const listed = await stage.must({ controller: "index", action: "list" });
	return listed.indexes;
}
