import { exactly } from "../support/matchers.ts";
import type { Scenario, ScenarioRequest } from "../support/scenario.ts";
import { noRights, refusals, type Wrong } from "../support/scenario-rows.ts";
import {
	badDocuments,
	badFlags,
	badPlaces,
	created,
	document,
	of,
	source,
	withDocument,
} from "./document-rows.ts";

const given = [...withDocument, document("d2", { a: 2 })];
const get = of("get", { _id: "d1" });
const exists = of("exists", { _id: "d1" });
const body = { ids: ["d2", "ghost", "d1"] };
const mGet: ScenarioRequest = { ...of("mGet"), body };
const mExists: ScenarioRequest = { ...of("mExists"), body };

const d1 = exactly({
	_id: "d1",
	_source: source({ a: 1, deep: exactly({ x: 1, y: 2 }) }, created),
	_version: 1,
});
const d2 = exactly({
	_id: "d2",
	_source: source({ a: 2 }, created),
	_version: 1,
});

/** What mGet and mExists refuse. */
const badLists: readonly Wrong[] = [
	...badPlaces,
	...badFlags("strict"),
	{
		when: "a document that is missing, when strict",
		matrix: true,
		args: { strict: true },
		error: "api.process.incomplete_multiple_request",
		props: ["get"],
	},
	{
		when: "ids that are no list",
		body: { ids: "d1" },
		error: "api.assert.invalid_type",
		props: ["body.ids", "array"],
	},
	{
		when: "an empty list of ids",
		body: { ids: [] },
		error: "api.assert.missing_argument",
		props: ["ids"],
	},
	{
		when: "more ids than may be read at once",
		config: { limits: { documentsFetchCount: 2 } },
		error: "services.storage.get_limit_exceeded",
		props: [],
	},
];

export const documentReadScenarios: readonly Scenario[] = [
	{
		name: "document:get reads a document",
		matrix: true,
		given,
		request: get,
		reply: { result: d1 },
	},
	...noRights(get, { given }),
	...refusals(
		get,
		[
			{
				when: "an id that is missing",
				matrix: true,
				args: { _id: "ghost" },
				error: "services.storage.not_found",
				props: ["ghost", "i-{n}", "c"],
			},
			...badDocuments,
			{
				when: "the word of the search",
				args: { _id: "_search" },
				error: "services.storage.search_as_an_id",
				props: [],
			},
		],
		{ given },
	),

	{
		name: "document:exists finds a document",
		matrix: true,
		given,
		request: exists,
		reply: { result: true },
	},
	{
		name: "document:exists finds none",
		matrix: true,
		given,
		request: of("exists", { _id: "ghost" }),
		reply: { result: false },
	},
	...noRights(exists, { given }),
	...refusals(exists, badDocuments, { given }),

	{
		name: "document:mGet reads documents in the order of their ids, and names those that are missing",
		matrix: true,
		given,
		request: mGet,
		reply: { result: exactly({ successes: [d2, d1], errors: ["ghost"] }) },
	},
	{
		name: "document:mGet takes ids from the query string",
		on: ["http", "ws"],
		given,
		request: of("mGet", { ids: ["d1", "ghost"] }),
		reply: { result: exactly({ successes: [d1], errors: ["ghost"] }) },
	},
	{
		name: "document:mGet reads nothing when nothing is asked for",
		given,
		request: of("mGet"),
		reply: { result: exactly({ successes: [], errors: [] }) },
	},
	{
		name: "document:mGet takes an id that is no text for one",
		given,
		request: { ...mGet, body: { ids: [1, null] } },
		reply: { result: exactly({ successes: [], errors: ["1", "null"] }) },
	},
	...noRights(mGet, { given }),
	...refusals(mGet, badLists, { given }),

	{
		name: "document:mExists tells which documents are there, in the order of their ids",
		matrix: true,
		given,
		request: mExists,
		reply: { result: exactly({ successes: ["d2", "d1"], errors: ["ghost"] }) },
	},
	{
		name: "document:mExists takes ids from the arguments",
		on: ["http", "ws"],
		given,
		request: of("mExists", { ids: ["d1", "ghost"] }),
		reply: { result: exactly({ successes: ["d1"], errors: ["ghost"] }) },
	},
	...noRights(mExists, { given }),
	...refusals(
		mExists,
		[
			...badLists,
			{
				when: "no ids at all",
				body: {},
				error: "api.assert.missing_argument",
				props: ["ids"],
			},
		],
		{ given },
	),
];
