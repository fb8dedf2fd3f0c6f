import type { JsonObject } from "../../../src/lib/json.ts";
import type {
	CollectionDefinition,
	Target,
} from "../../../src/storage/storage.ts";
import type { StorageTest } from "./contract-suite.ts";

export const FIXTURE_DEFINITION: CollectionDefinition = {
	mappings: {
		dynamic: "false",
		properties: {
			name: { type: "keyword" },
			title: { type: "text" },
			body: { type: "text", fields: { raw: { type: "keyword" } } },
			count: { type: "integer" },
			price: { type: "double" },
			big: { type: "long" },
			at: { type: "date" },
			ok: { type: "boolean" },
			tags: { type: "keyword" },
			address: {
				properties: { city: { type: "keyword" }, zip: { type: "integer" } },
			},
		},
	},
};

/** Six documents that differ in what searches ask: missing values, nulls, arrays, empty arrays, an unmapped field. */
const FIXTURE: Record<string, JsonObject> = {
	d1: {
		name: "alpha",
		title: "The quick brown fox",
		body: "Hello World",
		count: 1,
		price: 1.5,
		big: 10,
		at: "2024-01-01T00:00:00.000Z",
		ok: true,
		tags: ["red", "blue"],
		address: { city: "Paris", zip: 75001 },
		hidden: "x",
	},
	d2: {
		name: "Beta",
		title: "Quick thinking, brown bread",
		body: "hello there",
		count: 2,
		price: 2.5,
		big: 20,
		at: 1704153600000,
		ok: false,
		tags: ["blue"],
		address: { city: "Lyon", zip: 69001 },
		hidden: "y",
	},
	d3: {
		name: "gamma",
		title: "Lazy dogs sleep",
		count: 3,
		price: -4,
		at: "2024-01-03T12:00:00.000Z",
		ok: true,
		tags: [],
		address: { zip: 34000 },
	},
	d4: {
		name: "alphabet",
		title: "Déjà vu in Paris",
		count: [4, 40],
		price: 1e10,
		big: 30,
		at: "2025-06-01T00:00:00.000Z",
		tags: "green",
	},
	d5: { name: null, title: null, count: 5, tags: ["red", null] },
	d6: { name: "zeta", title: "fox fox fox", count: 6, tags: [null] },
};

export const FIXTURE_IDS = Object.keys(FIXTURE);

/** A collection with these documents, found by search. */
export async function fixture(t: StorageTest): Promise<Target> {
	const target = await t.collection(FIXTURE_DEFINITION);
	const operations = Object.entries(FIXTURE).map(
		([id, content]) => ({ kind: "create", id, content }) as const,
	);
	await t.put(target, operations);
	await t.storage.refresh(target);
	return target;
}
