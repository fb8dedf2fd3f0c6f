import assert from "node:assert/strict";
import { parseSearchBody } from "../../../src/search/parse-search-body.ts";
import type { Target } from "../../../src/storage/storage.ts";
import type { ContractSuite, StorageTest } from "./contract-suite.ts";

const PAGE = { from: 0, size: 100 };

/** A client's query, and the ids that it finds. */
type Row = readonly [query: object, found: string];

/** Patterns, places and objects in lists. */
export function clauses({ test }: ContractSuite): void {
	for (const [section, rows] of Object.entries(QUERIES))
		test(`search: ${section}`, async (t) => {
			const target = await shops(t);
			for (const [query, found] of rows) {
				const { hits, total } = await t.storage.search(
					[target],
					parseSearchBody({ query }, PAGE),
				);
				const ids = hits.map(({ id }) => id).sort();
				assert.equal(ids.join(" "), found, JSON.stringify(query));
				assert.equal(total, hits.length);
			}
		});

	test("sort: by objects in lists and by distance", async (t) => {
		const target = await shops(t);
		for (const [sort, order] of SORTS) {
			const request = parseSearchBody({ sort: [sort, "name"] }, PAGE);
			const { hits } = await t.storage.search([target], request);
			const ids = hits.map(({ id }) => id);
			assert.equal(ids.join(" "), order, JSON.stringify(sort));
			// What a hit tells of its place in the order leads to the next page.
			const after = hits[0]?.sort ?? [];
			const next = parseSearchBody(
				{ sort: [sort, "name"], search_after: after },
				PAGE,
			);
			const rest = await t.storage.search([target], next);
			assert.deepEqual(
				rest.hits.map(({ id }) => id),
				ids.slice(1),
			);
		}
	});

	test("places that are none are refused", async (t) => {
		const target = await shops(t);
		for (const place of [{ lat: 91, lon: 0 }, "nowhere!", [1], 5, {}]) {
			const operation = { kind: "create", content: { place } } as const;
			const outcome = await t.one(target, { ...operation, id: "bad" });
			assert.ok(!outcome.ok, JSON.stringify(place));
			assert.equal(outcome.error.id, "services.storage.unexpected_bad_request");
		}
	});
}

const QUERIES: Readonly<Record<string, readonly Row[]>> = {
	"wildcard, regexp and fuzzy": [
		[{ wildcard: { name: "b*" } }, "s1 s2"],
		[{ wildcard: { name: "?ar" } }, "s1"],
		[{ wildcard: { name: { value: "B*", case_insensitive: true } } }, "s1 s2"],
		[{ regexp: { name: "b[au].*" } }, "s1 s2"],
		[{ regexp: { name: "b" } }, ""],
		[{ fuzzy: { name: "bra" } }, "s1"],
		[{ fuzzy: { name: { value: "bra", transpositions: false } } }, ""],
		[{ wildcard: { title: "coff*" } }, "s1 s3"],
		[{ regexp: { title: "t.a|cake" } }, "s2 s3"],
		[{ fuzzy: { title: "cofee" } }, "s1 s3"],
	],
	"constant_score, dis_max and boosting": [
		[{ constant_score: { filter: { term: { name: "bar" } } } }, "s1"],
		[
			{
				dis_max: {
					queries: [{ term: { name: "bar" } }, { ids: { values: ["s3"] } }],
				},
			},
			"s1 s3",
		],
		[
			{
				boosting: {
					positive: { exists: { field: "place" } },
					negative: { term: { name: "bar" } },
					negative_boost: 0.1,
				},
			},
			"s1 s2 s3",
		],
	],
	"an object of a list on its own": [
		[nested({ term: { "rooms.kind": "hall" } }), "s1 s2"],
		[
			nested({
				bool: {
					must: [
						{ term: { "rooms.kind": "hall" } },
						{ range: { "rooms.seats": { gte: 10 } } },
					],
				},
			}),
			"s2",
		],
		[{ term: { "rooms.kind": "hall" } }, ""],
		[{ bool: { must_not: [nested({ match_all: {} })] } }, "s3 s4"],
	],
	places: [
		[{ geo_distance: { place: [2, 48], distance: "1km" } }, "s1"],
		[{ geo_distance: { place: "48,2", distance: "200km" } }, "s1 s2"],
		[
			{ geo_distance_range: { place: [2, 48], from: "1km", to: "200km" } },
			"s2",
		],
		[
			{
				geo_bounding_box: {
					place: { top_left: [170, 10], bottom_right: [-170, -10] },
				},
			},
			"s3",
		],
		[
			{
				geo_polygon: {
					place: {
						points: [
							[1, 47],
							[5, 47],
							[5, 50],
							[1, 50],
						],
					},
				},
			},
			"s1 s2",
		],
		[
			{
				geo_distance: {
					nothing: [0, 0],
					distance: "1m",
					ignore_unmapped: true,
				},
			},
			"",
		],
	],
	"days of a time zone": [
		[{ range: { at: { gte: "2024-03-10", lt: "2024-03-11" } } }, "s1"],
		[
			{
				range: {
					at: { gte: "2024-03-10", lt: "2024-03-11", time_zone: "-05:00" },
				},
			},
			"s1 s2",
		],
		[{ range: { at: { gte: "10/03/2024", format: "dd/MM/yyyy" } } }, "s1 s2"],
	],
};

function nested(query: object): object {
	return { nested: { path: "rooms", query } };
}

const SORTS: readonly (readonly [sort: object, order: string])[] = [
	[{ _geo_distance: { place: [2, 48], unit: "km" } }, "s1 s2 s3 s4"],
	[
		{ "rooms.seats": { order: "desc", nested: { path: "rooms" } } },
		"s2 s1 s4 s3",
	],
	[
		{
			"rooms.seats": { mode: "sum", order: "desc", nested: { path: "rooms" } },
		},
		"s1 s2 s4 s3",
	],
];

async function shops(t: StorageTest): Promise<Target> {
	const target = await t.collection({
		mappings: {
			properties: {
				name: { type: "keyword" },
				title: { type: "text" },
				at: { type: "date" },
				place: { type: "geo_point" },
				rooms: {
					type: "nested",
					properties: {
						kind: { type: "keyword" },
						seats: { type: "integer" },
					},
				},
			},
		},
	});
	const contents = {
		s1: {
			name: "bar",
			title: "Coffee and more",
			at: "2024-03-10T12:00:00Z",
			place: { lat: 48, lon: 2 },
			rooms: [
				{ kind: "hall", seats: 8 },
				{ kind: "yard", seats: 11 },
			],
		},
		s2: {
			name: "butcher",
			title: "Tea",
			at: "2024-03-11T02:00:00Z",
			place: "48.5,3",
			rooms: { kind: "hall", seats: 12 },
		},
		s3: { name: "shop", title: "coffee cake", place: [179.5, 0], rooms: [] },
		s4: { name: "other" },
	};
	const operations = Object.entries(contents).map(
		([id, content]) => ({ kind: "create", id, content }) as const,
	);
	await t.put(target, operations);
	await t.storage.refresh(target);
	return target;
}
