/** What travels between the adapter on the main thread and its programs on the writer and the reader thread. */

import type { ErrorId } from "../../errors/catalogue.ts";
import type { JsonObject } from "../../lib/json.ts";
import type { Query, SearchRequest } from "../../search/query.ts";
import type { CommonMapping } from "../common-mapping.ts";
import type { CollectionDefinition, Scope, Target } from "../storage.ts";

/** A scope as the tables know it: gateways that share a database each have their own two. */
export interface Owner {
	readonly namespace: string;
	readonly scope: Scope;
}

export type Place = Owner & Omit<Target, "scope">;

/** What a collection is given beside its definition when it is made. */
export interface NewCollection {
	readonly common: CommonMapping;
	readonly defaultSettings: JsonObject;
	/** Milliseconds since the epoch. */
	readonly createdAt: number;
	readonly uuid: string;
}

export type WriteRequest =
	| {
			readonly kind: "createIndex";
			readonly owner: Owner;
			readonly index: string;
	  }
	| {
			readonly kind: "deleteIndex";
			readonly owner: Owner;
			readonly index: string;
	  }
	| {
			readonly kind: "createCollection";
			readonly place: Place;
			readonly definition: CollectionDefinition;
			readonly made: NewCollection;
	  }
	| {
			readonly kind: "updateCollection";
			readonly place: Place;
			readonly definition: CollectionDefinition;
	  }
	| { readonly kind: "deleteCollection"; readonly place: Place }
	/** Some documents of a database of an older format; answers true while there are more. */
	| { readonly kind: "indexAgain" }
	| { readonly kind: "truncateCollection"; readonly place: Place }
	| {
			readonly kind: "write";
			readonly place: Place;
			readonly operations: readonly SentOperation[];
	  };

/** A write operation; documents travel as JSON text. */
export type SentOperation = {
	readonly id: string;
	readonly ifRevision?: string | undefined;
} & (
	| {
			readonly kind: "create" | "createOrReplace";
			readonly content: string;
	  }
	| { readonly kind: "replace"; readonly content: string }
	| { readonly kind: "update"; readonly changes: string }
	| {
			readonly kind: "upsert";
			readonly changes: string;
			readonly default: string;
	  }
	| { readonly kind: "delete" }
);

export type SentOutcome =
	| {
			readonly ok: true;
			readonly version: number;
			readonly revision: string;
			readonly created: boolean;
			readonly before: string | null;
			/** Only where the sender cannot know it: after a merge. */
			readonly after?: string;
	  }
	| {
			readonly ok: false;
			readonly id: ErrorId;
			readonly props: readonly unknown[];
	  };

export type ReadRequest = {
	readonly places: readonly Place[];
	/** What `now` means in dates. */
	readonly now: number;
} & (
	| {
			readonly kind: "search";
			readonly request: SearchRequest;
			/** After so many milliseconds it answers what it has. */
			readonly timeoutMs?: number | undefined;
	  }
	| { readonly kind: "measure" }
	| {
			readonly kind: "scan";
			readonly query: Query;
			readonly pageSize: number;
			/** Absent on the first page. */
			readonly from?: ScanPosition | undefined;
	  }
);

export interface ScanPosition {
	/** Which of the places. */
	readonly place: number;
	/** Of the last document seen there; empty before the first. */
	readonly id: string;
	/** The youngest document when the scan began: younger ones are not of it, so that it ends. */
	readonly youngest: number;
}

export interface SentHit {
	/** Which of the places. */
	readonly place: number;
	readonly id: string;
	readonly version: number;
	readonly revision: string;
	readonly content: string;
	readonly score: number | null;
	readonly sort?: readonly (string | number | boolean | null)[];
	/** As in `SearchHit`. */
	readonly isWithoutContent?: true;
	readonly highlight?: JsonObject;
	readonly innerHits?: JsonObject;
}

export interface SearchPage {
	readonly total: number;
	readonly hits: readonly SentHit[];
	readonly aggregations?: JsonObject;
	readonly timedOut?: boolean;
}

export interface ScanPage {
	readonly hits: readonly SentHit[];
	/** Absent after the last page. */
	readonly next?: ScanPosition;
}

export interface MeasuredCollection {
	readonly documents: number;
	readonly bytes: number;
}

export function toPlace(namespace: string, target: Target): Place {
	const { scope, index, collection } = target;
	return { namespace, scope, index, collection };
}
