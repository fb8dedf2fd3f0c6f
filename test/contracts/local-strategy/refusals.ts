import assert from "node:assert/strict";
import { test } from "node:test";
import {
	assertLogsIn,
	type LocalStrategyTest,
	rejectsBare,
} from "./test-kit.ts";

type Sent = Readonly<Record<string, unknown>>;

const badUsernames: Record<string, unknown> = {
	"an empty username": "",
	"a number as username": 12,
	"null as username": null,
	"a list as username": ["ann"],
	"an object as username": {},
	"a username of 513 bytes": `${"é".repeat(256)}e`,
	"a control character in the username": "a\u0000b",
	"half a surrogate pair in the username": "a\ud800",
};

const badPasswords: Record<string, unknown> = {
	"an empty password": "",
	"a number as password": 12,
	"null as password": null,
	"an object as password": {},
	"a password of 1,025 bytes": "p".repeat(1025),
};

/** Bad in a creation, and in an update when it is sent at all. */
const bad: Record<string, Sent> = {
	...Object.fromEntries(
		Object.entries(badUsernames).map(([name, username]) => [
			name,
			{ username, password: "x" },
		]),
	),
	...Object.fromEntries(
		Object.entries(badPasswords).map(([name, password]) => [
			name,
			{ username: "free", password },
		]),
	),
	"a kuid": { username: "free", password: "x", kuid: "ann-id" },
	"another's kuid": { username: "free", password: "x", kuid: "bob-id" },
	"nothing at all": {},
};

/** What is refused, and how: with a status, and without an id. */
export function refusals(kit: LocalStrategyTest): void {
	for (const [name, credentials] of Object.entries(bad)) {
		test(`${name}: 400, and nothing is written`, async () => {
			const strategy = kit.strategy();
			const ann = { username: "ann", password: "secret" };
			await strategy.create("ann-id", ann, {});
			const before = await kit.document("ann");
			for (const attempt of [
				strategy.create("bob-id", credentials, {}),
				strategy.validate("bob-id", credentials, { update: false }),
				strategy.update("ann-id", credentials, {}),
				strategy.validate("ann-id", credentials, { update: true }),
			])
				await rejectsBare(attempt, 400);
			assert.deepEqual(await kit.usernames(), ["ann"]);
			assert.deepEqual(await kit.document("ann"), before);
		});
	}

	for (const credentials of [{ username: "ann" }, { password: "secret" }]) {
		const [given] = Object.keys(credentials);
		test(`a ${given} alone is enough for an update, not for a creation`, async () => {
			const strategy = kit.strategy();
			await rejectsBare(strategy.create("ann-id", credentials, {}), 400);
			const validation = { update: false };
			await rejectsBare(
				strategy.validate("ann-id", credentials, validation),
				400,
			);
			await strategy.validate("ann-id", credentials, { update: true });
		});
	}

	test("the longest username and password are taken", async () => {
		const strategy = kit.strategy();
		const username = "é".repeat(256);
		const password = "p".repeat(1024);
		await strategy.create("ann-id", { username, password }, {});
		await assertLogsIn(strategy, username, password, "ann-id");
	});

	test("a username that is taken: 412", async () => {
		const strategy = kit.strategy();
		const ann = { username: "ann", password: "a" };
		await strategy.create("ann-id", ann, {});
		await strategy.create("bob-id", { username: "bob", password: "b" }, {});
		await rejectsBare(strategy.create("cid-id", ann, {}), 412);
		await rejectsBare(strategy.update("bob-id", { username: "ann" }, {}), 412);
		for (const update of [true, false])
			await rejectsBare(strategy.validate("cid-id", ann, { update }), 412);
		await assertLogsIn(strategy, "ann", "a", "ann-id");
		await assertLogsIn(strategy, "bob", "b", "bob-id");
	});

	test("a user with credentials gets no second ones: 412", async () => {
		const strategy = kit.strategy();
		const ann = { username: "ann", password: "a" };
		await strategy.create("ann-id", ann, {});
		await rejectsBare(strategy.create("ann-id", ann, {}), 412);
		const more = { username: "ann-2", password: "a" };
		await rejectsBare(strategy.create("ann-id", more, {}), 412);
		await rejectsBare(kit.strategy().create("ann-id", more, {}), 412);
		assert.deepEqual(await kit.usernames(), ["ann"]);
	});

	test("a user without credentials has none to read, change or delete: 412", async () => {
		const strategy = kit.strategy();
		await rejectsBare(strategy.getInfo("ghost", {}), 412);
		await rejectsBare(strategy.update("ghost", { password: "x" }, {}), 412);
		await rejectsBare(strategy.delete("ghost", {}), 412);
		assert.equal(await strategy.exists("ghost", {}), false);
	});

	test("a gone client's call stops", async () => {
		const strategy = kit.strategy();
		const gone = new AbortController();
		gone.abort(new Error("gone"));
		const ann = { username: "ann", password: "a" };
		await assert.rejects(
			strategy.create("ann-id", ann, { signal: gone.signal }),
			{ message: "gone" },
		);
		assert.deepEqual(await kit.usernames(), []);
	});
}
