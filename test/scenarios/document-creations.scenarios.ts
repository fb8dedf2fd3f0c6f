import assert from "node:assert/strict";
import { assertMatches, exactly } from "../support/matchers.ts";
import type { Scenario, ScenarioRequest } from "../support/scenario.ts";
import { noRights, refusals, wrongType } from "../support/scenario-rows.ts";
import {
	badDocuments,
	badFlags,
	badPlaces,
	badRefresh,
	collection,
	created,
	document,
	FORGED,
	generatedId,
	noBody,
	of,
	reservedNames,
	source,
	stored,
	updated,
	withDocument,
} from "./document-rows.ts";

const body = { a: 2, _kuzzle_info: FORGED };
const create: ScenarioRequest = { ...of("create", { _id: "d2" }), body };
const createOrReplace: ScenarioRequest = {
	...of("createOrReplace", { _id: "d1" }),
	body,
};
const replace: ScenarioRequest = { ...of("replace", { _id: "d1" }), body };
const notMapped = {
	when: "a field that the strict mappings do not know",
	body: { ghost: 1 },
	error: "services.storage.strict_mapping_rejection",
	props: ["ghost", "i-{n}", "c"],
} as const;
const notAnInteger = {
	when: "a value that its field cannot hold",
	body: { a: "x" },
	error: "services.storage.unexpected_bad_request",
} as const;
const given = withDocument;

export const documentCreationScenarios: readonly Scenario[] = [
	{
		name: "document:create makes a document, with metadata of the server's own",
		matrix: true,
		given: [collection],
		request: create,
		reply: {
			result: exactly({
				_id: "d2",
				_source: source({ a: 2 }, created),
				_version: 1,
			}),
		},
		afterwards: async (run) =>
			assert.deepEqual((await stored(run, "d2"))?._source.a, 2),
	},
	{
		name: "document:create makes an id where none is given",
		matrix: true,
		given: [collection],
		request: { ...of("create"), body: { a: 1 } },
		reply: {
			result: exactly({
				_id: generatedId,
				_source: source({ a: 1 }, created),
				_version: 1,
			}),
		},
	},
	{
		name: "document:create lets search find the document with refresh=wait_for",
		matrix: true,
		given: [collection],
		request: { ...of("create", { _id: "d2", refresh: "wait_for" }), body },
		reply: { result: { _id: "d2" } },
		async afterwards({ stage, named }) {
			const { total } = await stage.must({
				controller: "document",
				action: "search",
				index: named("i-{n}"),
				collection: "c",
				body: {},
			});
			assert.equal(total, 1);
		},
	},
	{
		name: "document:create takes a refresh and a silence of any kind",
		given: [collection],
		request: { ...of("create", { refresh: "zz", silent: true }), body },
		reply: {},
	},
	{
		name: "document:create keeps names of JavaScript as plain data",
		matrix: true,
		given: [
			{
				action: "collection:create",
				args: { index: "i-{n}", collection: "c" },
			},
		],
		request: {
			...of("create", { _id: "d2" }),
			body: { constructor: { prototype: 1 }, toString: "x", hasOwnProperty: 0 },
		},
		reply: {
			result: {
				_source: source(
					{ constructor: { prototype: 1 }, toString: "x", hasOwnProperty: 0 },
					created,
				),
			},
		},
	},
	...noRights(create, { given: [collection] }),
	...refusals(
		create,
		[
			{
				when: "an id that is taken",
				matrix: true,
				args: { _id: "d1" },
				error: "services.storage.document_already_exists",
				props: [],
				afterwards: async (run) =>
					assert.equal((await stored(run, "d1"))?._source.a, 1),
			},
			...badPlaces,
			wrongType("_id", {}, "string"),
			...badFlags("silent"),
			noBody,
			{ ...noBody, when: "a list for a body", body: [1, 2] },
			notMapped,
			notAnInteger,
			...reservedNames((content) => content),
			{
				when: "an id of 513 bytes",
				args: { _id: "i".repeat(513) },
				error: "services.storage.unexpected_bad_request",
			},
		],
		{ given },
	),

	{
		name: "document:createOrReplace makes a document, made and changed at once",
		matrix: true,
		given: [collection],
		request: createOrReplace,
		reply: {
			result: exactly({
				_id: "d1",
				_source: source({ a: 2 }, updated),
				_version: 1,
				created: true,
			}),
		},
	},
	{
		name: "document:createOrReplace replaces a document as a whole",
		matrix: true,
		given,
		request: createOrReplace,
		reply: {
			result: exactly({
				_id: "d1",
				_source: source({ a: 2 }, updated),
				_version: 2,
				created: false,
			}),
		},
		afterwards: async (run) =>
			assertMatches(
				(await stored(run, "d1"))?._source,
				source({ a: 2 }, updated),
			),
	},
	...noRights(createOrReplace, { given }),
	...refusals(
		createOrReplace,
		[
			...badDocuments,
			...badRefresh,
			...badFlags("silent"),
			noBody,
			notMapped,
			...reservedNames((content) => content),
		],
		{ given },
	),

	{
		name: "document:replace replaces a document as a whole",
		matrix: true,
		given: [...given, document("other", { a: 5 })],
		request: replace,
		reply: {
			result: exactly({
				_id: "d1",
				_source: source({ a: 2 }, updated),
				_version: 2,
			}),
		},
		afterwards: async (run) =>
			assert.equal((await stored(run, "other"))?._version, 1),
	},
	...noRights(replace, { given }),
	...refusals(
		replace,
		[
			{
				when: "an id that is missing",
				matrix: true,
				args: { _id: "ghost" },
				error: "services.storage.not_found",
				props: ["ghost", "i-{n}", "c"],
				afterwards: async (run) =>
					assert.equal(await stored(run, "ghost"), undefined),
			},
			...badDocuments,
			...badRefresh,
			...badFlags("silent"),
			noBody,
			notMapped,
			...reservedNames((content) => content),
		],
		{ given },
	),
];
