import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { collections } from "../../src/security/collections.ts";
import { isError } from "../support/assert-error.ts";
import { overrideStorage } from "../support/override-storage.ts";
import { startSecurity, type TestSecurity } from "../support/security.ts";

const TARGET = collections.users.target;
const BY_ADMIN = {
	refresh: false,
	caller: "admin",
	retryOnConflict: 10,
} as const;

async function contentOf(node: TestSecurity, kuid: string) {
	return (await node.store.get(TARGET, kuid))?.content ?? {};
}

describe("a change of a user", () => {
	it("is stored as it is answered, and seen by every node at once", async (test) => {
		const node = await startSecurity(test);
		const other = node.otherNode();
		await node.user("ann");
		assert.deepEqual((await other.security.users.get("ann")).profileIds, [
			"default",
		]);
		node.clock.advance(5);
		const user = await node.security.userChanges.update(
			"ann",
			{ profileIds: ["admin"], name: "Ann" },
			BY_ADMIN,
		);
		assert.deepEqual(user._source, {
			profileIds: ["admin"],
			name: "Ann",
			_kuzzle_info: {
				createdAt: node.clock.now() - 5,
				updatedAt: node.clock.now(),
				updater: "admin",
			},
		});
		assert.deepEqual(await other.security.users.get("ann"), user);
		assert.deepEqual(await contentOf(node, "ann"), {
			...user._source,
			_kuzzle_info: {
				author: null,
				...(user._source._kuzzle_info as object),
			},
		});
	});

	it("is tried anew when another comes in between, as often as asked", async (test) => {
		let disturbances = 0;
		const node = await startSecurity(test, {
			wrapStorage: (store) =>
				overrideStorage(store, {
					async write(target, operations, options) {
						const [operation] = operations;
						if (operation?.kind === "replace" && disturbances > 0) {
							disturbances--;
							await store.write(target, [
								{
									kind: "update",
									id: operation.id,
									changes: { [`other${disturbances}`]: true },
								},
							]);
						}
						return store.write(target, operations, options);
					},
				}),
		});
		await node.user("ann");
		const { userChanges } = node.security;
		disturbances = 2;
		await userChanges.update(
			"ann",
			{ mine: true },
			{ ...BY_ADMIN, retryOnConflict: 2 },
		);
		const { _kuzzle_info, profileIds, ...rest } = await contentOf(node, "ann");
		assert.deepEqual(rest, { mine: true, other0: true, other1: true });
		disturbances = 2;
		await assert.rejects(
			userChanges.update(
				"ann",
				{ mine: false },
				{ ...BY_ADMIN, retryOnConflict: 1 },
			),
			isError("services.storage.document_already_exists", []),
		);
		assert.equal((await contentOf(node, "ann")).mine, true);
	});

	it("of a user who was deleted meanwhile says so", async (test) => {
		const node = await startSecurity(test);
		await node.user("ann");
		await node.store.write(TARGET, [{ kind: "delete", id: "ann" }]);
		// What this node remembers is older than that.
		for (const change of [
			node.security.userChanges.update("ann", {}, BY_ADMIN),
			node.security.userChanges.replace(
				"ann",
				{ profileIds: ["default"] },
				BY_ADMIN,
			),
		]) {
			await assert.rejects(change, isError("security.user.not_found", ["ann"]));
		}
	});

	it("keeps a member named __proto__ a member", async (test) => {
		const node = await startSecurity(test);
		await node.user("ann");
		const content = JSON.parse('{"__proto__":{"profileIds":["admin"]}}');
		const user = await node.security.userChanges.update(
			"ann",
			content,
			BY_ADMIN,
		);
		assert.deepEqual(user.profileIds, ["default"]);
		assert.ok(Object.hasOwn(await contentOf(node, "ann"), "__proto__"));
	});
});

describe("an upsert of a user", () => {
	const request = {
		content: { profileIds: ["default"], v: 2 },
		default: { d: 1, v: 9, profileIds: ["admin"] },
		credentials: { plain: { username: "ann" } },
	};

	it("changes a user whom somebody else makes at the same moment", async (test) => {
		let race = true;
		const node = await startSecurity(test, {
			wrapStorage: (store) =>
				overrideStorage(store, {
					async write(target, operations, options) {
						if (race && operations[0]?.kind === "create") {
							race = false;
							const content = { profileIds: ["admin"], theirs: true };
							await store.write(TARGET, [
								{ kind: "create", id: "ann", content },
							]);
						}
						return store.write(target, operations, options);
					},
				}),
		});
		const user = await node.security.userChanges.upsert(
			"ann",
			request,
			BY_ADMIN,
		);
		const { _kuzzle_info, ...content } = user._source;
		assert.deepEqual(content, {
			profileIds: ["default"],
			theirs: true,
			v: 2,
		});
		assert.deepEqual(await node.security.credentials.strategiesOf("ann"), []);
	});

	it("of many at once makes one user", async (test) => {
		const node = await startSecurity(test);
		await Promise.all(
			Array.from({ length: 5 }, (_, i) =>
				node.security.userChanges.upsert(
					"ann",
					{
						content: { profileIds: ["default"], [`f${i}`]: true },
						default: {},
						credentials: {},
					},
					BY_ADMIN,
				),
			),
		);
		const content = await contentOf(node, "ann");
		for (let i = 0; i < 5; i++) assert.equal(content[`f${i}`], true);
	});
});

describe("a profile that is taken from its users", () => {
	it("is taken from all of them, and each node knows", async (test) => {
		const node = await startSecurity(test);
		const other = node.otherNode();
		await node.role("p", { "*": { actions: { "*": true } } });
		await node.user("ann", ["p"]);
		await node.user("bob", ["p", "default"]);
		await node.user("eve", ["default"]);
		for (const kuid of ["ann", "bob"]) await other.security.users.get(kuid);
		await node.security.deleteProfile("p", { ...BY_ADMIN, remove: true });
		const profilesOf = async (kuid: string) =>
			(await other.security.users.get(kuid)).profileIds;
		assert.deepEqual(await profilesOf("ann"), ["anonymous"]);
		assert.deepEqual(await profilesOf("bob"), ["default"]);
		const { _kuzzle_info } = (await other.security.users.get("eve"))._source;
		assert.equal((_kuzzle_info as { updatedAt: unknown }).updatedAt, null);
		assert.equal(await other.security.profiles.find("p"), undefined);
	});

	it("goes from a user who is given it while it is being taken", async (test) => {
		let late = true;
		const node: TestSecurity = await startSecurity(test, {
			wrapStorage: (store) =>
				overrideStorage(store, {
					async write(target, operations, options) {
						const outcome = await store.write(target, operations, options);
						if (late && operations[0]?.kind === "replace") {
							late = false;
							const content = { profileIds: ["p"] };
							await store.write(TARGET, [
								{ kind: "create", id: "late", content },
							]);
						}
						return outcome;
					},
				}),
		});
		await node.role("p", { "*": { actions: { "*": true } } });
		await node.user("ann", ["p"]);
		await node.security.deleteProfile("p", { ...BY_ADMIN, remove: true });
		assert.deepEqual((await contentOf(node, "late")).profileIds, ["anonymous"]);
	});

	it("stays while a user holds it, unless it is to be taken", async (test) => {
		const node = await startSecurity(test);
		await node.role("p", { "*": { actions: { "*": true } } });
		await node.user("ann", ["p"]);
		await assert.rejects(
			node.security.deleteProfile("p", { ...BY_ADMIN, remove: false }),
			isError("security.profile.in_use", []),
		);
		assert.notEqual(await node.security.profiles.find("p"), undefined);
	});
});
