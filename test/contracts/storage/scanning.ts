import assert from "node:assert/strict";
import type {
	SearchHit,
	Target,
	WriteOperation,
} from "../../../src/storage/storage.ts";
import {
	type ContractSuite,
	MATCH_ALL,
	type StorageTest,
} from "./contract-suite.ts";

const DOCUMENTS = 2_500;
const BATCH = 500;

export function scanning({ test }: ContractSuite): void {
	test("a scan sees each document that is there throughout exactly once, while others come and go", async (t) => {
		const target = await filled(t);
		const seen = new Map<string, number>();
		let round = 0;
		for await (const page of t.storage.scan([target], {
			query: MATCH_ALL,
			pageSize: 300,
		})) {
			assert.ok(page.length > 0 && page.length <= 300);
			for (const { id } of page) seen.set(id, (seen.get(id) ?? 0) + 1);
			await disturb(t, target, round++, page);
		}
		assert.ok(round >= Math.ceil(DOCUMENTS / 300));
		for (let n = 0; n < DOCUMENTS; n++)
			assert.equal(seen.get(`d${n}`), 1, `d${n}`);
		for (const [id, times] of seen) assert.equal(times, 1, id);
	});

	test("a scan answers what matches only, each hit whole", async (t) => {
		const target = await filled(t, 1_200);
		const ids: string[] = [];
		const query = {
			kind: "range",
			field: "n",
			bounds: { gte: 100, lt: 1_100 },
		} as const;
		let last: SearchHit | undefined;
		for await (const page of t.storage.scan([target], { query })) {
			ids.push(...page.map(({ id }) => id));
			last = page.at(-1);
		}
		assert.equal(new Set(ids).size, 1_000);
		assert.equal(ids.length, 1_000);
		assert.ok(last);
		const { id, version, revision, content, index, collection } = last;
		assert.deepEqual(
			{ id, version, revision, content },
			await t.storage.get(target, id),
		);
		assert.deepEqual([index, collection], [target.index, target.collection]);
	});

	test("a scan may be left early, and several may run at once", async (t) => {
		const target = await filled(t, 600);
		for await (const page of t.storage.scan([target], {
			query: MATCH_ALL,
			pageSize: 10,
		})) {
			assert.equal(page.length, 10);
			break;
		}
		const counts = await Promise.all(
			Array.from({ length: 3 }, async () => {
				let count = 0;
				for await (const page of t.storage.scan([target], {
					query: MATCH_ALL,
					pageSize: 250,
				}))
					count += page.length;
				return count;
			}),
		);
		assert.deepEqual(counts, [600, 600, 600]);
	});

	test("a scan of nothing has no page", async (t) => {
		const target = await t.collection();
		for await (const page of t.storage.scan([target], { query: MATCH_ALL }))
			assert.fail(`a page of ${page.length}`);
	});

	test("a scan goes over several collections", async (t) => {
		const first = await filled(t, 20);
		const second = await filled(t, 30);
		const seen: string[] = [];
		for await (const page of t.storage.scan([first, second], {
			query: MATCH_ALL,
			pageSize: 7,
		})) {
			seen.push(...page.map(({ index, id }) => `${index}/${id}`));
		}
		assert.equal(seen.length, 50);
		assert.equal(new Set(seen).size, 50);
	});
}

/** New documents, updates of seen and unseen ones, and deletions of the new ones. */
async function disturb(
	t: StorageTest,
	target: Target,
	round: number,
	page: readonly SearchHit[],
): Promise<void> {
	const operations: WriteOperation[] = [
		{ kind: "create", id: `new${round}`, content: { n: -1 } },
		{ kind: "update", id: page[0]?.id ?? "", changes: { again: round } },
		{
			kind: "update",
			id: `d${(round * 701) % DOCUMENTS}`,
			changes: { again: round },
		},
	];
	if (round > 0) operations.push({ kind: "delete", id: `new${round - 1}` });
	for (const outcome of await t.storage.write(target, operations)) {
		if (!outcome.ok) assert.match(outcome.id ?? "", /^new/);
	}
	await t.storage.refresh(target);
}

async function filled(t: StorageTest, documents = DOCUMENTS): Promise<Target> {
	const target = await t.collection({
		mappings: { properties: { n: { type: "integer" } } },
	});
	for (let start = 0; start < documents; start += BATCH) {
		const length = Math.min(BATCH, documents - start);
		const numbers = Array.from({ length }, (_, place) => start + place);
		await t.put(
			target,
			numbers.map(
				(n) => ({ kind: "create", id: `d${n}`, content: { n } }) as const,
			),
		);
	}
	await t.storage.refresh(target);
	return target;
}
