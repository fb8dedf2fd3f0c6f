import { GatewayError } from "../../../src/errors/gateway-error.ts";
import type { JsonObject, JsonValue } from "../../../src/lib/json.ts";
import { parseDocumentSearch } from "../../../src/search/parse-document-search.ts";
import type {
	SearchHit,
	SearchResult,
	Storage,
	Target,
} from "../../../src/storage/storage.ts";
import { difference as differenceOf } from "./aggregation-stores.ts";
import type { GeneratedSearch } from "./oracle-arbitraries.ts";
import type { TwoStores } from "./two-stores.ts";

export type Outcome =
	/** Answered alike. */
	| { readonly kind: "same" }
	/** An error in both. */
	| { readonly kind: "wrong" }
	/** Named by SQLite as something that it does not answer. */
	| { readonly kind: "refused" }
	| { readonly kind: "different"; readonly difference: string };

/** Scores that differ by less than this part are the same: Elasticsearch reckons with half as many digits. */
const TOLERANCE = 0.01;

const NOT_ANSWERED = new Set([
	"services.storage.invalid_query_keyword",
	"services.storage.invalid_search_query",
]);

/** What is said of a clause that cannot be read. */
const FAULTY = ["Failed to parse query", "a regular expression is malformed"];

export async function compare(
	stores: TwoStores,
	target: Target,
	search: GeneratedSearch,
): Promise<Outcome> {
	const [ours, theirs] = await Promise.all([
		ask(stores.sqlite, target, search),
		ask(stores.elasticsearch, target, search),
	]);
	if (ours instanceof GatewayError) {
		if (NOT_ANSWERED.has(String(ours.id))) return { kind: "refused" };
		if (theirs instanceof GatewayError) return { kind: "wrong" };
		// It may answer a query with a faulty clause that cannot change its result (DESIGN.md).
		if (FAULTY.some((part) => ours.message.includes(part)))
			return { kind: "wrong" };
		return different(`SQLite refuses it: ${ours.message}`);
	}
	if (theirs instanceof GatewayError) {
		// Near the limit the two count empty buckets differently (DESIGN.md).
		if (theirs.message.includes("Trying to create too many buckets"))
			return { kind: "wrong" };
		return different(`Elasticsearch refuses it: ${theirs.message}`);
	}
	const found =
		difference(ours, theirs, search) ??
		(await otherPages(stores, target, search, theirs));
	return found === undefined ? { kind: "same" } : different(found);
}

function different(text: string): Outcome {
	return { kind: "different", difference: text };
}

async function ask(
	store: Storage,
	target: Target,
	{ body, from, size }: GeneratedSearch,
): Promise<SearchResult | GatewayError> {
	try {
		const request = parseDocumentSearch(body, { from, size });
		return await store.search([target], request);
	} catch (error) {
		if (error instanceof GatewayError) return error;
		throw error;
	}
}

function difference(
	ours: SearchResult,
	theirs: SearchResult,
	{ body, from, size }: GeneratedSearch,
): string | undefined {
	if (ours.total !== theirs.total)
		return `total: ${ours.total} | ${theirs.total}`;
	const isSorted = body.sort !== undefined;
	const isFuzzy = JSON.stringify(body.query).includes('"fuzzy"');
	const isWhole = from === 0 && size >= theirs.total;
	// Which of the documents of one score come first, and stand for their group, no store promises.
	const found =
		isSorted || (isWhole && body.collapse === undefined)
			? hitsDifference(ours.hits, theirs.hits, { isSorted, isFuzzy })
			: scoresDifference(ours.hits, theirs.hits, isFuzzy);
	return (
		found ??
		differenceOf(ours.aggregations, theirs.aggregations, "aggregations")
	);
}

function hitsDifference(
	ours: readonly SearchHit[],
	theirs: readonly SearchHit[],
	{ isSorted, isFuzzy }: { isSorted: boolean; isFuzzy: boolean },
): string | undefined {
	const [a, b] = [ours, theirs].map((hits) =>
		isSorted
			? hits
			: hits.toSorted((one, other) => (one.id < other.id ? -1 : 1)),
	) as [SearchHit[], SearchHit[]];
	const [ids, others] = [a, b].map((hits) =>
		hits.map(({ id }) => id).join(" "),
	);
	if (ids !== others) return `hits: ${ids} | ${others}`;
	for (const [index, hit] of a.entries()) {
		const found = differenceOf(told(hit), told(b[index] as SearchHit), hit.id);
		if (found !== undefined) return found;
	}
	return scoresDifference(a, b, isFuzzy);
}

function scoresDifference(
	ours: readonly SearchHit[],
	theirs: readonly SearchHit[],
	isFuzzy: boolean,
): string | undefined {
	if (ours.length !== theirs.length)
		return `hits: ${ours.length} | ${theirs.length}`;
	// The words that a fuzzy clause stands for are weighed together there (DESIGN.md).
	if (isFuzzy) return undefined;
	for (const [index, { id, score }] of ours.entries()) {
		const other = theirs[index]?.score ?? null;
		const isClose =
			score === null || other === null
				? score === other
				: Math.abs(score - other) <= TOLERANCE * Math.abs(other);
		if (!isClose) return `score of ${id}: ${score} | ${other}`;
	}
	return undefined;
}

/** What a hit tells beside its score. */
function told(hit: SearchHit): JsonObject {
	const { id, content, highlight, innerHits, isWithoutContent = false } = hit;
	return {
		id,
		content,
		isWithoutContent,
		highlight: highlight ?? null,
		innerHits: innerHits ?? null,
		sort: (hit.sort ?? []).map(sortValue),
	};
}

/** Values that stand for none differ by design (DESIGN.md), and distances in their last digits. */
function sortValue(value: JsonValue): JsonValue {
	if (value === "Infinity" || value === "-Infinity") return null;
	if (typeof value !== "number") return value;
	if (!Number.isFinite(value) || Math.abs(value) >= 2_147_483_647) return null;
	return Number(value.toPrecision(9));
}

/** The rest, three hits at a time, each page after the last hit of the one before: all that one search finds, in its order. */
async function otherPages(
	stores: TwoStores,
	target: Target,
	{ body }: GeneratedSearch,
	first: SearchResult,
): Promise<string | undefined> {
	const isPaged = body.sort !== undefined && body.collapse === undefined;
	if (!isPaged || first.total === 0 || first.total > 12) return undefined;
	const { aggs: _, ...rest } = body;
	for (const store of [stores.sqlite, stores.elasticsearch]) {
		const whole = await ask(store, target, { body: rest, from: 0, size: 100 });
		if (whole instanceof GatewayError) return `whole: ${whole.message}`;
		const ids: string[] = [];
		let after: SearchHit["sort"];
		do {
			const paged =
				after === undefined ? rest : { ...rest, search_after: [...after] };
			const page = await ask(store, target, { body: paged, from: 0, size: 3 });
			if (page instanceof GatewayError)
				return `search_after ${JSON.stringify(after)}: ${page.message}`;
			ids.push(...page.hits.map(({ id }) => id));
			after = page.hits.at(-1)?.sort;
		} while (after !== undefined && ids.length <= first.total);
		const expected = whole.hits.map(({ id }) => id).join(" ");
		if (ids.join(" ") !== expected)
			return `pages: ${ids.join(" ")} | ${expected}`;
	}
	return undefined;
}
