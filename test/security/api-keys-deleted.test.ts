import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { isError } from "../support/assert-error.ts";
import { overrideStorage } from "../support/override-storage.ts";
import type { SecuritySetting } from "../support/security.ts";
import { later } from "../support/settle.ts";
import { NOW, start, TARGET, works } from "./api-key-kit.ts";

describe("the deletion of a key", () => {
	it("stops it at once on every node, and no other key", async (test) => {
		const node = await start(test);
		const other = node.otherNode();
		const key = await node.key("ann", { id: "one" });
		const stays = await node.key("ann", { id: "two" });
		for (const each of [node, other]) {
			assert.equal(await works(each, key), true);
			assert.equal(await works(each, stays), true);
		}
		await node.security.apiKeys.delete("ann", "one", NOW);
		for (const each of [node, other, node.otherNode()]) {
			assert.equal(await works(each, key), false);
			assert.equal(await works(each, stays), true);
		}
	});

	it("is not undone by a new key of the same id, made in the same second", async (test) => {
		const node = await start(test);
		const old = await node.key("ann", { id: "fixed" });
		assert.equal(await works(node, old), true);
		await node.security.apiKeys.delete("ann", "fixed", NOW);
		const fresh = await node.key("ann", { id: "fixed" });
		assert.notEqual(fresh, old);
		for (const each of [node, node.otherNode()]) {
			assert.equal(await works(each, old), false);
			assert.equal(await works(each, fresh), true);
			assert.equal(await works(each, old), false);
		}
	});

	it("is for keys of that user only: another's reads as missing", async (test) => {
		const node = await start(test);
		const key = await node.key("ann", { id: "hers" });
		await assert.rejects(
			node.security.apiKeys.delete("bob", "hers", NOW),
			isError("services.storage.not_found"),
		);
		await assert.rejects(
			node.security.apiKeys.delete("ann", "ghost", NOW),
			isError("services.storage.not_found", ["ghost", "kuzzle", "api-keys"]),
		);
		assert.equal(await works(node, key), true);
	});

	it("of all of a user's leaves none, however many, and those of others", async (test) => {
		const node = await start(test);
		const keys = await Promise.all(
			Array.from({ length: 1200 }, () => node.key("ann")),
		);
		const [first = ""] = keys;
		assert.equal(await works(node, first), true);
		const other = await node.key("bob");
		await node.security.apiKeys.deleteAll("ann");
		for (const key of keys) assert.equal(await works(node, key), false);
		assert.equal((await node.authenticate(other)).kuid, "bob");
	});

	it("drops what is remembered even when it is not known whether it happened", async (test) => {
		let cut = false;
		const node = await start(test, {
			wrapStorage: (storage) =>
				overrideStorage(storage, {
					async write(...args) {
						const outcomes = await storage.write(...args);
						if (cut) throw new Error("cut off after it was written");
						return outcomes;
					},
				}),
		});
		for (const remove of [
			() => node.security.apiKeys.delete("ann", "one", NOW),
			() => node.security.apiKeys.deleteAll("ann"),
		]) {
			cut = false;
			const key = await node.key("ann", { id: "one" });
			await node.store.refresh(TARGET);
			assert.equal(await works(node, key), true);
			cut = true;
			await assert.rejects(remove(), /cut off/);
			assert.equal(await works(node, key), false);
		}
	});
});

describe("a key that is deleted while it is being looked up", () => {
	/** Reads wait at the gate, before or after they have read, until it opens. */
	function gated(where: "before" | "after", collection: string) {
		const gate = later();
		let isShut = false;
		let waiting = 0;
		const setting: SecuritySetting = {
			wrapStorage: (storage) =>
				overrideStorage(storage, {
					async get(target, id, options) {
						const shut = isShut && target.collection === collection;
						if (shut) waiting++;
						if (shut && where === "before") await gate.promise;
						const document = await storage.get(target, id, options);
						if (shut && where === "after") await gate.promise;
						return document;
					},
				}),
		};
		return {
			setting,
			shut: () => {
				isShut = true;
			},
			open: () => {
				isShut = false;
				gate.resolve();
			},
			waiting: () => waiting,
		};
	}

	for (const where of ["before", "after"] as const) {
		for (const collection of ["api-keys", "users"]) {
			it(`lets none of 100 in: the reads of ${collection} wait ${where} they read`, async (test) => {
				const gate = gated(where, collection);
				const node = await start(test);
				const key = await node.key("ann", { id: "one" });
				const slow = node.otherNode(gate.setting);
				gate.shut();
				const tries = Array.from({ length: 100 }, () => works(slow, key));
				while (gate.waiting() === 0) await nextTurn();
				await node.security.apiKeys.delete("ann", "one", NOW);
				gate.open();
				const passed = (await Promise.all(tries)).filter(Boolean);
				assert.equal(passed.length, 0);
				assert.equal(await works(slow, key), false);
			});
		}
	}

	it("lets nobody in who is answered after the deletion, over many races", async (test) => {
		const node = await start(test);
		for (let round = 0; round < 20; round++) {
			const key = await node.key("ann", { id: "raced" });
			const racing = node.otherNode();
			let isDeleted = false;
			const late: boolean[] = [];
			const tries = Array.from({ length: 100 }, async (_, number) => {
				for (let turn = 0; turn < number % 10; turn++) await nextTurn();
				const passed = await works(racing, key);
				if (isDeleted) late.push(passed);
			});
			const deleting = node.security.apiKeys
				.delete("ann", "raced", NOW)
				.then(() => {
					isDeleted = true;
				});
			await Promise.all([...tries, deleting]);
			assert.equal(late.includes(true), false);
			assert.equal(await works(racing, key), false);
		}
	});
});
