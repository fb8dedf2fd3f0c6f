import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createError } from "../../../src/errors/gateway-error.ts";
import { isError } from "../../support/assert-error.ts";
import { overrideStorage } from "../../support/override-storage.ts";
import { startSecurity } from "../../support/security.ts";
import { later } from "../../support/settle.ts";

const body = { one: { c: {} }, two: { c: {} }, three: { c: {} } };

describe("admin:loadMappings", () => {
	it("runs once at a time, whatever the node, and not beside a reset", async (test) => {
		const reached = later();
		const go = later();
		const node = await startSecurity(test);
		const { store } = node;
		const slow = overrideStorage(store, {
			async createCollection(...parts) {
				reached.resolve();
				await go.promise;
				return store.createCollection(...parts);
			},
		});
		const running = node
			.otherNode({ wrapStorage: () => slow })
			.run("admin:loadMappings", { body });
		await reached.promise;
		for (const action of ["admin:loadMappings", "admin:resetDatabase"]) {
			await assert.rejects(
				node.run(action, { body }),
				isError("api.process.action_locked", ["loadMappings"]),
			);
		}
		go.resolve();
		await running;
		await node.run("admin:loadMappings", { body });
		const indexes = await store.listIndexes("public");
		assert.deepEqual(indexes, ["one", "three", "two"]);
	});

	it("does not say that nothing was done when the store is lost half-way", async (test) => {
		const node = await startSecurity(test);
		const { store } = node;
		let made = 0;
		const leaving = overrideStorage(store, {
			async createCollection(...parts) {
				if (++made === 2) throw createError("services.storage.not_connected");
				return store.createCollection(...parts);
			},
		});
		const other = node.otherNode({ wrapStorage: () => leaving });
		await assert.rejects(
			other.run("admin:loadMappings", { body }),
			isError("portico.call.outcome_unknown"),
		);
		assert.deepEqual(await store.listIndexes("public"), ["one"]);
	});

	it("stops at what is refused", async (test) => {
		const node = await startSecurity(test);
		const bad = { ...body, two: { c: { properties: { a: { type: "zz" } } } } };
		await assert.rejects(
			node.run("admin:loadMappings", { body: bad }),
			isError("services.storage.unexpected_bad_request"),
		);
		assert.deepEqual(await node.store.listIndexes("public"), ["one"]);
	});
});
