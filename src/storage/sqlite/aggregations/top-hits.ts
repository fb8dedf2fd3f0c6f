import type { JsonObject, JsonValue } from "../../../lib/json.ts";
import type { TopHitsAggregation } from "../../../search/aggregations/aggregation.ts";
import type { Sort } from "../../../search/query.ts";
import type { Place } from "../messages.ts";
import { readHit } from "../read-rows.ts";
import { compareKeys } from "./bucket-order.ts";
import type { Row } from "./collector.ts";
import { filterSource } from "./filter-source.ts";
import type { Plan } from "./plan.ts";
import type { PlanContext } from "./plan-context.ts";
import { refused } from "./refused.ts";

interface Found {
	readonly place: number;
	readonly number: number;
	readonly score: number;
	readonly keys: readonly (string | number | null)[];
}

type ReadKey = (row: Row) => string | number | null;

/** The best documents of a bucket. Their contents are read at the end, of those that are still the best. */
export function planTopHits(
	body: TopHitsAggregation,
	context: PlanContext,
): Plan {
	if (context.nested !== undefined) throw refused("top_hits (in nested)");
	const { limits, columns } = context;
	const sorts: readonly Sort[] = body.sort.length === 0 ? BY_SCORE : body.sort;
	const readKeys = sorts.map((sort) => keyReader(sort, columns));
	const hasScore = sorts.some(({ field }) => field === "_score");
	const wanted = body.from + body.size;
	const compare = comparison(sorts);
	return {
		ordering: { kind: "none" },
		create() {
			const best: Found[] = [];
			let total = 0;
			return {
				collect(row) {
					total++;
					if (wanted === 0) return;
					const { place, number, score } = row;
					const keys = readKeys.map((read) => read(row));
					const found = { place, number, score, keys };
					const last = best[wanted - 1];
					if (last !== undefined && compare(found, last) >= 0) return;
					if (last === undefined) limits.keptHit();
					insert(best, found, compare);
					if (best.length > wanted) best.pop();
				},
				toJson() {
					const hits = best.slice(body.from);
					const reader = { ...context, body, hasScore };
					return {
						hits: {
							total: { value: total, relation: "eq" },
							max_score: hasScore ? (maxScore(best) ?? null) : null,
							hits: readHits(hits, reader),
						},
					};
				},
			};
		},
	};
}

const BY_SCORE: readonly Sort[] = [{ field: "_score", order: "desc" }];

function keyReader(sort: Sort, columns: PlanContext["columns"]): ReadKey {
	if (sort.field === "_score") {
		columns.needsScore = true;
		return (row) => row.score;
	}
	const slot = columns.sort(sort);
	return (row) => row.sortKey(slot);
}

function comparison(sorts: readonly Sort[]) {
	return (one: Found, other: Found): number => {
		for (const [index, { order, missing }] of sorts.entries()) {
			const a = one.keys[index] ?? null;
			const b = other.keys[index] ?? null;
			if (a === null || b === null) {
				const isFirst = missing === "_first";
				const difference = Number(a === null) - Number(b === null);
				if (difference !== 0) return isFirst ? -difference : difference;
				continue;
			}
			const difference = compareKeys(a, b);
			if (difference !== 0) return order === "asc" ? difference : -difference;
		}
		return one.place - other.place || one.number - other.number;
	};
}

function insert(
	best: Found[],
	found: Found,
	compare: (one: Found, other: Found) => number,
): void {
	let at = best.length;
	while (at > 0 && compare(found, best[at - 1] as Found) < 0) at--;
	best.splice(at, 0, found);
}

function maxScore(found: readonly Found[]): number | undefined {
	return found.length === 0
		? undefined
		: found.reduce((max, { score }) => Math.max(max, score), -Infinity);
}

interface HitReader extends PlanContext {
	readonly body: TopHitsAggregation;
	readonly hasScore: boolean;
}

function readHits(hits: readonly Found[], reader: HitReader): JsonObject[] {
	const { connection, places, body, hasScore, limits } = reader;
	return hits.map((found) => {
		const hit = readHit(connection, found.number, {
			place: found.place,
			score: found.score,
		});
		limits.contents(hit.content.length);
		const content = JSON.parse(hit.content) as JsonObject;
		return {
			_index: indiceName(places[found.place]),
			_id: hit.id,
			_score: hasScore ? found.score : null,
			...sourceJson(content, body),
			...(body.sort.length === 0 ? {} : { sort: found.keys.map(sortValue) }),
		};
	});
}

/** JSON has no word for what is infinitely far away. */
function sortValue(key: string | number | null): JsonValue {
	return typeof key === "number" && !Number.isFinite(key) ? String(key) : key;
}

function sourceJson(
	content: JsonObject,
	{ source }: TopHitsAggregation,
): { _source?: JsonObject } {
	if (source === false) return {};
	return {
		_source:
			typeof source === "object" ? filterSource(content, source) : content,
	};
}

/** What the indice of the collection would be called in Elasticsearch. */
function indiceName(place: Place | undefined): string {
	if (place === undefined) return "";
	const { namespace, scope, index, collection } = place;
	return `${namespace}${scope === "public" ? "&" : "%"}${index}.${collection}`;
}
