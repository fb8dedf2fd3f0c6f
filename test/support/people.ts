import assert from "node:assert/strict";

/** Anything that answers requests: a gateway of this process, or one of its own. */
export interface Answering {
	query(
		request: Readonly<Record<string, unknown>>,
		token?: string,
		// biome-ignore lint/suspicious/noExplicitAny: answers have every shape.
	): Promise<any>;
}

/** What the people of these tests log in with. Recognisable, since one test looks for it in logs. */
export const PASSWORD = "pass-phrase-Qz7kR2-of-the-test";

/** Creates the first administrator, restricts everybody else, and answers a login token of the administrator. */
export async function createAdmin(server: Answering): Promise<string> {
	await must(server, {
		controller: "security",
		action: "createFirstAdmin",
		_id: "admin",
		reset: true,
		body: { content: {}, credentials: localLogin("admin") },
	});
	return logIn(server, "admin");
}

/** A user with the profiles named, and a login token of it. */
export async function createUser(
	server: Answering,
	admin: string,
	user: { readonly _id: string; readonly profileIds: readonly string[] },
): Promise<string> {
	const { _id, profileIds } = user;
	await must(
		server,
		{
			controller: "security",
			action: "createUser",
			_id,
			body: { content: { profileIds }, credentials: localLogin(_id) },
		},
		admin,
	);
	return logIn(server, _id);
}

export async function logIn(
	server: Answering,
	username: string,
): Promise<string> {
	const result = await must(server, {
		controller: "auth",
		action: "login",
		strategy: "local",
		body: { username, password: PASSWORD },
	});
	return result.jwt;
}

/** Answers the token of a new key of the caller. */
export async function createKey(
	server: Answering,
	token: string,
	more: Readonly<Record<string, unknown>> = {},
): Promise<string> {
	const result = await must(
		server,
		{
			controller: "auth",
			action: "createApiKey",
			body: { description: "a key" },
			...more,
		},
		token,
	);
	return result._source.token;
}

/** Whom the server takes the holder of the token for; null when it refuses the token. */
export async function whoIs(
	server: Answering,
	token: string,
): Promise<string | null> {
	const reply = await server.query(
		{ controller: "auth", action: "getCurrentUser" },
		token,
	);
	if (reply.error?.id === "security.token.invalid") return null;
	assert.equal(reply.status, 200, JSON.stringify(reply.error));
	return reply.result._id;
}

/** The result of a request that must succeed. */
export async function must(
	server: Answering,
	request: Readonly<Record<string, unknown>>,
	token?: string,
	// biome-ignore lint/suspicious/noExplicitAny: results have every shape.
): Promise<any> {
	const reply = await server.query(request, token);
	const what = `${request.controller}:${request.action}`;
	assert.equal(reply.status, 200, `${what}: ${JSON.stringify(reply.error)}`);
	return reply.result;
}

function localLogin(username: string): object {
	return { local: { username, password: PASSWORD } };
}
