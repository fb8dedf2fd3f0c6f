import assert from "node:assert/strict";
import { anyText, exactly } from "../support/matchers.ts";
import type { Scenario, ScenarioRequest } from "../support/scenario.ts";
import { noRights, refusals, type Wrong } from "../support/scenario-rows.ts";
import {
	ask,
	badPlaces,
	create,
	given,
	mappingOf,
	mappings,
	notThere,
	requestOf,
} from "./collection-rows.ts";

const update: ScenarioRequest = {
	...requestOf("update"),
	body: { mappings: { properties: { age: { type: "integer" } } } },
};
const updateMapping: ScenarioRequest = {
	...requestOf("updateMapping"),
	body: { properties: { age: { type: "integer" } } },
};
const DONE = exactly({ acknowledged: true });

/** What gives collections their mappings and settings. */
export const collectionDefinitionScenarios: readonly Scenario[] = [
	{
		name: "collection:create makes a collection, and its index",
		matrix: true,
		request: create,
		reply: { result: DONE },
		afterwards: async (run) => {
			assert.deepEqual(await mappingOf(run), mappings);
		},
	},
	{
		name: "collection:create needs no body",
		matrix: true,
		request: { ...create, body: undefined },
		reply: { result: DONE },
		afterwards: async (run) => {
			const found = await mappingOf(run);
			assert.deepEqual(found, { dynamic: "false", properties: {} });
		},
	},
	{
		name: "collection:create takes mappings in place of a definition",
		request: { ...create, body: mappings },
		reply: { result: DONE },
		afterwards: async (run) => {
			assert.deepEqual(await mappingOf(run), mappings);
		},
	},
	{
		name: "collection:create takes flags for dynamic, on every level",
		matrix: true,
		request: {
			...create,
			body: {
				mappings: {
					dynamic: false,
					properties: { a: { dynamic: true, properties: {} } },
				},
			},
		},
		reply: { result: DONE },
		afterwards: async (run) => {
			const { dynamic, properties } = await mappingOf(run);
			assert.equal(dynamic, "false");
			assert.equal(properties.a.dynamic, "true");
		},
	},
	{
		name: "collection:create of one that exists adds to it",
		matrix: true,
		given,
		request: { ...create, body: update.body },
		reply: { result: DONE },
		afterwards: async (run) => {
			const { dynamic, properties } = await mappingOf(run);
			assert.equal(dynamic, "strict");
			assert.deepEqual(Object.keys(properties).sort(), ["age", "name"]);
		},
	},
	{
		name: "collection:create keeps settings, and wants some shards and copies",
		matrix: true,
		request: {
			...create,
			body: {
				settings: {
					number_of_shards: 0,
					number_of_replicas: 0,
					refresh_interval: "5s",
				},
			},
		},
		reply: { result: DONE },
		afterwards: async (run) => {
			const settings = await ask(run, "getSettings");
			assert.equal(settings.number_of_shards, "1");
			assert.equal(settings.refresh_interval, "5s");
		},
	},
	...refusals(create, [
		...badPlaces,
		...notObjects(),
		...badMappings((value) => ({ mappings: value })),
		{
			when: "an index that may not be called so",
			args: { index: "Upper" },
			error: "services.storage.invalid_index_name",
			props: ["Upper"],
		},
		...["Upper", "a b", "a.b", "*"].map((collection) => ({
			when: `a collection called ${collection}`,
			args: { collection },
			error: "services.storage.invalid_collection_name" as const,
			props: [collection],
		})),
		{
			when: "the name of the server's own",
			args: { collection: "_kuzzle_keep" },
			error: "services.storage.collection_reserved",
			props: ["_kuzzle_keep"],
		},
		{
			when: "an index of the server's own",
			args: { index: "kuzzle" },
			error: "services.storage.index_already_exists",
			props: ["private", "kuzzle"],
		},
		{
			when: "another type for a field of a collection that exists",
			given,
			body: { mappings: { properties: { name: { type: "integer" } } } },
			error: "services.storage.unexpected_bad_request",
			afterwards: async (run) => {
				assert.deepEqual(await mappingOf(run), mappings);
			},
		},
		{
			when: "a setting that is the store's own",
			body: { settings: { index: { uuid: "x" } } },
			error: "services.storage.unexpected_bad_request",
		},
	]),
	...noRights(create),
	{
		name: "collection:update adds mappings and changes settings",
		matrix: true,
		given,
		request: {
			...update,
			body: {
				...(update.body as object),
				settings: { refresh_interval: "5s" },
			},
		},
		reply: { result: null },
		afterwards: async (run) => {
			const { dynamic, properties } = await mappingOf(run);
			assert.equal(dynamic, "strict");
			assert.deepEqual(Object.keys(properties).sort(), ["age", "name"]);
			const settings = await ask(run, "getSettings");
			assert.equal(settings.refresh_interval, "5s");
		},
	},
	{
		name: "collection:update needs no body",
		given,
		request: { ...update, body: undefined },
		reply: { result: null },
	},
	{
		name: "collection:update changes no setting when its mappings are refused",
		matrix: true,
		given,
		request: {
			...update,
			body: {
				mappings: { properties: { name: { type: "integer" } } },
				settings: { refresh_interval: "5s" },
			},
		},
		reply: { error: "services.storage.unexpected_bad_request" },
		afterwards: async (run) => {
			const settings = await ask(run, "getSettings");
			assert.notEqual(settings.refresh_interval, "5s");
		},
	},
	...refusals(
		update,
		[
			...badPlaces,
			...notThere,
			...notObjects(),
			...badMappings((value) => ({ mappings: value })),
			{
				when: "another number of shards",
				body: { settings: { number_of_shards: 2 } },
				error: "services.storage.unexpected_bad_request",
			},
			{
				when: "body.reindexCollection = 1",
				body: { reindexCollection: 1 },
				error: "api.assert.invalid_type",
				props: ["body.reindexCollection", "boolean"],
			},
		],
		{ given },
	),
	...noRights(update),
	{
		name: "collection:updateMapping answers the mappings as they are now",
		matrix: true,
		given,
		request: updateMapping,
		reply: {
			result: exactly({
				dynamic: "strict",
				_meta: { of: "test" },
				properties: {
					name: { type: "keyword" },
					age: { type: "integer" },
					_kuzzle_info: { properties: { updater: { type: "keyword" } } },
				},
			}),
		},
	},
	...refusals(
		updateMapping,
		[
			...badPlaces,
			...notThere,
			...badMappings((value) => value as object),
			...[undefined, []].map((body) => ({
				when: `the body ${JSON.stringify(body)}`,
				body,
				error: "api.assert.body_required" as const,
			})),
			{
				when: "another type for a field",
				body: { properties: { name: { type: "integer" } } },
				error: "services.storage.unexpected_bad_request" as const,
			},
		],
		{ given },
	),
	...noRights(updateMapping),
];

/** Mappings that nobody takes, as `body` holds them. */
function badMappings(body: (mappings: unknown) => object): Wrong[] {
	const invalid = "services.storage.invalid_mapping" as const;
	const badRequest = "services.storage.unexpected_bad_request" as const;
	const cases: [object, NonNullable<Wrong["error"]>, Wrong["props"]][] = [
		[{ zz: 1 }, invalid, ["zz", ""]],
		[{ propertis: {} }, invalid, ["propertis", anyText]],
		[{ dynamic: "maybe" }, invalid, ["dynamic", anyText]],
		[
			{ properties: { a: { properties: {}, zz: 1 } } },
			invalid,
			["zz", anyText],
		],
		[{ properties: { a: "keyword" } }, invalid, ["a", ""]],
		[{ properties: { a: { type: "ghost" } } }, badRequest, [anyText]],
		[{ properties: { a: {} } }, badRequest, [anyText]],
	];
	return cases.map(([value, error, props = []]) => ({
		when: `the mappings ${JSON.stringify(value)}`,
		body: body(value),
		error,
		props,
	}));
}

/** Members of the body that are no objects. */
function notObjects(): Wrong[] {
	return ["mappings", "settings"].flatMap((name) =>
		["x", [], 1].map((value) => ({
			when: `body.${name} = ${JSON.stringify(value)}`,
			body: { [name]: value },
			error: "api.assert.invalid_type" as const,
			props: [`body.${name}`, "object"],
		})),
	);
}
