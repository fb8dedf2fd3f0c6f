import assert from "node:assert/strict";
import {
	anyNumber,
	exactly,
	type Matcher,
	matching,
} from "../support/matchers.ts";
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
	PASSWORD,
	prepare,
	sessionOf,
	stored,
	tryLogin,
} from "../support/scenario-people.ts";
import {
	missing,
	noRights,
	refusals,
	type Wrong,
	wrongType,
} from "../support/scenario-rows.ts";

const local = { username: "ann-{n}", password: PASSWORD };
const createUser: ScenarioRequest = {
	action: "security:createUser",
	args: { _id: "ann-{n}" },
	body: {
		content: { profileIds: ["default"], city: "Nice" },
		credentials: { local },
	},
};
const createRestrictedUser: ScenarioRequest = {
	action: "security:createRestrictedUser",
	args: { _id: "ann-{n}" },
	body: { content: { city: "Nice" }, credentials: { local } },
};
const getUser: ScenarioRequest = {
	action: "security:getUser",
	args: { _id: "ann-{n}" },
};
const deleteUser: ScenarioRequest = {
	action: "security:deleteUser",
	args: { _id: "ann-{n}" },
};

const written: Matcher = exactly({
	createdAt: anyNumber,
	updatedAt: null,
	updater: null,
});
const ann: Matcher = exactly({
	_id: matching(/^ann-\d+$/),
	_source: exactly({
		profileIds: ["default"],
		city: "Nice",
		_kuzzle_info: written,
	}),
});
const badIds: readonly Wrong[] = [
	missing("_id"),
	missing("_id", null),
	missing("_id", ""),
	wrongType("_id", 1, "string"),
	wrongType("_id", ["ann"], "string"),
];

/** Users: createUser, createRestrictedUser, getUser, deleteUser. */
export const securityUsersScenarios: readonly Scenario[] = [
	...creationRows(createUser),
	...noRights(createUser, { afterwards: assertNoUser }),
	...creationRows(createRestrictedUser),
	...noRights(createRestrictedUser, { afterwards: assertNoUser }),
	...refusals(
		{ ...createUser, as: "admin" },
		[
			...[undefined, null, []].map((body) => ({
				when: `the body ${JSON.stringify(body)}`,
				body,
				error: "api.assert.body_required" as const,
			})),
			{
				when: "no content",
				body: { credentials: { local } },
				error: "api.assert.missing_argument",
				props: ["body.content"],
			},
			{
				when: "no profileIds",
				body: { content: {}, credentials: { local } },
				error: "api.assert.missing_argument",
				props: ["body.content.profileIds"],
			},
			...["default", { 0: "default" }, [1], [null]].map((profileIds) => ({
				when: `profileIds = ${JSON.stringify(profileIds)}`,
				body: { content: { profileIds }, credentials: { local } },
				error: "api.assert.invalid_type" as const,
				props: ["body.content.profileIds", "array"],
			})),
			{
				when: "profileIds that are empty",
				body: { content: { profileIds: [] }, credentials: { local } },
				error: "security.user.no_profile",
			},
			{
				when: "a profile that there is not",
				body: {
					content: { profileIds: ["default", "ghost"] },
					credentials: { local },
				},
				error: "security.profile.not_found",
				props: ["ghost"],
			},
			{
				when: "the id of the anonymous user without its profile",
				args: { _id: "-1" },
				error: "security.user.anonymous_profile_required",
				afterwards: () => {},
			},
		],
		{ afterwards: assertNoUser },
	),
	{
		name: "security:createRestrictedUser needs no body",
		request: {
			action: "security:createRestrictedUser",
			as: "admin",
			args: { _id: "ann-{n}" },
		},
		reply: {
			result: exactly({
				_id: matching(/^ann-/),
				_source: exactly({ profileIds: ["default"], _kuzzle_info: written }),
			}),
		},
	},
	...refusals(
		{ ...createRestrictedUser, as: "admin" },
		[
			{
				when: "profileIds, which are not the caller's to say",
				matrix: true,
				body: { content: { profileIds: ["admin"] }, credentials: { local } },
				error: "api.assert.forbidden_argument",
				props: ["body.content.profileIds"],
			},
		],
		{ afterwards: assertNoUser },
	),
	{
		name: "security:getUser answers a user, and nothing of its credentials",
		matrix: true,
		given: [
			{
				...createUser,
				body: { content: { profileIds: ["default"], city: "Nice" } },
			},
		],
		request: { ...getUser, as: ["security:getUser"] },
		reply: { result: ann },
	},
	...["-1", "anonymous"].map((_id) => ({
		name: `security:getUser answers the anonymous user under the id ${_id}`,
		request: { ...getUser, as: "admin" as const, args: { _id } },
		reply: {
			result: exactly({
				_id: "-1",
				_source: exactly({ name: "Anonymous", profileIds: ["anonymous"] }),
			}),
		},
	})),
	...noRights(getUser),
	...refusals({ ...getUser, as: "admin" }, [
		{
			when: "an id that there is not",
			matrix: true,
			args: { _id: "ghost" },
			error: "security.user.not_found",
			props: ["ghost"],
		},
		...badIds,
	]),
	{
		name: "security:deleteUser ends the user with its tokens and keys, and nobody else's",
		matrix: true,
		given: async (run) => {
			await prepare(run, newUser("ann-{n}"), newUser("bob-{n}"));
			await noting("session", sessionOf("ann-{n}"))(run);
			await noting("key", keyOf("ann-{n}"))(run);
			await noting("bob's", keyOf("bob-{n}"))(run);
		},
		request: { ...deleteUser, as: ["security:deleteUser"] },
		reply: { result: exactly({ _id: matching(/^ann-\d+$/) }) },
		afterwards: async (run) => {
			await assertDead(run, noted(run, "session"));
			await assertDead(run, noted(run, "key"));
			await assertNoUser(run);
			await assertWorks(run, noted(run, "bob's"), "bob-{n}");
		},
	},
	{
		name: "security:deleteUser takes the credentials away, and frees the login name",
		given: [newLogin("ann-{n}")],
		request: { ...deleteUser, as: "admin" },
		reply: { result: exactly({ _id: matching(/^ann-/) }) },
		afterwards: async (run) => {
			await assertNobody(run);
			await assertNameIsFree(run);
		},
	},
	...noRights(deleteUser, {
		given: [newUser("ann-{n}")],
		afterwards: async (run) =>
			assert.notEqual(await stored(run, "User", "ann-{n}"), null),
	}),
	...refusals({ ...deleteUser, as: "admin" }, [
		{
			when: "an id that there is not",
			matrix: true,
			args: { _id: "ghost" },
			error: "security.user.not_found",
			props: ["ghost"],
		},
		{
			when: "the anonymous user",
			args: { _id: "-1" },
			error: "services.storage.not_found",
		},
		...badIds,
	]),
];

/** What createUser and createRestrictedUser have in common. */
function creationRows(request: ScenarioRequest): Scenario[] {
	const { action } = request;
	const { content } = request.body as { content: object };
	const create = { ...request, as: "admin" as const };
	const named = (_id: RegExp, kuid?: string): Omit<Scenario, "name"> => ({
		request: {
			...create,
			args: kuid === undefined ? {} : { kuid },
			body: { content },
		},
		reply: { result: { _id: matching(_id), _source: { city: "Nice" } } },
	});
	return [
		{
			name: `${action} makes a user who can log in`,
			matrix: true,
			on: ["ws"],
			request: create,
			reply: { result: ann },
			afterwards: async (run) => {
				const login = await tryLogin(run, "ann-{n}", PASSWORD);
				assert.equal(login.result._id, run.named("ann-{n}"));
			},
		},
		{
			name: `${action} makes a user`,
			matrix: true,
			request: { ...request, as: [action as `${string}:${string}`] },
			reply: { result: ann },
			afterwards: async (run) => {
				const { city, profileIds } = await stored(run, "User", "ann-{n}");
				assert.deepEqual([city, profileIds], ["Nice", ["default"]]);
			},
		},
		{
			name: `${action} makes up a name that people can say`,
			matrix: true,
			...named(/^kuid-[a-z]+(-[a-z]+)*-\d+$/),
		},
		{
			name: `${action} makes up a UUID when asked to`,
			...named(/^kuid-[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/, "uuid"),
		},
		{
			name: `${action} takes a kind of id that there is not for the default`,
			...named(/^kuid-[a-z]+(-[a-z]+)*-\d+$/, "zz"),
		},
		...refusals(
			create,
			[
				...[1, true, ["ann"], {}].map((_id) => wrongType("_id", _id, "string")),
				...["x", 1, []].map((value) => ({
					when: `body.content = ${JSON.stringify(value)}`,
					body: { content: value },
					error: "api.assert.invalid_type" as const,
					props: ["body.content", "object"],
				})),
				...["x", 1, []].map((credentials) => ({
					when: `body.credentials = ${JSON.stringify(credentials)}`,
					body: { content, credentials },
					error: "api.assert.invalid_type" as const,
					props: ["body.credentials", "object"],
				})),
				{
					when: "a strategy that there is not",
					body: { content, credentials: { local, ghost: {} } },
					error: "security.credentials.unknown_strategy",
					props: ["ghost"],
				},
				{
					when: "credentials that the strategy rejects, and leaves nothing of them",
					body: {
						content,
						credentials: { local: { ...local, kuid: "ann-{n}" } },
					},
					error: "security.credentials.rejected",
					afterwards: assertNobody,
				},
				...[null, "x", {}, { username: "ann-{n}" }].map((value) => ({
					when: `local credentials = ${JSON.stringify(value)}`,
					body: { content, credentials: { local: value } },
					error: "security.credentials.rejected" as const,
				})),
				{
					when: "a login name that is taken, and leaves no user",
					given: [newLogin("bob-{n}")],
					body: {
						content,
						credentials: { local: { username: "bob-{n}", password: "other" } },
					},
					error: "security.credentials.rejected",
					afterwards: async (run) => {
						await assertNoUser(run);
						const login = await tryLogin(run, "bob-{n}", PASSWORD);
						assert.equal(login.result._id, run.named("bob-{n}"));
					},
				},
				{
					when: "an id that is taken, and leaves its user as it is",
					matrix: true,
					given: [newUser("ann-{n}")],
					error: "security.user.already_exists",
					afterwards: async (run) => {
						const { city } = await stored(run, "User", "ann-{n}");
						assert.equal(city, undefined);
					},
				},
				{
					when: "an id that is taken, and leaves its credentials as they are",
					given: [newLogin("ann-{n}")],
					body: {
						content,
						credentials: { local: { username: "eve-{n}", password: "other" } },
					},
					error: "security.user.already_exists",
					afterwards: async (run) => {
						const eve = await tryLogin(run, "eve-{n}", "other");
						assert.equal(eve.error?.id, "plugin.strategy.missing_user");
						const login = await tryLogin(run, "ann-{n}", PASSWORD);
						assert.equal(login.result._id, run.named("ann-{n}"));
					},
				},
			],
			{ afterwards: assertNoUser },
		),
	];
}

async function assertNoUser(run: ScenarioRun): Promise<void> {
	assert.equal(await stored(run, "User", "ann-{n}"), null);
}

/** Neither the user nor the credentials are there. */
async function assertNobody(run: ScenarioRun): Promise<void> {
	await assertNoUser(run);
	const login = await tryLogin(run, "ann-{n}", PASSWORD);
	assert.equal(login.error?.id, "plugin.strategy.missing_user");
}

/** Somebody else can have the name, and is not taken for the one who had it. */
async function assertNameIsFree(run: ScenarioRun): Promise<void> {
	await prepare(run, {
		action: "security:createUser",
		args: { _id: "eve-{n}" },
		body: {
			content: { profileIds: ["default"] },
			credentials: { local: { username: "ann-{n}", password: "other" } },
		},
	});
	const login = await tryLogin(run, "ann-{n}", "other");
	assert.equal(login.result._id, run.named("eve-{n}"));
}
