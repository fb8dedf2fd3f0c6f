import assert from "node:assert/strict";
import { matching } from "../support/matchers.ts";
import type { Scenario, ScenarioRequest } from "../support/scenario.ts";
import {
	noRights,
	refusals,
	type Wrong,
	wrongType,
} from "../support/scenario-rows.ts";
import type { ActionReply } from "../support/transports.ts";
import { badPlaces, collection, document, of } from "./document-rows.ts";
import { findable } from "./found-rows.ts";

const request: ScenarioRequest = {
	...of("export"),
	body: { sort: [{ n: "desc" }], query: { range: { n: { lte: 2 } } } },
};
const csv = (
	args: Readonly<Record<string, unknown>>,
	body: object = {},
): ScenarioRequest => ({
	...of("export", { format: "csv", ...args }),
	body: { sort: ["a"], ...body },
});
const awkward = [
	collection,
	document("p", { a: 1, b: 'says "no", twice', deep: { x: 1 } }),
	document("q", { a: 2, b: "=1+1", deep: { y: 2 } }),
	{ ...document("r", { b: "two\nlines" }) },
	{ action: "collection:refresh", args: { index: "i-{n}", collection: "c" } },
];
const HEAD = /^\{"collection":"c","index":"i-\d+","type":"collection"\}$/;

const linesOf = ({ http }: ActionReply) => (http?.text ?? "").split("\n");

const wrongs: readonly Wrong[] = [
	...badPlaces.map((wrong) => ({
		...wrong,
		matrix: wrong.error === "services.storage.unknown_collection",
		on: ["query"] as const,
	})),
	...["format", "separator", "scroll"].map((name) =>
		wrongType(name, {}, "string"),
	),
	wrongType("lang", {}, "string"),
	wrongType("size", {}, "integer"),
	{
		when: "pages of nothing",
		args: { size: 0 },
		error: "api.assert.invalid_argument",
		props: ["size", matching(/zero/)],
	},
	{
		when: "pages that are too large",
		args: { size: 10_001 },
		error: "services.storage.get_limit_exceeded",
	},
	...["query", "collapse", "fieldsName"].map(
		(name): Wrong => ({
			when: `${name} that is no object`,
			body: { [name]: "x" },
			error: "api.assert.invalid_type",
			props: [`body.${name}`, "object"],
		}),
	),
	{
		when: "fields that are no list",
		body: { fields: "x" },
		error: "api.assert.invalid_type",
		props: ["body.fields", "array"],
	},
	{
		when: "collapse",
		body: { collapse: { field: "n" } },
		error: "services.storage.unexpected_bad_request",
	},
	{
		when: "a word that both languages know with different meanings",
		args: { lang: "koncorde" },
		body: { query: { bool: {} } },
		error: "api.assert.koncorde_restricted_keyword",
	},
	{
		when: "a sort by a field that there is not",
		body: { sort: ["ghost"] },
		error: "services.storage.unexpected_bad_request",
	},
];

export const documentExportScenarios: readonly Scenario[] = [
	{
		name: "document:export writes a line of JSON for each document",
		matrix: true,
		on: ["http", "query"],
		given: findable,
		request: { ...request, as: ["document:export"] },
		reply: {},
		afterwards(_run, reply) {
			const [head = "", ...lines] = linesOf(reply);
			assert.match(head, HEAD);
			assert.equal(lines.pop(), "");
			assert.deepEqual(
				lines.map((line) => {
					const { _id, body } = JSON.parse(line);
					assert.equal(body._kuzzle_info.author, "admin");
					return [_id, body.n];
				}),
				[
					["b", 2],
					["a", 1],
				],
			);
			assert.match(
				String(reply.http?.headers["content-disposition"]),
				/^attachment; filename="i-\d+-c\.jsonl"$/,
			);
		},
	},
	{
		name: "document:export writes CSV, quoted where it must be",
		matrix: true,
		on: ["http", "query"],
		given: awkward,
		request: csv({ size: 1 }),
		reply: {},
		afterwards(_run, reply) {
			assert.equal(
				reply.http?.text,
				[
					"_id,a,b,deep.x,deep.y,n",
					'p,1,"says ""no"", twice",1,,',
					"q,2,=1+1,,2,",
					'r,,"two\nlines",,,',
					"",
				].join("\n"),
			);
			assert.equal(reply.http?.headers["content-type"], "text/csv");
		},
	},
	{
		name: "document:export takes columns, their titles and a separator",
		on: ["query"],
		given: awkward,
		request: csv(
			{ separator: ";" },
			{
				fields: ["a", "deep", "_id", "ghost", "deep.x.y"],
				fieldsName: { a: "A;B", _id: "Id" },
			},
		),
		reply: {},
		afterwards: (_run, reply) =>
			assert.deepEqual(linesOf(reply), [
				'Id;"A;B";deep;ghost;deep.x.y',
				"p;1;[OBJECT];;",
				"q;2;[OBJECT];;",
				"r;;;;",
				"",
			]),
	},
	{
		name: "document:export takes Koncorde, and finds nothing",
		on: ["query"],
		given: findable,
		request: {
			...of("export", { lang: "koncorde" }),
			body: { query: { equals: { n: 99 } } },
		},
		reply: {},
		afterwards(_run, reply) {
			const [head = "", ...rest] = linesOf(reply);
			assert.match(head, HEAD);
			assert.deepEqual(rest, [""]);
		},
	},
	{
		name: "document:export reads its members from the query string of a GET",
		on: ["query"],
		given: findable,
		request: of("export"),
		reply: {},
		async afterwards({ stage, named }, reply) {
			assert.equal(linesOf(reply).length, 5);
			const token = await stage.token("admin");
			const path = named("/i-{n}/c/_export");
			const get = (query: Readonly<Record<string, string>>) =>
				stage.gateway.call("GET", `${path}?${new URLSearchParams(query)}`, {
					token,
				});
			const found = await get({
				format: "csv",
				query: '{"term":{"n":3}}',
				fields: '["n"]',
				fieldsName: '{"n":"N"}',
			});
			assert.equal(found.text, "_id,N\nc,3\n");
			for (const [name, text, type] of [
				["query", "bad", "JSON string"],
				["query", "[]", "object"],
				["fields", '"n"', "array"],
			] as const) {
				const { error } = (await get({ [name]: text })).body;
				assert.equal(error.id, "api.assert.invalid_type");
				assert.deepEqual(error.props, [name, type]);
			}
		},
	},
	{
		name: "document:export is refused where there is no stream to write",
		given: findable,
		on: ["ws", "sdk-ws"],
		matrix: true,
		request,
		reply: {
			error: "api.assert.unsupported_protocol",
			props: ["websocket", "document:export"],
		},
	},
	...noRights(request),
	...refusals(request, wrongs, { given: findable, on: ["query"] }),
];
