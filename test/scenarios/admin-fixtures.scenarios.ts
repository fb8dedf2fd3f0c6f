import assert from "node:assert/strict";
import { anyNumber, exactly } from "../support/matchers.ts";
import type {
	Scenario,
	ScenarioRequest,
	ScenarioRun,
} from "../support/scenario.ts";
import { noRights, refusals, type Wrong } from "../support/scenario-rows.ts";
import { noBody, source, stored, withDocument } from "./document-rows.ts";

const given = withDocument;
const GOOD = [{ create: { _id: "n1" } }, { a: 1 }];
const load: ScenarioRequest = {
	action: "admin:loadFixtures",
	as: "admin",
	body: {
		"i-{n}": { c: [...GOOD, { index: { _id: "d1" } }, { a: 9 }] },
	},
};

/** Fixtures are the server's own: they have no author. */
const byServer = exactly({
	author: null,
	createdAt: anyNumber,
	updatedAt: null,
	updater: null,
});

async function isUntouched(run: ScenarioRun): Promise<void> {
	assert.equal(await stored(run, "n1"), undefined);
	assert.equal((await stored(run, "d1"))?._version, 1);
}

/** A request whose index or collections are named by the row. */
const inIndex = (index: string, collections: unknown) => ({
	[index]: collections,
});

const wrongs: readonly Wrong[] = [
	noBody,
	{
		when: "collections that are no object",
		body: inIndex("i-{n}", "x"),
		error: "api.assert.invalid_argument",
		props: ["x", "object"],
	},
	{
		when: "lines that are no list",
		body: inIndex("i-{n}", { c: GOOD, d: "x" }),
		error: "services.storage.unexpected_bad_request",
	},
	{
		when: "lines that make no bulk",
		body: inIndex("i-{n}", { c: [...GOOD, { zz: {} }] }),
		error: "services.storage.unexpected_bad_request",
	},
	{
		when: "a collection that is not there",
		matrix: true,
		body: inIndex("i-{n}", { c: GOOD, ghost: GOOD }),
		error: "services.storage.unknown_collection",
		props: ["i-{n}", "ghost"],
	},
	{
		when: "an index that is not there",
		body: inIndex("ghost", { c: GOOD }),
		error: "services.storage.unknown_index",
		props: ["ghost"],
	},
];

export const adminFixturesScenarios: readonly Scenario[] = [
	{
		name: "admin:loadFixtures writes the documents",
		matrix: true,
		given,
		request: (run) => ({ ...load, body: named(run, load.body) }),
		reply: {},
		async afterwards(run, { result }) {
			assert.equal(result ?? null, null);
			for (const [_id, a] of [
				["n1", 1],
				["d1", 9],
			] as const) {
				const { _source } = (await stored(run, _id)) ?? {};
				source({ a }, byServer)(_source, _id);
			}
		},
	},
	{
		name: "admin:loadFixtures does nothing with nothing",
		request: { ...load, body: {} },
		reply: {},
	},
	{
		name: "admin:loadFixtures tells what failed, and keeps the rest",
		matrix: true,
		on: ["http", "ws"],
		given,
		request: (run) => ({
			...load,
			body: named(
				run,
				inIndex("i-{n}", {
					c: [{ create: { _id: "d1" } }, { a: 1 }, ...GOOD],
				}),
			),
		}),
		reply: { error: "services.storage.import_failed", props: [] },
		afterwards: async (run) =>
			assert.equal((await stored(run, "n1"))?._source.a, 1),
	},
	...noRights(load),
	...refusals(load, wrongs, { given, afterwards: isUntouched }).map(
		(row): Scenario => {
			const request = row.request as ScenarioRequest;
			return {
				...row,
				request: (run) => ({ ...request, body: named(run, request.body) }),
			};
		},
	),
];

/** Texts of a request have their number put in by the harness; keys have it here. */
function named(run: ScenarioRun, body: unknown): unknown {
	return body === undefined
		? undefined
		: JSON.parse(run.named(JSON.stringify(body)));
}
