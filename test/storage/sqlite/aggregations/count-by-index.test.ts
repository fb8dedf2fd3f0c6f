import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { systemClock } from "../../../../src/lib/clock.ts";
import { randomIds } from "../../../../src/lib/ids.ts";
import type { JsonObject } from "../../../../src/lib/json.ts";
import { parseAggregations } from "../../../../src/search/aggregations/parse-aggregations.ts";
import { parseQuery } from "../../../../src/search/parse-query.ts";
import { createDatabase } from "../../../../src/sqlite/database.ts";
import { createSqliteStorage } from "../../../../src/storage/sqlite/sqlite-storage.ts";
import type { Storage, Target } from "../../../../src/storage/storage.ts";
import { tempFolder } from "../../../support/temp-folder.ts";

const DAYS: Target = { scope: "public", index: "time", collection: "days" };
const DAY_MS = 86_400_000;
const FIRST = Date.UTC(2025, 0, 30);

/** The same documents, asked for in a way that no index answers alone. */
const EACH = { bool: { must_not: [{ term: { name: "nobody" } }] } };

describe("a date histogram over a whole collection", () => {
	it("is counted by the index as it is document by document", async () => {
		const storage = await open();
		await write(storage, 90);
		await storage.write(DAYS, [{ kind: "delete", id: "3" }]);
		await storage.write(DAYS, [
			{ kind: "update", id: "4", changes: { day: FIRST } },
			{ kind: "update", id: "5", changes: { day: null } },
		]);
		for (const histogram of [
			{ calendar_interval: "month" },
			{ fixed_interval: "36h", offset: "5h", min_doc_count: 1 },
			{
				calendar_interval: "week",
				time_zone: "+05:30",
				order: { _count: "desc" },
			},
			{
				calendar_interval: "day",
				hard_bounds: { min: FIRST, max: FIRST + 9 * DAY_MS },
			},
			{ calendar_interval: "month", time_zone: "Europe/Berlin" },
			{ calendar_interval: "month", missing: "2030-01-01" },
		])
			await assertSame(storage, {
				date_histogram: { field: "day", ...histogram },
			});
		await storage.close();
	});

	it("counts a document once that has two values in one bucket", async () => {
		const storage = await open();
		await write(storage, 3);
		const content = {
			day: [FIRST, FIRST + 1, FIRST + 40 * DAY_MS],
			name: "two",
		};
		await storage.write(DAYS, [{ kind: "create", id: "two", content }]);
		const answer = await assertSame(storage, {
			date_histogram: { field: "day", calendar_interval: "month" },
		});
		const [first] = answer.buckets as JsonObject[];
		assert.equal(first?.doc_count, 3);
		await storage.close();
	});

	it("holds what is inside its buckets, and what stands beside it", async () => {
		const storage = await open();
		await write(storage, 40);
		await assertSame(storage, {
			date_histogram: { field: "day", calendar_interval: "month" },
			aggs: { names: { terms: { field: "name" } } },
		});
		const aggregations = parseAggregations({
			months: { date_histogram: { field: "day", calendar_interval: "month" } },
			names: { value_count: { field: "name" } },
		});
		const answer = await search(storage, { match_all: {} }, aggregations);
		assert.deepEqual(answer.names, { value: 40 });
		assert.equal(
			(answer.months as { buckets: JsonObject[] }).buckets.length,
			3,
		);
		await storage.close();
	});
});

async function assertSame(
	storage: Storage,
	aggregation: JsonObject,
): Promise<JsonObject> {
	const aggregations = parseAggregations({ it: aggregation });
	const whole = await search(storage, { match_all: {} }, aggregations);
	const each = await search(storage, EACH, aggregations);
	assert.deepEqual(whole, each, JSON.stringify(aggregation));
	assert.ok((whole.it as { buckets: unknown[] }).buckets.length > 0);
	return whole.it as JsonObject;
}

async function search(
	storage: Storage,
	query: JsonObject,
	aggregations: ReturnType<typeof parseAggregations>,
): Promise<JsonObject> {
	const { aggregations: answer } = await storage.search([DAYS], {
		query: parseQuery(query),
		sort: [],
		from: 0,
		size: 0,
		aggregations,
	});
	return answer as JsonObject;
}

/** One each day. */
async function write(storage: Storage, count: number): Promise<void> {
	await storage.write(
		DAYS,
		Array.from({ length: count }, (_, n) => ({
			kind: "create" as const,
			id: String(n),
			content: { day: FIRST + n * DAY_MS, name: `n${n}` },
		})),
	);
}

async function open(): Promise<Storage> {
	const folder = await tempFolder("count-by-index");
	const storage = createSqliteStorage(createDatabase({ folder }), {
		clock: systemClock,
		ids: randomIds,
	});
	await storage.open();
	await storage.createIndex("public", DAYS.index);
	await storage.createCollection(DAYS, {
		mappings: {
			properties: { day: { type: "date" }, name: { type: "keyword" } },
		},
	});
	return storage;
}
