import type { JsonObject } from "../../lib/json.ts";
import type { Scalar } from "../../search/query.ts";
import type { SearchHit, Target } from "../storage.ts";
import { toStoredDocument, type WireDocument } from "./stored-document.ts";

export interface WireHit extends Omit<WireDocument, "_source"> {
	/** Absent where it was not asked for. */
	readonly _source?: JsonObject;
	readonly _index: string;
	readonly _score: number | null;
	readonly sort?: readonly Scalar[];
	readonly highlight?: JsonObject;
	readonly inner_hits?: JsonObject;
}

export type HitOwner = (indice: string) => Target | undefined;

export function toHit(hit: WireHit, owner: HitOwner): SearchHit {
	const target = owner(hit._index);
	if (target === undefined) {
		throw new Error(`A hit of ${hit._index}, which was not asked for.`);
	}
	return {
		...toStoredDocument({ ...hit, _source: hit._source ?? {} }),
		index: target.index,
		collection: target.collection,
		score: hit._score,
		...(hit._source === undefined ? { isWithoutContent: true } : {}),
		...(hit.sort === undefined ? {} : { sort: hit.sort }),
		...(hit.highlight === undefined ? {} : { highlight: hit.highlight }),
		...(hit.inner_hits === undefined ? {} : { innerHits: hit.inner_hits }),
	};
}
