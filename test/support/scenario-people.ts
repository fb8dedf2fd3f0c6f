import assert from "node:assert/strict";
import { whoIs } from "./people.ts";
import type { Scenario, ScenarioRequest, ScenarioRun } from "./scenario.ts";
import type { ActionRequest } from "./transports.ts";

/** What the users of a row log in with. */
export const PASSWORD = "a pass phrase";

/** Done in each run of a row anew. Names may have a `{n}`. */
type ForRun<T> = (run: ScenarioRun) => Promise<T>;

/** As `given` of a row that needs more than requests: what the administrator does first. */
export async function prepare(
	run: ScenarioRun,
	...requests: readonly ActionRequest[]
): Promise<void> {
	for (const { action, args, body } of requests) {
		const [controller, name] = action.split(":");
		const request = { ...args, controller, action: name, body };
		await run.stage.must(JSON.parse(run.named(JSON.stringify(request))));
	}
}

/** Notes what is made, for another part of the row. */
export function noting(name: string, make: ForRun<string>): ForRun<string> {
	return async (run) => {
		const made = await make(run);
		run.notes.set(name, made);
		return made;
	};
}

export function noted(run: ScenarioRun, name: string): string {
	const note = run.notes.get(name);
	assert.ok(note !== undefined, `nothing is noted as ${name}`);
	return note;
}

/** Without credentials, since hashing takes its time. People are found by their ids: no search has to see them. */
export function newUser(_id: string, profileId = "admin"): ActionRequest {
	return {
		action: "security:createUser",
		args: { _id, refresh: false },
		body: { content: { profileIds: [profileId] } },
	};
}

/** One who logs in by that name. */
export function newLogin(_id: string, profileId = "admin"): ActionRequest {
	return {
		action: "security:createUser",
		args: { _id, refresh: false },
		body: {
			content: { profileIds: [profileId] },
			credentials: { local: { username: _id, password: PASSWORD } },
		},
	};
}

/** Makes a key for the user and answers its token. */
export function keyOf(
	userId: string,
	more: Readonly<Record<string, unknown>> = {},
): ForRun<string> {
	return async (run) => {
		const key = await run.stage.must({
			controller: "security",
			action: "createApiKey",
			refresh: false,
			userId: run.named(userId),
			body: { description: "of a test" },
			...more,
		});
		return key._source.token;
	};
}

/** A login token of the user, who must have the right to make one. No key is left of how it was come by. */
export function sessionOf(userId: string): ForRun<string> {
	return async (run) => {
		const _id = `session-${run.stage.next()}`;
		const key = await keyOf(userId, { _id })(run);
		const created = await run.stage.gateway.query(
			{ controller: "auth", action: "createToken" },
			key,
		);
		assert.equal(created.status, 200, JSON.stringify(created.error));
		await prepare(run, {
			action: "security:deleteApiKey",
			args: { userId, _id, refresh: false },
		});
		return created.result.token;
	};
}

/** Logs in by name, for good unless `expiresIn` says otherwise, and answers the token. */
export function loginOf(
	username: string,
	expiresIn: unknown = -1,
): ForRun<string> {
	return async (run) => {
		const reply = await tryLogin(run, username, PASSWORD, { expiresIn });
		assert.equal(reply.status, 200, JSON.stringify(reply.error));
		return reply.result.jwt;
	};
}

export function tryLogin(
	run: ScenarioRun,
	username: string,
	password: string,
	more: Readonly<Record<string, unknown>> = {},
) {
	return run.stage.gateway.query({
		controller: "auth",
		action: "login",
		strategy: "local",
		body: { username: run.named(username), password },
		...more,
	});
}

export async function assertWorks(
	run: ScenarioRun,
	token: string,
	kuid: string,
): Promise<void> {
	assert.equal(await whoIs(run.stage.gateway, token), run.named(kuid));
}

export async function assertDead(
	run: ScenarioRun,
	token: string,
): Promise<void> {
	assert.equal(await whoIs(run.stage.gateway, token), null);
}

/** What the store holds under that id; null when there is nothing. */
export async function stored(
	run: ScenarioRun,
	kind: "User" | "Role" | "Profile",
	_id: string,
	// biome-ignore lint/suspicious/noExplicitAny: content has every shape.
): Promise<any> {
	const reply = await run.stage.gateway.query(
		{ controller: "security", action: `get${kind}`, _id: run.named(_id) },
		await run.stage.token("admin"),
	);
	if (reply.error?.id === `security.${kind.toLowerCase()}.not_found`)
		return null;
	assert.equal(reply.status, 200, JSON.stringify(reply.error));
	return reply.result._source;
}

/** Keys of the user, as a search finds them. */
export async function keysOf(
	run: ScenarioRun,
	userId: string,
): Promise<
	readonly { _id: string; _source: Readonly<Record<string, unknown>> }[]
> {
	const { hits } = await run.stage.must({
		controller: "security",
		action: "searchApiKeys",
		userId: run.named(userId),
		size: 100,
	});
	return hits;
}

/** A row that runs the same request with each value of one argument. */
export function eachValue(
	request: ScenarioRequest,
	name: string,
	values: readonly unknown[],
	row: (value: unknown) => Omit<Scenario, "request">,
): Scenario[] {
	return values.map((value) => ({
		...row(value),
		request: { ...request, args: { ...request.args, [name]: value } },
	}));
}
