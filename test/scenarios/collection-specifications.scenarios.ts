import assert from "node:assert/strict";
import { absent, anyNumber, anyText, exactly } from "../support/matchers.ts";
import type {
	Scenario,
	ScenarioRequest,
	ScenarioRun,
} from "../support/scenario.ts";
import {
	missing,
	noRights,
	refusals,
	type Wrong,
	wrongType,
} from "../support/scenario-rows.ts";

const place = { index: "i{n}", collection: "c" };
const specification = {
	strict: true,
	fields: {
		n: {
			type: "integer",
			mandatory: true,
			typeOptions: { range: { min: 1, max: 10 } },
		},
		kind: { type: "string", defaultValue: "a" },
		o: { type: "object" },
		"o/n": { type: "integer", defaultValue: 0 },
	},
};
const writtenNow = exactly({
	author: null,
	createdAt: anyNumber,
	updatedAt: anyNumber,
	updater: null,
});
const stored = {
	...place,
	validation: exactly(specification),
	_kuzzle_info: writtenNow,
};

const get: ScenarioRequest = {
	action: "collection:getSpecifications",
	args: place,
};
const update: ScenarioRequest = {
	action: "collection:updateSpecifications",
	args: place,
	body: specification,
};
const inspect: ScenarioRequest = {
	action: "collection:validateSpecifications",
	args: place,
	body: specification,
};
const remove: ScenarioRequest = {
	action: "collection:deleteSpecifications",
	args: place,
};
const search: ScenarioRequest = {
	action: "collection:searchSpecifications",
	body: { query: { term: { index: "i{n}" } }, sort: ["collection"] },
};
const scroll: ScenarioRequest = {
	action: "collection:scrollSpecifications",
	args: { scrollId: "ghost" },
};

/** Each action refuses what names no collection. */
const wrongPlaces: readonly Wrong[] = ["index", "collection"].flatMap(
	(name) => [
		missing(name),
		missing(name, null),
		missing(name, ""),
		wrongType(name, {}, "string"),
	],
);
const noBody: readonly Wrong[] = [undefined, null, []].map((body) => ({
	when: `the body ${JSON.stringify(body)}`,
	body,
	error: "api.assert.body_required",
}));

const specified = [update];
const wrongField = { fields: { n: { type: "ghost" } } };

/** What the specification of a collection is, and who may change it. */
const specificationRows: readonly Scenario[] = [
	{
		name: "collection:getSpecifications answers the specification, with its place and when it was written",
		matrix: true,
		given: specified,
		request: { ...get, as: [get.action] as never },
		reply: { result: stored },
	},
	...noRights(get),
	...refusals({ ...get, as: "admin" }, [
		...wrongPlaces,
		{
			when: "a collection without one",
			matrix: true,
			error: "validation.assert.not_found",
			props: ["i{n}", "c"],
		},
		{
			when: "names that nothing can have",
			args: { index: "I{n}#", collection: "c" },
			error: "validation.assert.not_found",
			props: ["I{n}#", "c"],
		},
	]),
	{
		name: "collection:updateSpecifications writes it, also for a collection that is not there",
		matrix: true,
		request: { ...update, as: [update.action] as never },
		reply: { result: exactly(specification) },
		async afterwards(run) {
			assert.deepEqual((await read(run)).validation, specification);
		},
	},
	{
		name: "collection:updateSpecifications replaces what was there",
		given: specified,
		request: { ...update, as: "admin", body: { fields: {} } },
		reply: { result: exactly({ fields: {} }) },
		async afterwards(run) {
			assert.deepEqual((await read(run)).validation, { fields: {} });
		},
	},
	{
		name: "collection:updateSpecifications keeps validators that are no list, which ask for nothing",
		request: {
			...update,
			as: "admin",
			body: { validators: { range: { n: { gt: 2 } } } },
		},
		reply: { result: exactly({ validators: { range: { n: { gt: 2 } } } }) },
	},
	...noRights(update),
	...refusals({ ...update, as: "admin" }, [
		...wrongPlaces,
		...noBody,
		{
			when: "a field of an unknown type",
			matrix: true,
			body: wrongField,
			error: "validation.assert.invalid_specifications",
			props: [anyText],
		},
		{
			when: "members that a specification has not",
			body: { zz: 1 },
			error: "validation.assert.invalid_specifications",
			props: [anyText],
		},
		{
			when: "a validator that is no filter",
			body: { validators: [{ ghost: {} }] },
			error: "validation.assert.invalid_specifications",
			props: [anyText],
		},
		{
			when: "an index that there cannot be",
			args: { index: "I{n}" },
			error: "services.storage.invalid_index_name",
			props: ["I{n}"],
		},
		{
			when: "a collection that there cannot be",
			args: { collection: "a#b" },
			error: "services.storage.invalid_collection_name",
			props: ["a#b"],
		},
	]),
	{
		name: "collection:validateSpecifications says that a specification is right, and writes nothing",
		matrix: true,
		request: { ...inspect, as: [inspect.action] as never },
		reply: { result: exactly({ valid: true }) },
		afterwards: notThere,
	},
	{
		name: "collection:validateSpecifications tells all that is wrong",
		matrix: true,
		request: { ...inspect, as: "admin", body: { ...wrongField, zz: 1 } },
		reply: {
			result: exactly({
				valid: false,
				description: anyText,
				details: [anyText, anyText],
			}),
		},
	},
	...noRights(inspect),
	...refusals({ ...inspect, as: "admin" }, [...wrongPlaces, ...noBody]),
	{
		name: "collection:deleteSpecifications deletes it",
		matrix: true,
		given: specified,
		request: { ...remove, as: [remove.action] as never },
		reply: { result: exactly({ acknowledged: true }) },
		afterwards: notThere,
	},
	...["c", "a#b"].map(
		(collection): Scenario => ({
			name: `collection:deleteSpecifications has nothing against none to delete of ${collection}`,
			request: { ...remove, as: "admin", args: { ...place, collection } },
			reply: { result: exactly({ acknowledged: true }) },
		}),
	),
	...noRights(remove),
	...refusals({ ...remove, as: "admin" }, wrongPlaces),
];

const three = ["c1", "c2", "c3"].map((collection) => ({
	...update,
	args: { ...place, collection },
}));
const hit = (collection: string) => ({
	_id: `i{n}#${collection}`,
	_score: null,
	_source: {
		index: "i{n}",
		collection,
		validation: exactly(specification),
		_kuzzle_info: writtenNow,
	},
	index: "kuzzle",
	collection: "validations",
});

const searchRows: readonly Scenario[] = [
	{
		name: "collection:searchSpecifications finds them, as soon as they are written",
		matrix: true,
		given: three,
		request: { ...search, as: [search.action] as never },
		reply: {
			result: { hits: [hit("c1"), hit("c2"), hit("c3")], total: 3 },
		},
	},
	{
		name: "collection:searchSpecifications answers the page that is asked for",
		given: three,
		request: { ...search, as: "admin", args: { from: 1, size: 1 } },
		reply: { result: { hits: [hit("c2")], total: 3 } },
	},
	{
		name: "collection:searchSpecifications answers ten without a body or a size",
		given: Array.from({ length: 11 }, (_, i) => ({
			...update,
			args: { ...place, collection: `c${i}` },
		})),
		request: { action: search.action, as: "admin" },
		reply: { result: { scrollId: absent } },
		afterwards(_run, { result }) {
			const { hits, total } = result as { hits: unknown[]; total: number };
			assert.equal(hits.length, 10);
			assert.ok(total >= 11);
		},
	},
	...noRights(search),
	...refusals({ ...search, as: "admin" }, [
		...["from", "size"].map((name) => wrongType(name, {}, "integer")),
		wrongType("scroll", {}, "string"),
		{
			when: "a page that is larger than one may read",
			matrix: true,
			args: { size: 20_000 },
			error: "services.storage.get_limit_exceeded",
		},
		{
			when: "a page before the first",
			args: { from: -1 },
			error: "api.assert.invalid_argument",
			props: ["from", anyText],
		},
		{
			when: "a member that a search has not",
			body: { zz: 1 },
			error: "services.storage.invalid_search_query",
			props: ["zz"],
		},
		{
			when: "a scroll without a duration",
			args: { scroll: "soon" },
			error: "api.assert.invalid_argument",
			props: ["scroll", anyText],
		},
		{
			when: "a scroll that is kept for too long",
			args: { scroll: "1h" },
			error: "services.storage.scroll_duration_too_great",
			props: ["1h"],
		},
		{
			when: "a scroll that does not begin at the first match",
			args: { scroll: "1m", from: 1 },
			error: "services.storage.unexpected_bad_request",
			props: [anyText],
		},
	]),
	{
		name: "collection:scrollSpecifications answers the pages after the first, and then knows no more of it",
		matrix: true,
		given: three,
		async request(run) {
			const first = await run.stage.must({
				controller: "collection",
				action: "searchSpecifications",
				size: 2,
				scroll: "30s",
				body: {
					query: { term: { index: run.named("i{n}") } },
					sort: ["collection"],
				},
			});
			assert.equal(first.hits.length, 2);
			run.notes.set("scrollId", first.scrollId);
			return {
				...scroll,
				as: [scroll.action] as never,
				args: { scrollId: first.scrollId, scroll: "30s" },
			};
		},
		reply: {
			result: { hits: [hit("c3")], total: 3, scrollId: anyText },
		},
		async afterwards(run) {
			const reply = await run.stage.gateway.query(
				{
					controller: "collection",
					action: "scrollSpecifications",
					scrollId: run.notes.get("scrollId"),
				},
				await run.stage.token("admin"),
			);
			assert.equal(reply.error?.id, "services.storage.unknown_scroll_id");
		},
	},
	...noRights(scroll),
	...refusals({ ...scroll, as: "admin" }, [
		missing("scrollId"),
		missing("scrollId", null),
		missing("scrollId", ""),
		wrongType("scrollId", {}, "string"),
		wrongType("scroll", {}, "string"),
		{
			when: "a scroll that there is not",
			matrix: true,
			error: "services.storage.unknown_scroll_id",
		},
	]),
];

/** What specifications do to writes. */
const writeRows: readonly Scenario[] = [
	...refusals(
		write("create", { _id: "d" }, { n: 3 }),
		[
			{
				when: "a field that is not as the specification has it",
				matrix: true,
				body: { n: 30 },
				error: "validation.check.failed_field",
				props: ["n", anyText],
			},
			{
				when: "a field within a field",
				body: { n: 3, o: { n: "x" } },
				error: "validation.check.failed_field",
				props: ["o.n", anyText],
			},
			{
				when: "a field that a strict specification does not describe",
				body: { n: 3, zz: 1 },
				error: "validation.check.failed_document",
				props: [anyText],
			},
		],
		{ given: inPlace(), afterwards: noDocument },
	),
	...refusals(
		write("create", { _id: "d" }, { n: 3 }),
		[
			{
				when: "a document that does not match the validators",
				matrix: true,
				error: "validation.check.failed_document",
				props: [anyText],
			},
		],
		{
			given: [
				...inPlace(),
				{
					...update,
					body: {
						validators: [{ range: { n: { gt: 2 } } }, { equals: { n: 4 } }],
					},
				},
			],
			afterwards: noDocument,
		},
	),
	{
		name: "document:create fills in default values",
		matrix: true,
		given: inPlace(),
		request: write("create", { _id: "d" }, { n: 3, o: {} }),
		reply: { result: { _source: { n: 3, kind: "a", o: exactly({ n: 0 }) } } },
		afterwards: holds({ n: 3, kind: "a", o: { n: 0 } }),
	},
	...["createOrReplace", "replace"].flatMap((action) => [
		...refusals(
			write(action, { _id: "d" }, { n: 3 }),
			[
				{
					when: "what is not valid",
					body: {},
					error: "validation.check.failed_field",
					props: ["n", anyText],
				},
			],
			{ given: inPlace({ n: 1 }), afterwards: holds({ n: 1, kind: "a" }) },
		),
		{
			name: `document:${action} writes what is valid`,
			given: inPlace({ n: 1 }),
			request: write(action, { _id: "d" }, { n: 3 }),
			reply: {},
			afterwards: holds({ n: 3, kind: "a" }),
		},
	]),
	{
		name: "document:update passes a part that makes a valid document",
		matrix: true,
		given: inPlace({ n: 1, kind: "b" }),
		request: write("update", { _id: "d" }, { n: 2, o: {} }),
		reply: { result: { _id: "d" } },
		afterwards: holds({ n: 2, kind: "b", o: { n: 0 } }),
	},
	...refusals(
		write("update", { _id: "d" }, { n: 2 }),
		[
			{
				when: "what leaves the document not valid",
				matrix: true,
				body: { n: null },
				error: "validation.check.failed_field",
				props: ["n", anyText],
			},
			{
				when: "a field that is not described",
				body: { zz: 1 },
				error: "validation.check.failed_document",
				props: [anyText],
			},
		],
		{ given: inPlace({ n: 1 }), afterwards: holds({ n: 1, kind: "a" }) },
	),
	...refusals(
		write("upsert", { _id: "d" }, { changes: { n: 3 } }),
		[
			{
				when: "changes that make no valid document",
				matrix: true,
				body: { changes: { n: 300 } },
				error: "validation.check.failed_field",
				props: ["n", anyText],
			},
		],
		{ given: inPlace(), afterwards: noDocument },
	),
	{
		name: "document:mCreate writes the valid ones, and tells of the others",
		matrix: true,
		given: inPlace(),
		request: write(
			"mCreate",
			{},
			{
				documents: [
					{ _id: "d", body: { n: 3 } },
					{ _id: "e", body: { n: 300 } },
				],
			},
		),
		reply: {
			result: {
				successes: [{ _id: "d", _source: { n: 3, kind: "a" } }],
				errors: [
					{
						document: { _id: "e", body: exactly({ n: 300 }) },
						status: 400,
						reason: anyText,
					},
				],
			},
		},
		afterwards: holds({ n: 3, kind: "a" }),
	},
	{
		name: "document:create writes anything once the specification is deleted",
		matrix: true,
		given: [...inPlace({ n: 1 }), remove],
		request: write("create", { _id: "e" }, { n: 300, zz: 1 }),
		reply: { result: { _source: { n: 300, zz: 1 } } },
	},
	{
		name: "document:create keeps to a specification that is written anew",
		given: [...inPlace({ n: 1 }), { ...update, body: {} }],
		request: write("create", { _id: "e" }, { n: 300, zz: 1 }),
		reply: { result: { _source: { n: 300, zz: 1, kind: absent } } },
	},
	{
		name: "collection:getSpecifications shows what the configuration gives a new database",
		config: { validation: { shop: { wares: specification } } },
		request: {
			...get,
			as: "admin",
			args: { index: "shop", collection: "wares" },
		},
		reply: {
			result: exactly({
				index: "shop",
				collection: "wares",
				validation: exactly(specification),
				_kuzzle_info: writtenNow,
			}),
		},
	},
];

/** The six actions on specifications, and what specifications do to writes. */
export const collectionSpecificationsScenarios: readonly Scenario[] = [
	...specificationRows,
	...searchRows,
	...writeRows,
];

function write(
	action: string,
	args: Readonly<Record<string, unknown>>,
	body: unknown,
): ScenarioRequest {
	return {
		action: `document:${action}`,
		as: "admin",
		args: { ...place, ...args },
		body,
	};
}

/** A collection with the specification, and perhaps the document `d`. */
function inPlace(document?: object): ScenarioRequest[] {
	return [
		{ action: "index:create", args: { index: place.index } },
		{ action: "collection:create", args: place },
		update,
		...(document === undefined
			? []
			: [write("create", { _id: "d" }, document)]),
	];
}

function read(run: ScenarioRun) {
	return run.stage.must({
		controller: "collection",
		action: "getSpecifications",
		index: run.named(place.index),
		collection: place.collection,
	});
}

async function notThere(run: ScenarioRun): Promise<void> {
	const { error } = await query(run, {
		controller: "collection",
		action: "getSpecifications",
	});
	assert.equal(error?.id, "validation.assert.not_found");
}

async function noDocument(run: ScenarioRun): Promise<void> {
	const { error } = await query(run, { action: "get", _id: "d" });
	assert.equal(error?.id, "services.storage.not_found");
}

/** The document `d` is that, beside its metadata. */
function holds(expected: object) {
	return async (run: ScenarioRun) => {
		const { result } = await query(run, { action: "get", _id: "d" });
		const { _kuzzle_info, ...content } = result._source;
		assert.deepEqual(content, expected);
	};
}

async function query(run: ScenarioRun, request: object) {
	return run.stage.gateway.query(
		{
			controller: "document",
			index: run.named(place.index),
			collection: place.collection,
			...request,
		},
		await run.stage.token("admin"),
	);
}
