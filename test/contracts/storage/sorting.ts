import assert from "node:assert/strict";
import type { Scalar, Sort } from "../../../src/search/query.ts";
import type { SearchHit, Target } from "../../../src/storage/storage.ts";
import {
	assertRejects,
	type ContractSuite,
	request,
	type StorageTest,
	sorted,
} from "./contract-suite.ts";
import { FIXTURE_IDS, fixture } from "./search-fixture.ts";

const ORDERS: readonly (readonly [
	meaning: string,
	sort: readonly Sort[],
	ids: string,
])[] = [
	["numbers; of an array the least", [asc("count")], "d1 d2 d3 d4 d5 d6"],
	["downwards; of an array the greatest", [desc("count")], "d4 d6 d5 d3 d2 d1"],
	[
		"keywords by their bytes, missing ones last",
		[asc("name")],
		"d2 d1 d4 d3 d6 d5",
	],
	["missing ones last downwards too", [desc("name")], "d6 d3 d4 d1 d2 d5"],
	[
		"missing ones first, when asked",
		[{ ...asc("name"), missing: "_first" }],
		"d5 d2 d1 d4 d3 d6",
	],
	[
		"missing ones first, downwards",
		[{ ...desc("name"), missing: "_first" }],
		"d5 d6 d3 d4 d1 d2",
	],
	[
		"a value instead of missing ones",
		[{ ...asc("name"), missing: "b" }],
		"d2 d1 d4 d5 d3 d6",
	],
	[
		"a number instead of missing ones",
		[{ ...asc("big"), missing: 15 }, asc("count")],
		"d1 d3 d5 d6 d2 d4",
	],
	[
		"dates, then a second field",
		[desc("at"), asc("name")],
		"d4 d3 d2 d1 d6 d5",
	],
	["booleans, false first", [asc("ok"), asc("count")], "d2 d1 d3 d4 d5 d6"],
	[
		"a field of an object",
		[asc("address.zip"), asc("count")],
		"d3 d2 d1 d4 d5 d6",
	],
	["a multi-field", [desc("body.raw"), asc("count")], "d2 d1 d3 d4 d5 d6"],
];

const PAGED: readonly (readonly Sort[])[] = [
	[asc("count")],
	[desc("count")],
	[asc("name")],
	[desc("name"), asc("count")],
	[asc("at"), asc("count")],
	[desc("at"), asc("count")],
	[asc("big"), desc("count")],
	[desc("big"), desc("count")],
	[asc("price"), desc("count")],
	[asc("ok"), asc("count")],
	[{ ...asc("big"), missing: "_first" }, asc("count")],
	[{ ...asc("at"), missing: "_first" }, asc("count")],
	[{ ...asc("name"), missing: "_first" }, asc("count")],
];

export function sorting({ test }: ContractSuite): void {
	for (const [meaning, sort, ids] of ORDERS) {
		test(`sort: ${meaning}`, async (t) => {
			const target = await fixture(t);
			const { hits, total } = await t.storage.search(
				[target],
				request({ sort }),
			);
			assert.equal(hits.map(({ id }) => id).join(" "), ids);
			assert.equal(total, 6);
			for (const hit of hits) {
				assert.equal(hit.score, null);
				assert.equal(hit.sort?.length, sort.length);
			}
		});
	}

	test("searchAfter goes on after a hit's sort values, missing ones too", async (t) => {
		const target = await fixture(t);
		for (const sort of PAGED) {
			const all = await t.storage.search([target], request({ sort }));
			const paged = await pages(t, target, sort);
			const label = JSON.stringify(sort);
			assert.deepEqual(
				paged.map(({ id }) => id),
				all.hits.map(({ id }) => id),
				label,
			);
			assert.deepEqual(sorted(paged.map(({ id }) => id)), FIXTURE_IDS, label);
		}
	});

	test("sorting by a field that is not mapped, or by a text, is refused", async (t) => {
		const target = await fixture(t);
		for (const field of ["ghost", "hidden", "title"]) {
			const search = t.storage.search(
				[target],
				request({ sort: [asc(field)] }),
			);
			await assertRejects(search, "services.storage.unexpected_bad_request");
		}
	});

	test("sorting by score is explicit relevance", async (t) => {
		const target = await fixture(t);
		const query = {
			kind: "match",
			field: "title",
			query: "quick",
			operator: "or",
		} as const;
		const { hits } = await t.storage.search(
			[target],
			request({ query, sort: [desc("_score")] }),
		);
		assert.deepEqual(sorted(hits.map(({ id }) => id)), ["d1", "d2"]);
		const scores = hits.map(({ score }) => score ?? assert.fail("no score"));
		assert.deepEqual(
			scores,
			scores.toSorted((a, b) => b - a),
		);
	});
}

/** All hits, one at a time, each page asked for by the sort values of the hit before. */
async function pages(
	t: StorageTest,
	target: Target,
	sort: readonly Sort[],
): Promise<SearchHit[]> {
	const found: SearchHit[] = [];
	let searchAfter: readonly Scalar[] | undefined;
	while (found.length <= FIXTURE_IDS.length) {
		const { hits } = await t.storage.search(
			[target],
			request({
				sort,
				size: 1,
				...(searchAfter === undefined ? {} : { searchAfter }),
			}),
		);
		const [hit] = hits;
		if (hit === undefined) break;
		found.push(hit);
		// A client keeps these values as JSON between two calls.
		searchAfter = JSON.parse(JSON.stringify(hit.sort)) as readonly Scalar[];
	}
	return found;
}

function asc(field: string): Sort {
	return { field, order: "asc" };
}

function desc(field: string): Sort {
	return { field, order: "desc" };
}
