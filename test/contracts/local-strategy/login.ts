import assert from "node:assert/strict";
import { test } from "node:test";
import { createPasswords } from "../../../src/security/passwords.ts";
import {
	assertLogsIn,
	assertRefused,
	cheapScrypt,
	type LocalStrategyTest,
	vectors,
	withMethod,
} from "./test-kit.ts";

/** Who is let in, and what a login writes. */
export function login(kit: LocalStrategyTest): void {
	test("missing credentials are told as passport-local tells them", async () => {
		const strategy = kit.strategy();
		for (const credentials of [
			{},
			{ username: "ann" },
			{ password: "x" },
			{ username: "", password: "x" },
			{ username: "ann", password: "" },
			{ username: null, password: null },
		]) {
			assert.deepEqual(await strategy.verify(credentials, {}), {
				ok: false,
				reason: "Missing credentials",
			});
		}
	});

	test("every other refusal reads the same", async () => {
		const strategy = kit.strategy();
		await strategy.create("ann-id", { username: "ann", password: "a" }, {});
		const verdicts = await Promise.all(
			[
				{ username: "ann", password: "wrong" },
				{ username: "nobody", password: "a" },
				{ username: 12, password: "a" },
				{ username: "ann", password: 12 },
				{ username: ["ann"], password: "a" },
				{ username: "n".repeat(10_000), password: "a" },
				{ username: "ann", password: "p".repeat(10_000) },
			].map((credentials) => strategy.verify(credentials, {})),
		);
		const [first] = verdicts;
		assert.equal(first?.ok, false);
		for (const verdict of verdicts) assert.deepEqual(verdict, first);
	});

	test("every refusal but that of missing credentials takes the work of one verification", async () => {
		let verifications = 0;
		const strategy = kit.strategy({
			onVerification: () => {
				verifications += 1;
			},
		});
		await strategy.create("ann-id", { username: "ann", password: "a" }, {});
		for (const credentials of [
			{ username: "ann", password: "wrong" },
			{ username: "nobody", password: "a" },
			{ username: 12, password: "a" },
			{ username: "ann", password: 12 },
			{ username: "ann", password: "p".repeat(10_000) },
		]) {
			verifications = 0;
			await strategy.verify(credentials, {});
			assert.equal(verifications, 1, JSON.stringify(credentials));
		}
	});

	test("passwords are compared to the last byte, usernames too", async () => {
		const strategy = kit.strategy();
		await strategy.create("ann-id", { username: "Ann", password: "Pä ss" }, {});
		await assertLogsIn(strategy, "Ann", "Pä ss", "ann-id");
		await assertRefused(strategy, "Ann", "Pä ss ");
		await assertRefused(strategy, "Ann", "pä ss");
		await assertRefused(strategy, "ann", "Pä ss");
	});

	test("an up-to-date hash is left alone", async () => {
		const strategy = kit.strategy();
		await strategy.create("ann-id", { username: "ann", password: "a" }, {});
		await assertLogsIn(strategy, "ann", "a", "ann-id");
		assert.equal((await kit.document("ann"))?.version, 1);
	});

	test("hashes of Kuzzle's plugin let in, and become scrypt", async () => {
		const strategy = kit.strategy();
		for (const [number, { record }] of vectors.kuzzle.entries()) {
			const id = `user-${number}`;
			await kit.put({ kind: "create", id, content: kuzzleUser(id, record) });
			await assertRefused(strategy, id, "wrong");
			assert.equal((await kit.document(id))?.version, 1);
			await assertLogsIn(strategy, id, vectors.password, `${id}-id`);
			const content = await kit.content(id);
			assert.deepEqual(content, {
				...kuzzleUser(id, record),
				userPassword: content.userPassword,
				userSalt: content.userSalt,
				algorithm: "scrypt",
				stretching: true,
				encryption: null,
				scrypt: cheapScrypt,
			});
			await assertLogsIn(strategy, id, vectors.password, `${id}-id`);
			assert.equal((await kit.document(id))?.version, 2);
		}
		assert.deepEqual(kit.warnings, []);
	});

	test("under the format kuzzle nothing becomes scrypt, and scrypt becomes Kuzzle's", async () => {
		const strategy = kit.strategy({ passwords: { format: "kuzzle" } });
		const old = vectors.kuzzle.find(
			({ record }) => record.algorithm === "sha1",
		);
		for (const [id, record] of Object.entries({
			old: old?.record ?? {},
			scrypt: vectors.scrypt,
		})) {
			await kit.put({ kind: "create", id, content: kuzzleUser(id, record) });
			await assertLogsIn(strategy, id, vectors.password, `${id}-id`);
			const content = await kit.content(id);
			assert.match(String(content.userPassword), /^[0-9a-f]{1024}$/);
			assert.deepEqual(content, {
				...kuzzleUser(id, {}),
				userPassword: content.userPassword,
				userSalt: content.userSalt,
				algorithm: "sha512",
				stretching: true,
				pepper: false,
				encryption: "hmac",
			});
			await assertLogsIn(strategy, id, vectors.password, `${id}-id`);
		}
		const eve = { username: "eve", password: "x" };
		await strategy.create("eve-id", eve, {});
		assert.equal((await kit.content("eve")).algorithm, "sha512");
	});

	test("a password set during the login is not overwritten by the renewed hash", async () => {
		const [old] = vectors.kuzzle;
		const content = kuzzleUser("ann", old?.record ?? {});
		await kit.put({ kind: "create", id: "ann", content });
		const next = await createPasswords({
			format: "portico",
			scryptCost: cheapScrypt,
			concurrency: 1,
			queueMax: 1,
		}).hash("next");
		const { storage } = kit;
		const changing = withMethod(storage, "get", async (...args) => {
			const read = await storage.get(...args);
			await kit.put({ kind: "update", id: "ann", changes: next });
			return read;
		});
		const strategy = kit.strategy({ storage: changing });
		await assertLogsIn(strategy, "ann", vectors.password, "ann-id");
		assert.equal(kit.warnings.length, 1);
		await assertLogsIn(kit.strategy(), "ann", "next", "ann-id");
	});

	test("a hash that cannot be renewed does not stop the login", async () => {
		const [old] = vectors.kuzzle;
		const content = kuzzleUser("ann", old?.record ?? {});
		await kit.put({ kind: "create", id: "ann", content });
		const failing = withMethod(kit.storage, "write", async () => {
			throw new Error("The disk is full.");
		});
		const strategy = kit.strategy({ storage: failing });
		await assertLogsIn(strategy, "ann", vectors.password, "ann-id");
		assert.equal(kit.warnings.length, 1);
		assert.deepEqual(await kit.content("ann"), content);
	});

	test("a doctored document lets nobody in, and is told of in the log", async () => {
		const strategy = kit.strategy();
		const record = {
			...vectors.scrypt,
			scrypt: { N: 2 ** 30, r: 64, p: 64 },
		};
		const content = kuzzleUser("ann", record);
		await kit.put({ kind: "create", id: "ann", content });
		await assertRefused(strategy, "ann", vectors.password);
		assert.equal(kit.warnings.length, 1);
	});

	test("a document without kuid lets nobody in", async () => {
		const { kuid: _kuid, ...content } = kuzzleUser("ann", vectors.scrypt);
		await kit.put({ kind: "create", id: "ann", content });
		await assertRefused(kit.strategy(), "ann", vectors.password);
	});
}

/** A document as the plugin leaves it after some changes of password. */
function kuzzleUser(username: string, record: (typeof vectors)["scrypt"]) {
	return {
		kuid: `${username}-id`,
		...record,
		updater: "root",
		passwordHistory: [
			{
				userPassword: "abc",
				userSalt: "def",
				algorithm: "sha1",
				stretching: false,
				pepper: false,
				encryption: "hmac",
				archivedAt: 1_600_000_000_000,
				updatedAt: 1_600_000_000_000,
			},
		],
		_kuzzle_info: {
			author: null,
			createdAt: 1_600_000_000_000,
			updatedAt: 1_650_000_000_000,
			updater: null,
		},
	};
}
