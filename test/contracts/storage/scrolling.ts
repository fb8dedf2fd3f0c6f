import assert from "node:assert/strict";
import { isErrorId } from "../../../src/errors/gateway-error.ts";
import type { Query, Sort } from "../../../src/search/query.ts";
import type {
	ScrollPage,
	SearchHit,
	Target,
} from "../../../src/storage/storage.ts";
import {
	assertRejects,
	type ContractSuite,
	MATCH_ALL,
	type StorageTest,
	sorted,
} from "./contract-suite.ts";

const KEEP_ALIVE = { keepAliveMs: 60_000 };
const DOCUMENTS = 45;

const SORTS: readonly (readonly [string, readonly Sort[]])[] = [
	["by relevance", []],
	["by a number", [{ field: "n", order: "desc" }]],
	["by what many share", [{ field: "third", order: "asc" }]],
	[
		"by what some lack",
		[
			{ field: "rare", order: "asc" },
			{ field: "n", order: "desc" },
		],
	],
];

export function scrolling({ test }: ContractSuite): void {
	for (const [meaning, sort] of SORTS) {
		test(`a scroll ${meaning} answers what one page would, in its order`, async (t) => {
			const target = await filled(t);
			const whole = await t.storage.scroll([target], {
				...all(sort),
				size: 1_000,
			});
			assert.equal(whole.total, DOCUMENTS);
			assert.equal(whole.cursor, undefined);
			const pages = await read(t, [target], { sort, size: 10 });
			assert.deepEqual(
				pages.map(({ hits }) => hits.length),
				[10, 10, 10, 10, 5],
			);
			assert.ok(pages.every(({ total }) => total === DOCUMENTS));
			assert.deepEqual(idsOf(pages), ids(whole.hits));
		});
	}

	test("a scroll whose last page is full ends with it", async (t) => {
		const target = await filled(t);
		const pages = await read(t, [target], { size: 15 });
		assert.equal(pages.length, 3);
	});

	test("a scroll of nothing has one empty page", async (t) => {
		const target = await t.collection();
		const page = await t.storage.scroll([target], { ...all(), size: 10 });
		assert.deepEqual(page, { total: 0, hits: [] });
	});

	test("a scroll answers what matches only, each hit whole", async (t) => {
		const target = await filled(t);
		const query: Query = { kind: "range", field: "n", bounds: { lt: 12 } };
		const pages = await read(t, [target], { query, size: 5 });
		const hits = pages.flatMap((page) => page.hits);
		assert.equal(hits.length, 12);
		const [{ id, version, revision, content, index, collection }] = hits as [
			SearchHit,
		];
		assert.deepEqual(
			{ id, version, revision, content },
			await t.storage.get(target, id),
		);
		assert.deepEqual([index, collection], [target.index, target.collection]);
	});

	test("a scroll sees each document that is there throughout exactly once, while others come and go", async (t) => {
		const target = await filled(t);
		await t.put(target, [{ kind: "create", id: "goes", content: { n: 100 } }]);
		await t.storage.refresh(target);
		let round = 0;
		const pages = await read(t, [target], {
			sort: [{ field: "n", order: "asc" }],
			size: 10,
			async between() {
				// Before the place that the scroll has come to, and behind it.
				const contents = [{ n: -1 }, { n: 200 }];
				for (const content of contents)
					await t.put(target, [{ kind: "create", content }]);
				if (round++ === 0)
					await t.put(target, [{ kind: "delete", id: "goes" }]);
				await t.put(target, [
					{ kind: "update", id: "d40", changes: { seen: round } },
				]);
				await t.storage.refresh(target);
			},
		});
		const seen = idsOf(pages).filter((id) => /^d\d+$/.test(id));
		assert.deepEqual(sorted(seen), sorted(names()));
	});

	test("a scroll goes over several collections", async (t) => {
		const targets = [await filled(t), await filled(t)];
		const pages = await read(t, targets, {
			sort: [{ field: "third", order: "asc" }],
			size: 7,
		});
		const seen = pages.flatMap(({ hits }) =>
			hits.map(({ index, id }) => `${index}/${id}`),
		);
		assert.equal(seen.length, 2 * DOCUMENTS);
		assert.equal(new Set(seen).size, 2 * DOCUMENTS);
	});

	test("a scroll goes on after the store was opened anew, and its page may be asked for again", async (t) => {
		const target = await filled(t);
		const first = await t.storage.scroll([target], { ...all(), size: 30 });
		const rest = { ...all(), size: 30, cursor: first.cursor };
		if (!(await t.reopen())) return;
		const second = await t.storage.scroll([target], { ...rest, size: 10 });
		const again = await t.storage.scroll([target], { ...rest, size: 10 });
		assert.deepEqual(ids(second.hits), ids(again.hits));
		const seen = [...ids(first.hits), ...ids(second.hits)];
		assert.equal(new Set(seen).size, 40);
	});

	test("a scroll may be ended early, any number of times", async (t) => {
		const target = await filled(t);
		const { cursor = "" } = await t.storage.scroll([target], {
			...all(),
			size: 10,
		});
		await t.storage.endScroll(cursor);
		await t.storage.endScroll(cursor);
		try {
			// An adapter that holds nothing has nothing to end.
			const request = { ...all(), size: 10, cursor };
			const { hits } = await t.storage.scroll([target], request);
			assert.equal(hits.length, 10);
		} catch (error) {
			assert.ok(isErrorId(error, "services.storage.unknown_scroll_id"));
		}
	});

	test("a scroll refuses what a search refuses", async (t) => {
		const missing = t.target();
		await assertRejects(
			t.storage.scroll([missing], { ...all(), size: 10 }),
			"services.storage.unknown_index",
			[missing.index],
		);
		const target = await filled(t);
		await assertRejects(
			t.storage.scroll([target], {
				...all([{ field: "ghost", order: "asc" }]),
				size: 10,
			}),
			"services.storage.unexpected_bad_request",
		);
	});
}

function all(sort: readonly Sort[] = []) {
	return { query: MATCH_ALL, sort, ...KEEP_ALIVE };
}

async function read(
	t: StorageTest,
	targets: readonly Target[],
	parts: {
		readonly query?: Query;
		readonly sort?: readonly Sort[];
		readonly size: number;
		readonly between?: () => Promise<void>;
	},
): Promise<ScrollPage[]> {
	const { query = MATCH_ALL, sort = [], size, between } = parts;
	const pages: ScrollPage[] = [];
	let cursor: string | undefined;
	do {
		if (cursor !== undefined) await between?.();
		const request = { query, sort, size, cursor, ...KEEP_ALIVE };
		const page = await t.storage.scroll(targets, request);
		pages.push(page);
		cursor = page.cursor;
	} while (cursor !== undefined);
	return pages;
}

function ids(hits: readonly SearchHit[]): string[] {
	return hits.map(({ id }) => id);
}

function idsOf(pages: readonly ScrollPage[]): string[] {
	return pages.flatMap(({ hits }) => ids(hits));
}

function names(): string[] {
	return Array.from({ length: DOCUMENTS }, (_, n) => `d${n}`);
}

async function filled(t: StorageTest): Promise<Target> {
	const target = await t.collection({
		mappings: {
			properties: {
				n: { type: "integer" },
				third: { type: "keyword" },
				rare: { type: "date" },
			},
		},
	});
	await t.put(
		target,
		names().map((id, n) => ({
			kind: "create",
			id,
			content: {
				n,
				third: `t${n % 3}`,
				...(n % 4 === 0 ? { rare: 1_700_000_000_000 + n } : {}),
			},
		})),
	);
	await t.storage.refresh(target);
	return target;
}
