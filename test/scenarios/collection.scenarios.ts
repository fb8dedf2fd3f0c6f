import assert from "node:assert/strict";
import { anyText, exactly } from "../support/matchers.ts";
import type { Scenario } from "../support/scenario.ts";
import { noRights, refusals, wrongType } from "../support/scenario-rows.ts";
import {
	ask,
	badPlaces,
	create,
	given,
	mappingOf,
	mappings,
	notThere,
	place,
	requestOf,
} from "./collection-rows.ts";
import { badNames } from "./place-rows.ts";

const exists = requestOf("exists");
const getMapping = requestOf("getMapping");
const getSettings = requestOf("getSettings");
const list = { ...requestOf("list"), args: { index: "i-{n}" } };
const refresh = requestOf("refresh");
const truncate = requestOf("truncate");
const deleteOne = requestOf("delete");
const DONE = exactly({ acknowledged: true });

/** What is asked of collections, but for their definitions and specifications. */
export const collectionScenarios: readonly Scenario[] = [
	{
		name: "collection:exists finds a collection",
		matrix: true,
		given,
		request: exists,
		reply: { result: true },
	},
	...[
		{ index: "i-{n}", collection: "ghost" },
		{ index: "ghost", collection: "c" },
		{ index: "kuzzle", collection: "users" },
		{ index: "i-{n}", collection: "*" },
	].map(
		(where): Scenario => ({
			name: `collection:exists does not find ${JSON.stringify(where)}`,
			given,
			request: { ...exists, args: where },
			reply: { result: false },
		}),
	),
	...refusals(exists, badPlaces),
	...noRights(exists),
	{
		name: "collection:getMapping leaves the metadata out",
		matrix: true,
		given,
		request: getMapping,
		reply: {
			result: exactly({
				...mappings,
				properties: exactly({ name: { type: "keyword" } }),
			}),
		},
	},
	{
		name: "collection:getMapping shows the metadata when asked to",
		matrix: true,
		given,
		request: { ...getMapping, args: { ...place, includeKuzzleMeta: true } },
		reply: {
			result: {
				properties: exactly({
					name: { type: "keyword" },
					_kuzzle_info: {
						properties: { author: { type: "keyword" } },
					},
				}),
			},
		},
	},
	...refusals(
		getMapping,
		[...badPlaces, ...notThere, wrongType("includeKuzzleMeta", "x", "boolean")],
		{ given },
	),
	...noRights(getMapping),
	{
		name: "collection:getSettings tells settings as text",
		matrix: true,
		given: [
			{ ...create, body: { settings: { index: { max_result_window: 9000 } } } },
		],
		request: getSettings,
		reply: {
			result: {
				number_of_shards: "1",
				number_of_replicas: anyText,
				max_result_window: "9000",
				creation_date: anyText,
				uuid: anyText,
				provided_name: anyText,
				version: { created: anyText },
			},
		},
	},
	...refusals(getSettings, [...badPlaces, ...notThere], { given }),
	...noRights(getSettings),
	...listRows(),
	{
		name: "collection:refresh answers nothing",
		matrix: true,
		given,
		request: refresh,
		reply: { result: null },
	},
	...refusals(refresh, [...badPlaces, ...notThere], { given }),
	...noRights(refresh),
	{
		name: "collection:truncate leaves mappings and settings",
		matrix: true,
		given: [
			{ ...create, body: { mappings, settings: { refresh_interval: "5s" } } },
		],
		request: truncate,
		reply: { result: DONE },
		afterwards: async (run) => {
			assert.deepEqual(await mappingOf(run), mappings);
			const settings = await ask(run, "getSettings");
			assert.equal(settings.refresh_interval, "5s");
		},
	},
	...refusals(truncate, [...badPlaces, ...notThere], { given }),
	...noRights(truncate),
	{
		name: "collection:delete removes a collection, and leaves its index",
		matrix: true,
		given,
		request: deleteOne,
		reply: { result: null },
		afterwards: async (run) => {
			assert.equal(await ask(run, "exists"), false);
			assert.deepEqual((await ask(run, "list")).collections, []);
		},
	},
	...refusals(deleteOne, [...badPlaces, ...notThere], { given }),
	...noRights(deleteOne),
];

function listRows(): Scenario[] {
	const three = ["b", "c", "a"].map((collection) => ({
		...create,
		args: { ...place, collection },
	}));
	const stored = (...names: string[]) =>
		names.map((name) => exactly({ name, type: "stored" }));
	const row = (
		asked: Readonly<Record<string, unknown>>,
		result: Readonly<Record<string, never>> | object,
	): Scenario => ({
		name: `collection:list answers for ${JSON.stringify(asked)}`,
		matrix: true,
		given: three,
		request: { ...list, args: { ...list.args, ...asked } },
		reply: { result: exactly({ type: "all", ...result }) },
	});
	return [
		row({}, { collections: stored("a", "b", "c") }),
		row({ from: 1 }, { collections: stored("b", "c"), from: 1 }),
		row({ size: 2 }, { collections: stored("a", "b"), from: 0, size: 2 }),
		row({ from: 1, size: 1 }, { collections: stored("b"), from: 1, size: 1 }),
		row({ from: 3 }, { collections: [], from: 3 }),
		row(
			{ type: "stored" },
			{
				type: "stored",
				collections: stored("a", "b", "c"),
			},
		),
		row({ type: "realtime" }, { type: "realtime", collections: [] }),
		...refusals(
			list,
			[
				...badNames("index"),
				{
					when: "an index that is not there",
					args: { index: "ghost" },
					error: "services.storage.unknown_index",
					props: ["ghost"],
				},
				{
					when: "an index of the server's own",
					args: { index: "kuzzle" },
					error: "services.storage.unknown_index",
					props: ["kuzzle"],
				},
				{
					when: "type = zz",
					args: { type: "zz" },
					error: "api.assert.invalid_argument",
					props: ["type", anyText],
				},
				wrongType("type", {}, "string"),
				wrongType("from", "x", "integer"),
				wrongType("size", {}, "integer"),
			],
			{ given: three },
		),
		...noRights(list),
	];
}
