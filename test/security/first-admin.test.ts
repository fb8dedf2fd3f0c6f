import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { createBareError } from "../../src/errors/gateway-error.ts";
import { createAdmin } from "../../src/security/administrators.ts";
import { collections } from "../../src/security/collections.ts";
import { isError } from "../support/assert-error.ts";
import { overrideStorage } from "../support/override-storage.ts";
import { plainStrategy, startSecurity } from "../support/security.ts";
import { later } from "../support/settle.ts";

const NOW = { refresh: false } as const;
const CLAIM = "portico.first-admin";
const exists = isError("api.process.admin_exists", []);
const admin = (id: string, credentials = {}) => ({
	id,
	kuid: "human" as const,
	content: {},
	credentials,
});

describe("the first administrator", () => {
	it("is made by one of 50 who try at once, on several nodes", async (test) => {
		const node = await startSecurity(test);
		const nodes = [node, node.otherNode(), node.otherNode()];
		const tries = await Promise.allSettled(
			Array.from({ length: 50 }, (_, number) => {
				const each = nodes[number % nodes.length] ?? node;
				return each.security.firstAdmin.create(admin(`admin${number}`), NOW);
			}),
		);
		const made = tries.filter(({ status }) => status === "fulfilled");
		assert.equal(made.length, 1);
		for (const tried of tries) {
			if (tried.status === "rejected") exists(tried.reason);
		}
		const { target } = collections.users;
		await node.store.refresh(target);
		const { total } = await node.store.search([target], {
			query: { kind: "match_all" },
			sort: [],
			from: 0,
			size: 0,
		});
		assert.equal(total, 1);
		assert.equal(await node.store.get(collections.config.target, CLAIM), null);
	});

	it("is refused once any user holds the profile", async (test) => {
		const node = await startSecurity(test);
		await node.user("ann", ["default", "admin"]);
		await assert.rejects(
			node.security.firstAdmin.create(admin("bob"), NOW),
			exists,
		);
		await node.security.users.delete("ann", NOW);
		const user = await node.security.firstAdmin.create(admin("bob"), NOW);
		assert.deepEqual(user.profileIds, ["admin"]);
	});

	it("can be tried again at once after one that was refused", async (test) => {
		const strategy = plainStrategy();
		const { validate } = strategy;
		strategy.validate = async () => {
			throw createBareError(400, "too short");
		};
		const node = await startSecurity(test, { strategies: [strategy] });
		const { firstAdmin } = node.security;
		const request = admin("ann", { plain: { username: "ann" } });
		await assert.rejects(
			firstAdmin.create(request, NOW),
			isError("security.credentials.rejected"),
		);
		strategy.validate = validate;
		await firstAdmin.create(request, NOW);
	});

	it("can be made after a node stopped in the middle, ten seconds later", async (test) => {
		const node = await startSecurity(test);
		const { firstAdmin } = node.security;
		await node.store.write(collections.config.target, [
			{ kind: "create", id: CLAIM, content: { claimedAt: node.clock.now() } },
		]);
		await assert.rejects(firstAdmin.create(admin("ann"), NOW), exists);
		node.clock.advance(9_999);
		await assert.rejects(firstAdmin.create(admin("ann"), NOW), exists);
		node.clock.advance(1);
		const tries = await Promise.allSettled([
			firstAdmin.create(admin("ann"), NOW),
			node.otherNode().security.firstAdmin.create(admin("bob"), NOW),
		]);
		assert.equal(
			tries.filter(({ status }) => status === "fulfilled").length,
			1,
		);
	});

	it("leaves the claim alone that another took over meanwhile", async (test) => {
		const gate = later();
		const strategy = plainStrategy();
		strategy.create = async () => {
			await gate.promise;
			throw createBareError(400, "slow, and refused in the end");
		};
		const node = await startSecurity(test, { strategies: [strategy] });
		const slow = node.security.firstAdmin.create(
			admin("ann", { plain: {} }),
			NOW,
		);
		const refused = assert.rejects(
			slow,
			isError("security.credentials.rejected"),
		);
		const { target } = collections.config;
		while ((await node.store.get(target, CLAIM)) === null) await nextTurn();
		await node.store.write(target, [
			{
				kind: "replace",
				id: CLAIM,
				content: { claimedAt: node.clock.now() + 60_000 },
			},
		]);
		gate.resolve();
		await refused;
		const claim = await node.store.get(target, CLAIM);
		assert.equal(claim?.content.claimedAt, node.clock.now() + 60_000);
	});

	it("is made by the operator's command while no other node works on users and rights", async (test) => {
		const node = await startSecurity(test);
		const gate = later();
		const { administration } = node.otherNode().security;
		const working = administration.runAlone(
			"loadSecurities",
			() => gate.promise,
		);
		const login = { username: "ann", password: "p", reset: false };
		await assert.rejects(
			createAdmin(node.security, login),
			isError("api.process.action_locked", ["loadSecurities"]),
		);
		gate.resolve();
		await working;
	});

	it("stands when its claim cannot be removed", async (test) => {
		const node = await startSecurity(test, {
			wrapStorage: (storage) =>
				overrideStorage(storage, {
					async write(target, operations, options) {
						const [operation] = operations;
						if (operation?.kind === "delete") throw new Error("away");
						return storage.write(target, operations, options);
					},
				}),
		});
		const user = await node.security.firstAdmin.create(admin("ann"), NOW);
		assert.equal(user._id, "ann");
	});
});
