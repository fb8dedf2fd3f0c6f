import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { collections } from "../../src/security/collections.ts";
import type { Target } from "../../src/storage/storage.ts";
import { isError } from "../support/assert-error.ts";
import { overrideStorage } from "../support/override-storage.ts";
import { startSecurity, type TestSecurity } from "../support/security.ts";
import { later } from "../support/settle.ts";

/** More than a page of Kuzzle's searches, which is ten. */
const MANY = 23;
const names = Array.from({ length: MANY }, (_, n) => `n${n}`);
const request = { body: {}, args: {} };

const ALONE = [
	"admin:loadSecurities",
	"admin:resetSecurity",
	"security:restrictDefaultRights",
	"security:createFirstAdmin",
];

describe("work on all users and rights", () => {
	for (const name of ALONE)
		it(`is refused while ${name} is under way, on whatever node`, async (test) => {
			const reached = later();
			const go = later();
			const node = await startSecurity(test);
			const slow = node.otherNode({
				wrapStorage: (storage) =>
					overrideStorage(storage, {
						async write(...parts) {
							reached.resolve();
							await go.promise;
							return storage.write(...parts);
						},
					}),
			});
			const body = { roles: { r: ROLE } };
			const running = slow.run(name, { ...request, body });
			await reached.promise;
			const [, action] = name.split(":");
			for (const late of ALONE)
				await assert.rejects(
					node.run(late, request),
					isError("api.process.action_locked", [action]),
				);
			go.resolve();
			await running;
			await node.run("security:restrictDefaultRights", request);
		});

	it("removes all users, profiles and roles, however many, and all that lets them in", async (test) => {
		const node = await startSecurity(test);
		await fill(node);
		const key = await node.key("n0", { id: "key" });
		await node.authenticate(key);
		const result = await node.run("admin:resetSecurity", request);
		assert.deepEqual(result, {
			deletedUsers: MANY + 2,
			deletedProfiles: MANY,
		});
		assert.deepEqual(await idsIn(node, collections.users.target), []);
		const kept = ["admin", "anonymous", "default"];
		assert.deepEqual(await idsIn(node, collections.profiles.target), kept);
		assert.deepEqual(await idsIn(node, collections.roles.target), kept);
		assert.deepEqual(await idsIn(node, collections.apiKeys.target), []);
		await assert.rejects(
			node.authenticate(key),
			isError("security.token.invalid"),
		);
	});

	it("leaves nothing remembered on any node", async (test) => {
		const node = await startSecurity(test);
		const far = node.otherNode();
		await node.run("security:restrictDefaultRights", request);
		await node.role("n0", { auth: { actions: { "*": true } } });
		await node.user("n0", ["n0"]);
		const get = { controller: "auth", action: "getCurrentUser", args: {} };
		const stranger = { controller: "document", action: "get", args: {} };
		assert.equal(await far.security.rights.allows(["n0"], get), true);
		assert.equal(
			await far.security.rights.allows(["anonymous"], stranger),
			false,
		);
		assert.equal(
			(await far.security.profiles.get("default"))._source.rateLimit,
			10,
		);
		assert.notEqual(await far.security.users.find("n0"), undefined);
		await node.run("admin:resetSecurity", request);
		assert.equal(await far.security.rights.allows(["n0"], get), false);
		assert.equal(
			await far.security.rights.allows(["anonymous"], stranger),
			true,
		);
		assert.equal(
			(await far.security.profiles.get("default"))._source.rateLimit,
			0,
		);
		assert.equal(await far.security.users.find("n0"), undefined);
		assert.equal(node.security.isOpen(), true);
	});

	it("loads what another node then knows", async (test) => {
		const node = await startSecurity(test);
		const far = node.otherNode();
		const me = { controller: "auth", action: "getCurrentUser", args: {} };
		await node.role("r", { auth: { actions: { login: true } } });
		assert.equal(await far.security.rights.allows(["r"], me), false);
		const body = { roles: { r: ROLE } };
		await node.run("admin:loadSecurities", { body });
		assert.equal(await far.security.rights.allows(["r"], me), true);
	});
});

describe("admin:resetDatabase", () => {
	it("deletes every public index and nothing else", async (test) => {
		const node = await startSecurity(test);
		for (const index of names) {
			const target = { scope: "public", index, collection: "c" } as const;
			await node.store.createCollection(target);
		}
		await node.store.createIndex("public", "empty");
		const own = await node.store.listIndexes("private");
		await node.user("ann", ["admin"]);
		const result = await node.run("admin:resetDatabase", request);
		assert.deepEqual(result, { acknowledge: true });
		assert.deepEqual(await node.store.listIndexes("public"), []);
		assert.deepEqual(await node.store.listIndexes("private"), own);
		assert.equal((await node.security.users.get("ann"))._id, "ann");
	});

	it("runs once at a time", async (test) => {
		const reached = later();
		const go = later();
		const node = await startSecurity(test);
		const { store } = node;
		await store.createIndex("public", "i");
		const slow = overrideStorage(store, {
			async deleteIndex(...parts) {
				reached.resolve();
				await go.promise;
				return store.deleteIndex(...parts);
			},
		});
		const running = node
			.otherNode({ wrapStorage: () => slow })
			.run("admin:resetDatabase", request);
		await reached.promise;
		await assert.rejects(
			node.run("admin:resetDatabase", request),
			isError("api.process.action_locked", ["resetDatabase"]),
		);
		go.resolve();
		await running;
		await node.run("admin:resetDatabase", request);
	});
});

const ROLE = { controllers: { auth: { actions: { getCurrentUser: true } } } };

/** Many of each, users that Kuzzle cannot load among them, and a protected profile that names a role. */
async function fill(node: TestSecurity): Promise<void> {
	for (const name of names) {
		await node.role(name, { auth: { actions: { "*": true } } });
		await node.user(name, [name]);
	}
	await node.store.write(
		collections.users.target,
		["anonymous", "-1"].map((id) => ({
			kind: "create",
			id,
			content: { profileIds: ["anonymous"] },
		})),
	);
	await node.security.profiles.write(
		"default",
		{ policies: [{ roleId: "n0" }] },
		{ refresh: false },
	);
}

async function idsIn(node: TestSecurity, target: Target): Promise<string[]> {
	await node.store.refresh(target);
	const ids: string[] = [];
	const query = { kind: "match_all" } as const;
	for await (const page of node.store.scan([target], { query })) {
		ids.push(...page.map(({ id }) => id));
	}
	return ids.sort((a, b) => (a < b ? -1 : 1));
}
