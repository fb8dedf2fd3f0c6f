import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Backend, backends } from "../support/backends.ts";
import {
	createNamespace,
	type Namespace,
} from "../support/elasticsearch-namespace.ts";
import {
	createAdmin,
	createKey,
	createUser,
	logIn,
	must,
	whoIs,
} from "../support/people.ts";
import { type ServerProcess, startServer } from "../support/server-process.ts";
import { withFolder } from "../support/temporary-folder.ts";

const TIMEOUT_MS = 300_000;

for (const backend of backends())
	describe(`after a restart, on ${backend}`, () => {
		for (const signal of ["SIGTERM", "SIGKILL"] as const)
			it(
				`that began with ${signal}, keys, logins and rights are what they were`,
				{
					timeout: TIMEOUT_MS,
				},
				() => onStore(backend, (start) => restart(start, signal)),
			);
	});

type Start = () => Promise<ServerProcess>;

async function restart(start: Start, signal: NodeJS.Signals): Promise<void> {
	const before = await start();
	const known = await settle(before);
	const status = await before.end(signal);
	assert.equal(status, signal === "SIGTERM" ? 0 : null);
	const after = await start();
	try {
		for (const token of known.good)
			assert.equal(await whoIs(after, token), "ann");
		for (const token of known.revoked)
			assert.equal(await whoIs(after, token), null);
		await assertRights(after, known.good);
		assert.equal(await whoIs(after, await logIn(after, "ann")), "ann");
	} finally {
		await after.end("SIGKILL");
	}
}

/** A server with an administrator and a user, who has tokens and keys, some of them revoked. */
async function settle(
	server: ServerProcess,
): Promise<{ good: string[]; revoked: string[] }> {
	const admin = await createAdmin(server);
	const profile = { policies: [{ roleId: "keys" }], rateLimit: 0 };
	const actions = { createApiKey: true, deleteApiKey: true };
	const controllers = {
		auth: { actions: { ...actions, getCurrentUser: true, logout: true } },
	};
	await write(server, admin, "createOrReplaceRole", { controllers });
	await write(server, admin, "createOrReplaceProfile", profile);
	const login = await createUser(server, admin, {
		_id: "ann",
		profileIds: ["keys"],
	});
	const leaving = await logIn(server, "ann");
	const kept = await createKey(server, login, { _id: "kept" });
	const unawaited = await createKey(server, login, { refresh: false });
	const deleted = await createKey(server, login, { _id: "deleted" });
	await must(
		server,
		{ controller: "auth", action: "deleteApiKey", _id: "deleted" },
		login,
	);
	await must(server, { controller: "auth", action: "logout" }, leaving);
	return { good: [login, kept, unawaited], revoked: [leaving, deleted] };
}

function write(
	server: ServerProcess,
	admin: string,
	action: string,
	body: object,
): Promise<unknown> {
	const request = { controller: "security", action, _id: "keys", body };
	return must(server, request, admin);
}

/** Strangers stay out, and the user may do what the role says, no more. */
async function assertRights(
	server: ServerProcess,
	tokens: readonly string[],
): Promise<void> {
	const ask = async (action: string, token?: string) =>
		(await server.query({ controller: "security", action, _id: "ann" }, token))
			.error?.id;
	assert.equal(await ask("getUser"), "security.rights.unauthorized");
	for (const token of tokens)
		assert.equal(await ask("getUser", token), "security.rights.forbidden");
}

/** Starts servers on one data folder, and on Elasticsearch in one namespace too. */
function onStore(
	backend: Backend,
	run: (start: Start) => Promise<void>,
): Promise<void> {
	return withFolder(async (dataFolder) => {
		const namespace = backend === "elasticsearch" ? createNamespace() : null;
		const flags = namespace === null ? [] : elasticsearchFlags(namespace);
		const servers: ServerProcess[] = [];
		try {
			await run(async () => {
				const server = await startServer({ dataFolder, flags });
				servers.push(server);
				return server;
			});
		} finally {
			for (const server of servers) await server.end("SIGKILL");
			await namespace?.drop();
		}
	});
}

function elasticsearchFlags({ url, name }: Namespace): string[] {
	const namespace = `services.storageEngine.namespace=${name}`;
	return ["--elasticsearch", url, "--set", namespace];
}
