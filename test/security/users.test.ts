import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createBareError } from "../../src/errors/gateway-error.ts";
import { collections } from "../../src/security/collections.ts";
import type { CreateUser } from "../../src/security/users.ts";
import { isError } from "../support/assert-error.ts";
import { overrideStorage } from "../support/override-storage.ts";
import { plainStrategy, startSecurity } from "../support/security.ts";

const TARGET = collections.users.target;
const NOW = { refresh: false } as const;

function request(parts: Partial<CreateUser> = {}): CreateUser {
	return {
		id: "ann",
		kuid: "human",
		profileIds: ["default"],
		content: {},
		credentials: {},
		...parts,
	};
}

describe("the creation of a user", () => {
	it("stores its content and profiles, and says when", async (test) => {
		const node = await startSecurity(test);
		const user = await node.security.users.create(
			request({
				profileIds: ["default", "admin"],
				content: { name: "Ann", profileIds: ["forged"], _kuzzle_info: {} },
			}),
			NOW,
		);
		const _source = {
			name: "Ann",
			profileIds: ["default", "admin"],
			_kuzzle_info: {
				createdAt: node.clock.now(),
				updatedAt: null,
				updater: null,
			},
		};
		assert.deepEqual(user, {
			_id: "ann",
			_source,
			profileIds: ["default", "admin"],
		});
		const other = node.otherNode().security.users;
		assert.deepEqual(await other.get("ann"), user);
	});

	it("makes an id of the kind that is asked for", async (test) => {
		const { users } = (await startSecurity(test)).security;
		const human = await users.create(request({ id: undefined }), NOW);
		assert.match(human._id, /^kuid-[a-z]+-[a-z]+-\d+$/);
		const uuid = await users.create(
			request({ id: undefined, kuid: "uuid" }),
			NOW,
		);
		assert.match(uuid._id, /^kuid-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
	});

	it("is refused for a taken id, which keeps its user", async (test) => {
		const node = await startSecurity(test);
		const { users } = node.security;
		const strategy = { plain: { username: "ann" } };
		await users.create(request({ credentials: strategy }), NOW);
		await assert.rejects(
			users.create(request({ credentials: { plain: {} } }), NOW),
			isError("security.user.already_exists", ["ann"]),
		);
		assert.equal((await users.get("ann"))._id, "ann");
		assert.deepEqual(await node.security.credentials.strategiesOf("ann"), [
			"plain",
		]);
	});

	it("is refused without good profiles, and then nothing is written", async (test) => {
		const node = await startSecurity(test);
		const { users } = node.security;
		await assert.rejects(
			users.create(request({ profileIds: [] }), NOW),
			isError("security.user.no_profile", ["ann"]),
		);
		await assert.rejects(
			users.create(request({ profileIds: ["default", "ghost"] }), NOW),
			isError("security.profile.not_found", ["ghost"]),
		);
		await assert.rejects(
			users.create(request({ id: "-1" }), NOW),
			isError("security.user.anonymous_profile_required"),
		);
		await assert.rejects(
			users.create(request({ id: "anonymous" }), NOW),
			isError("security.user.already_exists", ["anonymous"]),
		);
		await assert.rejects(
			users.create(request({ credentials: { ghost: {} } }), NOW),
			isError("security.credentials.unknown_strategy", ["ghost"]),
		);
		assert.equal(await node.store.get(TARGET, "ann"), null);
		assert.equal(await node.store.get(TARGET, "-1"), null);
	});

	it("leaves nothing when one of several credentials is refused", async (test) => {
		const first = plainStrategy("first");
		const second = plainStrategy("second");
		second.validate = async () => {
			throw createBareError(400, "too short");
		};
		const node = await startSecurity(test, { strategies: [first, second] });
		const creating = node.security.users.create(
			request({ credentials: { first: { username: "ann" }, second: {} } }),
			NOW,
		);
		await assert.rejects(
			creating,
			isError("security.credentials.rejected", ["too short"]),
		);
		assert.equal(await node.store.get(TARGET, "ann"), null);
		assert.equal(await node.security.users.find("ann"), undefined);
		assert.equal(first.credentials.size, 0);
		assert.deepEqual(await node.security.credentials.strategiesOf("ann"), []);
	});

	it("leaves nothing when credentials were cut off after they were written", async (test) => {
		const strategy = plainStrategy();
		const { create } = strategy;
		strategy.create = async (...args) => {
			await create(...args);
			throw new Error("cut off");
		};
		const node = await startSecurity(test, { strategies: [strategy] });
		await assert.rejects(
			node.security.users.create(request({ credentials: { plain: {} } }), NOW),
			/cut off/,
		);
		assert.equal(strategy.credentials.size, 0);
		assert.equal(await node.store.get(TARGET, "ann"), null);
	});

	it("is refused for a user whose credentials are there already, and keeps those", async (test) => {
		const strategy = plainStrategy();
		strategy.credentials.set("ann", { username: "ann" });
		const node = await startSecurity(test, { strategies: [strategy] });
		await assert.rejects(
			node.security.users.create(request({ credentials: { plain: {} } }), NOW),
			isError("security.credentials.database_inconsistency", ["ann"]),
		);
		assert.deepEqual(strategy.credentials.get("ann"), { username: "ann" });
		assert.equal(await node.store.get(TARGET, "ann"), null);
	});
});

describe("the anonymous user", () => {
	it("is known by two names and kept nowhere", async (test) => {
		const { users } = (await startSecurity(test)).security;
		for (const name of ["-1", "anonymous"]) {
			assert.deepEqual(await users.get(name), {
				_id: "-1",
				_source: { profileIds: ["anonymous"], name: "Anonymous" },
				profileIds: ["anonymous"],
			});
			await assert.rejects(
				users.delete(name, NOW),
				isError("services.storage.not_found", ["-1", "kuzzle", "users"]),
			);
		}
	});
});

describe("the deletion of a user", () => {
	it("takes credentials, keys and tokens with it, on every node", async (test) => {
		const strategy = plainStrategy();
		const node = await startSecurity(test, { strategies: [strategy] });
		const other = node.otherNode({ strategies: [strategy] });
		const { users, authTokens } = node.security;
		await users.create(request({ credentials: { plain: {} } }), NOW);
		await node.user("bob");
		const { text } = await authTokens.create("ann", -1);
		const key = await node.key("ann");
		const his = await node.key("bob");
		for (const token of [text, key, his]) await other.authenticate(token);
		await users.delete("ann", NOW);
		for (const each of [node, other]) {
			for (const token of [text, key]) {
				await assert.rejects(
					each.authenticate(token),
					isError("security.token.invalid"),
				);
			}
			await assert.rejects(
				each.security.users.get("ann"),
				isError("security.user.not_found", ["ann"]),
			);
			assert.equal((await each.authenticate(his)).kuid, "bob");
		}
		assert.equal(strategy.credentials.size, 0);
		await node.store.refresh(collections.apiKeys.target);
		const { total } = await node.security.apiKeys.search({
			kuid: "ann",
			query: { kind: "match_all" },
			from: 0,
			size: 10,
		});
		assert.equal(total, 0);
	});

	it("goes on to its end once it has begun, whatever the signal", async (test) => {
		const controller = new AbortController();
		const strategy = plainStrategy();
		const remove = strategy.delete;
		strategy.delete = async (...args) => {
			await remove(...args);
			controller.abort(new Error("gone"));
		};
		const node = await startSecurity(test, { strategies: [strategy] });
		const { users } = node.security;
		await users.create(request({ credentials: { plain: {} } }), NOW);
		const key = await node.key("ann");
		await users.delete("ann", { ...NOW, signal: controller.signal });
		assert.equal(controller.signal.aborted, true);
		assert.equal(await node.store.get(TARGET, "ann"), null);
		await assert.rejects(
			node.authenticate(key),
			isError("security.token.invalid"),
		);
	});

	it("drops what is remembered even when it is not known whether it happened", async (test) => {
		let cut = false;
		const node = await startSecurity(test, {
			wrapStorage: (storage) =>
				overrideStorage(storage, {
					async write(target, ...rest) {
						const outcomes = await storage.write(target, ...rest);
						if (cut && target.collection === "users")
							throw new Error("cut off");
						return outcomes;
					},
				}),
		});
		const { users } = node.security;
		await users.create(request(), NOW);
		await users.get("ann");
		cut = true;
		await assert.rejects(users.delete("ann", NOW), /cut off/);
		assert.equal(users.peek("ann"), undefined);
	});
});

describe("whether any user holds a profile", () => {
	it("sees a user that was made without waiting for searches", async (test) => {
		const { users } = (await startSecurity(test)).security;
		assert.equal(await users.anyHolds("admin"), false);
		await users.create(request({ profileIds: ["default", "admin"] }), NOW);
		assert.equal(await users.anyHolds("admin"), true);
		await users.delete("ann", NOW);
		assert.equal(await users.anyHolds("admin"), false);
	});
});

describe("the credentials of a user", () => {
	it("are found by strategy, remembered, and read again after a change", async (test) => {
		const one = plainStrategy("one");
		const two = plainStrategy("two");
		const strategies = [one, two];
		const node = await startSecurity(test, { strategies });
		const other = node.otherNode({ strategies });
		const { credentials } = node.security;
		assert.deepEqual(credentials.names(), ["one", "two"]);
		assert.equal(credentials.peekStrategies("ann"), undefined);
		assert.deepEqual(await other.security.credentials.strategiesOf("ann"), []);
		await credentials.create("two", "ann", { username: "a" }, NOW);
		assert.deepEqual(await other.security.credentials.strategiesOf("ann"), [
			"two",
		]);
		assert.deepEqual(other.security.credentials.peekStrategies("ann"), ["two"]);
		await credentials.deleteAll("ann", NOW);
		assert.deepEqual(await other.security.credentials.strategiesOf("ann"), []);
		await assert.rejects(
			credentials.create("ghost", "ann", {}, NOW),
			isError("security.credentials.unknown_strategy", ["ghost"]),
		);
	});
});
