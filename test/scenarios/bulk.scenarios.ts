import assert from "node:assert/strict";
import { anyNumber, exactly, matching } from "../support/matchers.ts";
import type { Scenario, ScenarioRequest } from "../support/scenario.ts";
import {
	noRights,
	refusals,
	type Wrong,
	wrongType,
} from "../support/scenario-rows.ts";
import {
	anyReason,
	badFlags,
	badPlaces,
	collection,
	created,
	FORGED,
	generatedId,
	noBody,
	source,
	stored,
	updated,
	withDocument,
} from "./document-rows.ts";
import { findable } from "./found-rows.ts";

const bulk = (
	action: string,
	args: Readonly<Record<string, unknown>> = {},
): ScenarioRequest => ({
	action: `bulk:${action}`,
	as: "admin",
	args: { index: "i-{n}", collection: "c", ...args },
});
const lines = (...bulkData: unknown[]): ScenarioRequest => ({
	...bulk("import"),
	body: { bulkData },
});

const GIVEN_INFO = { author: "given", createdAt: 12 };
const given = withDocument;
const importing = lines(
	{ index: { _id: "d1" } },
	{ a: 5, _kuzzle_info: FORGED },
	{ create: { _id: "d1" } },
	{ a: 6 },
	{ create: {} },
	{ a: 7 },
	{ update: { _id: "d1" } },
	{ doc: { b: "x", _kuzzle_info: FORGED } },
	{ update: { _id: "ghost" } },
	{ doc: { a: 1 } },
	{ index: { _id: "bad" } },
	{ ghost: 1 },
	{ delete: { _id: "ghost" } },
);
const write: ScenarioRequest = {
	...bulk("write", { _id: "w1" }),
	body: { a: 1, _kuzzle_info: GIVEN_INFO },
};
const mWrite: ScenarioRequest = {
	...bulk("mWrite"),
	body: {
		documents: [
			{ _id: "d1", body: { a: 2 } },
			{ body: { a: 3, _kuzzle_info: GIVEN_INFO } },
			{ _id: "bad", body: { ghost: 1 } },
		],
	},
};
const query = { range: { n: { gte: 2 } } };
const deletion: ScenarioRequest = { ...bulk("deleteByQuery"), body: { query } };
const update: ScenarioRequest = {
	...bulk("updateByQuery"),
	body: { query, changes: { b: "x", _kuzzle_info: { author: "changed" } } },
};

const failed = (type: string) => exactly({ type, reason: matching(/./) });

const badList = (name: string): Wrong[] => [
	noBody,
	{
		when: `no ${name}`,
		body: {},
		error: "api.assert.missing_argument",
		props: [`body.${name}`],
	},
	{
		when: `${name} that are no list`,
		body: { [name]: "x" },
		error: "api.assert.invalid_type",
		props: [`body.${name}`, "array"],
	},
];

/** Lines that make no bulk. Nothing of them is written. */
const malformed: Wrong[] = [
	[],
	["x"],
	[null],
	[{ zz: {} }, { a: 1 }],
	[{ index: {}, create: {} }, { a: 1 }],
	[{ index: 1 }, { a: 1 }],
	[{ index: {} }],
	[{ index: {} }, []],
	[{ index: { _id: {} } }, { a: 1 }],
	[{ index: { routing: "x" } }, { a: 1 }],
	[{ update: {} }, { doc: { a: 1 } }],
	[{ update: { _id: "d1" } }, { a: 1 }],
	[{ update: { _id: "d1" } }, {}],
	[{ update: { _id: "d1" } }, { doc: {}, upsert: 1 }],
	[{ update: { _id: "d1", retry_on_conflict: "x" } }, { doc: {} }],
	[{ delete: {} }],
]
	.map(
		(bad): Wrong => ({
			when: `the lines ${JSON.stringify(bad)}`,
			body: { bulkData: [{ delete: { _id: "d1" } }, ...bad] },
			error: "services.storage.unexpected_bad_request",
			afterwards: async (run) =>
				assert.equal((await stored(run, "d1"))?._version, 1),
		}),
	)
	.slice(1);

/** import, write, mWrite, deleteByQuery, updateByQuery. */
export const bulkScenarios: readonly Scenario[] = [
	{
		name: "bulk:import does one thing after the other, and tells what became of each",
		matrix: true,
		given,
		request: { ...importing, as: ["bulk:import"] },
		reply: {
			result: exactly({
				successes: [
					exactly({ index: exactly({ _id: "d1", status: 200 }) }),
					exactly({ create: exactly({ _id: generatedId, status: 201 }) }),
					exactly({ update: exactly({ _id: "d1", status: 200 }) }),
				],
				errors: [
					exactly({
						create: exactly({
							_id: "d1",
							status: 409,
							_source: exactly({ a: 6 }),
							error: failed("version_conflict_engine_exception"),
						}),
					}),
					exactly({
						update: exactly({
							_id: "ghost",
							status: 404,
							_source: exactly({ a: 1 }),
							error: failed("document_missing_exception"),
						}),
					}),
					exactly({
						index: exactly({
							_id: "bad",
							status: 400,
							_source: exactly({ ghost: 1 }),
							error: failed("strict_dynamic_mapping_exception"),
						}),
					}),
					exactly({ delete: exactly({ _id: "ghost", status: 404 }) }),
				],
			}),
		},
		async afterwards(run) {
			const { _source, _version } = (await stored(run, "d1")) ?? {};
			const { _kuzzle_info: info, ...content } = _source ?? {};
			assert.deepEqual(content, { a: 5, b: "x" });
			assert.equal(_version, 3);
			assert.equal(
				(info as { author: string }).author?.startsWith("user-"),
				true,
			);
			assert.equal((info as { extra?: unknown }).extra, undefined);
		},
	},
	{
		name: "bulk:import stamps what it writes, whatever the lines say",
		given: [collection],
		request: lines({ index: { _id: "n1", _index: "other" } }, { a: 1 }),
		reply: { result: { errors: [] } },
		async afterwards(run) {
			const { _source } = (await stored(run, "n1")) ?? {};
			source({ a: 1 }, created)(_source, "_source");
		},
	},
	{
		name: "bulk:import creates in place of an update, by upsert and by doc_as_upsert",
		matrix: true,
		on: ["ws"],
		given,
		request: lines(
			{ update: { _id: "d1", retry_on_conflict: 2 } },
			{ doc: { a: 9 }, upsert: { a: 0 } },
			{ update: { _id: "n1" } },
			{ doc: { a: 9 }, upsert: { b: "made" } },
			{ update: { _id: "n2" } },
			{ doc: { a: 9 }, doc_as_upsert: true },
			{ update: { _id: "n1" } },
			{ doc: { n: 1 } },
		),
		reply: {
			result: exactly({
				successes: [
					exactly({ update: exactly({ _id: "d1", status: 200 }) }),
					exactly({ update: exactly({ _id: "n1", status: 201 }) }),
					exactly({ update: exactly({ _id: "n2", status: 201 }) }),
					exactly({ update: exactly({ _id: "n1", status: 200 }) }),
				],
				errors: [],
			}),
		},
		async afterwards(run) {
			const { _source: first } = (await stored(run, "n1")) ?? {};
			source({ b: "made", n: 1 }, updated)(first, "n1");
			const { _source: second } = (await stored(run, "n2")) ?? {};
			source({ a: 9 }, created)(second, "n2");
		},
	},
	{
		name: "bulk:import takes more documents than other actions",
		config: { limits: { documentsWriteCount: 1 } },
		given: [collection],
		request: lines({ index: {} }, { a: 1 }, { index: { _id: 7 } }, { a: 2 }),
		reply: { result: { errors: [] } },
		afterwards: async (run) =>
			assert.equal((await stored(run, "7"))?._source.a, 2),
	},
	...noRights(importing),
	...refusals(
		importing,
		[
			...badPlaces,
			...badFlags("strict"),
			...badList("bulkData"),
			{
				when: "one that fails, when strict",
				matrix: true,
				args: { strict: true },
				error: "api.process.incomplete_multiple_request",
				props: ["import"],
			},
			{
				when: "no lines",
				body: { bulkData: [] },
				error: "services.storage.unexpected_bad_request",
			},
			...malformed,
			...[{ script: "x" }, { _script: { source: "x" } }].map(
				(script): Wrong => ({
					when: `a script: ${JSON.stringify(script)}`,
					body: { bulkData: [{ update: { _id: "d1" } }, script] },
					error: "services.storage.invalid_query_keyword",
				}),
			),
		],
		{ given },
	),

	{
		name: "bulk:write writes a document as it is, metadata included",
		matrix: true,
		given,
		request: { ...write, as: ["bulk:write"] },
		reply: {
			result: exactly({
				_id: "w1",
				_source: exactly({ a: 1, _kuzzle_info: exactly(GIVEN_INFO) }),
				_version: 1,
			}),
		},
		afterwards: async (run) =>
			assert.deepEqual(
				(await stored(run, "w1"))?._source._kuzzle_info,
				GIVEN_INFO,
			),
	},
	{
		name: "bulk:write makes an id where none is given",
		given,
		request: { ...bulk("write"), body: { a: 1 } },
		reply: {
			result: exactly({
				_id: generatedId,
				_source: exactly({ a: 1 }),
				_version: 1,
			}),
		},
	},
	{
		name: "bulk:write replaces, and adds no metadata",
		given,
		request: {
			...bulk("write", { _id: "d1", notify: true, refresh: "wait_for" }),
			body: { a: 2 },
		},
		reply: {
			result: exactly({
				_id: "d1",
				_source: exactly({ a: 2 }),
				_version: 2,
			}),
		},
	},
	...noRights(write),
	...refusals(
		write,
		[
			...badPlaces,
			wrongType("_id", {}, "string"),
			...badFlags("notify"),
			noBody,
			{
				when: "a field that the mapping does not know",
				matrix: true,
				body: { ghost: 1 },
				error: "services.storage.strict_mapping_rejection",
				props: ["ghost", "i-{n}", "c"],
			},
		],
		{ given },
	),

	{
		name: "bulk:mWrite writes documents as they are",
		matrix: true,
		given,
		request: { ...mWrite, as: ["bulk:mWrite"] },
		reply: {
			result: exactly({
				successes: [
					exactly({ _id: "d1", _source: exactly({ a: 2 }), _version: 2 }),
					exactly({
						_id: generatedId,
						_source: exactly({ a: 3, _kuzzle_info: exactly(GIVEN_INFO) }),
						_version: 1,
					}),
				],
				errors: [
					exactly({
						document: exactly({ _id: "bad", _source: exactly({ ghost: 1 }) }),
						reason: anyReason,
						status: 400,
					}),
				],
			}),
		},
	},
	{
		name: "bulk:mWrite fails what is no document by itself",
		given,
		request: {
			...bulk("mWrite"),
			body: { documents: ["x", { _id: "e" }, { _id: 12, body: { a: 1 } }] },
		},
		reply: {
			result: {
				successes: [
					exactly({ _id: generatedId, _source: { a: 1 }, _version: 1 }),
				],
				errors: [
					exactly({ document: exactly({}), reason: anyReason, status: 400 }),
					exactly({
						document: exactly({ _id: "e" }),
						reason: anyReason,
						status: 400,
					}),
				],
			},
		},
	},
	...noRights(mWrite),
	...refusals(
		mWrite,
		[
			...badPlaces,
			...badFlags("strict", "notify"),
			...badList("documents"),
			{
				when: "one that fails, when strict",
				matrix: true,
				args: { strict: true },
				error: "api.process.incomplete_multiple_request",
				props: ["write"],
			},
		],
		{ given },
	),

	{
		name: "bulk:deleteByQuery deletes whatever the query finds, and counts it",
		matrix: true,
		given: findable,
		request: { ...deletion, as: ["bulk:deleteByQuery"] },
		reply: { result: exactly({ deleted: 2 }) },
		async afterwards(run) {
			assert.equal((await stored(run, "a"))?._source.n, 1);
			assert.equal(await stored(run, "c"), undefined);
		},
	},
	{
		name: "bulk:deleteByQuery takes more than other actions, and waits for the store when asked",
		config: { limits: { documentsWriteCount: 1 } },
		given: [
			collection,
			...["a", "b", "c"].map((_id) => ({
				action: "document:create",
				args: { index: "i-{n}", collection: "c", _id },
				body: { n: 1 },
			})),
		],
		request: {
			...bulk("deleteByQuery", { refresh: "wait_for" }),
			body: { query: {} },
		},
		reply: { result: exactly({ deleted: 3 }) },
	},
	...noRights(deletion),
	...refusals(deletion, badByQuery({}), { given: findable }),

	{
		name: "bulk:updateByQuery merges into whatever the query finds, and leaves metadata alone",
		matrix: true,
		given: findable,
		request: { ...update, as: ["bulk:updateByQuery"] },
		reply: { result: exactly({ updated: 2 }) },
		async afterwards(run) {
			const { _source, _version } = (await stored(run, "c")) ?? {};
			assert.equal(_version, 2);
			exactly({
				n: 3,
				b: "x",
				_kuzzle_info: exactly({
					author: "changed",
					createdAt: anyNumber,
					updatedAt: null,
					updater: null,
				}),
			})(_source, "_source");
		},
	},
	...noRights(update),
	...refusals(
		update,
		[
			...badByQuery({ changes: {} }),
			{
				when: "no changes",
				body: { query: {} },
				error: "api.assert.missing_argument",
				props: ["body.changes"],
			},
			{
				when: "changes that are no object",
				body: { query: {}, changes: [] },
				error: "api.assert.invalid_type",
				props: ["body.changes", "object"],
			},
			{
				when: "changes that the documents cannot take",
				matrix: true,
				body: { query, changes: { ghost: 1 } },
				error: "services.storage.incomplete_update",
				props: [0],
			},
		],
		{ given: findable },
	),
];

function badByQuery(more: object): Wrong[] {
	return [
		...badPlaces,
		noBody,
		{
			when: "no query",
			body: more,
			error: "api.assert.missing_argument",
			props: ["body.query"],
		},
		{
			when: "a query that is no object",
			matrix: true,
			body: { ...more, query: "x" },
			error: "api.assert.invalid_type",
			props: ["body.query", "object"],
		},
	];
}
