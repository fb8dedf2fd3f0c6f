import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { randomIds } from "../../src/lib/ids.ts";
import { ApiKeys, digestOf } from "../../src/security/api-keys.ts";
import { Invalidation } from "../../src/security/invalidation.ts";
import { isError } from "../support/assert-error.ts";
import { overrideStorage } from "../support/override-storage.ts";
import { invalid, NOW, start, TARGET, works } from "./api-key-kit.ts";

function claimsOf(token: string): Record<string, unknown> {
	const [, payload = ""] = token.split(".");
	return JSON.parse(Buffer.from(payload, "base64url").toString());
}

describe("an API key", () => {
	it("answers its token once and stores only its digest", async (test) => {
		const node = await start(test);
		const { _id, _source } = await node.security.apiKeys.create({
			kuid: "ann",
			author: "bob",
			description: "what for",
			ttl: 5000,
			refresh: "wait_for",
		});
		const now = node.clock.now();
		const token = String(_source.token);
		const digest = digestOf(token);
		assert.match(digest, /^[0-9a-f]{64}$/);
		const stored = {
			userId: "ann",
			description: "what for",
			expiresAt: now + 5000,
			ttl: 5000,
			fingerprint: digest,
			hash: digest,
			_kuzzle_info: {
				author: "bob",
				createdAt: now,
				updatedAt: null,
				updater: null,
			},
		};
		assert.deepEqual(_source, { ...stored, token });
		const document = await node.store.get(TARGET, _id);
		assert.deepEqual(document?.content, stored);
		assert.equal(claimsOf(token).jti, _id);
		assert.equal(claimsOf(token)._id, "ann");
	});

	it("works at once, without waiting for any search", async (test) => {
		const node = await start(test, {
			wrapStorage: (storage) =>
				overrideStorage(storage, {
					search: () => Promise.reject(new Error("searched")),
					scan: () => {
						throw new Error("scanned");
					},
				}),
		});
		const key = await node.key("ann");
		assert.equal(await works(node, key), true);
		const again = node.security.gatekeeper.authenticateToken(key);
		assert.equal(again instanceof Promise, false);
	});

	it("is one of 50 of a user, all of which differ and work", async (test) => {
		const node = await start(test);
		const keys = await Promise.all(
			Array.from({ length: 50 }, () => node.key("ann")),
		);
		assert.equal(new Set(keys).size, 50);
		const other = node.otherNode();
		for (const key of keys) {
			assert.equal(await works(node, key), true);
			assert.equal(await works(other, key), true);
		}
	});

	it("ends on its millisecond, also where it is remembered", async (test) => {
		const node = await start(test);
		const key = await node.key("ann", { ttl: 1500 });
		assert.equal(await works(node, key), true);
		node.clock.advance(1499);
		assert.equal(await works(node, key), true);
		assert.equal(await works(node.otherNode(), key), true);
		node.clock.advance(1);
		assert.equal(await works(node, key), false);
		assert.equal(await works(node.otherNode(), key), false);
	});

	it("with a taken id is refused, and the key that has it is untouched", async (test) => {
		const node = await start(test);
		const key = await node.key("ann", { id: "fixed" });
		const before = await node.store.get(TARGET, "fixed");
		for (const kuid of ["ann", "bob"]) {
			await assert.rejects(
				node.key(kuid, { id: "fixed" }),
				isError("services.storage.document_already_exists"),
			);
		}
		assert.deepEqual(await node.store.get(TARGET, "fixed"), before);
		assert.equal(await works(node, key), true);
	});

	it("of another user, or one that its user lost, is nobody's", async (test) => {
		const node = await start(test);
		const key = await node.key("ann", { id: "moved" });
		await node.store.write(TARGET, [
			{ kind: "update", id: "moved", changes: { userId: "bob" } },
		]);
		assert.equal(await works(node, key), false);
		const orphan = await node.key("nobody");
		assert.equal(await works(node, orphan), false);
	});

	it("is refused where its document holds another digest", async (test) => {
		const node = await start(test);
		const key = await node.key("ann", { id: "altered" });
		for (const fingerprint of [
			"",
			"0".repeat(64),
			digestOf(key).toUpperCase(),
		]) {
			await node.store.write(TARGET, [
				{ kind: "update", id: "altered", changes: { fingerprint } },
			]);
			assert.equal(await works(node.otherNode(), key), false);
		}
	});
});

describe("what is remembered of keys", () => {
	it("is bounded, and bad tokens push nothing out", async (test) => {
		const node = await start(test);
		const { clock, security } = node;
		const apiKeys = new ApiKeys({
			storage: node.store,
			jwt: security.jwt,
			clock,
			ids: randomIds,
			invalidation: new Invalidation(node.bus, clock),
			rememberedMax: 3,
		});
		const verify = (text: string) =>
			apiKeys.verify(text, security.jwt.verify(text).claims);
		const good = await node.key("ann");
		await verify(good);
		for (let number = 0; number < 10; number++) {
			const jti = `ghost${number}`;
			const bad = security.jwt.sign("apiKey", { _id: "ann", jti }, -1);
			await assert.rejects(verify(bad), invalid);
		}
		assert.notEqual(apiKeys.peek(good), undefined);

		const keys = [good];
		for (let number = 0; number < 10; number++) {
			keys.push(await node.key("ann", { id: `k${number}` }));
			for (const key of keys) await verify(key);
			const remembered = keys.filter((key) => apiKeys.peek(key));
			assert.ok(remembered.length <= 3, `${remembered.length} remembered`);
		}
		await security.apiKeys.delete("ann", "k5", NOW);
		await assert.rejects(verify(keys[6] ?? ""), invalid);
	});
});

describe("the search of keys", () => {
	it("finds the user's own, without token and metadata, and counts them all", async (test) => {
		const node = await start(test);
		for (let number = 0; number < 3; number++) {
			await node.key("ann", { id: `k${number}` });
		}
		await node.key("bob", { id: "his" });
		await node.store.refresh(TARGET);
		const search = (from: number, size: number) =>
			node.security.apiKeys.search({
				kuid: "ann",
				query: { kind: "match_all" },
				from,
				size,
			});
		const { hits, total } = await search(0, 10);
		assert.deepEqual(
			new Set(hits.map(({ _id }) => _id)),
			new Set(["k0", "k1", "k2"]),
		);
		for (const { _source } of hits) {
			assert.deepEqual(
				new Set(Object.keys(_source)),
				new Set([
					"userId",
					"description",
					"expiresAt",
					"ttl",
					"fingerprint",
					"hash",
				]),
			);
		}
		assert.equal(total, 3);
		const page = await search(2, 10);
		assert.deepEqual([page.hits.length, page.total], [1, 3]);
	});

	it("never shows a token that an old document holds", async (test) => {
		const node = await start(test);
		await node.store.write(
			TARGET,
			[{ kind: "create", content: { userId: "ann", token: "kapikey-old" } }],
			{ refresh: "wait_for" },
		);
		const { hits } = await node.security.apiKeys.search({
			kuid: "ann",
			query: { kind: "match_all" },
			from: 0,
			size: 10,
		});
		assert.deepEqual(
			hits.map(({ _source }) => _source),
			[{ userId: "ann" }],
		);
	});
});
