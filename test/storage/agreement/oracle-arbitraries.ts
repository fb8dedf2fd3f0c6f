import fc, { type Arbitrary } from "fast-check";
import type { JsonObject } from "../../../src/lib/json.ts";
import {
	corpus as aggregatedCorpus,
	request as aggregating,
} from "./aggregation-arbitraries.ts";
import {
	GENERATED_PROPERTIES,
	generatedDocument,
	generatedQuery,
} from "./clause-arbitraries.ts";
import {
	TEXT_PROPERTIES,
	textDocument,
	textQuery,
} from "./full-text-arbitraries.ts";

/** Whole collections, and whole searches of them. */

export interface Collection {
	readonly properties: JsonObject;
	readonly documents: readonly JsonObject[];
}

/** Short ones, with a last word that nobody looks for: where longer ones are cut is not the same in both (DESIGN.md). */
const sentence = fc
	.tuple(
		fc.array(fc.constantFrom("a", "bear", "sees", "the", "cat", "slowly"), {
			minLength: 1,
			maxLength: 7,
		}),
		fc.constantFrom(". ", "! ", "? "),
	)
	.map(([words, end]) => `${words.join(" ").replace(/^./, upper)} so${end}`);

const prose = fc
	.array(sentence, { maxLength: 6 })
	.map((sentences) => sentences.join(""));

function upper(letter: string): string {
	return letter.toUpperCase();
}

/** Fields of all kinds; `order` differs in all documents, so that each order can be made a total one. */
export const collection: Arbitrary<Collection> = fc
	.tuple(
		aggregatedCorpus,
		fc.array(fc.tuple(generatedDocument, textDocument, several(prose)), {
			minLength: 60,
			maxLength: 60,
		}),
	)
	.map(([{ properties, documents }, others]) => ({
		properties: {
			...properties,
			...(GENERATED_PROPERTIES as unknown as JsonObject),
			...TEXT_PROPERTIES,
			prose: { type: "text" },
			order: { type: "integer" },
			group: { type: "keyword" },
		},
		documents: documents.map((document, order) => {
			const [clauses, texts, prose] = others[order] ?? [{}, {}, ""];
			return {
				...document,
				...(clauses as JsonObject),
				...texts,
				prose,
				order: (order * 7) % 61,
				// Some documents have none.
				...(order % 4 === 3 ? {} : { group: GROUPS[order % 5] ?? "a" }),
			};
		}),
	}));

function several<Value>(value: Arbitrary<Value>) {
	return fc.oneof(value, fc.array(value, { maxLength: 3 }));
}

const GROUPS = ["a", "b", "a", "c", "b"];

const proseQuery = fc
	.record({
		words: fc.array(fc.constantFrom("bear", "cat", "sees the", "slowly"), {
			minLength: 1,
			maxLength: 2,
		}),
		clause: fc.constantFrom("match", "match_phrase", "match_phrase_prefix"),
	})
	.map(({ words, clause }) => ({ [clause]: { prose: words.join(" ") } }));

const query = fc.oneof(
	{ weight: 2, arbitrary: proseQuery },
	fc.constant({ match_all: {} }),
	generatedQuery,
	textQuery,
	fc
		.record({ must: generatedQuery, should: textQuery })
		.map(({ must, should }) => ({ bool: { must: [must], should: [should] } })),
	fc
		.record({ must: textQuery, filter: generatedQuery })
		.map(({ must, filter }) => ({ bool: { must: [must], filter: [filter] } })),
);

const direction = fc.constantFrom("asc", "desc");

const key: Arbitrary<unknown> = fc.oneof(
	fc
		.record({
			field: fc.constantFrom("k", "l", "n", "d", "b", "tag", "count", "name"),
			order: direction,
			missing: fc.constantFrom("_last", "_first"),
		})
		.map(({ field, order, missing }) => ({ [field]: { order, missing } })),
	fc
		.record({
			field: fc.constantFrom("n", "m", "f", "x"),
			order: direction,
			mode: fc.constantFrom("min", "max", "sum", "avg"),
		})
		.map(({ field, order, mode }) => ({ [field]: { order, mode } })),
	direction.map((order) => ({
		"objects.n": { order, nested: { path: "objects" } },
	})),
	direction.map((order) => ({
		_geo_distance: { place: { lat: 10, lon: 20 }, order, unit: "km" },
	})),
);

/** None, or one that no two documents are the same in. */
const sort = fc.oneof(
	{ weight: 2, arbitrary: fc.constant(undefined) },
	{
		weight: 3,
		arbitrary: fc
			.tuple(fc.array(key, { maxLength: 2 }), direction)
			.map(([keys, order]) => [...keys, { order: { order } }]),
	},
);

const path = fc.constantFrom(
	...["n", "title", "items", "items.*", "*.name", "o*", "objects.k", "place"],
	...["ghost", "items.parts.size", "*", "t*e"],
);
const paths = fc.array(path, { maxLength: 3 });

const source = fc.oneof(
	{ weight: 4, arbitrary: fc.constant(undefined) },
	fc.boolean(),
	path,
	paths,
	fc.record({ includes: paths, excludes: paths }, { noNullPrototype: true }),
	fc.record({ excludes: paths }, { noNullPrototype: true }),
);

const sometimes = <Value>(value: Arbitrary<Value>) =>
	fc.oneof(
		{ weight: 4, arbitrary: fc.constant(undefined) },
		{ weight: 1, arbitrary: value },
	);

const KEYWORDS = ["tag", "name", "title.raw"];

/** Sentences that are longer than a fragment are not cut at the same words in both (DESIGN.md): those of titles and bodies. */
const LONG_SENTENCES = ["title", "body", "t*"];

const highlight = fc
	.record({
		fields: fc.uniqueArray(
			fc.constantFrom("prose", ...LONG_SENTENCES, ...KEYWORDS),
			{ minLength: 1, maxLength: 3 },
		),
		fragment_size: fc.constantFrom(undefined, 0, 60),
		number_of_fragments: fc.constantFrom(undefined, 0, 1, 2, 100),
		order: fc.constantFrom(undefined, "score"),
		tag: fc.constantFrom(undefined, "b"),
	})
	.map(({ fields, tag, ...options }) => ({
		...options,
		...(tag === undefined
			? {}
			: { pre_tags: [`<${tag}>`], post_tags: [`</${tag}>`] }),
		fields: Object.fromEntries(
			fields
				.filter((field) => !isCut(options) || !LONG_SENTENCES.includes(field))
				.map((field) => [field, {}]),
		),
	}));

function isCut({
	fragment_size,
	number_of_fragments,
}: {
	readonly fragment_size: number | undefined;
	readonly number_of_fragments: number | undefined;
}): boolean {
	return fragment_size !== 0 && number_of_fragments !== 0;
}

/** A search as its client writes it; `page` is how many hits are asked for at a time. */
export interface GeneratedSearch {
	readonly body: JsonObject;
	readonly from: number;
	readonly size: number;
}

export const generatedSearch: Arbitrary<GeneratedSearch> = fc
	.record({
		query,
		sort,
		_source: source,
		post_filter: sometimes(generatedQuery),
		aggs: sometimes(aggregating.map(({ aggs }) => aggs)),
		collapse: sometimes(fc.constant({ field: "group" })),
		highlight: fc.oneof(fc.constant(undefined), highlight),
		from: fc.constantFrom(0, 0, 0, 1, 5),
		size: fc.constantFrom(0, 3, 10, 100, 100),
	})
	.map(({ from, size, ...members }) => ({
		body: JSON.parse(JSON.stringify(members)) as JsonObject,
		from,
		size,
	}));
