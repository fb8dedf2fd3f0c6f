import assert from "node:assert/strict";
import type { JsonObject } from "../../../src/lib/json.ts";
import { parseSearchBody } from "../../../src/search/parse-search-body.ts";
import type { Target } from "../../../src/storage/storage.ts";
import {
	assertRejects,
	type ContractSuite,
	type StorageTest,
} from "./contract-suite.ts";
import { fixture } from "./search-fixture.ts";

/** What any store answers; how both stores agree in all the rest is shown in `test/storage/agreement`. */
export function aggregations({ test }: ContractSuite): void {
	test("counts the values of a field", async (t) => {
		const target = await fixture(t);
		const { tags } = await aggregate(t, [target], {
			tags: { terms: { field: "tags", size: 1 }, meta: { shown: "tags" } },
		});
		const { meta, buckets } = tags as JsonObject;
		assert.deepEqual(meta, { shown: "tags" });
		assert.deepEqual(buckets, [{ key: "blue", doc_count: 2 }]);
	});

	test("aggregates in buckets, and orders them by that", async (t) => {
		const target = await fixture(t);
		const { cities } = await aggregate(t, [target], {
			cities: {
				terms: { field: "address.city", order: { most: "desc" } },
				aggs: { most: { max: { field: "count" } } },
			},
		});
		const { buckets } = cities as { buckets: JsonObject[] };
		assert.deepEqual(buckets.slice(-2), [
			{ key: "Lyon", doc_count: 1, most: { value: 2 } },
			{ key: "Paris", doc_count: 1, most: { value: 1 } },
		]);
	});

	test("aggregates what matches, whatever the page; all documents where asked", async (t) => {
		const target = await fixture(t);
		const body = {
			query: { term: { "address.city": "Paris" } },
			aggs: {
				some: { value_count: { field: "count" } },
				all: { global: {}, aggs: { most: { min: { field: "price" } } } },
			},
		};
		const request = parseSearchBody(body, { from: 0, size: 0 });
		const { total, hits, aggregations } = await t.storage.search(
			[target],
			request,
		);
		assert.deepEqual([total, hits], [1, []]);
		assert.deepEqual(aggregations, {
			some: { value: 1 },
			all: { doc_count: 6, most: { value: -4 } },
		});
	});

	test("aggregates several collections as one", async (t) => {
		const target = await fixture(t);
		const other: Target = { ...target, collection: "others" };
		await t.storage.createCollection(other, {
			mappings: { properties: { count: { type: "integer" } } },
		});
		await t.put(
			other,
			[{ kind: "create", id: "o1", content: { count: 1_000 } }],
			{ refresh: "wait_for" },
		);
		assert.deepEqual(
			await aggregate(t, [target, other], {
				most: { max: { field: "count" } },
			}),
			{ most: { value: 1_000 } },
		);
	});

	test("makes as many buckets as Elasticsearch does, and refuses more", async (t) => {
		const target = await fixture(t);
		const histogram = (interval: number) => ({
			a: { histogram: { field: "count", interval } },
		});
		const { a } = await aggregate(t, [target], histogram(1));
		assert.ok((a as { buckets: JsonObject[] }).buckets.length >= 3);
		await assertRejects(
			aggregate(t, [target], histogram(1e-7)),
			"services.storage.unexpected_bad_request",
		);
	});

	test("shows the best documents, and by what they are the best", async (t) => {
		const target = await fixture(t);
		const content = { price: 0.1 + 0.2, name: "exact" };
		await t.put(target, [{ kind: "create", id: "d7", content }], {
			refresh: "wait_for",
		});
		const { top } = await aggregate(t, [target], {
			top: {
				top_hits: { size: 2, sort: [{ price: "asc" }], _source: ["name"] },
			},
		});
		const { hits } = top as { hits: { hits: JsonObject[] } };
		assert.deepEqual(
			hits.hits.map(({ _id, _source, sort }) => [_id, _source, sort]),
			[
				["d3", { name: "gamma" }, [-4]],
				["d7", { name: "exact" }, [0.1 + 0.2]],
			],
		);
	});

	test("answers no aggregations where none were asked for", async (t) => {
		const target = await fixture(t);
		const request = parseSearchBody({}, { from: 0, size: 1 });
		const result = await t.storage.search([target], request);
		assert.equal("aggregations" in result, false);
	});
}

async function aggregate(
	{ storage }: StorageTest,
	targets: readonly Target[],
	aggs: JsonObject,
): Promise<JsonObject> {
	const request = parseSearchBody({ aggs }, { from: 0, size: 0 });
	const { aggregations } = await storage.search(targets, request);
	assert.ok(aggregations, "no aggregations were answered");
	return aggregations;
}
