import assert from "node:assert/strict";
import { pbkdf2Sync } from "node:crypto";
import { it } from "node:test";
import { backends } from "../support/backends.ts";
import { createNamespace } from "../support/elasticsearch-namespace.ts";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import { must, whoIs } from "../support/people.ts";
import { KuzzleDatabase, keyOf, PASSWORD, USERS } from "./kuzzle-database.ts";

const TIMEOUT_MS = 300_000;
const LOCAL = "plugin-kuzzle-plugin-auth-passport-local";
/** More than the ten that Kuzzle finds itself. */
const KEYS = 12;

if (backends().includes("elasticsearch"))
	it("an existing Kuzzle database is opened, used and written as Kuzzle's", {
		timeout: TIMEOUT_MS,
	}, async () => {
		const namespace = createNamespace();
		const database = new KuzzleDatabase(namespace);
		const keys = [
			...Array.from({ length: KEYS }, (_, n) => ({
				id: `old-${n}`,
				token: keyOf("root", 1_700_000_000 + n),
			})),
			{ id: "own", token: keyOf("root", 1_700_000_500, "own") },
		];
		await database.write(keys);
		const gateway = await startGateway({
			config: {
				limits: { loginsPerSecond: 1_000 },
				services: {
					storageEngine: {
						backend: "elasticsearch",
						namespace: namespace.name,
						client: { node: namespace.url },
					},
				},
			},
		});
		try {
			assert.equal(gateway.gateway.status().isNew, false);
			for (const { id, token } of keys)
				assert.equal(await whoIs(gateway, token), "root", id);
			assert.equal(await whoIs(gateway, keyOf("root", 1_600_000_000)), null);
			for (const kuid of Object.keys(USERS))
				assert.equal(await logIn(gateway, `login-${kuid}`), kuid);
			await writeAndCheck(gateway, database, keys[0]?.token ?? "");
		} finally {
			await gateway.stop();
			await namespace.drop();
		}
	});

async function logIn(gateway: TestGateway, username: string): Promise<string> {
	const result = await must(gateway, {
		controller: "auth",
		action: "login",
		strategy: "local",
		body: { username, password: PASSWORD },
	});
	return result._id;
}

/** What is written now is what Kuzzle would have written, so that the database can be handed back. */
async function writeAndCheck(
	gateway: TestGateway,
	database: KuzzleDatabase,
	token: string,
): Promise<void> {
	const security = { controller: "security" };
	const local = { username: "login-new", password: PASSWORD };
	await must(
		gateway,
		{
			...security,
			action: "createUser",
			_id: "new",
			body: { content: { profileIds: ["admin"] }, credentials: { local } },
		},
		token,
	);
	const made = await must(
		gateway,
		{
			...security,
			action: "createApiKey",
			userId: "new",
			refresh: "wait_for",
			body: { description: "new" },
		},
		token,
	);
	const { fingerprint } = made._source;
	const found = await must(
		gateway,
		{
			...security,
			action: "searchApiKeys",
			userId: "new",
			body: { term: { fingerprint } },
		},
		token,
	);
	assert.equal(found.total, 1);

	const user = await database.get("kuzzle", "users", "new");
	assert.deepEqual(user.profileIds, ["admin"]);
	const credentials = await database.get(LOCAL, "users", "login-new");
	const { userPassword, userSalt, kuid, ...how } = credentials;
	assert.equal(kuid, "new");
	const hash = pbkdf2Sync(PASSWORD, String(userSalt), 10_000, 512, "sha512");
	assert.equal(userPassword, hash.toString("hex"));
	assert.equal(how.algorithm, "sha512");
	assert.equal(how.stretching, true);
	assert.equal(how.encryption, "hmac");
	const root = await database.get("kuzzle", "users", "root");
	assert.equal(root.name, "root");
	for (const [indice, aliases] of Object.entries(await database.aliases()))
		assert.deepEqual(aliases, [`@${indice}`]);
}
