import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { GatewayError } from "../../../../src/errors/gateway-error.ts";
import { systemClock } from "../../../../src/lib/clock.ts";
import { randomIds } from "../../../../src/lib/ids.ts";
import type { JsonObject } from "../../../../src/lib/json.ts";
import { parseSearchBody } from "../../../../src/search/parse-search-body.ts";
import { createDatabase } from "../../../../src/sqlite/database.ts";
import { createSqliteStorage } from "../../../../src/storage/sqlite/sqlite-storage.ts";
import type { Storage, Target } from "../../../../src/storage/storage.ts";

const TARGET: Target = { scope: "public", index: "i", collection: "one" };
const OTHER: Target = { ...TARGET, collection: "two" };

const MAX: JsonObject = { max: { field: "n" } };

const NAMED: readonly (readonly [aggs: JsonObject, name: string])[] = [
	[{ rare_terms: { field: "k" } }, "rare_terms"],
	[{ significant_text: { field: "k" } }, "significant_text"],
	[{ terms: { field: "k", min_doc_count: 0 } }, "terms.min_doc_count"],
	[
		{ terms: { field: "k", include: { partition: 0, num_partitions: 2 } } },
		"terms.include.partition",
	],
	[{ max: { field: "n", value_type: "long" } }, "max.value_type"],
	[{ extended_stats: { field: "d" } }, "extended_stats"],
	[{ max: { field: "n", format: "0E0" } }, "format"],
	[{ terms: { field: "ip" } }, "ip"],
	[{ nested: { path: "o" }, aggs: { t: { top_hits: {} } } }, "top_hits"],
];

describe("what SQLite refuses to aggregate", () => {
	let folder: string;
	let storage: Storage;

	before(async () => {
		folder = await mkdtemp(path.join(tmpdir(), "portico-aggregations-"));
		storage = createSqliteStorage(createDatabase({ folder }), {
			clock: systemClock,
			ids: randomIds,
		});
		await storage.open();
		await storage.createIndex("public", "i");
		const properties = {
			k: { type: "keyword" },
			n: { type: "integer" },
			d: { type: "date" },
			ip: { type: "ip" },
			o: { type: "nested", properties: { n: { type: "integer" } } },
		};
		await storage.createCollection(TARGET, { mappings: { properties } });
		await storage.createCollection(OTHER, {
			mappings: { properties: { n: { type: "keyword" } } },
		});
	});
	after(async () => {
		await storage.close();
		await rm(folder, { recursive: true });
	});

	const aggregate = async (aggs: JsonObject, targets = [TARGET]) => {
		const request = parseSearchBody({ aggs }, { from: 0, size: 0 });
		const { aggregations } = await storage.search(targets, request);
		return aggregations;
	};

	for (const [body, name] of NAMED)
		it(`is named: ${JSON.stringify(body)}`, async () => {
			await assert.rejects(aggregate({ a: body }), (error) => {
				assert.ok(error instanceof GatewayError);
				assert.equal(error.id, "services.storage.invalid_query_keyword");
				assert.ok(error.message.includes(name), error.message);
				return true;
			});
		});

	it("is a field that two collections map differently", async () => {
		await assert.rejects(
			aggregate({ a: MAX }, [TARGET, OTHER]),
			/which the collections map differently/,
		);
	});

	it("leaves the next search alone when it is refused between two rows", async () => {
		const numbers = Array.from({ length: 300 }, (_, n) => n);
		const wide = { n: numbers, k: numbers.map(String) };
		for (const content of [{ n: 1, k: "a" }, wide, { n: 2, k: "b" }])
			await storage.write(TARGET, [{ kind: "create", content }]);
		const aggs = {
			a: {
				composite: {
					sources: ["n", "k"].map((field) => ({
						[field]: { terms: { field } },
					})),
				},
			},
		};
		await assert.rejects(aggregate(aggs), /90000 combinations/);
		const few = { ...aggs, b: MAX };
		await assert.rejects(aggregate(few), /90000 combinations/);
		assert.deepEqual(await aggregate({ a: MAX }), { a: { value: 299 } });
	});
});
