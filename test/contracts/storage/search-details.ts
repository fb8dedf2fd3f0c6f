import assert from "node:assert/strict";
import type { JsonObject, JsonValue } from "../../../src/lib/json.ts";
import { parseDocumentSearch } from "../../../src/search/parse-document-search.ts";
import type { SearchHit, Target } from "../../../src/storage/storage.ts";
import type { ContractSuite, StorageTest } from "./contract-suite.ts";

/** What generated searches, asked of both stores, were once answered differently in. */
export function searchDetails({ test }: ContractSuite): void {
	test("search_after goes on behind the average of floats", async (t) => {
		const target = await collectionOf(
			t,
			{ f: { type: "float" }, n: { type: "integer" } },
			[
				{ f: [0.1, 0.2], n: 1 },
				{ f: [0.3, 0.4], n: 2 },
				{ f: [0.1, 0.7], n: 3 },
				{ f: [0.2, 0.7], n: 4 },
			],
		);
		for (const mode of ["avg", "sum"])
			for (const order of ["asc", "desc"]) {
				const sort = [{ f: { mode, order } }, { n: "asc" }];
				const whole = await search(t, target, { sort });
				const found: string[] = [];
				for (let after: readonly unknown[] | undefined; found.length < 9; ) {
					const paged = after === undefined ? {} : { search_after: after };
					const [hit] = await search(t, target, { sort, ...paged }, 1);
					if (hit === undefined) break;
					found.push(hit.id);
					after = hit.sort ?? [];
				}
				assert.deepEqual(
					found,
					whole.map(({ id }) => id),
					`${mode} ${order}`,
				);
			}
	});

	test("from skips a document once, however many of its values fit", async (t) => {
		const place = [
			[1, 1],
			[2, 2],
			[3, 3],
		];
		const target = await collectionOf(
			t,
			{ n: { type: "integer" }, place: { type: "geo_point" } },
			[1, 2, 3, 4].map((n) => ({ n: [n, n + 1], place })),
		);
		const near = { geo_distance: { place: [2, 2], distance: "5000km" } };
		const filter = [{ range: { n: { gte: 1 } } }, near];
		const request = parseDocumentSearch(
			{ query: { bool: { filter } } },
			{ from: 2, size: 10 },
		);
		const { hits, total } = await t.storage.search([target], request);
		assert.deepEqual([hits.length, total], [2, 4]);
	});

	test("a keyword is scored by how rare it is among the objects of a nested field", async (t) => {
		const items = { type: "nested", properties: { k: { type: "keyword" } } };
		const target = await collectionOf(t, { items }, [
			{ items: [{ k: "common" }, { k: "common" }] },
			{ items: { k: "rare" } },
		]);
		const scoreOf = async (k: string) => {
			const query = {
				nested: { path: "items", query: { term: { "items.k": k } } },
			};
			return (await search(t, target, { query }))[0]?.score ?? Number.NaN;
		};
		// Of three objects one, or two, have it: ln(1 + (3 - n + 0.5) / (n + 0.5)).
		assert.ok(Math.abs((await scoreOf("rare")) - Math.log(8 / 3)) < 0.001);
		assert.ok(Math.abs((await scoreOf("common")) - Math.log(1.6)) < 0.001);
	});

	test("_source leaves out what it emptied, and says so of lists and of objects in its own way", async (t) => {
		const rows: readonly [
			_source: JsonObject,
			content: JsonObject,
			told: JsonValue,
		][] = [
			[{ excludes: ["b.b"] }, { b: { b: [] }, c: [] }, { c: [] }],
			[
				{ excludes: ["b", "c.b"] },
				{ a: 1, c: [[{}, [], {}], 1] },
				{ a: 1, c: [[{}, [], {}], 1] },
			],
			[{ includes: ["b"], excludes: ["b.c"] }, { b: { c: [] }, d: 1 }, {}],
			[{ excludes: ["*.*"] }, { c: [{ a: [], c: {} }, []] }, { c: [] }],
			[
				{ includes: ["c"], excludes: ["*.a"] },
				{ b: {}, c: [{ a: [], c: {} }, []] },
				{ c: [{ c: {} }] },
			],
		];
		for (const [_source, content, told] of rows) {
			const target = await collectionOf(t, {}, [content]);
			const [hit] = await search(t, target, { _source });
			assert.deepEqual(hit?.content, told, JSON.stringify(_source));
		}
	});

	test("a word that is looked for twice weighs once in a highlight", async (t) => {
		const body = ["bear a a a a a a a a a a a a a a", "cat"];
		const target = await collectionOf(t, { body: { type: "text" } }, [
			{ body },
		]);
		const [hit] = await search(t, target, {
			query: { match: { body: "bear bear cat" } },
			highlight: {
				number_of_fragments: 0,
				order: "score",
				fields: { body: {} },
			},
		});
		assert.deepEqual(hit?.highlight?.body, [
			"<em>cat</em>",
			"<em>bear</em> a a a a a a a a a a a a a a",
		]);
	});

	test("the name of a field is blank as Java has it", async (t) => {
		const target = await t.collection({ mappings: { dynamic: "false" } });
		const isKept = async (name: string) => {
			const [outcome] = await t.storage.write(target, [
				{
					kind: "create",
					id: `n${name.codePointAt(0)}`,
					content: { [name]: 1 },
				},
			]);
			return outcome?.ok;
		};
		for (const name of ["\ufeff", "\u00a0", "\u0085", "\u200b"])
			assert.equal(await isKept(name), true, JSON.stringify(name));
		for (const name of [" ", "\u2028", "\u3000", "\u001c", "\u001f"])
			assert.equal(await isKept(name), false, JSON.stringify(name));
	});
}

async function collectionOf(
	t: StorageTest,
	properties: JsonObject,
	contents: readonly JsonObject[],
): Promise<Target> {
	const target = await t.collection({
		mappings: { dynamic: "false", properties },
	});
	await t.storage.write(
		target,
		contents.map((content, index) => ({
			kind: "create",
			id: String(index),
			content,
		})),
		{ refresh: "wait_for" },
	);
	return target;
}

async function search(
	t: StorageTest,
	target: Target,
	body: object,
	size = 10,
): Promise<SearchHit[]> {
	const request = parseDocumentSearch(body, { from: 0, size });
	return (await t.storage.search([target], request)).hits;
}
