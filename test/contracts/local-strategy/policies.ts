import assert from "node:assert/strict";
import { test } from "node:test";
import type { PasswordPolicy } from "../../../src/config/password-policies.ts";
import type { ErrorId } from "../../../src/errors/catalogue.ts";
import { isErrorId } from "../../../src/errors/gateway-error.ts";
import { isObject } from "../../../src/lib/json.ts";
import type { LocalStrategyOptions } from "../../../src/security/strategies/local.ts";
import {
	assertLogsIn,
	assertRefused,
	type LocalStrategyTest,
	rejectsBare,
} from "./test-kit.ts";

const DAY_MS = 86_400_000;
const own = { caller: "ann-id" };

/** Password policies, and the current password that a change asks for. */
export function policies(kit: LocalStrategyTest): void {
	const under = (
		policy: Omit<PasswordPolicy, "appliesTo"> & Partial<PasswordPolicy>,
		options: LocalStrategyOptions = {},
	) =>
		kit.strategy({
			options: {
				...options,
				passwordPolicies: [{ appliesTo: "*", ...policy }],
			},
		});
	const create = (strategy: ReturnType<typeof under>, password: string) =>
		strategy.create("ann-id", { username: "Ann", password }, own);
	const change = (strategy: ReturnType<typeof under>, password: string) =>
		strategy.update("ann-id", { password }, own);

	test("a password that holds the username, in whatever case, is refused", async () => {
		const strategy = under({ forbidLoginInPassword: true });
		await refuses("login_in_password", create(strategy, "my aNN's"));
		await create(strategy, "another");
		await refuses("login_in_password", change(strategy, "ANN"));
		const both = { username: "bob", password: "bobby" };
		await refuses("login_in_password", strategy.update("ann-id", both, own));
		const valid = { ...own, update: false };
		await refuses("login_in_password", strategy.validate("x", both, valid));
		await assertLogsIn(strategy, "Ann", "another", "ann-id");
	});

	test("a password that does not match the expression is weak", async () => {
		const strategy = under({ passwordRegex: "^(?=.*[a-z])(?=.*\\d).{6,}$" });
		for (const weak of ["abcdef", "123456", "ab1"]) {
			await refuses("weak_password", create(strategy, weak));
		}
		await create(strategy, "abc123");
		await refuses("weak_password", change(strategy, "weak"));
		assert.deepEqual(await kit.usernames(), ["Ann"]);
	});

	test("an expression that would take for ever is cut short, and the password refused", async () => {
		const strategy = under({ passwordRegex: "^(a+)+$" });
		await refuses("weak_password", create(strategy, `${"a".repeat(60)}!`));
		assert.match(kit.warnings.join(), /passwordRegex.*too long/);
		await create(strategy, "aaaa");
	});

	test("the current password and the former ones are not taken again, until enough others came", async () => {
		const strategy = under({ forbidReusedPasswordCount: 2 });
		await create(strategy, "one");
		await refuses("reused_password", change(strategy, "one"));
		await change(strategy, "two");
		kit.clock.advance(1000);
		await change(strategy, "three");
		for (const used of ["one", "two", "three"]) {
			await refuses("reused_password", change(strategy, used));
		}
		await change(strategy, "four");
		await change(strategy, "one");
		await assertLogsIn(strategy, "Ann", "one", "ann-id");
	});

	test("former passwords are kept as Kuzzle keeps them, no more than asked for", async () => {
		const strategy = under({ forbidReusedPasswordCount: 2 });
		await create(strategy, "one");
		const first = await kit.content("Ann");
		const createdAt = kit.clock.now();
		kit.clock.advance(1000);
		for (const next of ["two", "three", "four"]) await change(strategy, next);
		const history = (await kit.content("Ann")).passwordHistory;
		assert.ok(Array.isArray(history));
		assert.equal(history.length, 2);

		await kit.put({ kind: "delete", id: "Ann" });
		await kit.put({ kind: "create", id: "Ann", content: first });
		await change(strategy, "two");
		const { passwordHistory } = await kit.content("Ann");
		const { userPassword, userSalt, algorithm, encryption, scrypt } = first;
		assert.deepEqual(passwordHistory, [
			{
				...{ userPassword, userSalt, algorithm, encryption, scrypt },
				stretching: true,
				pepper: false,
				archivedAt: kit.clock.now(),
				updatedAt: createdAt,
			},
		]);
	});

	test("an old password no longer logs in, and a new username makes it no younger", async () => {
		const strategy = under({ expiresAfter: "30d" });
		await create(strategy, "secret");
		kit.clock.advance(29 * DAY_MS);
		await assertLogsIn(strategy, "Ann", "secret", "ann-id");
		await strategy.update("ann-id", { username: "eve" }, own);
		kit.clock.advance(DAY_MS + 1);
		const login = { username: "eve", password: "secret" };
		await refuses("expired_password", strategy.verify(login, {}));
		await assertRefused(strategy, "eve", "wrong");
		await change(strategy, "fresh");
		await assertLogsIn(strategy, "eve", "fresh", "ann-id");
		assert.equal((await kit.content("eve")).passwordSetAt, undefined);
	});

	test("a password that somebody else set must be changed first, but for administrators", async () => {
		const policy = { mustChangePasswordIfSetByAdmin: true };
		const strategy = under(policy);
		const ann = { username: "ann", password: "secret" };
		await strategy.create("ann-id", ann, { caller: "root" });
		await refuses("must_change_password", strategy.verify(ann, {}));
		await assertRefused(strategy, "ann", "wrong");
		const administrators = async () => ({ profileIds: [], roleIds: ["admin"] });
		await assertLogsIn(
			under(policy, { membershipOf: administrators }),
			"ann",
			"secret",
			"ann-id",
		);
		await change(strategy, "my own");
		await assertLogsIn(strategy, "ann", "my own", "ann-id");
	});

	test("nobody has set the password of who made the account, or of an old one", async () => {
		const strategy = under({ mustChangePasswordIfSetByAdmin: true });
		for (const caller of ["-1", null]) {
			const id = `id of ${caller}`;
			const credentials = { username: `${caller}`, password: "secret" };
			await strategy.create(id, credentials, { caller });
			await assertLogsIn(strategy, `${caller}`, "secret", id);
		}
	});

	for (const [appliesTo, applies] of [
		[{ users: ["ann-id"] }, true],
		[{ users: ["bob-id"] }, false],
		[{ profiles: ["staff"] }, true],
		[{ profiles: ["guests"] }, false],
		[{ roles: ["clerk", "x"] }, true],
		[{ roles: ["admin"], users: ["bob-id"] }, false],
	] as const) {
		const who = JSON.stringify(appliesTo);
		test(`a policy for ${who} ${applies ? "applies" : "does not apply"}`, async () => {
			const strategy = under(
				{ appliesTo, passwordRegex: "^long" },
				{
					membershipOf: async () => ({
						profileIds: ["staff"],
						roleIds: ["clerk"],
					}),
				},
			);
			const creation = create(strategy, "short");
			if (applies) await refuses("weak_password", creation);
			else await creation;
		});
	}

	test("with requirePassword, owners give the current password to change or delete", async () => {
		const strategy = kit.strategy({ options: { requirePassword: true } });
		await create(strategy, "secret");
		const owned = (currentPassword: unknown) => ({
			...own,
			owner: { currentPassword },
		});
		const fresh = { password: "fresh" };
		for (const given of [undefined, null, ""]) {
			await rejectsBare(strategy.update("ann-id", fresh, owned(given)), 400);
			await rejectsBare(strategy.delete("ann-id", owned(given)), 400);
		}
		for (const given of ["wrong", 1, { $ne: "" }, "x".repeat(2000)]) {
			await rejectsBare(strategy.update("ann-id", fresh, owned(given)), 403);
			await rejectsBare(strategy.delete("ann-id", owned(given)), 403);
		}
		await assertLogsIn(strategy, "Ann", "secret", "ann-id");
		await strategy.update("ann-id", fresh, owned("secret"));
		await assertLogsIn(strategy, "Ann", "fresh", "ann-id");
		await strategy.delete("ann-id", owned("fresh"));
		assert.deepEqual(await kit.usernames(), []);
	});

	test("with requirePassword, administrators need none; without it, nobody does", async () => {
		const strategy = kit.strategy({ options: { requirePassword: true } });
		await create(strategy, "secret");
		await strategy.update("ann-id", { password: "set" }, { caller: "root" });
		await assertLogsIn(strategy, "Ann", "set", "ann-id");
		const lax = kit.strategy();
		const owner = { owner: { currentPassword: undefined } };
		await lax.update("ann-id", { password: "mine" }, { ...own, ...owner });
		await assertLogsIn(lax, "Ann", "mine", "ann-id");
	});
}

export async function refuses(
	name: string,
	promise: Promise<unknown>,
): Promise<void> {
	const id = `plugin.kuzzle-plugin-auth-passport-local.${name}` as ErrorId;
	await assert.rejects(promise, (error) => {
		assert.ok(isErrorId(error, id), isObject(error) ? String(error.id) : "");
		return true;
	});
}
