import assert from "node:assert/strict";
import { test } from "node:test";
import {
	assertLogsIn,
	assertRefused,
	cheapScrypt,
	type LocalStrategyTest,
	rejectsBare,
} from "./test-kit.ts";

const wait = { refresh: "wait_for" } as const;

/** Creating, reading, changing and deleting credentials. */
export function changes(kit: LocalStrategyTest): void {
	test("tells its fields", () => {
		const strategy = kit.strategy();
		assert.equal(strategy.name, "local");
		assert.deepEqual(strategy.fields, ["username", "password"]);
	});

	test("a creation answers the username only, and stores the plugin's document", async () => {
		const strategy = kit.strategy();
		const answer = await strategy.create(
			"ann-id",
			{ username: "ann", password: "secret", other: "ignored" },
			{ caller: "root" },
		);
		assert.deepEqual(answer, { username: "ann" });
		const content = await kit.content("ann");
		assert.match(String(content.userPassword), /^[0-9a-f]{64}$/);
		assert.match(String(content.userSalt), /^[0-9a-f]{32}$/);
		assert.deepEqual(content, {
			kuid: "ann-id",
			userPassword: content.userPassword,
			userSalt: content.userSalt,
			algorithm: "scrypt",
			stretching: true,
			pepper: false,
			encryption: null,
			scrypt: cheapScrypt,
			updater: "root",
			_kuzzle_info: {
				author: null,
				createdAt: kit.clock.now(),
				updatedAt: null,
				updater: null,
			},
		});
	});

	test("nobody asked: the updater is null", async () => {
		await kit
			.strategy()
			.create("ann-id", { username: "ann", password: "secret" }, {});
		assert.equal((await kit.content("ann")).updater, null);
	});

	for (const context of [{}, wait]) {
		const waits = context === wait ? "after waiting" : "without waiting";
		test(`what is created is seen at once, ${waits}`, async () => {
			const strategy = kit.strategy();
			const ann = { username: "ann", password: "secret" };
			await strategy.create("ann-id", ann, context);
			assert.equal(await strategy.exists("ann-id", {}), true);
			assert.deepEqual(await strategy.getInfo("ann-id", {}), {
				username: "ann",
				kuid: "ann-id",
			});
			await rejectsBare(
				strategy.create("ann-id", { ...ann, username: "ann-2" }, context),
				412,
			);
			await assertLogsIn(strategy, "ann", "secret", "ann-id");
		});

		test(`what is deleted is gone at once, ${waits}`, async () => {
			const strategy = kit.strategy();
			const ann = { username: "ann", password: "secret" };
			await strategy.create("ann-id", ann, context);
			await strategy.delete("ann-id", context);
			assert.equal(await strategy.exists("ann-id", {}), false);
			assert.equal(await kit.strategy().exists("ann-id", {}), false);
			await rejectsBare(strategy.getInfo("ann-id", {}), 412);
			await assertRefused(strategy, "ann", "secret");
			assert.deepEqual(await strategy.create("ann-id", ann, context), {
				username: "ann",
			});
		});
	}

	test("a node sees another's changes, however they were remembered", async () => {
		const [one, other] = [kit.strategy(), kit.strategy()];
		const ann = { username: "ann", password: "secret" };
		await one.create("ann-id", ann, wait);
		assert.equal(await other.exists("ann-id", {}), true);
		await one.update("ann-id", { username: "ann-2" }, wait);
		assert.deepEqual(await other.getInfo("ann-id", {}), {
			username: "ann-2",
			kuid: "ann-id",
		});
		await one.delete("ann-id", wait);
		assert.equal(await other.exists("ann-id", {}), false);
		await one.create("bob-id", { ...ann, username: "ann-2" }, wait);
		assert.equal(await other.exists("ann-id", {}), false);
		await rejectsBare(other.getInfo("ann-id", {}), 412);
	});

	test("a forgotten user is searched for", async () => {
		const strategy = kit.strategy({ options: { rememberedMax: 1 } });
		for (const name of ["ann", "bob", "cid"]) {
			const credentials = { username: name, password: "secret" };
			await strategy.create(`${name}-id`, credentials, wait);
		}
		for (const name of ["ann", "bob", "cid"]) {
			assert.deepEqual(await strategy.getInfo(`${name}-id`, {}), {
				username: name,
				kuid: `${name}-id`,
			});
		}
	});

	test("a new password answers the kuid too, and replaces the old one", async () => {
		const strategy = kit.strategy();
		await strategy.create(
			"ann-id",
			{ username: "ann", password: "old" },
			{ caller: "root" },
		);
		const createdAt = kit.clock.now();
		kit.clock.advance(1000);
		assert.deepEqual(
			await strategy.update(
				"ann-id",
				{ password: "new" },
				{ caller: "ann-id" },
			),
			{ username: "ann", kuid: "ann-id" },
		);
		await assertRefused(strategy, "ann", "old");
		await assertLogsIn(strategy, "ann", "new", "ann-id");
		const content = await kit.content("ann");
		assert.equal(content.updater, "ann-id");
		assert.deepEqual(content._kuzzle_info, {
			author: null,
			createdAt,
			updatedAt: createdAt + 1000,
			updater: null,
		});
	});

	test("an update with the username that it has keeps it", async () => {
		const strategy = kit.strategy();
		await strategy.create("ann-id", { username: "ann", password: "old" }, {});
		assert.deepEqual(
			await strategy.update("ann-id", { username: "ann", password: "new" }, {}),
			{ username: "ann", kuid: "ann-id" },
		);
		await assertLogsIn(strategy, "ann", "new", "ann-id");
		assert.deepEqual(await kit.usernames(), ["ann"]);
	});

	test("a new username answers itself only, and keeps the password", async () => {
		const strategy = kit.strategy();
		await strategy.create(
			"ann-id",
			{ username: "ann", password: "secret" },
			{ caller: "root" },
		);
		assert.deepEqual(
			await strategy.update(
				"ann-id",
				{ username: "eve" },
				{ caller: "ann-id" },
			),
			{ username: "eve" },
		);
		await assertRefused(strategy, "ann", "secret");
		await assertLogsIn(strategy, "eve", "secret", "ann-id");
		assert.deepEqual(await strategy.getInfo("ann-id", {}), {
			username: "eve",
			kuid: "ann-id",
		});
		assert.equal((await kit.content("eve")).updater, "root");
		assert.deepEqual(await kit.usernames(), ["eve"]);
	});

	test("username and password change together", async () => {
		const strategy = kit.strategy();
		await strategy.create("ann-id", { username: "ann", password: "old" }, {});
		assert.deepEqual(
			await strategy.update("ann-id", { username: "eve", password: "new" }, {}),
			{ username: "eve" },
		);
		await assertRefused(strategy, "eve", "old");
		await assertLogsIn(strategy, "eve", "new", "ann-id");
	});

	test("fields that are not ours stay", async () => {
		const strategy = kit.strategy();
		await strategy.create("ann-id", { username: "ann", password: "old" }, {});
		const passwordHistory = [{ userPassword: "x", archivedAt: 1 }];
		await kit.put({
			kind: "update",
			id: "ann",
			changes: { passwordHistory, note: "kept" },
		});
		await strategy.update("ann-id", { password: "new" }, {});
		await strategy.update("ann-id", { username: "eve" }, {});
		const content = await kit.content("eve");
		assert.deepEqual(content.passwordHistory, passwordHistory);
		assert.equal(content.note, "kept");
	});

	test("validation changes nothing", async () => {
		const strategy = kit.strategy();
		const ann = { username: "ann", password: "secret" };
		await strategy.validate("ann-id", ann, { update: false });
		assert.deepEqual(await kit.usernames(), []);
		await strategy.create("ann-id", ann, {});
		const { version } = (await kit.document("ann")) ?? {};
		// A user with credentials may ask whether others would do.
		const other = { username: "free", password: "x" };
		await strategy.validate("ann-id", other, { update: false });
		await strategy.validate("ann-id", ann, { update: false });
		await strategy.validate("ann-id", { password: "x" }, { update: true });
		await strategy.validate("ann-id", { username: "free" }, { update: true });
		assert.deepEqual(await kit.usernames(), ["ann"]);
		assert.equal((await kit.document("ann"))?.version, version);
	});

	test("of two creations for one user, one is refused", async () => {
		const strategy = kit.strategy();
		const results = await Promise.allSettled(
			["a", "b", "c"].map((username) =>
				strategy.create("ann-id", { username, password: "x" }, {}),
			),
		);
		const made = results.filter((result) => result.status === "fulfilled");
		assert.equal(made.length, 1);
		assert.equal((await kit.usernames()).length, 1);
	});

	test("of two users who want one name on two nodes, one gets it", async () => {
		const results = await Promise.allSettled(
			["ann-id", "bob-id"].map((kuid) =>
				kit.strategy().create(kuid, { username: "a", password: kuid }, {}),
			),
		);
		const [refused] = results.filter((result) => result.status === "rejected");
		assert.equal(
			results.filter((result) => result.status === "fulfilled").length,
			1,
		);
		await rejectsBare(Promise.reject(refused?.reason), 412);
		const kuid = String((await kit.content("a")).kuid);
		await assertLogsIn(kit.strategy(), "a", kuid, kuid);
	});

	test("updates of one user made together all count, the last one stays", async () => {
		const strategy = kit.strategy();
		await strategy.create("ann-id", { username: "ann", password: "0" }, {});
		await Promise.all([
			strategy.update("ann-id", { password: "1" }, {}),
			strategy.update("ann-id", { username: "eve" }, {}),
			strategy.update("ann-id", { password: "2" }, {}),
		]);
		assert.deepEqual(await kit.usernames(), ["eve"]);
		await assertLogsIn(strategy, "eve", "2", "ann-id");
	});
}
