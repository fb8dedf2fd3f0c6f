import type { GatewayError } from "../errors/gateway-error.ts";
import type { JsonObject, JsonValue } from "../lib/json.ts";
import type { PagedSearch, SearchRequest } from "../search/query.ts";

/**
 * The storage port. Two adapters keep it, SQLite and Elasticsearch, and one contract suite
 * (`test/contracts/storage.contract.ts`) holds both to what is written here.
 *
 * Every method takes an AbortSignal in its options. An aborted read rejects with the signal's reason. An aborted
 * write may or may not have happened: it rejects with `portico.call.outcome_unknown`, or with the signal's reason where
 * nothing was sent yet, as when the signal is aborted before the call.
 * A store that cannot be reached rejects with `services.storage.not_connected` (503), from every method.
 */
export interface Storage {
	readonly backend: "sqlite" | "elasticsearch";

	/** Connects, creates or migrates what the adapter itself needs. Rejects with `services.storage.not_connected` while the store is away; may be called again. */
	open(): Promise<void>;
	/** Finishes writes under way, then lets go of files, threads and sockets. No method may be called afterwards. */
	close(): Promise<void>;
	/** Never rejects: a store that is away reads as red. */
	health(options?: CallOptions): Promise<StorageHealth>;
	/** Facts for `server:info`: type, version and adapter-specific figures. */
	info(options?: CallOptions): Promise<JsonObject>;

	/** Rejects with `services.storage.index_already_exists` (in either scope) or `invalid_index_name`. */
	createIndex(
		scope: Scope,
		index: string,
		options?: CallOptions,
	): Promise<void>;
	/** Removes the index and all its collections. Rejects with `services.storage.unknown_index`. */
	deleteIndex(
		scope: Scope,
		index: string,
		options?: CallOptions,
	): Promise<void>;
	indexExists(
		scope: Scope,
		index: string,
		options?: CallOptions,
	): Promise<boolean>;
	/** Sorted names. */
	listIndexes(scope: Scope, options?: CallOptions): Promise<string[]>;
	/** The indexes of a scope with their collections, in one question; sorted as `listIndexes` and `listCollections` sort. */
	listEverything(scope: Scope, options?: CallOptions): Promise<IndexListing[]>;
	/**
	 * What each collection of a scope holds, sorted as `listEverything`; a collection that comes or goes meanwhile may be left out. It looks at
	 * every document (SQLite) or asks every shard (Elasticsearch): not for every request.
	 */
	measureCollections(
		scope: Scope,
		options?: CallOptions,
	): Promise<IndexFigures[]>;

	/**
	 * Creates the collection, and its index where that is missing. If the collection exists, its mappings are
	 * merged as `updateCollection` does. Rejects with `invalid_collection_name`, `collection_reserved`, `invalid_mapping`.
	 */
	createCollection(
		target: Target,
		definition?: CollectionDefinition,
		options?: CallOptions,
	): Promise<void>;
	/**
	 * Adds mappings and changes settings, all of it or nothing; a field's type never changes. Rejects with `unknown_index`, `unknown_collection`, `invalid_mapping` (a key or a value of
	 * `dynamic` that nobody knows) and `unexpected_bad_request` (another type for a field, or one that does not exist).
	 */
	updateCollection(
		target: Target,
		definition: CollectionDefinition,
		options?: CallOptions,
	): Promise<void>;
	/** The index stays, even when it was its last collection. */
	deleteCollection(target: Target, options?: CallOptions): Promise<void>;
	/** Deletes every document; mappings and settings stay. */
	truncateCollection(target: Target, options?: CallOptions): Promise<void>;
	collectionExists(target: Target, options?: CallOptions): Promise<boolean>;
	/** Sorted names, without the adapter's own hidden collections. Rejects with `unknown_index`. */
	listCollections(
		scope: Scope,
		index: string,
		options?: CallOptions,
	): Promise<string[]>;
	getMappings(target: Target, options?: CallOptions): Promise<Mappings>;
	/** As Elasticsearch writes the settings of an index: nested, without the level `index`, numbers and flags as text. Rejects with `unknown_index`, `unknown_collection`. */
	getSettings(target: Target, options?: CallOptions): Promise<JsonObject>;

	/** Sees every write that was answered, whether or not it was refreshed. Null when there is none. Rejects with `unknown_index`, `unknown_collection`. */
	get(
		target: Target,
		id: string,
		options?: CallOptions,
	): Promise<StoredDocument | null>;
	/** As `get`, in the order of the ids; null for each that is missing. */
	mGet(
		target: Target,
		ids: readonly string[],
		options?: CallOptions,
	): Promise<(StoredDocument | null)[]>;
	exists(target: Target, id: string, options?: CallOptions): Promise<boolean>;
	mExists(
		target: Target,
		ids: readonly string[],
		options?: CallOptions,
	): Promise<boolean[]>;

	/**
	 * Applies the operations, each atomic by itself, in order per document, and answers one outcome per operation,
	 * in order. When the promise resolves, the writes are durable (SQLite: fsynced; Elasticsearch: acknowledged).
	 * An operation that fails leaves its document untouched and does not stop the others. Rejects as a whole only when nothing is known of any
	 * operation: `services.storage.not_connected` (nothing was sent) or `portico.call.outcome_unknown` (sent, aborted or cut before an answer).
	 *
	 * Errors of an outcome: `document_already_exists` (create of a taken id; `ifRevision` no longer true; conflict retries used up), `not_found`
	 * (update, replace, delete of a missing id), `unknown_index`, `unknown_collection`, `strict_mapping_rejection`, `unexpected_bad_request` (a new
	 * document's id that has not 1 to 512 bytes of valid Unicode; a value that its field cannot hold).
	 * Once part of a batch is done, a store that is lost fails the rest by outcomes: `outcome_unknown` what was sent, `not_connected` what was not.
	 */
	write(
		target: Target,
		operations: readonly WriteOperation[],
		options?: WriteOptions,
	): Promise<WriteOutcome[]>;

	/** Sees what was refreshed. Rejects with `invalid_query_keyword` or `invalid_search_query` for what this adapter cannot answer, and with `unexpected_bad_request` for a sort by a field that is not mapped or a text, and for a page that ends beyond 10,000. */
	search(
		targets: readonly Target[],
		request: SearchRequest,
		options?: CallOptions,
	): Promise<SearchResult>;
	/**
	 * A search page by page, with any number of pages. The first call has no cursor; the cursor that a page answers leads to the
	 * next, on any node, for as long as `keepAliveMs` says. Each document that is there throughout, its sort values unchanged, is seen exactly
	 * once; what comes or goes meanwhile may or may not be seen. Rejects as `search`, and with `unknown_scroll_id` for a cursor that has ended.
	 */
	scroll(
		targets: readonly Target[],
		request: ScrollRequest,
		options?: CallOptions,
	): Promise<ScrollPage>;
	/** Lets go of what a cursor holds; to leave it to its end is no harm. Never rejects. */
	endScroll(cursor: string): Promise<void>;
	/** Every match, page by page, in constant memory, in a stable order; each document that is there throughout is seen exactly once. */
	scan(
		targets: readonly Target[],
		request: ScanRequest,
		options?: CallOptions,
	): AsyncIterable<SearchHit[]>;
	/** When it resolves, all writes answered before are seen by search. */
	refresh(target: Target, options?: CallOptions): Promise<void>;
}

/** Kuzzle's two name spaces: `public` for users' data, `private` for the server's own (users, roles, keys, plugins). */
export type Scope = "public" | "private";

export interface Target {
	readonly scope: Scope;
	readonly index: string;
	readonly collection: string;
}

export interface CallOptions {
	readonly signal?: AbortSignal | undefined;
}

export interface WriteOptions extends CallOptions {
	/** `wait_for`: resolves only once the writes can be found by search. Default: does not wait. */
	readonly refresh?: "wait_for" | false | undefined;
}

export interface IndexListing {
	readonly index: string;
	readonly collections: readonly string[];
}

export interface IndexFigures {
	readonly index: string;
	readonly collections: readonly CollectionFigures[];
}

export interface CollectionFigures {
	readonly collection: string;
	/** Elasticsearch counts what was refreshed, and each nested object as one more. */
	readonly documents: number;
	/** What they take on the disk, copies included. SQLite: what the documents and their fields take, without indexes. */
	readonly bytes: number;
}

export interface Mappings {
	readonly dynamic?: "true" | "false" | "strict";
	readonly _meta?: JsonObject;
	/** How `dynamic: "true"` maps new fields, first match first. */
	readonly dynamic_templates?: JsonValue;
	readonly properties: JsonObject;
}

export interface CollectionDefinition {
	readonly mappings?: {
		readonly dynamic?: string | boolean;
		readonly _meta?: JsonObject;
		readonly dynamic_templates?: JsonValue;
		readonly properties?: JsonObject;
	};
	/**
	 * Elasticsearch index settings; SQLite keeps and ignores them. A number of shards or replicas that is 0 when the collection is made counts as
	 * not given, as in Kuzzle.
	 */
	readonly settings?: JsonObject;
}

export interface StoredDocument {
	readonly id: string;
	/** Counts up by one with each write of this document; 1 at its creation. */
	readonly version: number;
	/** Opaque; differs whenever the document does. For `ifRevision`. */
	readonly revision: string;
	readonly content: JsonObject;
}

export type WriteOperation =
	/** Refuses a taken id. Without id, the adapter makes one. */
	| {
			readonly kind: "create";
			readonly id?: string | undefined;
			readonly content: JsonObject;
	  }
	| {
			readonly kind: "createOrReplace";
			readonly id: string;
			readonly content: JsonObject;
			readonly ifRevision?: string | undefined;
	  }
	/** Refuses a missing id. */
	| {
			readonly kind: "replace";
			readonly id: string;
			readonly content: JsonObject;
			readonly ifRevision?: string | undefined;
	  }
	/** Merges deeply: objects member by member, arrays and scalars as a whole. */
	| {
			readonly kind: "update";
			readonly id: string;
			readonly changes: JsonObject;
			readonly ifRevision?: string | undefined;
			readonly retryOnConflict?: number | undefined;
	  }
	/** Merges `changes` into the document, or creates it as `default` merged with `changes`. */
	| {
			readonly kind: "upsert";
			readonly id: string;
			readonly changes: JsonObject;
			readonly default: JsonObject;
			readonly retryOnConflict?: number | undefined;
	  }
	| {
			readonly kind: "delete";
			readonly id: string;
			readonly ifRevision?: string | undefined;
	  };

export type WriteOutcome = WrittenDocument | FailedWrite;

export interface WrittenDocument {
	readonly ok: true;
	readonly id: string;
	readonly version: number;
	/** The new revision; of a deletion, the last one. */
	readonly revision: string;
	/** True when the document did not exist before. */
	readonly created: boolean;
	/** The content before, null when there was none. Absent where the adapter did not have to read it (createOrReplace and replace on Elasticsearch). */
	readonly before?: JsonObject | null;
	/** The content now; absent after a deletion. */
	readonly after?: JsonObject;
}

export interface FailedWrite {
	readonly ok: false;
	readonly id: string | null;
	readonly error: GatewayError;
}

export interface SearchHit extends StoredDocument {
	readonly index: string;
	readonly collection: string;
	readonly score: number | null;
	/** The request asked for no content: `content` is empty. */
	readonly isWithoutContent?: true;
	/** The values it was sorted by, for `searchAfter`. */
	readonly sort?: readonly (string | number | boolean | null)[];
	/** By field: pieces of its text with what was found marked; where the request asked for it. */
	readonly highlight?: JsonObject;
	/** By field: its values, as a list; where the request asked for fields, or collapsed by one. */
	readonly fields?: JsonObject;
	/** By name, as Elasticsearch answers them; where the request asked for it. */
	readonly innerHits?: JsonObject;
}

export interface SearchResult {
	/** All matches, whatever the page. */
	readonly total: number;
	readonly hits: SearchHit[];
	/** By name, as Elasticsearch answers them; where the request asked for them. */
	readonly aggregations?: JsonObject;
	/** By name, as Elasticsearch answers them; where the request asked for them. */
	readonly suggest?: JsonObject;
	/** The search came to its time limit: total, hits and aggregations are of what it had seen by then. */
	readonly timedOut?: boolean;
}

/** The size is documents per page: 1 to 10,000. */
export interface ScrollRequest extends PagedSearch {
	/** Of the page before; absent for the first. */
	readonly cursor?: string | undefined;
	/** How long the answered cursor stays good, in milliseconds. An adapter that holds nothing may keep it for longer. */
	readonly keepAliveMs: number;
}

export interface ScrollPage extends SearchResult {
	/** Opaque. Absent after the last page. */
	readonly cursor?: string;
}

export interface ScanRequest {
	readonly query: SearchRequest["query"];
	/** Documents per page: 1 to 10,000; default 1,000. */
	readonly pageSize?: number;
}

export interface StorageHealth {
	readonly status: "green" | "yellow" | "red";
	readonly reason?: string;
}
