import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../src/lib/json.ts";
import { digestOf } from "../../src/security/api-keys.ts";
import { overrideStorage } from "../support/override-storage.ts";
import type { TestSecurity } from "../support/security.ts";
import { NOW, start, TARGET, works } from "./api-key-kit.ts";

describe("keys that Kuzzle wrote", () => {
	/** Kuzzle signs the user's id and the time, and nothing that tells two keys apart. */
	async function kuzzleKey(
		node: TestSecurity,
		parts: {
			readonly id: string;
			readonly expiresAt?: number;
			readonly document?: (token: string) => JsonObject;
		},
	): Promise<string> {
		const { id, expiresAt = -1 } = parts;
		const token = node.security.jwt.sign("apiKey", { _id: "ann" }, expiresAt);
		const held = parts.document?.(token) ?? { fingerprint: digestOf(token) };
		await node.store.write(
			TARGET,
			[
				{
					kind: "create",
					id,
					content: {
						userId: "ann",
						description: "",
						expiresAt,
						ttl: -1,
						...held,
					},
				},
			],
			{ refresh: "wait_for" },
		);
		return token;
	}

	it("work, beyond the first ten of a user as well", async (test) => {
		const node = await start(test);
		const keys: string[] = [];
		for (let number = 0; number < 12; number++) {
			keys.push(await kuzzleKey(node, { id: `k${number}` }));
			node.clock.advance(1000);
		}
		for (const key of keys) assert.equal(await works(node, key), true);
		const [first = "", second = ""] = keys;
		await node.security.apiKeys.delete("ann", "k0", NOW);
		assert.equal(await works(node, first), false);
		assert.equal(await works(node.otherNode(), first), false);
		assert.equal(await works(node, second), true);
	});

	const shapes: Record<string, (token: string) => JsonObject> = {
		"fingerprint only": (token) => ({ fingerprint: digestOf(token) }),
		"hash only": (token) => ({ hash: digestOf(token) }),
		"token only": (token) => ({ token }),
	};
	for (const [what, document] of Object.entries(shapes)) {
		it(`work with a document that holds ${what}`, async (test) => {
			const node = await start(test);
			const key = await kuzzleKey(node, { id: "k", document });
			assert.equal(await works(node, key), true);
			await node.security.apiKeys.delete("ann", "k", NOW);
			assert.equal(await works(node, key), false);
		});
	}

	it("do not work with a document that holds nothing of the token", async (test) => {
		const node = await start(test);
		const key = await kuzzleKey(node, { id: "k", document: () => ({}) });
		assert.equal(await works(node, key), false);
	});

	it("end with their JWT, whatever their document says", async (test) => {
		const node = await start(test);
		const expiresAt = Math.ceil(node.clock.now() / 1000) * 1000 + 5000;
		const key = await kuzzleKey(node, {
			id: "k",
			expiresAt,
			document: (token) => ({ fingerprint: digestOf(token), expiresAt: -1 }),
		});
		assert.equal(await works(node, key), true);
		node.clock.advance(expiresAt - node.clock.now() - 1);
		assert.equal(await works(node, key), true);
		node.clock.advance(1);
		assert.equal(await works(node, key), false);
	});

	it("that are equal share a fate no earlier than the last is deleted", async (test) => {
		const node = await start(test);
		const key = await kuzzleKey(node, { id: "one" });
		assert.equal(await kuzzleKey(node, { id: "two" }), key);
		for (const id of ["one", "two"]) {
			assert.equal(await works(node, key), true);
			await node.security.apiKeys.delete("ann", id, NOW);
		}
		assert.equal(await works(node, key), false);
	});

	it("are looked for past those that a search still finds after their deletion", async (test) => {
		const node = await start(test);
		const key = await kuzzleKey(node, { id: "one" });
		await kuzzleKey(node, { id: "two" });
		const stale = await node.store.search([TARGET], {
			query: { kind: "match_all" },
			sort: [],
			from: 0,
			size: 10,
		});
		await node.security.apiKeys.delete("ann", "one", NOW);
		const late = node.otherNode({
			wrapStorage: (storage) =>
				overrideStorage(storage, {
					async *scan() {
						yield stale.hits.toSorted((a, b) => (a.id < b.id ? -1 : 1));
					},
				}),
		});
		assert.equal(await works(late, key), true);
		await node.security.apiKeys.delete("ann", "two", NOW);
		assert.equal(await works(late, key), false);
	});
});
