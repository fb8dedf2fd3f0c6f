import assert from "node:assert/strict";
import { matching } from "../support/matchers.ts";
import type {
	Scenario,
	ScenarioRequest,
	ScenarioRun,
} from "../support/scenario.ts";
import {
	assertDead,
	keyOf,
	newUser,
	noted,
	noting,
	prepare,
	sessionOf,
	stored,
} from "../support/scenario-people.ts";
import { noRights, refusals } from "../support/scenario-rows.ts";
import type { ActionRequest } from "../support/transports.ts";
import { badLists } from "./rights-rows.ts";

interface Kind {
	readonly kind: "User" | "Role" | "Profile";
	readonly action: `security:mDelete${string}`;
	readonly make: (_id: string) => ActionRequest;
}

const controllers = { "*": { actions: { "*": false } } };
const makeRole = (_id: string): ActionRequest => ({
	action: "security:createRole",
	args: { _id, refresh: false },
	body: { controllers },
});
const makeProfile = (_id: string, roleId = "default"): ActionRequest => ({
	action: "security:createProfile",
	args: { _id, refresh: false },
	body: { policies: [{ roleId }] },
});
const users: Kind = {
	kind: "User",
	action: "security:mDeleteUsers",
	make: (_id) => newUser(_id),
};
const roles: Kind = {
	kind: "Role",
	action: "security:mDeleteRoles",
	make: makeRole,
};
const profiles: Kind = {
	kind: "Profile",
	action: "security:mDeleteProfiles",
	make: (_id) => makeProfile(_id),
};

/** mDeleteUsers, mDeleteProfiles, mDeleteRoles. */
export const securityMDeleteScenarios: readonly Scenario[] = [
	...rowsOf(users),
	...rowsOf(profiles),
	...rowsOf(roles),
	{
		name: "security:mDeleteUsers ends what lets somebody in as them",
		given: async (run) => {
			await prepare(run, newUser("ann-{n}"));
			await noting("session", sessionOf("ann-{n}"))(run);
			await noting("key", keyOf("ann-{n}"))(run);
		},
		request: {
			action: users.action,
			as: "admin",
			body: { ids: ["ann-{n}"] },
		},
		reply: { result: ["ann-{n}"] },
		async afterwards(run) {
			await assertDead(run, noted(run, "session"));
			await assertDead(run, noted(run, "key"));
		},
	},
	partly(users, {
		what: "the anonymous user",
		given: [],
		keeps: "-1",
		error: { id: "services.storage.not_found", status: 404 },
	}),
	partly(roles, {
		what: "a role that a profile names",
		given: [makeRole("kept-{n}"), makeProfile("p-{n}", "kept-{n}")],
		keeps: "kept-{n}",
		error: { id: "security.role.in_use", status: 412 },
	}),
	partly(roles, {
		what: "a role that the server needs",
		given: [],
		keeps: "admin",
		error: { id: "security.role.cannot_delete", status: 400 },
	}),
	partly(profiles, {
		what: "a profile that a user holds",
		given: [makeProfile("kept-{n}"), newUser("ann-{n}", "kept-{n}")],
		keeps: "kept-{n}",
		error: { id: "security.profile.in_use", status: 412 },
	}),
	partly(profiles, {
		what: "a profile that the server needs",
		given: [],
		keeps: "default",
		error: { id: "security.profile.cannot_delete", status: 400 },
	}),
];

function rowsOf({ kind, action, make }: Kind): Scenario[] {
	const names = ["one-{n}", "two-{n}"];
	const request: ScenarioRequest = { action, body: { ids: names } };
	const notFound = `security.${kind.toLowerCase()}.not_found`;
	const given = names.map((name) => make(name));
	const areGone = async (run: ScenarioRun) => {
		for (const name of names)
			assert.equal(await stored(run, kind, name), null, name);
	};
	const areThere = async (run: ScenarioRun) => {
		for (const name of names)
			assert.notEqual(await stored(run, kind, name), null, name);
	};
	return [
		{
			name: `${action} deletes them all`,
			matrix: true,
			given,
			request: { ...request, as: [action] },
			reply: { result: names },
			afterwards: areGone,
		},
		{
			name: `${action} deletes an id given twice once, also without waiting`,
			given,
			request: {
				action,
				as: "admin",
				args: { refresh: false },
				body: { ids: [...names, "one-{n}"] },
			},
			reply: { result: names },
			afterwards: areGone,
		},
		{
			name: `${action} deletes more than run at once`,
			given: Array.from({ length: 25 }, (_, i) => make(`m${i}-{n}`)),
			request: {
				action,
				as: "admin",
				body: { ids: Array.from({ length: 25 }, (_, i) => `m${i}-{n}`) },
			},
			reply: { result: Array.from({ length: 25 }, (_, i) => `m${i}-{n}`) },
		},
		{
			name: `${action} takes no ids for none`,
			request: { action, as: "admin", body: { ids: [] } },
			reply: { result: [] },
		},
		...noRights(request, { given, afterwards: areThere }),
		{
			name: `${action} tells which there are not, and deletes the others`,
			matrix: true,
			on: ["http", "query", "ws"],
			given,
			request: {
				action,
				as: "admin",
				body: { ids: ["one-{n}", "ghost", 12, "", "two-{n}"] },
			},
			reply: {
				status: 206,
				error: "services.storage.incomplete_delete",
				props: [],
				result: names,
			},
			async afterwards(run, { error }) {
				await areGone(run);
				const { errors, count } = error as unknown as {
					errors: { id: string; props: unknown[] }[];
					count: number;
				};
				assert.equal(count, 3);
				assert.deepEqual(
					errors.map(({ id, props }) => [id, props]),
					["ghost", 12, ""].map((id) => [notFound, [id]]),
				);
			},
		},
		...refusals(
			{ ...request, as: "admin" },
			[
				...[undefined, null, []].map((body) => ({
					when: `the body ${JSON.stringify(body)}`,
					body,
					error: "api.assert.body_required" as const,
				})),
				...badLists(),
				{
					when: "more ids than one call may write",
					matrix: true,
					body: {
						ids: [...names, ...Array.from({ length: 199 }, (_, i) => `x${i}`)],
					},
					error: "services.storage.write_limit_exceeded",
				},
			],
			{ given, afterwards: areThere },
		),
	];
}

/** One is deleted, and one cannot be. */
function partly(
	{ kind, action, make }: Kind,
	row: {
		readonly what: string;
		readonly given: readonly ActionRequest[];
		readonly keeps: string;
		readonly error: { readonly id: string; readonly status: number };
	},
): Scenario {
	return {
		name: `${action} deletes the others of ${row.what}`,
		given: [make("one-{n}"), ...row.given],
		request: { action, as: "admin", body: { ids: [row.keeps, "one-{n}"] } },
		reply: {
			status: 206,
			error: "services.storage.incomplete_delete",
			result: [matching(/^one-/)],
		},
		async afterwards(run, { error }) {
			const { errors } = error as unknown as { errors: object[] };
			const [{ id, status }] = errors as [{ id: string; status: number }];
			assert.deepEqual({ id, status }, row.error);
			assert.notEqual(await stored(run, kind, row.keeps), null);
			assert.equal(await stored(run, kind, "one-{n}"), null);
		},
	};
}
