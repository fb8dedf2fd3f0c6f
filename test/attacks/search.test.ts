import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type Backend, backends } from "../support/backends.ts";
import { declaredActions } from "../support/declared-actions.ts";
import { Stage } from "../support/stage.ts";
import type { ActionReply } from "../support/transports.ts";
import { asAdmin, toFrame } from "./attacker.ts";

const CREDENTIALS = "%plugin-kuzzle-plugin-auth-passport-local.users";
const FORBIDDEN = "services.storage.invalid_query_keyword";

/** Clauses that would let a search of one collection tell what is in another one, or run a program. */
const PRYING: readonly object[] = [
	{ terms: { _id: { index: CREDENTIALS, id: "admin", path: "userPassword" } } },
	{ terms: { _id: { index: ".kuzzle", id: "1", path: "seed", routing: "x" } } },
	{ geo_shape: { g: { indexed_shape: { index: CREDENTIALS, id: "admin" } } } },
	{ shape: { g: { indexed_shape: { index: CREDENTIALS, id: "admin" } } } },
	{ percolate: { field: "q", index: CREDENTIALS, id: "admin" } },
	{
		more_like_this: {
			fields: ["kuid"],
			like: [{ _index: CREDENTIALS, _id: "admin" }],
			min_term_freq: 1,
		},
	},
	{ more_like_this: { unlike: { _index: CREDENTIALS, _id: "admin" } } },
	{ script: { script: "true" } },
	{ script: { script: { source: "doc['userPassword']", lang: "painless" } } },
	{
		script_score: { query: { match_all: {} }, script: { source: "1" } },
	},
	{ function_score: { script_score: { script: { source: "1" } } } },
	{ terms_set: { a: { terms: ["x"], minimum_should_match_script: {} } } },
	{ wrapper: { query: "eyJtYXRjaF9hbGwiOnt9fQ==" } },
];
/** Where they hide. */
const HIDINGS: readonly ((clause: object) => object)[] = [
	(clause) => clause,
	(clause) => ({ bool: { must_not: [{ bool: { should: clause } }] } }),
	(clause) => ({
		constant_score: { filter: { dis_max: { queries: [clause] } } },
	}),
	(clause) => ({ nested: { path: "policies", query: clause } }),
	(clause) => ({ function_score: { functions: [{ filter: clause }] } }),
];
/** Beside the query. */
const PRYING_BODIES: readonly object[] = [
	{ sort: [{ _script: { type: "number", script: "1", order: "asc" } }] },
	{ script_fields: { a: { script: "1" } } },
	{ runtime_mappings: { a: { type: "long", script: "emit(1)" } } },
	{ rescore: { query: { rescore_query: { match_all: {} } } } },
	{
		suggest: {
			a: { phrase: { field: "t", collate: { query: { source: "{}" } } } },
		},
	},
	{ highlight: { highlight_query: { script: { script: "true" } } } },
	{ collapse: { field: "city", inner_hits: { name: "a", script_fields: {} } } },
	{ post_filter: { wrapper: { query: "eyJtYXRjaF9hbGwiOnt9fQ==" } } },
	{ knn: { field: "a", query_vector: [1], k: 1, num_candidates: 1 } },
	{ pit: { id: "x" } },
	{ indices_boost: [{ [CREDENTIALS]: 2 }] },
	{ stored_fields: ["userPassword"] },
	{ docvalue_fields: ["userPassword"] },
];

/** Patterns that take a careless engine more steps than it has years. */
const ENDLESS = "a".repeat(2_000);
const PATTERNS: readonly object[] = [
	{ regexp: { city: "(a+)+b" } },
	{ regexp: { city: "(a|a)*(a|a)*(a|a)*b" } },
	{ regexp: { city: `${"a?".repeat(400)}${"a".repeat(400)}b` } },
	{ regexp: { city: `${"(".repeat(500)}a${")*".repeat(500)}b` } },
	{ regexp: { city: "((a{1,50}){1,50}){1,50}b" } },
	{ regexp: { city: { value: "(.*a.{30})+", max_determinized_states: 1e9 } } },
	{ query_string: { query: '"a/b" [1 TO 2] city:/((a{1,50}){1,50}){1,50}b/' } },
	{ regexp: { city: "x".repeat(100_000) } },
	{ wildcard: { city: `${"*a".repeat(500)}*b` } },
	{ wildcard: { city: { value: `${"?*".repeat(500)}b` } } },
	{ query_string: { query: `city:/${"(a+)+".repeat(5)}b/` } },
	{ query_string: { query: `city:${"*a".repeat(300)}*b` } },
	{ query_string: { query: `${"(".repeat(2_000)}a${")".repeat(2_000)}` } },
	{ query_string: { query: `${"a OR ".repeat(20_000)}b` } },
	{ simple_query_string: { query: "((a|".repeat(2_000) } },
	{ fuzzy: { city: { value: ENDLESS, fuzziness: 2, prefix_length: 0 } } },
	{ match: { city: { query: ENDLESS, fuzziness: 2 } } },
];

/** Where documents are searched. */
const PLACE = { index: "yard", collection: "cars" };
const TAKES_QUERY = /^(search|count|export$|(update|delete)ByQuery$)/;

for (const backend of backends()) {
	describe(`a search that pries, on ${backend},`, () => {
		let stage: Stage;
		before(async () => {
			stage = await startStage(backend);
		});
		after(() => stage?.stop());

		for (const { name, args } of searches())
			it(`by ${name} tells nothing of other collections, and runs no program`, async () => {
				for (const hide of HIDINGS)
					for (const clause of PRYING)
						await assertRefused(stage, name, args, { query: hide(clause) });
				// Others read the query alone.
				if (!/:search/.test(name)) return;
				for (const body of PRYING_BODIES)
					await assertRefused(stage, name, args, body);
			});
	});

	describe(`a pattern without end, on ${backend},`, () => {
		let stage: Stage;
		before(async () => {
			stage = await startStage(backend);
		});
		after(() => stage?.stop());

		for (const { name, args } of searches())
			it(`in ${name} is answered, and keeps nobody waiting`, async () => {
				for (const query of PATTERNS) {
					const searching = ask(stage, name, args, { query });
					const now = await ask(stage, "server:now", {});
					assert.equal(now.status, 200);
					const { status, error } = await searching;
					const what = `${JSON.stringify(query).slice(0, 100)}: ${JSON.stringify(error)}`;
					assert.ok(status === 200 || status === 400, what);
				}
			});
	});
}

interface Searched {
	readonly name: string;
	readonly args: Readonly<Record<string, unknown>>;
}

/** Every action that takes a search of the client's. */
function searches(): Searched[] {
	return (
		declaredActions()
			.filter(({ action }) => TAKES_QUERY.test(action))
			// It counts the subscribers of a room.
			.filter(({ name }) => name !== "realtime:count")
			.map(({ name, args }) => ({
				name,
				args: {
					...("strategy" in args ? { strategy: "local" } : {}),
					...("userId" in args ? { userId: "ann" } : {}),
					...("collection" in args ? PLACE : {}),
				},
			}))
	);
}

/** With a user who makes patterns work hard. */
async function startStage(backend: Backend): Promise<Stage> {
	const stage = await Stage.start({ backend });
	try {
		const mappings = { properties: { city: { type: "keyword" } } };
		await asAdmin(
			stage,
			{ action: "index:create", args: { index: PLACE.index } },
			{ action: "collection:create", args: PLACE, body: { mappings } },
			{
				action: "document:create",
				args: { ...PLACE, refresh: "wait_for" },
				body: { city: ENDLESS },
			},
			{ action: "security:updateUserMapping", body: mappings },
			{
				action: "security:createUser",
				args: { _id: "ann" },
				body: { content: { profileIds: ["default"], city: ENDLESS } },
			},
		);
	} catch (error) {
		await stage.stop();
		throw error;
	}
	return stage;
}

/** Over HTTP. What is no envelope, such as an export, has a status all the same. */
async function ask(
	stage: Stage,
	action: string,
	args: Searched["args"],
	body: object = {},
): Promise<Pick<ActionReply, "status" | "error">> {
	const more = action.endsWith(":updateByQuery") ? { changes: { a: 1 } } : {};
	const reply = await stage.gateway.call("POST", "/_query", {
		body: toFrame({ action, args, body: { ...body, ...more } }),
		token: await stage.token("admin"),
	});
	return { status: reply.status, error: reply.body?.error ?? null };
}

async function assertRefused(
	stage: Stage,
	name: string,
	args: Searched["args"],
	body: object & { readonly query?: unknown },
): Promise<void> {
	// Searches of keys take the query itself for their body.
	const isQuery = name.endsWith(":searchApiKeys");
	const sent = isQuery && "query" in body ? (body.query as object) : body;
	const { status, error } = await ask(stage, name, args, sent);
	const what = `${JSON.stringify(sent)}: ${status} ${JSON.stringify(error)}`;
	assert.equal(status, 400, what);
	if ("query" in body) assert.equal(error?.id, FORBIDDEN, what);
}
