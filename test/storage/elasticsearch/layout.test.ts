import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, describe, it } from "node:test";
import type { ElasticsearchOptions } from "../../../src/storage/elasticsearch/elasticsearch-storage.ts";
import type { Storage, Target } from "../../../src/storage/storage.ts";
import {
	assertFailed,
	assertRejects,
	MATCH_ALL,
	request,
} from "../../contracts/storage/contract-suite.ts";
import { elasticsearchOrReason } from "../../support/elasticsearch.ts";
import { createStorage, makeStorage } from "./test-kit.ts";

const TEST_TIMEOUT_MS = 120_000;

const server = await elasticsearchOrReason();

if ("unavailable" in server) {
	it("keeps Kuzzle's layout in Elasticsearch", {
		skip: server.unavailable,
	}, () => {});
} else {
	after(() => server.stop());
	describe("Kuzzle's layout in Elasticsearch", () => layout(server.url));
}

/** A database of Kuzzle's own names, and the server behind it. */
class Layout {
	readonly storage: Storage;
	readonly index = `ly-${randomBytes(6).toString("hex")}`;
	readonly #url: string;

	constructor(url: string, storage: Storage) {
		this.#url = url;
		this.storage = storage;
	}

	target(collection = "things", scope: Target["scope"] = "public"): Target {
		return { scope, index: this.index, collection };
	}

	/** What the server itself says; a path is given without encoding. */
	async raw(
		method: string,
		path: string[],
		body?: object,
	): Promise<Record<string, never>> {
		const url = new URL(path.map(encodeURIComponent).join("/"), this.#url);
		const response = await fetch(url, {
			method,
			...(body === undefined
				? {}
				: {
						body: JSON.stringify(body),
						headers: { "content-type": "application/json" },
					}),
		});
		const answer = (await response.json()) as Record<string, never>;
		assert.ok(response.ok, JSON.stringify(answer));
		return answer;
	}

	/** Each indice of the index with its aliases. */
	async indices(): Promise<Record<string, string[]>> {
		const answer = await this.raw("GET", ["_alias"]);
		const all: [string, { aliases: object }][] = Object.entries(answer);
		return Object.fromEntries(
			all
				.map(
					([indice, { aliases }]) =>
						[
							indice,
							Object.keys(aliases).sort((a, b) => (a < b ? -1 : 1)),
						] as const,
				)
				.filter(([indice, aliases]) =>
					[indice, ...aliases].some((name) => name.includes(this.index)),
				),
		);
	}

	async removeAll(): Promise<void> {
		for (const indice of Object.keys(await this.indices()))
			await this.raw("DELETE", [indice]);
	}
}

function layout(url: string): void {
	const test = (
		name: string,
		run: (layout: Layout) => Promise<void>,
		options: Partial<ElasticsearchOptions> = {},
	) => {
		it(name, { timeout: TEST_TIMEOUT_MS }, async () => {
			const { storage } = await makeStorage(url, { namespace: "", ...options });
			const made = new Layout(url, storage);
			try {
				await run(made);
			} finally {
				await made.removeAll();
				await storage.close();
			}
		});
	};
	const create = { kind: "create", id: "1", content: { a: 1 } } as const;

	test("a collection is an indice and its alias", async (t) => {
		await t.storage.createCollection(t.target());
		assert.deepEqual(await t.indices(), {
			[`&${t.index}.things`]: [`@&${t.index}.things`],
		});
		await t.storage.deleteIndex("public", t.index);
		await t.storage.createCollection(t.target("users", "private"));
		assert.deepEqual(await t.indices(), {
			[`%${t.index}.users`]: [`@%${t.index}.users`],
		});
	});

	test("a hidden collection marks an index without others", async (t) => {
		const keep = {
			[`&${t.index}._kuzzle_keep`]: [`@&${t.index}._kuzzle_keep`],
		};
		const things = { [`&${t.index}.things`]: [`@&${t.index}.things`] };
		await t.storage.createIndex("public", t.index);
		assert.deepEqual(await t.indices(), keep);
		await t.storage.createCollection(t.target());
		assert.deepEqual(await t.indices(), things);
		await t.storage.deleteCollection(t.target());
		assert.deepEqual(await t.indices(), keep);
		await t.storage.createCollection(t.target());
		await t.storage.createCollection(t.target("others"));
		await t.storage.deleteCollection(t.target("others"));
		assert.deepEqual(await t.indices(), { ...keep, ...things });
		assert.deepEqual(await t.storage.listCollections("public", t.index), [
			"things",
		]);
	});

	test("a document is its content, under its id", async (t) => {
		const target = t.target();
		await t.storage.createCollection(target);
		const content = {
			a: 1,
			_kuzzle_info: {
				author: "-1",
				createdAt: 5,
				updatedAt: null,
				updater: null,
			},
		};
		await t.storage.write(target, [{ kind: "create", id: "1", content }]);
		const found = await t.raw("GET", [`@&${t.index}.things`, "_doc", "1"]);
		assert.deepEqual(found._source, content);
		assert.equal(found._version, 1);
		assert.equal(found._routing, undefined);
	});

	test("where the indice's name is taken, the alias alone gives the name", async (t) => {
		const target = t.target();
		await t.raw("PUT", [`&${t.index}.things`], {
			settings: { number_of_replicas: 0 },
		});
		await t.storage.createCollection(target);
		await t.storage.write(target, [create]);
		assert.deepEqual(await t.indices(), {
			[`&${t.index}.things`]: [],
			[`&${t.index}.things.0`]: [`@&${t.index}.things`],
		});
		assert.deepEqual(await t.storage.listCollections("public", t.index), [
			"things",
		]);
		await t.storage.refresh(target);
		const { hits } = await t.storage.search([target], request());
		assert.deepEqual(
			hits.map(({ index, collection, id }) => [index, collection, id]),
			[[t.index, "things", "1"]],
		);
		await t.storage.truncateCollection(target);
		assert.equal(await t.storage.get(target, "1"), null);
		await t.storage.deleteIndex("public", t.index);
		assert.deepEqual(await t.indices(), { [`&${t.index}.things`]: [] });
	});

	test("a suffixed name fits 255 bytes, and ends between two characters", async (t) => {
		const collection = "é".repeat(63);
		const index = `${t.index}${"é".repeat(Math.floor((126 - t.index.length) / 2))}`;
		const target = { scope: "public", index, collection } as const;
		await t.raw("PUT", [`&${index}.${collection}`], {
			settings: { number_of_replicas: 0 },
		});
		await t.storage.createCollection(target);
		const made = Object.entries(await t.indices()).find(
			([, aliases]) => aliases.length > 0,
		);
		assert.ok(made);
		assert.ok(Buffer.byteLength(made[0]) <= 255);
		assert.match(made[0], /é\.0$/);
		assert.deepEqual(made[1], [`@&${index}.${collection}`]);
		assert.deepEqual(await t.storage.listCollections("public", index), [
			collection,
		]);
	});

	test("a collection behind an indice of any name is taken over", async (t) => {
		const alias = `@&${t.index}.things`;
		await t.raw("PUT", [`restored-${t.index}`], {
			settings: { number_of_replicas: 0 },
			mappings: { dynamic: "false" },
			aliases: { [alias]: {} },
		});
		const target = t.target();
		assert.ok((await t.storage.listIndexes("public")).includes(t.index));
		await t.storage.write(target, [create]);
		await t.storage.refresh(target);
		let count = 0;
		for await (const page of t.storage.scan([target], { query: MATCH_ALL })) {
			assert.equal(page[0]?.collection, "things");
			count += page.length;
		}
		assert.equal(count, 1);
		const mappings = { properties: { a: { type: "integer" } } };
		await t.storage.createCollection(target, { mappings });
		assert.deepEqual(Object.keys(await t.indices()), [`restored-${t.index}`]);
	});

	test("indices that are not ours are neither listed nor touched", async (t) => {
		await t.raw("PUT", [`other-${t.index}`], {
			settings: { number_of_replicas: 0 },
			aliases: { [`plain-${t.index}`]: {} },
		});
		await t.raw("PUT", [`ns&${t.index}.things`], {
			settings: { number_of_replicas: 0 },
			aliases: { [`@ns&${t.index}.things`]: {} },
		});
		assert.equal(await t.storage.indexExists("public", t.index), false);
		assert.ok(
			!(await t.storage.listIndexes("public")).some((name) =>
				name.includes(t.index),
			),
		);
		await assertRejects(
			t.storage.deleteIndex("public", t.index),
			"services.storage.unknown_index",
		);
		assert.equal(Object.keys(await t.indices()).length, 2);
	});

	test("a missing alias is made when the store is opened", async (t) => {
		const indice = `&${t.index}.old`;
		await t.raw("PUT", [indice], { settings: { number_of_replicas: 0 } });
		await t.raw("PUT", [indice, "_doc", "1"], { a: 1 });
		const without = await makeStorage(url, {
			namespace: "",
			generateMissingAliases: false,
		});
		assert.equal(
			await without.storage.collectionExists(t.target("old")),
			false,
		);
		await without.storage.close();
		await t.storage.open();
		assert.deepEqual(await t.indices(), { [indice]: [`@${indice}`] });
		assert.deepEqual((await t.storage.get(t.target("old"), "1"))?.content, {
			a: 1,
		});
		await t.storage.open();
		assert.deepEqual(await t.indices(), { [indice]: [`@${indice}`] });
	});

	test("no alias is made that names another indice already", async (t) => {
		const alias = `@&${t.index}.old`;
		await t.raw("PUT", [`&${t.index}.old`], {
			settings: { number_of_replicas: 0 },
		});
		await t.raw("PUT", [`&${t.index}.old.77`], {
			settings: { number_of_replicas: 0 },
			aliases: { [alias]: {} },
		});
		await t.storage.open();
		assert.deepEqual(await t.indices(), {
			[`&${t.index}.old`]: [],
			[`&${t.index}.old.77`]: [alias],
		});
	});

	test("an index name in both scopes is refused at the start", async (t) => {
		for (const sign of ["&", "%"]) {
			await t.raw("PUT", [`${sign}${t.index}.things`], {
				settings: { number_of_replicas: 0 },
				aliases: { [`@${sign}${t.index}.things`]: {} },
			});
		}
		const { storage } = createStorage(url, { namespace: "" });
		await assertRejects(
			storage.open(),
			"services.storage.index_already_exists",
			["public", t.index],
		);
		await storage.close();
	});

	test("two indices behind one alias are refused", async (t) => {
		const target = t.target();
		const alias = `@&${t.index}.things`;
		for (const indice of [`&${t.index}.things`, `&${t.index}.things.5`]) {
			await t.raw("PUT", [indice], {
				settings: { number_of_replicas: 0 },
				aliases: { [alias]: {} },
			});
		}
		const id = "services.storage.multiple_indice_alias";
		await assertRejects(t.storage.get(target, "1"), id, [alias, "indice"]);
		await assertRejects(t.storage.deleteCollection(target), id, [
			alias,
			"indice",
		]);
		await assertRejects(
			t.storage.updateCollection(target, { mappings: { dynamic: "true" } }),
			id,
		);
		await assertRejects(t.storage.getMappings(target), id);
		const [single] = await t.storage.write(target, [create]);
		assertFailed(single, id, [alias, "indice"]);
		for (const outcome of await t.storage.write(target, [
			create,
			{ ...create, id: "2" },
		]))
			assertFailed(outcome, id);
	});

	test("two collections that share an indice are removed one by one", async (t) => {
		const indice = `&${t.index}.things`;
		const aliases = {
			[`@&${t.index}.things`]: {},
			[`@&${t.index}.others`]: {},
		};
		await t.raw("PUT", [indice], {
			settings: { number_of_replicas: 0 },
			aliases,
		});
		await t.storage.write(t.target(), [create]);
		assert.deepEqual(await t.storage.listCollections("public", t.index), [
			"others",
			"things",
		]);
		await t.storage.deleteCollection(t.target());
		assert.deepEqual(await t.storage.listCollections("public", t.index), [
			"others",
		]);
		assert.ok(await t.storage.get(t.target("others"), "1"));
		await t.storage.deleteCollection(t.target("others"));
		assert.equal(Object.hasOwn(await t.indices(), indice), false);
	});

	test("settings are the default ones and those that are asked for", async (t) => {
		const target = t.target();
		const settingsOf = async () => {
			const answer = await t.raw("GET", [`&${t.index}.things`, "_settings"]);
			const { settings } = answer[`&${t.index}.things`] as unknown as {
				settings: { index: Record<string, unknown> };
			};
			return settings.index;
		};
		await t.storage.createCollection(target, {
			settings: { index: { refresh_interval: "100ms" }, number_of_shards: 2 },
		});
		assert.equal((await settingsOf()).refresh_interval, "100ms");
		assert.equal((await settingsOf()).number_of_shards, "2");
		assert.equal((await settingsOf()).number_of_replicas, "0");
		await t.storage.write(target, [create]);
		await t.storage.updateCollection(target, {
			settings: { "index.refresh_interval": "200ms" },
		});
		assert.equal((await settingsOf()).refresh_interval, "200ms");
		// An analyser can only be added to a closed indice, which is open again afterwards.
		const analysis = {
			analyzer: { plain: { type: "custom", tokenizer: "standard" } },
		};
		await t.storage.updateCollection(target, { settings: { analysis } });
		assert.deepEqual((await settingsOf()).analysis, analysis);
		assert.ok(await t.storage.get(target, "1"));
		await assertRejects(
			t.storage.updateCollection(target, { settings: { number_of_shards: 3 } }),
			"services.storage.unexpected_bad_request",
		);
		assert.ok(await t.storage.get(target, "1"));
		await t.storage.truncateCollection(target);
		assert.equal((await settingsOf()).refresh_interval, "200ms");
		assert.equal((await settingsOf()).number_of_shards, "2");
		assert.deepEqual(await t.indices(), {
			[`&${t.index}.things`]: [`@&${t.index}.things`],
		});
	});

	it("gateways in different namespaces do not see each other", {
		timeout: TEST_TIMEOUT_MS,
	}, async () => {
		const first = await makeStorage(url);
		const second = await makeStorage(url);
		const target = {
			scope: "public",
			index: "same",
			collection: "things",
		} as const;
		for (const { storage, namespace } of [first, second]) {
			await storage.createCollection(target);
			await storage.write(target, [{ ...create, content: { namespace } }]);
		}
		for (const { storage, namespace } of [first, second]) {
			assert.deepEqual(await storage.listIndexes("public"), ["same"]);
			assert.deepEqual((await storage.get(target, "1"))?.content, {
				namespace,
			});
		}
		await first.storage.deleteIndex("public", "same");
		assert.ok(await second.storage.get(target, "1"));
		await second.storage.deleteIndex("public", "same");
		await first.storage.close();
		await second.storage.close();
	});
}
