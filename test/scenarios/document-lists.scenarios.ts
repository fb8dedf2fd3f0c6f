import assert from "node:assert/strict";
import { type Expected, exactly } from "../support/matchers.ts";
import type { Scenario, ScenarioRequest } from "../support/scenario.ts";
import { noRights, refusals, type Wrong } from "../support/scenario-rows.ts";
import {
	anyReason,
	badDocuments,
	badFlags,
	badPlaces,
	badRefresh,
	badRetries,
	collection,
	created,
	document,
	FORGED,
	generatedId,
	noBody,
	of,
	source,
	stored,
	updated,
	updating,
	withDocument,
} from "./document-rows.ts";

const given = [...withDocument, document("d2", { a: 2 })];
const list = (action: string, ...documents: unknown[]): ScenarioRequest => ({
	...of(action),
	body: { documents },
});
const item = (_id: string, body: object) => ({ _id, body });

const mCreate = list(
	"mCreate",
	item("n1", { a: 1, _kuzzle_info: FORGED }),
	item("d1", { a: 9 }),
	item("bad", { ghost: 1 }),
	{ body: { a: 3 } },
);
const mCreateOrReplace = list(
	"mCreateOrReplace",
	item("d1", { a: 9, _kuzzle_info: FORGED }),
	item("bad", { ghost: 1 }),
	{ body: { a: 3 } },
);
const mReplace = list(
	"mReplace",
	item("d1", { a: 9, _kuzzle_info: FORGED }),
	item("ghost", { a: 1 }),
);
const mUpdate = list(
	"mUpdate",
	item("d1", { deep: { y: 9 }, b: "b", _kuzzle_info: FORGED }),
	item("ghost", { a: 1 }),
	item("d2", { ghost: 1 }),
);
const mUpsert = list(
	"mUpsert",
	{ _id: "d1", changes: { n: 1 }, default: { a: 7 } },
	{ _id: "n1", changes: { n: 1 }, default: { n: 5, b: "b" } },
	{ _id: "bad", changes: { ghost: 1 } },
);
const mDelete: ScenarioRequest = {
	...of("mDelete"),
	body: { ids: ["d2", "ghost", "d1"] },
};
const deleteOne = of("delete", { _id: "d1" });

const failure = (status: number, document: Parameters<typeof exactly>[0]) =>
	exactly({ document: exactly(document), reason: anyReason, status });
const D1 = source({ a: 1, deep: exactly({ x: 1, y: 2 }) }, created);

/** What every action on a list of documents refuses as a whole. */
function badLists(action: string): Wrong[] {
	return [
		...badPlaces,
		...badRefresh,
		...badFlags("silent", "strict", "source"),
		noBody,
		{
			when: "no documents",
			body: {},
			error: "api.assert.missing_argument",
			props: ["body.documents"],
		},
		{
			when: "documents that are no list",
			body: { documents: "x" },
			error: "api.assert.invalid_type",
			props: ["body.documents", "array"],
		},
		{
			when: "more documents than may be written at once",
			config: { limits: { documentsWriteCount: 1 } },
			given: [collection],
			error: "services.storage.write_limit_exceeded",
			props: [],
		},
		{
			when: "one that fails, when strict",
			matrix: true,
			args: { strict: true },
			error: "api.process.incomplete_multiple_request",
			props: [action],
		},
	];
}

/** Items that are no documents fail by themselves, and are answered as they were. */
function badItems(action: string, ...items: Expected[]): Scenario {
	const isObject = (item: Expected) =>
		typeof item === "object" && item !== null;
	return {
		name: `document:${action} fails what is no document by itself`,
		given,
		request: list(action, ...items),
		reply: {
			result: exactly({
				successes: [],
				errors: items.map((item) =>
					exactly({
						document: isObject(item) ? item : exactly({}),
						reason: anyReason,
						status: 400,
					}),
				),
			}),
		},
	};
}

function nothingAsked(action: string): Scenario {
	return {
		name: `document:${action} does nothing when nothing is asked for`,
		given,
		request: list(action),
		reply: { result: exactly({ successes: [], errors: [] }) },
	};
}

/** In the query string it is a text, and counts all the same. */
function withoutSource(request: ScenarioRequest): Scenario[] {
	const row = (source: unknown, on: NonNullable<Scenario["on"]>): Scenario => ({
		name: `${request.action} leaves contents out with source = ${JSON.stringify(source)}`,
		given,
		on,
		request: { ...request, args: { ...request.args, source } },
		reply: {},
		afterwards(_run, { result }) {
			const { successes } = result as { successes: { _source?: unknown }[] };
			assert.ok(successes.length > 0);
			for (const { _source } of successes) assert.equal(_source, undefined);
		},
	});
	return [row(false, ["query", "ws"]), row("false", ["http"])];
}

const fresh = (_id: Parameters<typeof exactly>[0][string], a: number) =>
	exactly({
		_id,
		_source: source({ a }, created),
		_version: 1,
		created: true,
		result: "created",
		status: 201,
	});
const replaced = exactly({
	_id: "d1",
	_source: source({ a: 9 }, created),
	_version: 2,
	created: false,
	result: "updated",
	status: 200,
});

export const documentListScenarios: readonly Scenario[] = [
	{
		name: "document:mCreate makes those whose id is free, in order",
		matrix: true,
		given,
		request: mCreate,
		reply: {
			result: exactly({
				successes: [fresh("n1", 1), fresh(generatedId, 3)],
				errors: [
					failure(400, { _id: "d1", body: exactly({ a: 9 }) }),
					failure(400, { _id: "bad", _source: source({ ghost: 1 }, created) }),
				],
			}),
		},
		afterwards: async (run) =>
			assert.equal((await stored(run, "d1"))?._source.a, 1),
	},
	{
		name: "document:mCreate never overwrites what it has just made",
		matrix: true,
		given: [collection],
		request: list("mCreate", item("n1", { a: 1 }), item("n1", { a: 2 })),
		reply: {
			result: exactly({
				successes: [fresh("n1", 1)],
				errors: [failure(400, { _id: "n1", body: exactly({ a: 2 }) })],
			}),
		},
	},
	{
		name: "document:mCreate makes an id in place of one that is no text",
		given,
		request: list("mCreate", { _id: 12, body: { a: 1 }, more: 1 }),
		reply: { result: { successes: [fresh(generatedId, 1)], errors: [] } },
	},
	{
		name: "document:mCreate keeps what could be made when it is strict",
		given,
		request: { ...mCreate, args: { ...mCreate.args, strict: true } },
		reply: { error: "api.process.incomplete_multiple_request" },
		afterwards: async (run) =>
			assert.equal((await stored(run, "n1"))?._source.a, 1),
	},
	badItems("mCreate", "x", null, {}, { _id: "n1" }, { body: [] }),
	nothingAsked("mCreate"),
	...withoutSource(mCreate),
	...noRights(mCreate, { given }),
	...refusals(mCreate, badLists("mCreate"), { given }),

	{
		name: "document:mCreateOrReplace makes or replaces, each like a new one",
		matrix: true,
		given,
		request: mCreateOrReplace,
		reply: {
			result: exactly({
				successes: [replaced, fresh(generatedId, 3)],
				errors: [
					failure(400, { _id: "bad", _source: source({ ghost: 1 }, created) }),
				],
			}),
		},
	},
	badItems("mCreateOrReplace", "x", { _id: "n1" }),
	nothingAsked("mCreateOrReplace"),
	...withoutSource(mCreateOrReplace),
	...noRights(mCreateOrReplace, { given }),
	...refusals(mCreateOrReplace, badLists("mCreateOrReplace"), { given }),

	{
		name: "document:mReplace replaces those that are there, each like a new one",
		matrix: true,
		given,
		request: mReplace,
		reply: {
			result: exactly({
				successes: [replaced],
				errors: [failure(404, { _id: "ghost", body: exactly({ a: 1 }) })],
			}),
		},
		afterwards: async (run) =>
			assert.equal(await stored(run, "ghost"), undefined),
	},
	badItems("mReplace", "x", { body: {} }, { _id: 12, body: {} }),
	nothingAsked("mReplace"),
	...withoutSource(mReplace),
	...noRights(mReplace, { given }),
	...refusals(mReplace, badLists("mReplace"), { given }),

	{
		name: "document:mUpdate merges deeply, and names the fields that it changed",
		matrix: true,
		given,
		request: mUpdate,
		reply: {
			result: exactly({
				successes: [
					exactly({
						_id: "d1",
						_source: source(
							{ a: 1, b: "b", deep: exactly({ x: 1, y: 9 }) },
							updated,
						),
						_version: 2,
						status: 200,
						_updatedFields: ["deep.y", "b"],
					}),
				],
				errors: [
					failure(404, { _id: "ghost", body: source({ a: 1 }, updating) }),
					failure(400, { _id: "d2", _source: source({ ghost: 1 }, updating) }),
				],
			}),
		},
	},
	{
		name: "document:mUpdate names no fields when it is silent",
		given,
		request: { ...mUpdate, args: { ...mUpdate.args, silent: true } },
		reply: {},
		afterwards(_run, { result }) {
			const { successes } = result as { successes: unknown[] };
			const [first] = successes as [{ _updatedFields?: unknown }];
			assert.equal(first._updatedFields, undefined);
		},
	},
	{
		name: "document:mUpdate makes the changes of one document in their order",
		matrix: true,
		given,
		request: list(
			"mUpdate",
			item("d1", { a: 5 }),
			item("d2", { a: 6 }),
			item("d1", { a: 7, n: 1 }),
		),
		reply: { result: { errors: [] } },
		afterwards: async (run) => {
			const { _source, _version } = (await stored(run, "d1")) ?? {};
			assert.deepEqual([_source?.a, _source?.n, _version], [7, 1, 3]);
		},
	},
	badItems("mUpdate", "x", { body: {} }, { _id: "d1" }),
	nothingAsked("mUpdate"),
	...withoutSource(mUpdate),
	...noRights(mUpdate, { given }),
	...refusals(mUpdate, [...badLists("mUpdate"), badRetries], { given }),

	{
		name: "document:mUpsert merges, or makes a document of the default and the changes",
		matrix: true,
		given,
		request: mUpsert,
		reply: {
			result: exactly({
				successes: [
					exactly({
						_id: "d1",
						_source: source(
							{ a: 1, n: 1, deep: exactly({ x: 1, y: 2 }) },
							updated,
						),
						_version: 2,
						created: false,
						status: 200,
						_updatedFields: ["n"],
					}),
					exactly({
						_id: "n1",
						_source: source({ n: 1, b: "b" }, updated),
						_version: 1,
						created: true,
						status: 201,
					}),
				],
				errors: [
					failure(400, {
						_id: "bad",
						_source: exactly({
							changes: source({ ghost: 1 }, updating),
							default: source({}, created),
						}),
					}),
				],
			}),
		},
	},
	badItems(
		"mUpsert",
		"x",
		{ changes: {} },
		{ _id: "d1" },
		{ _id: "d1", changes: {}, default: "x" },
	),
	nothingAsked("mUpsert"),
	...withoutSource(mUpsert),
	...noRights(mUpsert, { given }),
	...refusals(mUpsert, [...badLists("mUpsert"), badRetries], { given }),

	{
		name: "document:delete deletes a document",
		matrix: true,
		given,
		request: deleteOne,
		reply: { result: exactly({ _id: "d1" }) },
		afterwards: async (run) => assert.equal(await stored(run, "d1"), undefined),
	},
	{
		name: "document:delete answers the document as it was with source",
		matrix: true,
		given,
		request: of("delete", { _id: "d1", source: true, refresh: "wait_for" }),
		reply: { result: exactly({ _id: "d1", _source: D1, _version: 1 }) },
	},
	...noRights(deleteOne, { given }),
	...refusals(
		deleteOne,
		[
			{
				when: "an id that is missing",
				matrix: true,
				args: { _id: "ghost" },
				error: "services.storage.not_found",
				props: ["ghost", "i-{n}", "c"],
			},
			...badDocuments,
			...badRefresh,
			...badFlags("silent", "source"),
		],
		{ given },
	),

	{
		name: "document:mDelete deletes documents, and answers them in order",
		matrix: true,
		given,
		request: mDelete,
		reply: {
			result: exactly({
				successes: ["d2", "d1"],
				errors: [exactly({ _id: "ghost", reason: anyReason, status: 404 })],
			}),
		},
		afterwards: async (run) => assert.equal(await stored(run, "d1"), undefined),
	},
	{
		name: "document:mDelete deletes what is named twice once, and nothing by what is no id",
		given,
		request: { ...mDelete, body: { ids: ["d1", 12, "d1", ""] } },
		reply: {
			result: exactly({
				successes: ["d1"],
				errors: [
					exactly({ _id: 12, reason: anyReason, status: 400 }),
					exactly({ _id: "", reason: anyReason, status: 400 }),
				],
			}),
		},
	},
	{
		name: "document:mDelete does nothing when nothing is asked for",
		given,
		request: { ...mDelete, body: { ids: [] } },
		reply: { result: exactly({ successes: [], errors: [] }) },
	},
	...noRights(mDelete, { given }),
	...refusals(
		mDelete,
		[
			...badPlaces,
			...badRefresh,
			...badFlags("silent", "strict"),
			noBody,
			{
				when: "no ids",
				body: {},
				error: "api.assert.missing_argument",
				props: ["body.ids"],
			},
			{
				when: "ids that are no list",
				body: { ids: "d1" },
				error: "api.assert.invalid_type",
				props: ["body.ids", "array"],
			},
			{
				when: "more ids than may be written at once",
				config: { limits: { documentsWriteCount: 2 } },
				error: "services.storage.write_limit_exceeded",
				props: [],
			},
			{
				when: "an id that is missing, when strict",
				matrix: true,
				args: { strict: true },
				error: "api.process.incomplete_multiple_request",
				props: ["delete"],
			},
		],
		{ given },
	),
];
