import assert from "node:assert/strict";
import { isErrorId } from "../../../src/errors/gateway-error.ts";
import type { JsonObject } from "../../../src/lib/json.ts";
import { parseDocumentSearch } from "../../../src/search/parse-document-search.ts";
import type { SearchHit, Target } from "../../../src/storage/storage.ts";
import type { ContractSuite, StorageTest } from "./contract-suite.ts";

const PAGE = { from: 0, size: 10 };

/** What a search asks for beside its query: which part of a document is told, and how. */
export function searchMembers({ test }: ContractSuite): void {
	test("_source tells a part of each document, or nothing of it", async (t) => {
		const target = await shelf(t);
		const rows: readonly [source: unknown, told: JsonObject][] = [
			[["title"], { title: "The quick fox." }],
			["sold.*", { sold: { n: 1 } }],
			[{ excludes: ["sold", "text", "shelf"] }, { title: "The quick fox." }],
			[["ghost"], {}],
		];
		for (const [_source, told] of rows) {
			const [hit] = await search(t, target, { _source, sort: ["sold.n"] });
			assert.deepEqual(hit?.content, told, JSON.stringify(_source));
			assert.equal(hit?.isWithoutContent, undefined);
		}
		const [none] = await search(t, target, { _source: false });
		assert.equal(none?.isWithoutContent, true);
		assert.deepEqual(none?.content, {});
	});

	test("a post filter narrows the hits and not what is computed", async (t) => {
		const target = await shelf(t);
		const request = parseDocumentSearch(
			{
				post_filter: { term: { shelf: "b" } },
				aggs: { n: { sum: { field: "sold.n" } } },
			},
			PAGE,
		);
		const page = await t.storage.search([target], request);
		assert.deepEqual(
			page.hits.map(({ id }) => id),
			["3"],
		);
		assert.equal(page.total, 1);
		assert.deepEqual(page.aggregations, { n: { value: 6 } });
	});

	test("collapse answers the first document of each value; the total counts all", async (t) => {
		const target = await shelf(t);
		const body = { collapse: { field: "shelf" }, sort: [{ "sold.n": "desc" }] };
		const page = await t.storage.search(
			[target],
			parseDocumentSearch(body, PAGE),
		);
		assert.deepEqual(
			page.hits.map(({ id }) => id),
			["3", "2"],
		);
		assert.equal(page.total, 3);
		for (const field of ["ghost", "title"])
			await assert.rejects(
				search(t, target, { collapse: { field } }),
				(error) => isErrorId(error, "services.storage.unexpected_bad_request"),
			);
	});

	test("highlight marks what was found", async (t) => {
		const target = await shelf(t);
		const query = { match: { title: "quick dog" } };
		const tags = { pre_tags: ["["], post_tags: ["]"] };
		const rows: readonly [highlight: object, told: unknown][] = [
			[{ fields: { title: {} } }, { title: ["The <em>quick</em> fox."] }],
			[{ fields: { "t*": tags } }, { title: ["The [quick] fox."] }],
			[{ fields: { text: {} } }, undefined],
		];
		for (const [highlight, told] of rows) {
			const [hit] = await search(t, target, {
				query,
				highlight,
				sort: ["sold.n"],
				// What is marked does not depend on what is told.
				_source: false,
			});
			assert.deepEqual(hit?.highlight, told, JSON.stringify(highlight));
		}
	});

	test("a scroll keeps them on all its pages", async (t) => {
		const target = await shelf(t);
		const { from: _, ...request } = parseDocumentSearch(
			{
				query: { match: { title: "the" } },
				sort: ["sold.n"],
				_source: ["sold"],
				post_filter: { range: { "sold.n": { gte: 2 } } },
				highlight: { fields: { title: {} } },
			},
			{ from: 0, size: 1 },
		);
		const found: unknown[] = [];
		let cursor: string | undefined;
		do {
			const page = await t.storage.scroll([target], {
				...request,
				cursor,
				keepAliveMs: 60_000,
			});
			cursor = page.cursor;
			for (const { id, content, highlight } of page.hits)
				found.push([id, content, highlight]);
		} while (cursor !== undefined);
		assert.deepEqual(found, [
			["2", { sold: { n: 2 } }, { title: ["<em>The</em> dog."] }],
			["3", { sold: { n: 3 } }, { title: ["<em>The</em> slow one."] }],
		]);
	});
}

async function search(
	t: StorageTest,
	target: Target,
	body: object,
): Promise<SearchHit[]> {
	const request = parseDocumentSearch(body, PAGE);
	return (await t.storage.search([target], request)).hits;
}

async function shelf(t: StorageTest): Promise<Target> {
	const target = await t.collection({
		mappings: {
			dynamic: "false",
			properties: {
				title: { type: "text" },
				text: { type: "text" },
				shelf: { type: "keyword" },
				sold: { properties: { n: { type: "integer" } } },
			},
		},
	});
	const titles = ["The quick fox.", "The dog.", "The slow one."];
	await t.storage.write(
		target,
		titles.map((title, index) => ({
			kind: "create",
			id: String(index + 1),
			content: {
				title,
				text: "None of it.",
				sold: { n: index + 1 },
				shelf: index < 2 ? "a" : "b",
			},
		})),
		{ refresh: "wait_for" },
	);
	return target;
}
