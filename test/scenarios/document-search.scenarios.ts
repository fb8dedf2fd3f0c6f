import assert from "node:assert/strict";
import { absent, anyObject, exactly, matching } from "../support/matchers.ts";
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
import type { ActionRequest } from "../support/transports.ts";
import { badPlaces, of } from "./document-rows.ts";
import { findable, found } from "./found-rows.ts";
import { badNames, unknownPlaces } from "./place-rows.ts";

const BY_N = { sort: [{ n: "asc" }] };
const search: ScenarioRequest = { ...of("search"), body: BY_N };
const count = of("count");
const targets = [{ index: "i-{n}", collections: ["c", "d"] }];
/** A search of several collections names them in `targets`. */
const several: ScenarioRequest = {
	action: "document:search",
	as: "admin",
	args: { targets },
	body: BY_N,
};
const scroll: ScenarioRequest = {
	action: "document:scroll",
	as: "admin",
	args: { scrollId: "x" },
};

const query = (dsl: unknown, lang = "elasticsearch") => ({
	args: { lang },
	body: { query: dsl },
});

/** What is wrong with a query, whatever it is for. */
const badQueries: readonly Wrong[] = [
	wrongType("lang", {}, "string"),
	{
		when: "a language that there is not",
		args: { lang: "sql" },
		error: "api.assert.invalid_argument",
		props: ["lang", matching(/./)],
	},
	{
		when: "a query that is no object",
		body: { query: "all" },
		error: "api.assert.invalid_type",
		props: ["body.query", "object"],
	},
	{
		when: "a member that no search has",
		matrix: true,
		body: { zz: 1 },
		error: "services.storage.invalid_search_query",
		props: ["zz"],
	},
	{
		when: "a clause that there is not",
		...query({ zz: {} }),
		error: "services.storage.unexpected_bad_request",
	},
	{
		when: "a look-up in another collection",
		...query({ terms: { _id: { index: "x", id: "y", path: "z" } } }),
		error: "services.storage.invalid_query_keyword",
	},
	{
		when: "a script",
		...query({ script: { script: { source: "1" } } }),
		error: "services.storage.invalid_query_keyword",
		props: ["script.script"],
	},
	{
		when: "a word that both languages know with different meanings",
		...query({ bool: { must: [] } }, "koncorde"),
		error: "api.assert.koncorde_restricted_keyword",
		props: ["operator", "bool"],
	},
];

const badPages: readonly Wrong[] = [
	...["x", 1.5, {}].flatMap((value) => [
		wrongType("from", value, "integer"),
		wrongType("size", value, "integer"),
	]),
	...[{ from: -1 }, { size: -2 }].map(
		(args): Wrong => ({
			when: JSON.stringify(args),
			args,
			error: "api.assert.invalid_argument",
			props: [Object.keys(args)[0] ?? "", matching(/./)],
		}),
	),
	{
		when: "a page that is too large",
		args: { size: 10_001 },
		error: "services.storage.get_limit_exceeded",
	},
	{
		when: "a page further on that is too large",
		config: { limits: { documentsFetchCount: 2 } },
		given: findable,
		args: { from: 2, size: 3 },
		error: "services.storage.get_limit_exceeded",
	},
	{
		when: "a page that ends too far away",
		args: { from: 9_999, size: 10 },
		error: "services.storage.unexpected_bad_request",
	},
	{
		when: "a filter that cannot be translated",
		...query({ exists: "a[1" }, "koncorde"),
		error: "services.koncorde.elastic_translation_error",
	},
	{
		when: "a sort by a field that there is not",
		body: { sort: [{ ghost: "asc" }] },
		error: "services.storage.unexpected_bad_request",
	},
	{
		when: "several collections in the place of one",
		matrix: true,
		args: { collection: "c,d" },
		error: "services.storage.invalid_multi_index_collection_usage",
		props: [],
	},
	{
		when: "targets beside an index",
		args: { targets },
		error: "api.assert.mutually_exclusive",
		props: ["index, collection", "targets"],
	},
];

const badScrolls: readonly Wrong[] = [
	wrongType("scroll", {}, "string"),
	...["x", "0s", "-1"].map(
		(value): Wrong => ({
			when: `scroll = ${value}`,
			args: { scroll: value },
			error: "api.assert.invalid_argument",
			props: ["scroll", matching(/./)],
		}),
	),
	{
		when: "a scroll that is kept for too long",
		args: { scroll: "2m" },
		error: "services.storage.scroll_duration_too_great",
		props: ["2m"],
	},
];

const badTarget = (
	target: unknown,
	error: NonNullable<Wrong["error"]>,
	props: NonNullable<Wrong["props"]>,
): Wrong => ({
	when: `the target ${JSON.stringify(target)}`,
	args: { targets: [target] },
	error,
	props,
});
const FORMAT = "services.storage.invalid_target_format";
const badTargets: readonly Wrong[] = [
	wrongType("targets", {}, "array"),
	badTarget({ collections: ["c"] }, "api.assert.missing_argument", [
		"targets[0].index",
	]),
	badTarget({ index: "i-{n}" }, "api.assert.missing_argument", [
		"targets[0].collections",
	]),
	badTarget({ index: "i-{n}", collections: "c" }, "api.assert.invalid_type", [
		"targets[0].collections",
		"array",
	]),
	badTarget({ index: 1, collections: ["c"] }, "api.assert.invalid_type", [
		"targets[0].index",
		"string",
	]),
	badTarget({ index: "i-{n}", collections: [] }, FORMAT, [
		"targets[0]",
		matching(/empty/),
	]),
	badTarget({ index: "i-{n}", collections: ["c,d"] }, FORMAT, [
		"targets[0]",
		matching(/comma/),
	]),
	badTarget(
		{ index: "i-{n}", collections: ["ghost"] },
		"services.storage.unknown_collection",
		["i-{n}", "ghost"],
	),
];

/** Rights are asked for each collection: whoever may read one of them reads no other beside it. */
const restricted: readonly ActionRequest[] = [
	...findable,
	{
		action: "security:createOrReplaceRole",
		args: { _id: "reads-{n}" },
		body: { controllers: { document: { actions: { search: true } } } },
	},
	{
		action: "security:createOrReplaceProfile",
		args: { _id: "reads-{n}" },
		body: {
			rateLimit: 0,
			policies: [
				{
					roleId: "reads-{n}",
					restrictedTo: [{ index: "i-{n}", collections: ["c"] }],
				},
			],
		},
	},
	{
		action: "security:createUser",
		args: { _id: "reader-{n}", refresh: false },
		body: {
			content: { profileIds: ["reads-{n}"] },
			credentials: {
				local: { username: "reader-{n}", password: "a pass phrase" },
			},
		},
	},
];

async function readerToken({ stage, named }: ScenarioRun): Promise<string> {
	const { jwt } = await stage.must(
		{
			controller: "auth",
			action: "login",
			strategy: "local",
			body: { username: named("reader-{n}"), password: "a pass phrase" },
		},
		"anonymous",
	);
	return jwt;
}

/** What the administrator is answered. */
function ask(
	{ stage, named }: ScenarioRun,
	request: Readonly<Record<string, unknown>>,
) {
	return stage.must(JSON.parse(named(JSON.stringify(request))));
}

const opened = (run: ScenarioRun, args: Readonly<Record<string, unknown>>) =>
	ask(run, {
		controller: "document",
		action: "search",
		body: BY_N,
		scroll: "30s",
		...args,
	}) as Promise<{ scrollId: string; hits: { _id: string }[] }>;

/** Every page of a scroll, by the ids of its hits. */
async function pagesOf(
	run: ScenarioRun,
	args: Readonly<Record<string, unknown>>,
): Promise<string[][]> {
	let page = await opened(run, args);
	const pages: string[][] = [];
	const { scrollId } = page;
	while (page.hits.length > 0 && pages.length < 9) {
		pages.push(page.hits.map(({ _id }) => _id));
		const reply = await run.stage.gateway.query(
			{ controller: "document", action: "scroll", scrollId },
			await run.stage.token("admin"),
		);
		if (reply.status === 404) break;
		page = reply.result;
	}
	return pages;
}

/** document:search, scroll, count. */
export const documentSearchScenarios: readonly Scenario[] = [
	{
		name: "document:search answers documents as they are, in the order asked for",
		matrix: true,
		given: findable,
		request: { ...search, as: ["document:search"] },
		reply: {
			result: exactly({
				total: 3,
				hits: [found("a", 1), found("b", 2), found("c", 3)],
			}),
		},
	},
	{
		name: "document:search finds everything when nothing is asked for",
		given: findable,
		request: of("search"),
		reply: { result: { total: 3 } },
		afterwards(_run, { result }) {
			const { hits } = result as { hits: { _score: unknown }[] };
			assert.equal(hits.length, 3);
			for (const { _score } of hits) assert.equal(typeof _score, "number");
		},
	},
	{
		name: "document:search answers a page, and the total all the same",
		matrix: true,
		given: findable,
		request: of("search", { from: 1, size: 1 }),
		reply: { result: { total: 3 } },
		afterwards: (_run, { result }) =>
			assert.equal((result as { hits: unknown[] }).hits.length, 1),
	},
	{
		name: "document:search takes -1 as no size, and 0 as no hits",
		given: findable,
		request: { ...search, args: { ...search.args, size: -1 } },
		reply: { result: { hits: [anyObject, anyObject, anyObject] } },
		afterwards: async (run) => {
			const args = { index: "i-{n}", collection: "c", size: 0 };
			const none = await ask(run, {
				controller: "document",
				action: "search",
				...args,
			});
			assert.deepEqual(none, { hits: [], total: 3 });
		},
	},
	{
		name: "document:search reads its body from the query string of a GET, and of nothing else",
		async afterwards(run) {
			const { gateway } = run.stage;
			const token = await run.stage.token("admin");
			const path = run.named("/i-{n}/c/_search?searchBody=");
			const read = (text: string) =>
				gateway.call("GET", path + encodeURIComponent(text), { token });
			const found = await read('{"query":{"term":{"n":2}}}');
			assert.equal(found.body.result.total, 1);
			for (const text of ["[]", "bad", ""]) {
				const { error } = (await read(text)).body;
				assert.equal(error.id, "api.assert.invalid_type", text);
				assert.deepEqual(error.props, ["searchBody", "object"]);
			}
		},
		given: findable,
		request: of("search", { searchBody: { query: { term: { n: 2 } } } }),
		reply: { result: { total: 3 } },
	},
	{
		name: "document:search takes Koncorde",
		matrix: true,
		given: findable,
		request: {
			...search,
			args: { ...search.args, lang: "koncorde" },
			body: {
				...BY_N,
				query: { or: [{ equals: { n: 1 } }, { range: { n: { gt: 2 } } }] },
			},
		},
		reply: { result: { hits: [found("a", 1), found("c", 3)] } },
	},
	{
		name: "document:search looks into several collections, each once",
		matrix: true,
		on: ["query", "ws", "sdk-ws"],
		given: findable,
		request: {
			...several,
			args: { targets: [...targets, { index: "i-{n}", collections: ["c"] }] },
		},
		reply: {
			result: exactly({
				total: 4,
				hits: [
					found("a", 1),
					found("b", 2),
					found("c", 3),
					found("z", 9, null, "d"),
				],
			}),
		},
	},
	{
		name: "document:search is refused as a whole where one of its targets may not be read",
		given: restricted,
		request: { ...several, token: readerToken },
		reply: { error: "security.rights.forbidden" },
		async afterwards(run) {
			const [c] = targets.map((target) => ({ ...target, collections: ["c"] }));
			const request = { targets: [c], body: BY_N };
			const reply = await run.stage.gateway.query(
				JSON.parse(
					run.named(
						JSON.stringify({
							controller: "document",
							action: "search",
							...request,
						}),
					),
				),
				await readerToken(run),
			);
			assert.equal(reply.result.total, 3);
		},
	},
	{
		name: "document:search opens a scroll, and tells what is left",
		matrix: true,
		given: findable,
		request: {
			...search,
			args: { ...search.args, size: 2, scroll: "10s" },
		},
		reply: {
			result: exactly({
				total: 3,
				hits: [found("a", 1), found("b", 2)],
				scrollId: matching(/./),
				remaining: 1,
			}),
		},
	},
	{
		name: "document:search computes aggregations, with a scroll on its first page",
		matrix: true,
		on: ["ws"],
		given: findable,
		request: {
			...of("search", { size: 1, scroll: "10s" }),
			body: { ...BY_N, aggs: { most: { max: { field: "n" } } } },
		},
		reply: {
			result: {
				total: 3,
				hits: [found("a", 1)],
				aggregations: exactly({ most: exactly({ value: 3 }) }),
			},
		},
		async afterwards(run, { result }) {
			const { scrollId } = result as { scrollId: string };
			const next = { controller: "document", action: "scroll", scrollId };
			const page = await ask(run, next);
			assert.equal(page.hits[0]._id, "b");
			assert.equal(page.aggregations, undefined);
		},
	},
	{
		name: "document:search opens no scroll unless asked",
		given: findable,
		request: { ...search, args: { ...search.args, scroll: "" } },
		reply: { result: { scrollId: absent, remaining: absent } },
	},
	...noRights(search),
	...refusals(
		search,
		[
			...badNames("index", "collection"),
			...unknownPlaces("i-{n}").filter(({ args }) => args?.collection !== "*"),
			...badPages,
			...badScrolls,
			...badQueries,
			...[{ from: 1 }, { size: 0 }].map(
				(page): Wrong => ({
					when: `a scroll with ${JSON.stringify(page)}`,
					args: { scroll: "5s", ...page },
					error: "services.storage.unexpected_bad_request",
				}),
			),
		],
		{ given: findable },
	),
	...refusals(several, badTargets, { given: findable }),
	{
		name: "document:search refuses to search nowhere",
		request: { ...several, args: { targets: [] } },
		reply: { error: "api.assert.missing_argument", props: ["index"] },
	},

	{
		name: "document:scroll answers the next page",
		matrix: true,
		given: findable,
		request: async (run) => {
			const args = { index: "i-{n}", collection: "c", size: 1 };
			const { scrollId } = await opened(run, args);
			return {
				action: "document:scroll",
				as: ["document:scroll"],
				args: { scrollId, scroll: "20s" },
			};
		},
		reply: {
			result: exactly({
				total: 3,
				hits: [found("b", 2)],
				scrollId: matching(/./),
				remaining: 1,
			}),
		},
	},
	{
		name: "document:scroll leads through several collections, each document once",
		matrix: true,
		on: ["ws"],
		given: findable,
		request: several,
		reply: {},
		async afterwards(run) {
			const pages = await pagesOf(run, { targets, size: 3 });
			assert.deepEqual(pages, [["a", "b", "c"], ["z"]]);
		},
	},
	{
		name: "document:scroll goes on with no scroll of users",
		request: async (run) => {
			const { scrollId } = await ask(run, {
				controller: "security",
				action: "searchUsers",
				size: 1,
				scroll: "10s",
				body: {},
			});
			return { ...scroll, args: { scrollId } };
		},
		reply: { error: "services.storage.unknown_scroll_id", props: [] },
	},
	...noRights(scroll),
	...refusals(scroll, [
		missing("scrollId"),
		missing("scrollId", ""),
		wrongType("scrollId", {}, "string"),
		...badScrolls,
		...["ghost", "1-ghost", "__proto__"].map(
			(scrollId, at): Wrong => ({
				when: `the id ${scrollId}, which is no scroll's`,
				matrix: at === 0,
				args: { scrollId },
				error: "services.storage.unknown_scroll_id",
			}),
		),
	]),

	{
		name: "document:count counts what matches",
		matrix: true,
		given: findable,
		request: {
			...count,
			as: ["document:count"],
			body: { query: { range: { n: { gte: 2 } } } },
		},
		reply: { result: exactly({ count: 2 }) },
	},
	...[undefined, {}, { query: {} }].map(
		(body): Scenario => ({
			name: `document:count counts everything by ${JSON.stringify(body)}`,
			given: findable,
			request: { ...count, body },
			reply: { result: exactly({ count: 3 }) },
		}),
	),
	{
		name: "document:count takes Koncorde, and no query in it",
		given: findable,
		request: { ...of("count", { lang: "koncorde" }), body: {} },
		reply: { result: exactly({ count: 3 }) },
	},
	...noRights(count),
	...refusals(
		count,
		[
			...badPlaces,
			...badQueries,
			{
				when: "what a search knows and a count does not",
				body: { sort: ["n"] },
				error: "services.storage.unexpected_bad_request",
			},
		],
		{ given: findable },
	),
];
