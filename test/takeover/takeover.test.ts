import assert from "node:assert/strict";
import { createHash, pbkdf2Sync } from "node:crypto";
import { it } from "node:test";
import { backends } from "../support/backends.ts";
import { createNamespace } from "../support/elasticsearch-namespace.ts";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import { must, whoIs } from "../support/people.ts";
import {
	KuzzleDatabase,
	keyOf,
	PASSWORD,
	SECRET,
	USERS,
} from "./kuzzle-database.ts";

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
	// Kuzzle's mapping lacks the field: what it wrote is not indexed by it, and is found by this as little as in Kuzzle.
	const old = await must(
		gateway,
		{
			...security,
			action: "searchApiKeys",
			userId: "root",
			body: {
				term: {
					fingerprint: createHash("sha256").update(token).digest("hex"),
				},
			},
		},
		token,
	);
	assert.equal(old.total, 0);

	await assertMetadata(database);
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

/** As Kuzzle's security code makes it: nobody is the author of a user, a role or a profile, as its searches answer (recorded). */
async function assertMetadata(database: KuzzleDatabase): Promise<void> {
	const info = async (collection: string, id: string) => {
		const found = await database.get("kuzzle", collection, id);
		return found._kuzzle_info as Record<string, unknown>;
	};
	const { createdAt, ...user } = await info("users", "new");
	assert.equal(typeof createdAt, "number");
	assert.deepEqual(user, { author: null, updatedAt: null, updater: null });
	for (const collection of ["roles", "profiles"]) {
		const { createdAt: since, ...made } = await info(collection, "admin");
		assert.equal(since, 1_700_000_000_000, "what Kuzzle wrote is left alone");
		assert.deepEqual(made, { author: null, updatedAt: null, updater: null });
	}
	const config = (id: string) => database.get("kuzzle", "config", id);
	assert.deepEqual(await config("kuzzle.done"), {
		timestamp: 1_700_000_000_000,
	});
	assert.deepEqual(await config("internalIndex.dataModelVersion"), {
		version: "2.0.0",
	});
	assert.deepEqual(await config("security.jwt.secret"), { seed: SECRET });
}
