import assert from "node:assert/strict";
import type { JsonObject } from "../../../src/lib/json.ts";
import {
	assertFailed,
	assertRejects,
	type ContractSuite,
	MATCH_ALL,
} from "./contract-suite.ts";

const INVALID_MAPPING = "services.storage.invalid_mapping";
const BAD_REQUEST = "services.storage.unexpected_bad_request";

export function mappings({ test }: ContractSuite): void {
	test("mappings are kept as given, with the metadata that every collection has", async (t) => {
		const properties: JsonObject = {
			name: { type: "keyword" },
			text: { type: "text", fields: { raw: { type: "keyword" } } },
			count: { type: "integer" },
			place: { properties: { city: { type: "keyword" } } },
			free: { type: "object", dynamic: "false" },
		};
		const target = await t.collection({
			mappings: { dynamic: "strict", _meta: { made: "here" }, properties },
		});
		const found = await t.storage.getMappings(target);
		assert.equal(found.dynamic, "strict");
		assert.deepEqual(found._meta, { made: "here" });
		const { _kuzzle_info, ...own } = found.properties;
		assert.deepEqual(own, properties);
		assert.deepEqual(_kuzzle_info, {
			properties: {
				author: { type: "keyword" },
				createdAt: { type: "date" },
				updatedAt: { type: "date" },
				updater: { type: "keyword" },
			},
		});
	});

	test("a collection without mappings indexes the metadata only", async (t) => {
		const target = await t.collection();
		assert.equal((await t.storage.getMappings(target)).dynamic, "false");
		const content = { name: "a", _kuzzle_info: { author: "me", createdAt: 5 } };
		await t.put(target, [{ kind: "create", id: "1", content }]);
		await t.storage.refresh(target);
		const term = { kind: "term", caseInsensitive: false } as const;
		assert.deepEqual(
			await t.find(target, {
				...term,
				field: "_kuzzle_info.author",
				value: "me",
			}),
			["1"],
		);
		assert.deepEqual(
			await t.find(target, { ...term, field: "name", value: "a" }),
			[],
		);
	});

	test("an update adds to the mappings, and changes no more than it names", async (t) => {
		const { storage } = t;
		const target = await t.collection({
			mappings: {
				dynamic: "strict",
				_meta: { a: 1 },
				properties: {
					name: { type: "keyword" },
					place: { properties: { city: { type: "keyword" } } },
				},
			},
		});
		await storage.updateCollection(target, {
			mappings: {
				properties: {
					count: { type: "integer" },
					place: { properties: { zip: { type: "integer" } } },
				},
			},
		});
		const first = await storage.getMappings(target);
		assert.equal(first.dynamic, "strict");
		assert.deepEqual(first._meta, { a: 1 });
		assert.deepEqual(first.properties.name, { type: "keyword" });
		assert.deepEqual(first.properties.count, { type: "integer" });
		assert.deepEqual(first.properties.place, {
			properties: { city: { type: "keyword" }, zip: { type: "integer" } },
		});
		await storage.updateCollection(target, { mappings: { dynamic: false } });
		const second = await storage.getMappings(target);
		assert.equal(second.dynamic, "false");
		assert.deepEqual(second.properties, first.properties);
	});

	test("mappings with keys that nobody knows are refused, and nothing is made", async (t) => {
		const { storage } = t;
		const bad: [JsonObject, string][] = [
			[{ zz: 1 }, "zz"],
			[{ mappings: { properties: {} } }, "mappings"],
			[{ dynamic: "maybe" }, "dynamic"],
			[{ dynamic: 1 }, "dynamic"],
			[{ properties: { a: { zz: 1, properties: {} } } }, "zz"],
			[
				{ properties: { a: { dynamic: "runtime", properties: {} } } },
				"dynamic",
			],
		];
		const existing = await t.collection();
		for (const [mappings, key] of bad) {
			const target = t.target();
			for (const attempt of [
				storage.createCollection(target, { mappings }),
				storage.updateCollection(existing, { mappings }),
			]) {
				await assert.rejects(
					attempt,
					(error: { id?: string; props?: unknown[] }) => {
						assert.equal(error.id, INVALID_MAPPING);
						assert.equal(error.props?.[0], key);
						return true;
					},
				);
			}
			assert.equal(await storage.indexExists("public", target.index), false);
		}
	});

	test("a field's type never changes, and is one that exists", async (t) => {
		const { storage } = t;
		const target = await t.collection({
			mappings: { properties: { name: { type: "keyword" } } },
		});
		const changed = { mappings: { properties: { name: { type: "integer" } } } };
		const unknown = { mappings: { properties: { other: { type: "ghost" } } } };
		await assertRejects(storage.updateCollection(target, changed), BAD_REQUEST);
		await assertRejects(storage.createCollection(target, changed), BAD_REQUEST);
		await assertRejects(storage.updateCollection(target, unknown), BAD_REQUEST);
		await assertRejects(
			storage.createCollection(t.target(), unknown),
			BAD_REQUEST,
		);
		assert.deepEqual((await storage.getMappings(target)).properties.name, {
			type: "keyword",
		});
	});

	test("a collection that is not there has no mappings to read or update", async (t) => {
		const { storage } = t;
		const { index } = await t.collection();
		const noCollection = {
			scope: "public",
			index,
			collection: "ghost",
		} as const;
		const noIndex = t.target("ghost");
		for (const act of [
			(target: typeof noIndex) => storage.getMappings(target),
			(target: typeof noIndex) =>
				storage.updateCollection(target, { mappings: {} }),
			(target: typeof noIndex) => storage.truncateCollection(target),
			(target: typeof noIndex) => storage.deleteCollection(target),
			(target: typeof noIndex) => storage.refresh(target),
		]) {
			await assertRejects(
				act(noCollection),
				"services.storage.unknown_collection",
				[index, "ghost"],
			);
			await assertRejects(act(noIndex), "services.storage.unknown_index", [
				noIndex.index,
			]);
		}
		assert.equal(await storage.collectionExists(noCollection), false);
		assert.equal(await storage.collectionExists(noIndex), false);
	});

	test("strict mappings refuse a field that they do not name", async (t) => {
		const target = await t.collection({
			mappings: {
				dynamic: "strict",
				properties: {
					known: { type: "keyword" },
					place: {
						dynamic: "strict",
						properties: { city: { type: "keyword" } },
					},
				},
			},
		});
		const strict = "services.storage.strict_mapping_rejection";
		const { index, collection } = target;
		await t.put(target, [
			{
				kind: "create",
				id: "1",
				content: { known: "a", place: { city: "b" } },
			},
		]);
		const outcomes = await t.storage.write(target, [
			{ kind: "create", id: "2", content: { known: "a", extra: 1 } },
			{ kind: "create", id: "3", content: { place: { city: "c", outer: 2 } } },
			{ kind: "update", id: "1", changes: { extra: 1 } },
			{ kind: "replace", id: "1", content: { extra: 1 } },
			{ kind: "createOrReplace", id: "1", content: { extra: 1 } },
			{ kind: "upsert", id: "4", changes: { extra: 1 }, default: {} },
			{ kind: "create", id: "5", content: { known: "fine" } },
		]);
		assertFailed(outcomes[1], strict, ["outer", index, collection]);
		for (const place of [0, 2, 3, 4, 5]) {
			assertFailed(outcomes[place], strict, ["extra", index, collection]);
		}
		assert.equal(outcomes[6]?.ok, true);
		assert.deepEqual(await t.content(target, "1"), {
			known: "a",
			place: { city: "b" },
		});
		assert.equal(await t.content(target, "4"), null);
	});

	test("a nested rule overrides the collection's: strict inside dynamic, free inside strict", async (t) => {
		const target = await t.collection({
			mappings: {
				dynamic: "true",
				properties: {
					place: {
						dynamic: "strict",
						properties: { city: { type: "keyword" } },
					},
				},
			},
		});
		const refused = await t.one(target, {
			kind: "create",
			id: "1",
			content: { place: { outer: 1 } },
		});
		assertFailed(refused, "services.storage.strict_mapping_rejection", [
			"outer",
			target.index,
			target.collection,
		]);
		const strict = await t.collection({
			mappings: {
				dynamic: "strict",
				properties: { free: { type: "object", dynamic: "false" } },
			},
		});
		await t.put(strict, [
			{ kind: "create", id: "1", content: { free: { any: { thing: 1 } } } },
		]);
		assert.deepEqual(await t.content(strict, "1"), {
			free: { any: { thing: 1 } },
		});
	});

	test("dynamic mappings grow with the documents", async (t) => {
		const target = await t.collection({ mappings: { dynamic: "true" } });
		const content = {
			text: "Hello World",
			whole: 3,
			half: 1.5,
			yes: true,
			deep: { word: "x" },
		};
		await t.put(target, [{ kind: "create", id: "1", content }]);
		const { properties } = await t.storage.getMappings(target);
		assert.deepEqual(properties.whole, { type: "long" });
		assert.deepEqual(properties.half, { type: "float" });
		assert.deepEqual(properties.yes, { type: "boolean" });
		assert.deepEqual(properties.text, {
			type: "text",
			fields: { keyword: { type: "keyword", ignore_above: 256 } },
		});
		await t.storage.refresh(target);
		const term = { kind: "term", caseInsensitive: false } as const;
		assert.deepEqual(
			await t.find(target, { ...term, field: "text", value: "hello" }),
			["1"],
		);
		assert.deepEqual(
			await t.find(target, {
				...term,
				field: "text.keyword",
				value: "Hello World",
			}),
			["1"],
		);
		assert.deepEqual(
			await t.find(target, { ...term, field: "whole", value: 3 }),
			["1"],
		);
		assert.deepEqual(
			await t.find(target, { ...term, field: "deep.word.keyword", value: "x" }),
			["1"],
		);
	});

	test("dynamic templates say how new fields are mapped, the first that matches", async (t) => {
		const { storage } = t;
		const keyword = { type: "keyword" };
		const target = await t.collection({
			mappings: {
				dynamic: "true",
				dynamic_templates: [
					{ ids: { match: "*_id", mapping: keyword } },
					{
						names: {
							path_match: "person.*",
							path_unmatch: ["*.middle", "*.nick*"],
							mapping: { type: "text", norms: false },
						},
					},
					{
						counts: {
							match_mapping_type: "long",
							unmatch: "big*",
							mapping: { type: "integer" },
						},
					},
					{
						typed: {
							match: ["typed*", "of*kind"],
							mapping: {
								type: "{dynamic_type}",
								index: false,
								meta: { of: "{name}" },
							},
						},
					},
					{
						texts: {
							match_mapping_type: ["string", "date"],
							mapping: { ...keyword, ignore_above: 9 },
						},
					},
					{ plain: { match: "plain", mapping: { index: false } } },
				],
				properties: { known: { type: "text" } },
			},
		});
		const content = {
			car_id: 7,
			person: { first: "Ann", middle: "B", age: 3, nickname: "A" },
			count: 1,
			big: 2,
			typed: 1.5,
			of_a_kind: true,
			word: "x",
			day: "2024-01-01",
			slash: "2024/01/01",
			plain: false,
			known: "y",
			deep: { other_id: "z", "dotted.more_id": 1 },
		};
		await t.put(target, [{ kind: "create", id: "1", content }]);
		const { properties, dynamic_templates } = await storage.getMappings(target);
		const { _kuzzle_info, ...own } = properties;
		const text = { ...keyword, ignore_above: 9 };
		assert.deepEqual(own, {
			known: { type: "text" },
			car_id: keyword,
			person: {
				properties: {
					first: { type: "text", norms: false },
					middle: text,
					age: { type: "text", norms: false },
					nickname: text,
				},
			},
			count: { type: "integer" },
			big: { type: "long" },
			typed: { type: "float", index: false, meta: { of: "typed" } },
			of_a_kind: { type: "boolean", index: false, meta: { of: "of_a_kind" } },
			word: text,
			day: text,
			slash: text,
			plain: { type: "boolean", index: false },
			deep: {
				properties: {
					other_id: keyword,
					dotted: { properties: { more_id: keyword } },
				},
			},
		});
		assert.equal((dynamic_templates as unknown[]).length, 6);
	});

	test("dynamic templates are replaced as a whole, stay where they are not named, and those that make no sense are refused", async (t) => {
		const { storage } = t;
		const target = await t.collection({ mappings: { dynamic: "true" } });
		const named = (match: string) => [
			{ it: { match, mapping: { type: "keyword" } } },
		];
		const change = (dynamic_templates: JsonObject[]) =>
			storage.updateCollection(target, { mappings: { dynamic_templates } });
		await change(named("a*"));
		await change(named("b*"));
		await storage.updateCollection(target, {
			mappings: { properties: { z: { type: "integer" } } },
		});
		const content = { a1: "x", b1: "x" };
		await t.put(target, [{ kind: "create", id: "1", content }]);
		const { properties } = await storage.getMappings(target);
		assert.deepEqual(properties.b1, { type: "keyword" });
		assert.equal((properties.a1 as JsonObject).type, "text");
		for (const templates of [
			[{ it: { match: "a" } }],
			[{ it: { match: "a", mapping: { type: "ghost" } } }],
			[{ it: { match_mapping_type: "ghost", mapping: {} } }],
			[{ it: { match: "a", ghost: 1, mapping: { type: "keyword" } } }],
			[{}],
		]) {
			await assertRejects(change(templates as JsonObject[]), BAD_REQUEST);
		}
		const after = await storage.getMappings(target);
		assert.deepEqual(after.dynamic_templates, named("b*"));
	});

	test("a field without a name is refused where fields are mapped, and kept where nothing looks", async (t) => {
		const target = await t.collection({
			mappings: {
				dynamic: "false",
				properties: { place: { properties: { city: { type: "keyword" } } } },
			},
		});
		for (const name of ["", " ", ".", ".a", "a..b", "a. .b"]) {
			for (const content of [{ [name]: 1 }, { place: { [name]: 1 } }]) {
				assertFailed(
					await t.one(target, { kind: "create", id: "1", content }),
					BAD_REQUEST,
				);
			}
		}
		const fitting = { "a.b": 1, "a.": 1, " a": 1, other: { "": 1 } };
		await t.put(target, [{ kind: "create", id: "1", content: fitting }]);
		assert.deepEqual(await t.content(target, "1"), fitting);
	});

	test("a value that its field cannot hold is refused", async (t) => {
		const target = await t.collection({
			mappings: {
				properties: {
					count: { type: "integer" },
					at: { type: "date" },
					yes: { type: "boolean" },
					long: { type: "long" },
					float: { type: "float" },
					host: { type: "ip" },
					place: { properties: { city: { type: "keyword" } } },
				},
			},
		});
		for (const content of [
			{ count: "text" },
			{ at: "not a date" },
			{ at: "2024-01-01T00:00:00+19:00" },
			{ at: 9_300_000_000_000_000_000 },
			{ yes: "maybe" },
			{ count: {} },
			{ long: "9223372036854775808" },
			{ long: 2 ** 63 },
			{ float: 1e39 },
			{ host: "1.2.3.256" },
			{ host: ["1.2.3.4", "1.2.3"] },
			{ host: 1 },
			{ place: "flat" },
		]) {
			assertFailed(
				await t.one(target, { kind: "create", id: "1", content }),
				BAD_REQUEST,
			);
		}
		const fitting = {
			count: "12",
			at: "2024-01-01T00:00:00+18:00",
			yes: "true",
			long: "9223372036854775807",
			float: 3.4e38,
			host: ["1.2.3.4", "::1", null],
			place: null,
		};
		await t.put(target, [{ kind: "create", id: "1", content: fitting }]);
		assert.deepEqual(await t.content(target, "1"), fitting);
		await t.storage.refresh(target);
		assert.deepEqual(await t.find(target, MATCH_ALL), ["1"]);
	});
}
