import assert from "node:assert/strict";
import { exactly, matching } from "../support/matchers.ts";
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
	badRefresh,
	collection,
	created,
	document,
	FORGED,
	noBody,
	of,
	source,
	stored,
	updated,
} from "./document-rows.ts";
import { findable, refreshed } from "./found-rows.ts";

const query = { range: { n: { gte: 2 } } };
const deletion: ScenarioRequest = { ...of("deleteByQuery"), body: { query } };
const update: ScenarioRequest = {
	...of("updateByQuery"),
	body: { query, changes: { a: 7, _kuzzle_info: FORGED } },
};

/** What both refuse. `more` is what the body must have beside a query. */
function badRequests(more: object): Wrong[] {
	return [
		...badPlaces,
		...badRefresh,
		...badFlags("silent", "source"),
		wrongType("lang", {}, "string"),
		{
			when: "a language that there is not",
			args: { lang: "sql" },
			error: "api.assert.invalid_argument",
			props: ["lang", matching(/./)],
		},
		noBody,
		{
			when: "a query that is no object",
			body: { ...more, query: [] },
			error: "api.assert.invalid_type",
			props: ["body.query", "object"],
		},
		{
			when: "a clause that there is not",
			body: { ...more, query: { zz: {} } },
			error: "services.storage.unexpected_bad_request",
		},
		{
			when: "a word that both languages know with different meanings",
			args: { lang: "koncorde" },
			body: { ...more, query: { bool: { must: [] } } },
			error: "api.assert.koncorde_restricted_keyword",
			props: ["operator", "bool"],
		},
		{
			when: "a query that finds more than one call may write",
			matrix: true,
			on: ["ws"],
			config: { limits: { documentsWriteCount: 2 } },
			given: [
				collection,
				...["a", "b", "c"].map((_id) => document(_id, { n: 1 })),
				refreshed("c"),
			],
			body: { ...more, query: {} },
			error: "services.storage.write_limit_exceeded",
			props: [],
			afterwards: async (run) => {
				for (const _id of ["a", "b", "c"])
					assert.equal((await stored(run, _id))?._version, 1);
			},
		},
	];
}

export const documentByQueryScenarios: readonly Scenario[] = [
	{
		name: "document:deleteByQuery deletes what the query finds, and names it",
		matrix: true,
		given: findable,
		request: { ...deletion, as: ["document:deleteByQuery"] },
		reply: {
			result: (result) => {
				const { documents, ids } = result as {
					documents: unknown[];
					ids: string[];
				};
				assert.deepEqual(ids.toSorted(), ["b", "c"]);
				assert.deepEqual(
					documents,
					ids.map((_id) => ({ _id })),
				);
			},
		},
		async afterwards(run) {
			assert.equal((await stored(run, "a"))?._source.n, 1);
			for (const _id of ["b", "c"])
				assert.equal(await stored(run, _id), undefined);
		},
	},
	{
		name: "document:deleteByQuery answers the contents with source",
		given: findable,
		request: {
			...of("deleteByQuery", { source: true, silent: true, lang: "koncorde" }),
			body: { query: { equals: { n: 3 } } },
		},
		reply: {
			result: exactly({
				documents: [exactly({ _id: "c", _source: source({ n: 3 }, created) })],
				ids: ["c"],
			}),
		},
	},
	...[{}, { query: {} }].map(
		(body): Scenario => ({
			name: `document:deleteByQuery deletes everything by ${JSON.stringify(body)}`,
			given: findable,
			request: { ...deletion, body },
			reply: {},
			afterwards: (_run, { result }) =>
				assert.equal((result as { ids: string[] }).ids.length, 3),
		}),
	),
	{
		name: "document:deleteByQuery finds nothing, and answers that",
		given: findable,
		request: { ...deletion, body: { query: { term: { n: 99 } } } },
		reply: { result: exactly({ documents: [], ids: [] }) },
	},
	...noRights(deletion),
	...refusals(deletion, badRequests({}), { given: findable }),

	{
		name: "document:updateByQuery merges into what the query finds",
		matrix: true,
		given: findable,
		request: { ...update, as: ["document:updateByQuery"] },
		reply: { result: { errors: [] } },
		async afterwards(run, { result }) {
			const { successes } = result as { successes: { _id: string }[] };
			const byId = successes.toSorted((a, b) => (a._id < b._id ? -1 : 1));
			assert.deepEqual(byId, [
				{ _id: "b", _version: 2, status: 200 },
				{ _id: "c", _version: 2, status: 200 },
			]);
			assert.equal((await stored(run, "a"))?._source.a, undefined);
			assert.equal((await stored(run, "b"))?._source.a, 7);
		},
	},
	{
		name: "document:updateByQuery answers the contents with source; who wrote them stays",
		given: findable,
		request: {
			...of("updateByQuery", { source: true, refresh: "wait_for" }),
			body: {
				query: { term: { n: 3 } },
				changes: { b: "x", _kuzzle_info: FORGED },
			},
		},
		reply: {
			result: exactly({
				successes: [
					exactly({
						_id: "c",
						_source: source({ n: 3, b: "x" }, updated),
						_version: 2,
						status: 200,
					}),
				],
				errors: [],
			}),
		},
	},
	{
		name: "document:updateByQuery tells what could not be updated",
		matrix: true,
		on: ["ws"],
		given: findable,
		request: {
			...update,
			body: { query: { term: { n: 3 } }, changes: { ghost: 1 } },
		},
		reply: {
			result: exactly({
				successes: [],
				errors: [
					exactly({
						document: exactly({ _id: "c", body: exactly({ ghost: 1 }) }),
						reason: anyReason,
						status: 400,
					}),
				],
			}),
		},
	},
	...noRights(update),
	...refusals(
		update,
		[
			...badRequests({ changes: {} }),
			...["query", "changes"].map(
				(name): Wrong => ({
					when: `no ${name}`,
					body: { query: {}, changes: {}, [name]: undefined },
					error: "api.assert.missing_argument",
					props: [`body.${name}`],
				}),
			),
			{
				when: "changes that are no object",
				body: { query: {}, changes: "x" },
				error: "api.assert.invalid_type",
				props: ["body.changes", "object"],
			},
		],
		{ given: findable },
	),
];
