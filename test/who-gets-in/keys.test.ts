import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { ManualClock } from "../../src/lib/clock.ts";
import { collections } from "../../src/security/collections.ts";
import { type Backend, backends } from "../support/backends.ts";
import {
	type Caller,
	createCaller,
	PROTOCOLS,
	type Protocol,
} from "../support/callers.ts";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import { createAdmin, createKey, must, whoIs } from "../support/people.ts";
import { withStorage } from "../support/with-storage.ts";

const SECRET =
	"a secret of the test, long enough for any algorithm: 0123456789abcdef";

for (const backend of backends())
	describe(`API keys on ${backend}`, () => keysOn(backend));

function keysOn(backend: Backend): void {
	const clock = new ManualClock();
	let gateway: TestGateway;
	let admin: string;
	let callers: Record<Protocol, Caller>;
	before(async () => {
		gateway = await startGateway({
			backend,
			clock,
			config: {
				limits: { loginsPerSecond: 1_000 },
				security: { authToken: { secret: SECRET, expiresIn: "100d" } },
			},
		});
		admin = await createAdmin(gateway);
		await connect();
	});
	after(async () => {
		for (const caller of Object.values(callers ?? {})) caller.close();
		await gateway.stop();
	});
	const connect = async () => {
		for (const caller of Object.values(callers ?? {})) caller.close();
		callers = {
			http: await createCaller("http", gateway.url),
			websocket: await createCaller("websocket", gateway.url),
		};
	};
	const works = async (key: string) => {
		for (const protocol of PROTOCOLS)
			assert.equal(await whoIs(callers[protocol], key), "admin", protocol);
	};
	const isRefused = async (key: string) => {
		for (const protocol of PROTOCOLS)
			assert.equal(await whoIs(callers[protocol], key), null, protocol);
	};

	it("of one user, fifty and more, all work, and differ, though made in one second", async () => {
		const making = Array.from({ length: 50 }, () =>
			createKey(callers.http, admin, { refresh: false }),
		);
		const keys = await Promise.all(making);
		assert.equal(new Set(keys).size, 50);
		for (const key of keys) await works(key);
		const [first = "", ...others] = keys;
		await remove(gateway, admin, idOf(first));
		await isRefused(first);
		for (const key of others) await works(key);
	});

	it("work at once, whether or not their maker waited for the refresh", async () => {
		for (const refresh of [false, "false", null, "wait_for", undefined]) {
			const more = refresh === undefined ? {} : { refresh };
			for (const maker of Object.values(callers))
				await works(await createKey(maker, admin, more));
		}
	});

	it("that are revoked are refused at once, also to those who have just used them", async () => {
		for (const remover of PROTOCOLS) {
			for (const refresh of [false, "wait_for"]) {
				const key = await createKey(gateway, admin);
				await works(key);
				await must(
					callers[remover],
					{
						controller: "auth",
						action: "deleteApiKey",
						_id: idOf(key),
						refresh,
					},
					admin,
				);
				await isRefused(key);
			}
		}
	});

	it("that are revoked while they are looked up do not pass afterwards", async () => {
		for (let round = 0; round < 20; round++) {
			const key = await createKey(gateway, admin, { refresh: false });
			const ask = () =>
				PROTOCOLS.map((protocol) => whoIs(callers[protocol], key));
			const before = ask();
			const removal = remove(gateway, admin, idOf(key));
			const during = ask();
			await removal;
			await isRefused(key);
			await Promise.all([...before, ...during]);
			await isRefused(key);
		}
	});

	it("whose user is deleted are refused at once", async () => {
		const body = { content: { profileIds: ["admin"] } };
		const ann = { controller: "security", _id: "ann" };
		await must(gateway, { ...ann, action: "createUser", body }, admin);
		const made = await must(
			gateway,
			{
				controller: "security",
				action: "createApiKey",
				userId: "ann",
				body: { description: "hers" },
			},
			admin,
		);
		const key = made._source.token as string;
		for (const caller of Object.values(callers))
			assert.equal(await whoIs(caller, key), "ann");
		await must(gateway, { ...ann, action: "deleteUser" }, admin);
		await isRefused(key);
		// A user of the same name is another user.
		await must(gateway, { ...ann, action: "createUser", body }, admin);
		await isRefused(key);
	});

	it("end when their time is over, not sooner", async () => {
		const key = await createKey(gateway, admin, { expiresIn: "6d" });
		const forEver = await createKey(gateway, admin, { expiresIn: -1 });
		clock.advance(6 * 86_400_000 - 1);
		// The sockets were silent for days.
		await connect();
		await works(key);
		clock.advance(1);
		await isRefused(key);
		await works(forEver);
	});

	it("that Kuzzle wrote work, and can be revoked", async () => {
		const keys = Array.from({ length: 12 }, (_, n) => kuzzleKey(n));
		await gateway.gateway.close();
		await withStorage(gateway, async (storage) => {
			const operations = keys.map(({ id, content }) => ({
				kind: "create" as const,
				id,
				content,
			}));
			const outcomes = await storage.write(
				collections.apiKeys.target,
				operations,
				{ refresh: "wait_for" },
			);
			assert.ok(outcomes.every(({ ok }) => ok));
		});
		await gateway.restart();
		await connect();
		for (const { token } of keys) await works(token);
		const [revoked, ...others] = keys;
		assert.ok(revoked);
		await remove(gateway, admin, revoked.id);
		await isRefused(revoked.token);
		for (const { token } of others) await works(token);
	});

	it("are not in the store: neither their tokens nor what they are signed with", async () => {
		const key = await createKey(gateway, admin);
		const { hits } = await must(
			gateway,
			{ controller: "auth", action: "searchApiKeys", size: 1_000 },
			admin,
		);
		const text = JSON.stringify(hits);
		const [, , signature = ""] = key.split(".");
		assert.ok(text.includes(idOf(key)));
		assert.ok(!text.includes(signature));
	});

	/** As that server makes them: no `jti`, the fingerprint alone, and one second apart, or they would be equal. */
	function kuzzleKey(n: number) {
		const iat = Math.floor(clock.now() / 1000) - n;
		const text = [
			{ alg: "HS256", typ: "JWT" },
			{ _id: "admin", iat },
		]
			.map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
			.join(".");
		const signature = createHmac("sha256", SECRET)
			.update(text)
			.digest("base64url");
		const token = `kapikey-${text}.${signature}`;
		const fingerprint = createHash("sha256").update(token).digest("hex");
		const content = {
			userId: "admin",
			description: "made by Kuzzle",
			expiresAt: -1,
			ttl: -1,
			fingerprint,
		};
		return { id: `kuzzle-key-${n}`, token, content };
	}
}

function idOf(key: string): string {
	const [, claims = ""] = key.split(".");
	return JSON.parse(Buffer.from(claims, "base64url").toString()).jti;
}

function remove(
	gateway: TestGateway,
	admin: string,
	_id: string,
): Promise<unknown> {
	return must(
		gateway,
		{ controller: "auth", action: "deleteApiKey", _id },
		admin,
	);
}
