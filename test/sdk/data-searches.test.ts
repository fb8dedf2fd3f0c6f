import assert from "node:assert/strict";
import { it } from "node:test";
import { type Sdk, withSdk } from "./with-sdk.ts";

const COLLECTION = "taxis";
/** A new one each time: the SDK notes in it where it is. */
const byN = () => ({ sort: [{ n: "asc" }] });

interface Found {
	readonly hits: readonly { readonly _id: string }[];
	readonly total: number;
	next(): Promise<Found | null>;
}

/** Five taxis, found at once. */
async function fill({ index, collection, bulk }: Sdk, name: string) {
	await index.create(name);
	await collection.create(name, COLLECTION, {
		mappings: {
			properties: { n: { type: "integer" }, color: { type: "keyword" } },
		},
	});
	await bulk.import(
		name,
		COLLECTION,
		[1, 2, 3, 4, 5].flatMap((n) => [{ create: { _id: `t${n}` } }, { n }]),
	);
	await collection.refresh(name, COLLECTION);
}

/** The ids of each page, until there is none. */
async function pagesOf(first: unknown): Promise<string[][]> {
	const pages: string[][] = [];
	let page = first as Found | null;
	while (page !== null && pages.length < 9) {
		assert.equal(page.total, 5);
		pages.push(page.hits.map(({ _id }) => _id));
		page = await page.next();
	}
	return pages;
}

withSdk("the SDK's searches", (stage, protocol) => {
	const name = (suffix: string) => `s-${protocol.toLowerCase()}-${suffix}`;
	const pages = [["t1", "t2"], ["t3", "t4"], ["t5"]];

	it("lead through all pages: by scroll, by search_after, by from and size", async () => {
		const { connect, admin } = stage();
		const kuzzle = await connect({ token: admin });
		const index = name("pages");
		await fill(kuzzle, index);
		const search = (body: object, options: object) =>
			kuzzle.document.search(index, COLLECTION, body, options);
		assert.deepEqual(
			await pagesOf(await search(byN(), { size: 2, scroll: "10s" })),
			pages,
		);
		assert.deepEqual(await pagesOf(await search(byN(), { size: 2 })), pages);
		const found = await pagesOf(await search({}, { from: 0, size: 2 }));
		assert.deepEqual(
			found.map((page) => page.length),
			[2, 2, 1],
		);
		assert.deepEqual(found.flat().toSorted(), pages.flat());
	});

	it("take Koncorde, and the verb GET", async () => {
		const { connect, admin } = stage();
		const kuzzle = await connect({ token: admin });
		const index = name("lang");
		await fill(kuzzle, index);
		const query = { range: { n: { gt: 3 } } };
		for (const options of [{ lang: "koncorde" }, { verb: "GET" }]) {
			const found = await kuzzle.document.search(
				index,
				COLLECTION,
				{ ...byN(), query },
				options,
			);
			assert.deepEqual(
				found.hits.map(({ _id }) => _id),
				["t4", "t5"],
			);
		}
		assert.equal(await kuzzle.document.count(index, COLLECTION, { query }), 2);
	});

	it("and its writes by query, of few and of many", async () => {
		const { connect, admin } = stage();
		const kuzzle = await connect({ token: admin });
		const index = name("by-query");
		await fill(kuzzle, index);
		const { document, bulk } = kuzzle;
		const two = { terms: { n: [1, 2] } };
		const updated = await document.updateByQuery(
			index,
			COLLECTION,
			two,
			{ color: "yellow" },
			{ refresh: "wait_for" },
		);
		assert.equal(updated.successes.length, 2);
		assert.equal(
			await bulk.updateByQuery(
				index,
				COLLECTION,
				{ term: { n: 3 } },
				{ color: "green" },
				{ refresh: "wait_for" },
			),
			1,
		);
		const deleted = await document.deleteByQuery(index, COLLECTION, {
			query: two,
		});
		assert.deepEqual(deleted.toSorted(), ["t1", "t2"]);
		await kuzzle.collection.refresh(index, COLLECTION);
		assert.equal(await bulk.deleteByQuery(index, COLLECTION, { query: {} }), 3);
	});

	it("and its bulk writes, of documents as they are", async () => {
		const { connect, admin } = stage();
		const kuzzle = await connect({ token: admin });
		const index = name("bulk");
		await fill(kuzzle, index);
		const { bulk, document } = kuzzle;
		const info = { author: "somebody" };
		await bulk.write(index, COLLECTION, { n: 7, _kuzzle_info: info }, "t7");
		await bulk.mWrite(index, COLLECTION, [
			{ _id: "t8", body: { n: 8, _kuzzle_info: info } },
		]);
		for (const _id of ["t7", "t8"]) {
			const { _source } = await document.get(index, COLLECTION, _id);
			assert.deepEqual(_source._kuzzle_info, info);
		}
	});
});
