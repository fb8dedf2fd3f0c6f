import assert from "node:assert/strict";
import { anyNumber, exactly, matching } from "../support/matchers.ts";
import type {
	Scenario,
	ScenarioRequest,
	ScenarioRun,
} from "../support/scenario.ts";
import { prepare, stored } from "../support/scenario-people.ts";
import {
	missing,
	noRights,
	refusals,
	type Wrong,
	wrongType,
} from "../support/scenario-rows.ts";
import type { ActionRequest } from "../support/transports.ts";
import { badControllers, badLists } from "./rights-rows.ts";
import { searchRefusals } from "./search-rows.ts";

const args = { _id: "r-{n}" };
const controllers = { server: { actions: { now: true, info: false } } };
const create: ScenarioRequest = {
	action: "security:createRole",
	args,
	body: { controllers, tags: ["t"], custom: { a: 1 } },
};
const update: ScenarioRequest = {
	action: "security:updateRole",
	args,
	body: { controllers: { auth: { actions: { login: true } } } },
};
const mGet: ScenarioRequest = {
	action: "security:mGetRoles",
	body: { ids: ["r-{n}", "admin"] },
};
const search: ScenarioRequest = { action: "security:searchRoles" };
const remove: ScenarioRequest = { action: "security:deleteRole", args };

const written = (updatedAt: typeof anyNumber | null) =>
	exactly({ author: null, createdAt: anyNumber, updatedAt, updater: null });
const role = exactly({
	_id: matching(/^r-\d+$/),
	_source: exactly({
		controllers,
		tags: ["t"],
		custom: exactly({ a: 1 }),
		_kuzzle_info: written(null),
	}),
});
const badIds: readonly Wrong[] = [
	missing("_id"),
	missing("_id", null),
	missing("_id", ""),
	wrongType("_id", 1, "string"),
	wrongType("_id", {}, "string"),
];
const noBody: readonly Wrong[] = [undefined, null, []].map((body) => ({
	when: `the body ${JSON.stringify(body)}`,
	body,
	error: "api.assert.body_required",
}));
const badContent: readonly Wrong[] = [
	...badControllers(),
	wrongType("force", {}, "boolean"),
	{
		when: "a controller that the server does not know",
		matrix: true,
		body: { controllers: { ghost: { actions: { x: true } } } },
		error: "security.role.unknown_controller",
		props: [matching(/^r-/), "ghost", ""],
	},
	{
		when: "an action that the server does not know, with force too",
		args: { force: true },
		body: { controllers: { document: { actions: { ghost: true } } } },
		error: "security.role.unknown_action",
		props: [matching(/^r-/), "ghost", "document", ""],
	},
];
const lockedOut: readonly Wrong[] = [
	{
		when: "to keep strangers from logging in",
		args: { _id: "anonymous" },
		body: { controllers: { server: { actions: { now: true } } } },
		error: "security.role.login_required",
	},
];

/** createRole, updateRole, mGetRoles, searchRoles, deleteRole. */
export const securityRolesScenarios: readonly Scenario[] = [
	{
		name: "security:createRole writes a role as it is given",
		matrix: true,
		request: { ...create, as: ["security:createRole"] },
		reply: { result: role },
		afterwards: async (run) =>
			assert.deepEqual(
				(await stored(run, "Role", "r-{n}")).controllers,
				controllers,
			),
	},
	{
		name: "security:createRole with force takes a controller that the server does not know",
		request: {
			...create,
			as: "admin",
			args: { ...args, force: true },
			body: { controllers: { ghost: { actions: { x: true } } } },
		},
		reply: { result: { _id: "r-{n}" } },
	},
	...noRights(create, { afterwards: assertNoRole }),
	...refusals(
		{ ...create, as: "admin" },
		[...badIds, ...noBody, ...badContent],
		{ afterwards: assertNoRole },
	),
	...refusals({ ...create, as: "admin" }, [
		...lockedOut,
		{
			when: "an id that is taken, and leaves its role as it is",
			matrix: true,
			given: [create],
			body: { controllers: { auth: { actions: { "*": true } } } },
			error: "services.storage.document_already_exists",
			props: [],
			afterwards: assertUnchanged,
		},
	]),
	{
		name: "security:updateRole replaces the whole role",
		matrix: true,
		given: [create],
		request: { ...update, as: ["security:updateRole"] },
		reply: {
			result: exactly({
				_id: matching(/^r-\d+$/),
				_source: exactly({
					controllers: exactly({
						auth: exactly({ actions: exactly({ login: true }) }),
					}),
					_kuzzle_info: written(anyNumber),
				}),
			}),
		},
		afterwards: async (run) =>
			assert.equal((await stored(run, "Role", "r-{n}")).tags, undefined),
	},
	...noRights(update, { given: [create], afterwards: assertUnchanged }),
	...refusals(
		{ ...update, as: "admin" },
		[
			...badIds,
			...noBody,
			...badContent,
			...lockedOut,
			wrongType("retryOnConflict", {}, "integer"),
			{
				when: "an id that there is not",
				matrix: true,
				args: { _id: "ghost" },
				error: "services.storage.not_found",
				props: ["ghost", "kuzzle", "roles"],
			},
		],
		{ given: [create], afterwards: assertUnchanged },
	),
	{
		name: "security:mGetRoles answers roles in the order asked for",
		matrix: true,
		given: [create],
		request: { ...mGet, as: ["security:mGetRoles"] },
		reply: { result: exactly({ hits: [role, withId("admin")] }) },
	},
	{
		name: "security:mGetRoles takes no ids for none",
		request: { ...mGet, as: "admin", body: { ids: [] } },
		reply: { result: exactly({ hits: [] }) },
	},
	...noRights(mGet),
	...refusals({ ...mGet, as: "admin" }, [
		...noBody,
		...badLists(),
		{
			when: "one id that there is not",
			matrix: true,
			body: { ids: ["admin", "ghost", "default"] },
			error: "security.role.not_found",
			props: ["ghost"],
		},
		{
			when: "more ids than one call may read",
			body: { ids: Array.from({ length: 10_001 }, (_, i) => `r${i}`) },
			error: "services.storage.get_limit_exceeded",
		},
	]),
	{
		name: "security:searchRoles finds roles by their tags",
		matrix: true,
		given: [tagged("r-{n}", "tag-{n}"), tagged("s-{n}", "other")],
		request: {
			...search,
			as: ["security:searchRoles"],
			body: { query: { term: { tags: "tag-{n}" } } },
		},
		reply: { result: { hits: [{ _id: "r-{n}" }], total: 1 } },
	},
	{
		name: "security:searchRoles understands Koncorde",
		given: [tagged("r-{n}", "tag-{n}")],
		request: {
			...search,
			as: "admin",
			args: { lang: "koncorde" },
			body: { query: { equals: { tags: "tag-{n}" } } },
		},
		reply: { result: { hits: [{ _id: "r-{n}" }], total: 1 } },
	},
	{
		name: "security:searchRoles finds everything without a body, in pages with the true total",
		request: { ...search, as: "admin", args: { size: 1 } },
		reply: { result: { hits: oneHit, total: anyNumber } },
	},
	{
		name: "security:searchRoles finds the roles that name a controller, or all of them",
		matrix: true,
		given: [
			naming("r-{n}", "debug"),
			naming("s-{n}", "cluster"),
			naming("t-{n}", "*"),
		],
		request: {
			...search,
			as: "admin",
			body: { controllers: ["debug", "ghost"] },
		},
		reply: {
			result: {
				hits: (hits) => {
					const ids = (hits as { _id: string }[]).map(({ _id }) => _id);
					assert.deepEqual(ids, ids.toSorted());
					assert.ok(ids.includes("admin"), String(ids));
					assert.ok(ids.some((id) => id.startsWith("r-")));
					assert.ok(ids.some((id) => id.startsWith("t-")));
					assert.ok(!ids.some((id) => id.startsWith("s-")));
				},
			},
		},
	},
	{
		name: "security:searchRoles pages through the roles of a controller",
		gateway: "own",
		given: [naming("a", "debug"), naming("b", "debug"), naming("c", "debug")],
		request: {
			...search,
			as: "admin",
			args: { from: 1, size: 2 },
			body: { controllers: ["debug"] },
		},
		reply: { result: { hits: [{ _id: "admin" }, { _id: "b" }], total: 4 } },
	},
	...noRights(search),
	...searchRefusals(search),
	...refusals({ ...search, as: "admin" }, [
		{
			when: "controllers that are no list",
			body: { controllers: "debug" },
			error: "api.assert.invalid_type",
			props: ["body.controllers", "array"],
		},
		{
			when: "controllers beside a query",
			body: { controllers: ["debug"], query: {} },
			status: 400,
		},
		{
			when: "controllers beside a sort",
			body: { controllers: ["debug"], sort: ["tags"] },
			status: 400,
		},
	]),
	{
		name: "security:getRole refuses the search that was sent by GET",
		on: ["http", "ws"],
		request: {
			action: "security:getRole",
			as: "admin",
			args: { _id: "_search" },
		},
		reply: { error: "services.storage.search_as_an_id", props: [] },
	},
	{
		name: "security:deleteRole deletes a role that nobody names",
		matrix: true,
		given: [create],
		request: { ...remove, as: ["security:deleteRole"] },
		reply: { result: exactly({ _id: matching(/^r-\d+$/) }) },
		afterwards: assertNoRole,
	},
	...noRights(remove, { given: [create], afterwards: assertUnchanged }),
	...refusals({ ...remove, as: "admin" }, [
		...badIds,
		{
			when: "an id that there is not",
			matrix: true,
			args: { _id: "ghost" },
			error: "security.role.not_found",
			props: ["ghost"],
		},
		...["admin", "default", "anonymous"].map((_id) => ({
			when: `the role ${_id}`,
			args: { _id },
			error: "security.role.cannot_delete" as const,
			props: [],
			afterwards: async (run: ScenarioRun) =>
				assert.notEqual(await stored(run, "Role", _id), null),
		})),
		{
			when: "a role that a profile names, though it was written a moment ago",
			matrix: true,
			given: async (run) => prepare(run, create, profileOf("p-{n}")),
			error: "security.role.in_use",
			props: ["r-{n}"],
			afterwards: assertUnchanged,
		},
	]),
];

function withId(_id: string) {
	return { _id };
}

/** Written without waiting: no search has to see it. */
function profileOf(_id: string): ActionRequest {
	return {
		action: "security:createProfile",
		args: { _id, refresh: false },
		body: { policies: [{ roleId: "default" }, { roleId: "r-{n}" }] },
	};
}

function tagged(_id: string, tag: string): ActionRequest {
	return {
		action: "security:createRole",
		args: { _id },
		body: { controllers, tags: [tag] },
	};
}

function naming(_id: string, controller: string): ActionRequest {
	return {
		action: "security:createRole",
		args: { _id },
		body: { controllers: { [controller]: { actions: { "*": false } } } },
	};
}

function oneHit(hits: unknown): void {
	assert.equal((hits as object[]).length, 1);
}

async function assertNoRole(run: ScenarioRun): Promise<void> {
	assert.equal(await stored(run, "Role", "r-{n}"), null);
}

async function assertUnchanged(run: ScenarioRun): Promise<void> {
	assert.deepEqual(
		(await stored(run, "Role", "r-{n}"))?.controllers,
		controllers,
	);
}
