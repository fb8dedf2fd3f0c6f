import type { Scalar } from "../../search/query.ts";
import type { SearchHit, Target } from "../storage.ts";
import { toStoredDocument, type WireDocument } from "./stored-document.ts";

export interface WireHit extends WireDocument {
	readonly _index: string;
	readonly _score: number | null;
	readonly sort?: readonly Scalar[];
}

export type HitOwner = (indice: string) => Target | undefined;

export function toHit(hit: WireHit, owner: HitOwner): SearchHit {
	const target = owner(hit._index);
	if (target === undefined) {
		throw new Error(`A hit of ${hit._index}, which was not asked for.`);
	}
	return {
		...toStoredDocument(hit),
		index: target.index,
		collection: target.collection,
		score: hit._score,
		...(hit.sort === undefined ? {} : { sort: hit.sort }),
	};
}
