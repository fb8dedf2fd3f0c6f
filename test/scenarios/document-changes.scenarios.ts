import assert from "node:assert/strict";
import { assertMatches, exactly } from "../support/matchers.ts";
import type { Scenario, ScenarioRequest } from "../support/scenario.ts";
import { noRights, refusals, type Wrong } from "../support/scenario-rows.ts";
import {
	badDocuments,
	badFlags,
	badRefresh,
	badRetries,
	collection,
	FORGED,
	noBody,
	of,
	reservedNames,
	source,
	stored,
	updated,
	withDocument,
} from "./document-rows.ts";

const given = withDocument;
const update: ScenarioRequest = {
	...of("update", { _id: "d1" }),
	body: { deep: { y: 9 }, n: 1, _kuzzle_info: FORGED },
};
const upsert: ScenarioRequest = {
	...of("upsert", { _id: "d1" }),
	body: { changes: { n: 1 }, default: { n: 5, b: "b", _kuzzle_info: FORGED } },
};
const deleteFields: ScenarioRequest = {
	...of("deleteFields", { _id: "d1" }),
	body: { fields: ["deep.x", "ghost", "ghost.x", "a.b"] },
};
const notThere: Wrong = {
	when: "an id that is missing",
	matrix: true,
	args: { _id: "ghost" },
	error: "services.storage.not_found",
	props: ["ghost", "i-{n}", "c"],
	afterwards: async (run) =>
		assert.equal(await stored(run, "ghost"), undefined),
};
const DEEP = exactly({ x: 1, y: 9 });

export const documentChangeScenarios: readonly Scenario[] = [
	{
		name: "document:update merges deeply, and answers what was sent",
		matrix: true,
		given,
		request: update,
		reply: {
			result: exactly({
				_id: "d1",
				_source: source({ deep: exactly({ y: 9 }), n: 1 }, updated),
				_version: 2,
			}),
		},
		afterwards: async (run) =>
			assert.deepEqual((await stored(run, "d1"))?._source.deep, {
				x: 1,
				y: 9,
			}),
	},
	{
		name: "document:update answers the whole document with source",
		matrix: true,
		given,
		request: {
			...update,
			args: { ...update.args, source: true, retryOnConflict: 3 },
		},
		reply: {
			result: exactly({
				_id: "d1",
				_source: source({ a: 1, deep: DEEP, n: 1 }, updated),
				_version: 2,
			}),
		},
	},
	{
		name: "document:update takes numbers of retries below zero",
		given,
		request: { ...update, args: { ...update.args, retryOnConflict: -1 } },
		reply: { result: { _version: 2 } },
	},
	...noRights(update, { given }),
	...refusals(
		update,
		[
			notThere,
			...badDocuments,
			...badRefresh,
			...badFlags("silent", "source"),
			badRetries,
			noBody,
			...reservedNames((content) => content),
		],
		{ given },
	),

	{
		name: "document:upsert makes a document of the default and the changes, with an author",
		matrix: true,
		given: [collection],
		request: { ...upsert, args: { ...upsert.args, source: true } },
		reply: {
			result: exactly({
				_id: "d1",
				_source: source({ n: 1, b: "b" }, updated),
				_version: 1,
				created: true,
			}),
		},
	},
	{
		name: "document:upsert merges changes into a document, and leaves the default",
		matrix: true,
		given,
		request: upsert,
		reply: { result: exactly({ _id: "d1", _version: 2, created: false }) },
		afterwards: async (run) => {
			const { _kuzzle_info, ...content } =
				(await stored(run, "d1"))?._source ?? {};
			assert.deepEqual(content, { a: 1, deep: { x: 1, y: 2 }, n: 1 });
		},
	},
	...noRights(upsert, { given }),
	...refusals(
		upsert,
		[
			...badDocuments,
			...badRefresh,
			...badFlags("silent", "source"),
			badRetries,
			noBody,
			{
				when: "no changes",
				body: {},
				error: "api.assert.missing_argument",
				props: ["body.changes"],
			},
			{
				when: "changes that are no object",
				body: { changes: "x" },
				error: "api.assert.invalid_type",
				props: ["body.changes", "object"],
			},
			{
				when: "a default that is no object",
				body: { changes: {}, default: "x" },
				error: "api.assert.invalid_type",
				props: ["body.default", "object"],
			},
			...reservedNames((changes) => ({ changes })),
		],
		{ given },
	),

	{
		name: "document:deleteFields takes fields away, and passes over those that are not there",
		matrix: true,
		given,
		request: { ...deleteFields, args: { ...deleteFields.args, source: true } },
		reply: {
			result: exactly({
				_id: "d1",
				_source: source({ a: 1, deep: exactly({ y: 2 }) }, updated),
				_version: 2,
			}),
		},
	},
	{
		name: "document:deleteFields leaves metadata alone",
		matrix: true,
		given,
		request: {
			...deleteFields,
			body: { fields: ["_kuzzle_info", "_kuzzle_info.author", "a"] },
		},
		reply: { result: exactly({ _id: "d1", _version: 2 }) },
		afterwards: async (run) => {
			const { _source = {} } = (await stored(run, "d1")) ?? {};
			assertMatches(_source._kuzzle_info, updated);
			assert.equal(Object.hasOwn(_source, "a"), false);
		},
	},
	...noRights(deleteFields, { given }),
	...refusals(
		deleteFields,
		[
			notThere,
			...badDocuments,
			...badRefresh,
			...badFlags("silent", "source"),
			noBody,
			{
				when: "no fields",
				body: {},
				error: "api.assert.missing_argument",
				props: ["body.fields"],
			},
			{
				when: "fields that are no list",
				body: { fields: "a" },
				error: "api.assert.invalid_type",
				props: ["body.fields", "array"],
			},
			{
				when: "a field that is no text",
				body: { fields: ["a", 1] },
				error: "api.assert.invalid_type",
				props: ["body.fields[1]", "string"],
			},
		],
		{ given },
	),
];
