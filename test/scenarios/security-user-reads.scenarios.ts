import assert from "node:assert/strict";
import { anyNumber, exactly, matching } from "../support/matchers.ts";
import type {
	Scenario,
	ScenarioRequest,
	ScenarioRun,
} from "../support/scenario.ts";
import {
	assertDead,
	assertWorks,
	keyOf,
	newLogin,
	newUser,
	noted,
	noting,
	prepare,
	sessionOf,
} from "../support/scenario-people.ts";
import {
	missing,
	noRights,
	refusals,
	type Wrong,
	wrongType,
} from "../support/scenario-rows.ts";
import { nextPage, scrollRows, searchRefusals } from "./search-rows.ts";

const search: ScenarioRequest = { action: "security:searchUsers" };
const mGet: ScenarioRequest = {
	action: "security:mGetUsers",
	body: { ids: ["ann-{n}", "ghost", "bob-{n}"] },
};
const rights: ScenarioRequest = {
	action: "security:getUserRights",
	args: { _id: "ann-{n}" },
};
const check: ScenarioRequest = {
	action: "security:checkRights",
	args: { userId: "ann-{n}" },
	body: { controller: "server", action: "now" },
};
const strategies: ScenarioRequest = {
	action: "security:getUserStrategies",
	args: { _id: "ann-{n}" },
};
const revoke: ScenarioRequest = {
	action: "security:revokeTokens",
	args: { _id: "ann-{n}" },
};

/** In what is found the author is told, though it be null (recorded). */
const found = (name: string) =>
	exactly({
		_id: matching(new RegExp(`^${name}-\\d+$`)),
		_source: exactly({
			profileIds: ["admin"],
			_kuzzle_info: exactly({
				author: null,
				createdAt: anyNumber,
				updatedAt: null,
				updater: null,
			}),
		}),
	});
const everything = {
	controller: "*",
	action: "*",
	index: "*",
	collection: "*",
	value: "allowed",
};
const people = [newUser("ann-{n}"), newUser("bob-{n}")];
const badIds = (name: string): Wrong[] => [
	missing(name),
	missing(name, null),
	missing(name, ""),
	wrongType(name, 1, "string"),
	wrongType(name, {}, "string"),
];
const ghost = (name: string): Wrong => ({
	when: "a user that there is not",
	matrix: true,
	args: { [name]: "ghost" },
	error: "security.user.not_found",
	props: ["ghost"],
});
const scrolled = {
	search,
	scroll: "security:scrollUsers",
	make: (prefix: string) => ({
		action: "security:createUser",
		args: { _id: `${prefix}-{n}` },
		body: { content: { profileIds: ["default"] } },
	}),
	body: (run: ScenarioRun) => ({
		query: {
			ids: {
				values: ["one", "two", "three"].map((name) => `${name}-${run.n}`),
			},
		},
	}),
} as const;

/** mGetUsers, searchUsers, scrollUsers, getUserRights, checkRights, getUserStrategies, revokeTokens. */
export const securityUserReadsScenarios: readonly Scenario[] = [
	{
		name: "security:mGetUsers answers those that there are, in the order asked for",
		matrix: true,
		given: people,
		request: { ...mGet, as: ["security:mGetUsers"] },
		reply: { result: exactly({ hits: [found("ann"), found("bob")] }) },
	},
	...["ann-{n},ghost,bob-{n}", '["ann-{n}","bob-{n}"]'].map(
		(ids): Scenario => ({
			name: `security:mGetUsers takes the ids as ${ids}`,
			on: ["http", "ws"],
			given: people,
			request: {
				action: "security:mGetUsers",
				as: "admin",
				args: { ids },
			},
			reply: { result: exactly({ hits: [found("ann"), found("bob")] }) },
		}),
	),
	{
		name: "security:mGetUsers passes over ids that are none, and the anonymous user",
		request: {
			...mGet,
			as: "admin",
			body: { ids: ["ghost", "-1", "", 12, null] },
		},
		reply: { result: exactly({ hits: [] }) },
	},
	...noRights(mGet),
	...refusals({ ...mGet, as: "admin" }, [
		...[undefined, {}, { ids: [] }].map((body, i) => ({
			when: `the body ${JSON.stringify(body)}`,
			matrix: i === 1,
			body,
			error: "api.assert.missing_argument" as const,
			props: ["ids"],
		})),
		{
			when: "a list that is none",
			body: { ids: "ann-{n}" },
			error: "api.assert.invalid_type",
			props: ["body.ids", "array"],
		},
		{
			when: "more ids than one call may read",
			body: { ids: Array.from({ length: 10_001 }, (_, i) => `u${i}`) },
			error: "services.storage.get_limit_exceeded",
		},
	]),
	{
		name: "security:searchUsers finds users by their profiles",
		matrix: true,
		given: async (run) =>
			prepare(
				run,
				{
					action: "security:createOrReplaceProfile",
					args: { _id: "p-{n}" },
					body: { policies: [{ roleId: "default" }] },
				},
				{
					action: "security:createUser",
					args: { _id: "ann-{n}" },
					body: { content: { profileIds: ["p-{n}"] } },
				},
			),
		request: {
			...search,
			as: ["security:searchUsers"],
			body: { query: { term: { profileIds: "p-{n}" } } },
		},
		reply: {
			result: {
				hits: [{ _id: "ann-{n}", _source: { profileIds: ["p-{n}"] } }],
				total: 1,
			},
		},
	},
	{
		name: "security:searchUsers answers the page asked for, and the true total",
		given: ["one", "two", "three"].map(scrolled.make),
		request: (run) => ({
			...search,
			as: "admin",
			args: { from: 1, size: 1 },
			body: {
				...scrolled.body(run),
				sort: [{ "_kuzzle_info.createdAt": "asc" }],
			},
		}),
		reply: { result: { hits: [{ _id: "two-{n}" }], total: 3 } },
	},
	{
		name: "security:searchUsers needs no body",
		request: { ...search, as: "admin", args: { size: 1 } },
		reply: {
			result: { hits: (hits) => assert.equal((hits as object[]).length, 1) },
		},
	},
	{
		name: "security:searchUsers understands Koncorde",
		given: people,
		request: {
			...search,
			as: "admin",
			args: { lang: "koncorde" },
			body: { query: { ids: { values: ["ann-{n}"] } } },
		},
		reply: { result: exactly({ hits: [found("ann")], total: 1 }) },
	},
	{
		name: "security:searchUsers takes aggregations, and answers none",
		request: {
			...search,
			as: "admin",
			args: { size: 0 },
			body: { aggs: { p: { terms: { field: "profileIds" } } } },
		},
		reply: { result: exactly({ hits: [], total: anyNumber }) },
	},
	...noRights(search),
	...searchRefusals(search),
	...refusals({ ...search, as: "admin" }, [
		{
			when: "Koncorde without a query",
			args: { lang: "koncorde" },
			body: {},
			error: "api.assert.missing_argument",
			props: ["body.query"],
		},
	]),
	...scrollRows(scrolled),
	nextPage(scrolled, ["security:scrollUsers"]),
	...noRights({
		action: "security:scrollUsers",
		args: { scrollId: "x" },
	}),
	{
		name: "security:getUser refuses the search that was sent by GET",
		on: ["http", "ws"],
		request: {
			action: "security:getUser",
			as: "admin",
			args: { _id: "_search" },
		},
		reply: { error: "services.storage.search_as_an_id", props: [] },
	},
	{
		name: "security:getUserRights lists what a user may do",
		matrix: true,
		given: people,
		request: { ...rights, as: ["security:getUserRights"] },
		reply: { result: exactly({ hits: [exactly(everything)], total: 1 }) },
	},
	{
		name: "security:getUserRights lists what strangers may do",
		request: { ...rights, as: "admin", args: { _id: "-1" } },
		reply: { result: { total: 6 } },
	},
	...noRights(rights),
	...refusals({ ...rights, as: "admin" }, [...badIds("_id"), ghost("_id")]),
	{
		name: "security:checkRights answers that a request would pass",
		matrix: true,
		given: people,
		request: { ...check, as: ["security:checkRights"] },
		reply: { result: exactly({ allowed: true }) },
	},
	{
		name: "security:checkRights answers that a request would not pass, and does not make it",
		matrix: true,
		given: [newUser("ann-{n}", "default")],
		request: {
			...check,
			as: ["security:checkRights"],
			body: { controller: "security", action: "deleteUser", _id: "admin" },
		},
		reply: { result: exactly({ allowed: false }) },
	},
	...["-1", "anonymous"].map(
		(userId): Scenario => ({
			name: `security:checkRights judges for strangers under the id ${userId}`,
			request: {
				...check,
				as: "admin",
				args: { userId },
				body: { controller: "auth", action: "login" },
			},
			reply: { result: exactly({ allowed: true }) },
		}),
	),
	...noRights(check),
	...refusals(
		{ ...check, as: "admin" },
		[
			...badIds("userId"),
			ghost("userId"),
			...[undefined, null, []].map((body) => ({
				when: `the body ${JSON.stringify(body)}`,
				body,
				error: "api.assert.body_required" as const,
			})),
			...[undefined, null, "", 1].flatMap((value) =>
				["controller", "action"].map((name) => ({
					when: `body.${name} = ${JSON.stringify(value)}`,
					body: { controller: "a", action: "b", [name]: value },
					error: "api.assert.missing_argument" as const,
					props: [`body.${name}`],
				})),
			),
		],
		{ given: people },
	),
	{
		name: "security:getUserStrategies names the ways that a user can log in by",
		matrix: true,
		given: [newLogin("ann-{n}")],
		request: { ...strategies, as: ["security:getUserStrategies"] },
		reply: { result: exactly({ strategies: ["local"], total: 1 }) },
	},
	...["ann-{n}", "-1"].map(
		(_id): Scenario => ({
			name: `security:getUserStrategies names none of ${_id}, who cannot log in`,
			given: people,
			request: { ...strategies, as: "admin", args: { _id } },
			reply: { result: exactly({ strategies: [], total: 0 }) },
		}),
	),
	...noRights(strategies),
	...refusals({ ...strategies, as: "admin" }, [...badIds("_id"), ghost("_id")]),
	{
		name: "security:revokeTokens ends the sessions of a user, and nothing else",
		matrix: true,
		given: async (run) => {
			await prepare(run, ...people);
			await noting("session", sessionOf("ann-{n}"))(run);
			await noting("key", keyOf("ann-{n}"))(run);
			await noting("bob's", sessionOf("bob-{n}"))(run);
		},
		request: { ...revoke, as: ["security:revokeTokens"] },
		reply: { result: null },
		async afterwards(run) {
			await assertDead(run, noted(run, "session"));
			await assertWorks(run, noted(run, "key"), "ann-{n}");
			await assertWorks(run, noted(run, "bob's"), "bob-{n}");
		},
	},
	{
		name: "security:revokeTokens deletes the API keys too, when asked to",
		matrix: true,
		given: async (run) => {
			await prepare(run, ...people);
			await noting("session", sessionOf("ann-{n}"))(run);
			await noting("key", keyOf("ann-{n}"))(run);
			await noting("bob's", keyOf("bob-{n}"))(run);
		},
		request: {
			...revoke,
			as: "admin",
			args: { _id: "ann-{n}", apiKeys: true },
		},
		reply: { result: null },
		async afterwards(run) {
			await assertDead(run, noted(run, "session"));
			await assertDead(run, noted(run, "key"));
			await assertWorks(run, noted(run, "bob's"), "bob-{n}");
		},
	},
	...["ghost", "-1"].map(
		(_id): Scenario => ({
			name: `security:revokeTokens has nothing to revoke of ${_id}`,
			request: { ...revoke, as: "admin", args: { _id } },
			reply: { result: null },
		}),
	),
	...noRights(revoke),
	...refusals({ ...revoke, as: "admin" }, [
		...badIds("_id"),
		wrongType("apiKeys", {}, "boolean"),
		wrongType("apiKeys", "yes", "boolean"),
	]),
];
