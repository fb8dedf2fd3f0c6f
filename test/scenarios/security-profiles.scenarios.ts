import assert from "node:assert/strict";
import { absent, anyNumber, exactly, matching } from "../support/matchers.ts";
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
import { badLists, badProfiles } from "./rights-rows.ts";
import { nextPage, scrollRows, searchRefusals } from "./search-rows.ts";

const args = { _id: "p-{n}" };
const policies = [
	{
		roleId: "default",
		restrictedTo: [{ index: "i", collections: ["c", "d"] }, { index: "j" }],
	},
	{ roleId: "anonymous" },
];
const body = { policies, rateLimit: 50, tags: ["t"], custom: { a: 1 } };
const create: ScenarioRequest = {
	action: "security:createProfile",
	args,
	body,
};
const update: ScenarioRequest = {
	action: "security:updateProfile",
	args,
	body: { rateLimit: 9, custom: { b: 2 } },
};
const mGet: ScenarioRequest = {
	action: "security:mGetProfiles",
	body: { ids: ["p-{n}", "admin"] },
};
const rights: ScenarioRequest = {
	action: "security:getProfileRights",
	args,
};
const search: ScenarioRequest = { action: "security:searchProfiles" };
const remove: ScenarioRequest = { action: "security:deleteProfile", args };

const written = (updatedAt: typeof anyNumber | null) =>
	exactly({ author: null, createdAt: anyNumber, updatedAt, updater: null });
const optimizedPolicies = [
	exactly({ roleId: "default", restrictedTo: exactly({}) }),
	exactly({ roleId: "anonymous" }),
];
const profile = exactly({
	_id: matching(/^p-\d+$/),
	_source: exactly({
		policies,
		optimizedPolicies,
		rateLimit: 50,
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
const noBody: readonly Wrong[] = [undefined, null, []].map((given) => ({
	when: `the body ${JSON.stringify(given)}`,
	body: given,
	error: "api.assert.body_required",
}));
const badReferences: readonly Wrong[] = [
	wrongType("strict", {}, "boolean"),
	{
		when: "a role that there is not",
		matrix: true,
		body: { policies: [{ roleId: "default" }, { roleId: "ghost" }] },
		error: "security.role.not_found",
		props: ["ghost"],
	},
	{
		when: "an index that there is not, when strict",
		args: { strict: true },
		body,
		error: "services.storage.unknown_index",
		props: ["i"],
	},
	{
		when: "an index that is no name, when strict",
		args: { strict: true },
		body: { policies: [{ roleId: "default", restrictedTo: [{ index: 3 }] }] },
		error: "services.storage.unknown_index",
		props: [3],
	},
];
const forStrangers: Wrong = {
	when: "to take the strangers' role from strangers",
	args: { _id: "anonymous" },
	body: { policies: [{ roleId: "default" }] },
	error: "security.profile.missing_anonymous_role",
};
const scrolled = {
	search,
	scroll: "security:scrollProfiles",
	make: (prefix: string) => tagged(`${prefix}-{n}`, "scroll-{n}"),
	body: (run: ScenarioRun) => ({
		query: { term: { tags: `scroll-${run.n}` } },
	}),
} as const;

/** createProfile, updateProfile, mGetProfiles, getProfileRights, searchProfiles, scrollProfiles, deleteProfile. */
export const securityProfilesScenarios: readonly Scenario[] = [
	{
		name: "security:createProfile writes a profile as it is given",
		matrix: true,
		request: { ...create, as: ["security:createProfile"] },
		reply: { result: profile },
		afterwards: async (run) =>
			assert.deepEqual(
				(await stored(run, "Profile", "p-{n}")).policies,
				policies,
			),
	},
	...noRights(create, { afterwards: assertNoProfile }),
	...refusals(
		{ ...create, as: "admin" },
		[...badIds, ...noBody, ...badProfiles(), ...badReferences],
		{ afterwards: assertNoProfile },
	),
	...refusals({ ...create, as: "admin" }, [
		forStrangers,
		{
			when: "an id that is taken, and leaves its profile as it is",
			matrix: true,
			given: [create],
			body: { policies: [] },
			error: "services.storage.document_already_exists",
			props: [],
			afterwards: assertUnchanged,
		},
	]),
	{
		name: "security:updateProfile changes what is given and keeps the rest",
		matrix: true,
		given: [create],
		request: { ...update, as: ["security:updateProfile"] },
		reply: {
			result: exactly({
				_id: matching(/^p-\d+$/),
				_source: exactly({
					policies,
					optimizedPolicies,
					rateLimit: 9,
					tags: ["t"],
					custom: exactly({ a: 1, b: 2 }),
					_kuzzle_info: written(anyNumber),
				}),
			}),
		},
		async afterwards(run) {
			const read = await stored(run, "Profile", "p-{n}");
			assert.deepEqual([read.rateLimit, read.custom], [9, { a: 1, b: 2 }]);
		},
	},
	{
		name: "security:updateProfile replaces the policies as a whole",
		given: [create],
		request: {
			...update,
			as: "admin",
			body: {
				policies: [{ roleId: "default" }],
				optimizedPolicies: [{ roleId: "admin" }],
				_kuzzle_info: { author: "forged" },
			},
		},
		reply: {
			result: {
				_source: {
					policies: [exactly({ roleId: "default" })],
					optimizedPolicies: [exactly({ roleId: "default" })],
					rateLimit: 50,
					_kuzzle_info: written(anyNumber),
				},
			},
		},
	},
	{
		name: "security:updateProfile answers metadata of its own for an empty change",
		given: [create],
		request: { ...update, as: "admin", body: {} },
		reply: { result: { _source: { rateLimit: 50 } } },
	},
	...noRights(update, { given: [create], afterwards: assertUnchanged }),
	...refusals(
		{ ...update, as: "admin" },
		[
			...badIds,
			...noBody,
			// Without policies there is nothing wrong with a change.
			...badProfiles().filter(({ body: b }) => "policies" in (b as object)),
			...badReferences,
			forStrangers,
			wrongType("retryOnConflict", {}, "integer"),
			{
				when: "an id that there is not",
				matrix: true,
				args: { _id: "ghost" },
				error: "security.profile.not_found",
				props: ["ghost"],
			},
		],
		{ given: [create], afterwards: assertUnchanged },
	),
	{
		name: "security:mGetProfiles answers profiles in the order asked for",
		matrix: true,
		given: [create],
		request: { ...mGet, as: ["security:mGetProfiles"] },
		reply: { result: exactly({ hits: [profile, { _id: "admin" }] }) },
	},
	{
		name: "security:mGetProfiles takes no ids for none",
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
			error: "security.profile.not_found",
			props: ["ghost"],
		},
		{
			when: "more ids than one call may read",
			body: { ids: Array.from({ length: 10_001 }, (_, i) => `p${i}`) },
			error: "services.storage.get_limit_exceeded",
		},
	]),
	{
		name: "security:getProfileRights lists what a profile allows, and where",
		matrix: true,
		given: [
			{
				action: "security:createOrReplaceRole",
				args: { _id: "r-{n}" },
				body: {
					controllers: { document: { actions: { get: true, create: false } } },
				},
			},
			{
				action: "security:createOrReplaceProfile",
				args,
				body: {
					policies: [
						{
							roleId: "r-{n}",
							restrictedTo: [
								{ index: "i", collections: ["c"] },
								{ index: "j" },
							],
						},
					],
				},
			},
		],
		request: { ...rights, as: ["security:getProfileRights"] },
		reply: {
			result: exactly({
				hits: [
					right("get", "i", "c", "allowed"),
					right("get", "j", "*", "allowed"),
					right("create", "i", "c", "denied"),
					right("create", "j", "*", "denied"),
				],
				total: 4,
			}),
		},
	},
	...noRights(rights),
	...refusals({ ...rights, as: "admin" }, [
		...badIds,
		{
			when: "an id that there is not",
			matrix: true,
			args: { _id: "ghost" },
			error: "security.profile.not_found",
			props: ["ghost"],
		},
	]),
	{
		name: "security:searchProfiles finds profiles by their tags",
		matrix: true,
		given: [tagged("p-{n}", "tag-{n}"), tagged("q-{n}", "other")],
		request: {
			...search,
			as: ["security:searchProfiles"],
			body: { query: { term: { tags: "tag-{n}" } } },
		},
		reply: {
			result: {
				hits: [
					{
						_id: "p-{n}",
						_source: { optimizedPolicies: [], rateLimit: 0 },
					},
				],
				total: 1,
				scrollId: absent,
			},
		},
	},
	{
		name: "security:searchProfiles understands Koncorde",
		given: [tagged("p-{n}", "tag-{n}")],
		request: {
			...search,
			as: "admin",
			args: { lang: "koncorde" },
			body: { query: { in: { tags: ["tag-{n}"] } } },
		},
		reply: { result: { hits: [{ _id: "p-{n}" }], total: 1 } },
	},
	{
		name: "security:searchProfiles finds the profiles that name a role",
		matrix: true,
		given: [
			{
				action: "security:createRole",
				args: { _id: "r-{n}" },
				body: { controllers: { "*": { actions: { "*": false } } } },
			},
			{
				action: "security:createProfile",
				args,
				body: { policies: [{ roleId: "r-{n}" }] },
			},
		],
		request: { ...search, as: "admin", body: { roles: ["r-{n}", "ghost"] } },
		reply: { result: { hits: [{ _id: "p-{n}" }], total: 1 } },
	},
	{
		name: "security:searchProfiles finds everything without a body, in pages with the true total",
		request: { ...search, as: "admin", args: { size: 1 } },
		reply: {
			result: {
				hits: (hits) => assert.equal((hits as object[]).length, 1),
				total: anyNumber,
			},
		},
	},
	...noRights(search),
	...searchRefusals(search),
	...refusals({ ...search, as: "admin" }, [
		{
			when: "roles that are no list",
			body: { roles: "r-{n}" },
			error: "api.assert.invalid_type",
			props: ["body.roles", "array"],
		},
		{
			when: "roles beside a query",
			body: { roles: ["r-{n}"], query: {} },
			status: 400,
		},
	]),
	...scrollRows(scrolled),
	nextPage(scrolled, ["security:scrollProfiles"]),
	...noRights({
		action: "security:scrollProfiles",
		args: { scrollId: "x" },
	}),
	{
		name: "security:getProfile refuses the search that was sent by GET",
		on: ["http", "ws"],
		request: {
			action: "security:getProfile",
			as: "admin",
			args: { _id: "_search" },
		},
		reply: { error: "services.storage.search_as_an_id", props: [] },
	},
	{
		name: "security:deleteProfile deletes a profile that nobody holds",
		matrix: true,
		given: [create],
		request: { ...remove, as: ["security:deleteProfile"] },
		reply: { result: exactly({ _id: matching(/^p-\d+$/) }) },
		afterwards: assertNoProfile,
	},
	{
		name: "security:deleteProfile takes the profile from its users first, when asked to",
		matrix: true,
		given: (run) =>
			prepare(run, create, ...holders(12), ...holders(1, ["default"])),
		request: {
			...remove,
			as: ["security:deleteProfile"],
			args: { ...args, onAssignedUsers: "remove" },
		},
		reply: { result: exactly({ _id: matching(/^p-\d+$/) }) },
		async afterwards(run) {
			await assertNoProfile(run);
			for (let i = 0; i < 12; i++) {
				const user = await stored(run, "User", `only${i}-{n}`);
				assert.deepEqual(user.profileIds, ["anonymous"]);
				assert.match(user._kuzzle_info.updater, /^user-\d+$/);
				assert.ok(user._kuzzle_info.updatedAt > 0);
			}
			const { profileIds } = await stored(run, "User", "default0-{n}");
			assert.deepEqual(profileIds, ["default"]);
		},
	},
	...noRights(remove, { given: [create], afterwards: assertUnchanged }),
	...refusals({ ...remove, as: "admin" }, [
		...badIds,
		wrongType("onAssignedUsers", {}, "string"),
		{
			when: "an id that there is not",
			matrix: true,
			args: { _id: "ghost" },
			error: "security.profile.not_found",
			props: ["ghost"],
		},
		...["admin", "default", "anonymous"].map((_id) => ({
			when: `the profile ${_id}`,
			args: { _id, onAssignedUsers: "remove" },
			error: "security.profile.cannot_delete" as const,
			props: [],
			afterwards: async (run: ScenarioRun) =>
				assert.notEqual(await stored(run, "Profile", _id), null),
		})),
		...["fail", "zz", ""].map((onAssignedUsers, i) => ({
			when: `a profile that a user holds, with onAssignedUsers = ${JSON.stringify(onAssignedUsers)}`,
			matrix: i === 0,
			given: (run: ScenarioRun) => prepare(run, create, ...holders(1)),
			args: { onAssignedUsers },
			error: "security.profile.in_use" as const,
			props: [],
			async afterwards(run: ScenarioRun) {
				await assertUnchanged(run);
				const { profileIds } = await stored(run, "User", "only0-{n}");
				assert.equal(profileIds.length, 1);
			},
		})),
	]),
];

function tagged(_id: string, tag: string): ActionRequest {
	return {
		action: "security:createProfile",
		args: { _id },
		body: { policies: [{ roleId: "default" }], tags: [tag] },
	};
}

function right(
	action: string,
	index: string,
	collection: string,
	value: string,
) {
	return exactly({ controller: "document", action, index, collection, value });
}

/** Users who hold the profile p-{n}, written without waiting: no search has seen them yet. */
function holders(count: number, others: string[] = []): ActionRequest[] {
	return Array.from({ length: count }, (_, i) => ({
		action: "security:createUser",
		args: { _id: `${others[0] ?? "only"}${i}-{n}`, refresh: false },
		body: { content: { profileIds: ["p-{n}", ...others] } },
	}));
}

async function assertNoProfile(run: ScenarioRun): Promise<void> {
	assert.equal(await stored(run, "Profile", "p-{n}"), null);
}

async function assertUnchanged(run: ScenarioRun): Promise<void> {
	const read = await stored(run, "Profile", "p-{n}");
	assert.deepEqual([read?.policies, read?.rateLimit], [policies, 50]);
}
