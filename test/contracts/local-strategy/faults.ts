import assert from "node:assert/strict";
import { test } from "node:test";
import { createError, isErrorId } from "../../../src/errors/gateway-error.ts";
import type {
	Storage,
	WriteOperation,
	WriteOutcome,
} from "../../../src/storage/storage.ts";
import {
	assertLogsIn,
	assertRefused,
	type LocalStrategyTest,
	rejectsBare,
	withMethod,
} from "./test-kit.ts";

/** Changes cut short by a failing store or crossed by another node. */
export function faults(kit: LocalStrategyTest): void {
	const ann = { username: "ann", password: "secret" };

	/** The real storage; the first write with an operation of that kind meets the given fault instead of, or before, its turn. */
	function interrupted(
		kind: WriteOperation["kind"],
		fault: (write: () => Promise<WriteOutcome[]>) => Promise<WriteOutcome[]>,
	): Storage {
		const { storage } = kit;
		let done = false;
		return withMethod(storage, "write", async (target, operations, options) => {
			const write = () => storage.write(target, operations, options);
			if (done || !operations.some((operation) => operation.kind === kind))
				return await write();
			done = true;
			return await fault(write);
		});
	}

	test("a change of username whose second half fails is taken back", async () => {
		await kit.strategy().create("ann-id", ann, {});
		const storage = interrupted("delete", async () => {
			throw createError("services.storage.not_connected");
		});
		await assert.rejects(
			kit.strategy({ storage }).update("ann-id", { username: "eve" }, {}),
			(error) => isErrorId(error, "services.storage.not_connected"),
		);
		assert.deepEqual(await kit.usernames(), ["ann"]);
		await assertLogsIn(kit.strategy(), "ann", "secret", "ann-id");
	});

	for (const happened of [true, false]) {
		const really = happened ? "happened" : "did not happen";
		test(`a deletion of unknown outcome that ${really} loses no credentials`, async () => {
			await kit.strategy().create("ann-id", ann, {});
			kit.clock.advance(1000);
			const storage = interrupted("delete", async (write) => {
				if (happened) await write();
				throw createError("portico.call.outcome_unknown");
			});
			await assert.rejects(
				kit.strategy({ storage }).update("ann-id", { username: "eve" }, {}),
				(error) => isErrorId(error, "portico.call.outcome_unknown"),
			);
			const left = happened ? ["eve"] : ["ann", "eve"];
			assert.deepEqual(await kit.usernames(), left);
			await assertLogsIn(kit.strategy(), "eve", "secret", "ann-id");
		});
	}

	test("an update removes what a cut-short change of username has left", async () => {
		const strategy = kit.strategy();
		await twoDocuments();
		assert.deepEqual(
			await strategy.update("ann-id", { password: "next" }, {}),
			{
				username: "eve",
				kuid: "ann-id",
			},
		);
		assert.deepEqual(await kit.usernames(), ["eve"]);
		await assertRefused(strategy, "ann", "secret");
		await assertLogsIn(strategy, "eve", "next", "ann-id");
	});

	test("a deletion removes what a cut-short change of username has left", async () => {
		const strategy = kit.strategy();
		await twoDocuments();
		assert.deepEqual(await strategy.getInfo("ann-id", {}), {
			username: "eve",
			kuid: "ann-id",
		});
		await strategy.delete("ann-id", {});
		assert.deepEqual(await kit.usernames(), []);
	});

	test("what another node has removed meanwhile counts as removed", async () => {
		const removedBefore = () =>
			interrupted("delete", async (write) => {
				await kit.put({ kind: "delete", id: "ann" });
				return await write();
			});
		await kit.strategy().create("ann-id", ann, {});
		await kit.strategy({ storage: removedBefore() }).delete("ann-id", {});
		assert.deepEqual(await kit.usernames(), []);
		await kit.strategy().create("ann-id", ann, {});
		await kit
			.strategy({ storage: removedBefore() })
			.update("ann-id", { username: "eve" }, {});
		assert.deepEqual(await kit.usernames(), ["eve"]);
	});

	test("a client that goes half-way through a change of username stops nothing", async () => {
		await kit.strategy().create("ann-id", ann, {});
		const gone = new AbortController();
		const storage = interrupted("create", async (write) => {
			const outcomes = await write();
			gone.abort(new Error("gone"));
			return outcomes;
		});
		const { signal } = gone;
		assert.deepEqual(
			await kit
				.strategy({ storage })
				.update("ann-id", { username: "eve" }, { signal }),
			{ username: "eve" },
		);
		assert.deepEqual(await kit.usernames(), ["eve"]);
	});

	for (const username of ["ann", "eve"]) {
		const change = username === "ann" ? "password" : "username";
		test(`a change of ${change} crossed by another node starts anew`, async () => {
			await kit.strategy().create("ann-id", ann, {});
			const storage = interrupted(
				username === "ann" ? "replace" : "delete",
				async (write) => {
					await kit.put({
						kind: "update",
						id: "ann",
						changes: { note: "crossed" },
					});
					return await write();
				},
			);
			await kit
				.strategy({ storage })
				.update("ann-id", { username, password: "next" }, {});
			assert.deepEqual(await kit.usernames(), [username]);
			assert.equal((await kit.content(username)).note, "crossed");
			await assertLogsIn(kit.strategy(), username, "next", "ann-id");
		});
	}

	test("an update that is crossed again and again gives up, and changes nothing", async () => {
		await kit.strategy().create("ann-id", ann, {});
		const { storage } = kit;
		let attempts = 0;
		const busy = withMethod(
			storage,
			"write",
			async (target, operations, options) => {
				attempts += 1;
				const note = { note: attempts };
				await kit.put({ kind: "update", id: "ann", changes: note });
				return await storage.write(target, operations, options);
			},
		);
		await assert.rejects(
			kit
				.strategy({ storage: busy })
				.update("ann-id", { password: "next" }, {}),
			(error) => isErrorId(error, "services.storage.document_already_exists"),
		);
		assert.equal(attempts, 3);
		await assertLogsIn(kit.strategy(), "ann", "secret", "ann-id");
	});

	test("a name taken between the check and the write is refused, the old one stays", async () => {
		await kit.strategy().create("ann-id", ann, {});
		const storage = interrupted("create", async (write) => {
			await kit
				.strategy()
				.create("bob-id", { username: "eve", password: "b" }, {});
			return await write();
		});
		await rejectsBare(
			kit.strategy({ storage }).update("ann-id", { username: "eve" }, {}),
			412,
		);
		assert.deepEqual(await kit.usernames(), ["ann", "eve"]);
		await assertLogsIn(kit.strategy(), "ann", "secret", "ann-id");
		await assertLogsIn(kit.strategy(), "eve", "b", "bob-id");
	});

	/** As a crash in the middle of a change of username leaves them. */
	async function twoDocuments(): Promise<void> {
		await kit.strategy().create("ann-id", ann, {});
		kit.clock.advance(1000);
		const content = {
			...(await kit.content("ann")),
			_kuzzle_info: {
				author: null,
				createdAt: kit.clock.now() - 1000,
				updatedAt: kit.clock.now(),
				updater: null,
			},
		};
		await kit.put({ kind: "create", id: "eve", content });
	}
}
