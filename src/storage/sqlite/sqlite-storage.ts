import { isErrorId } from "../../errors/gateway-error.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Ids } from "../../lib/ids.ts";
import type { JsonObject } from "../../lib/json.ts";
import type { SearchRequest } from "../../search/query.ts";
import type { Connection } from "../../sqlite/connection.ts";
import type { Database } from "../../sqlite/database.ts";
import { type CommonMapping, defaultCommonMapping } from "../common-mapping.ts";
import type {
	CallOptions,
	CollectionDefinition,
	CollectionFigures,
	IndexFigures,
	IndexListing,
	Mappings,
	ScanRequest,
	Scope,
	ScrollPage,
	ScrollRequest,
	SearchHit,
	SearchResult,
	Storage,
	StorageHealth,
	StoredDocument,
	Target,
	WriteOperation,
	WriteOptions,
	WriteOutcome,
} from "../storage.ts";
import { tellSettings } from "./collection-settings.ts";
import { findIndex, requireCollection } from "./collections.ts";
import {
	type MeasuredCollection,
	type Place,
	type ReadRequest,
	type ScanPage,
	type ScanPosition,
	type SearchPage,
	type SentHit,
	type SentOutcome,
	toPlace,
	type WriteRequest,
} from "./messages.ts";
import {
	allNames,
	collectionNames,
	collectionNumber,
	documentExists,
	indexNames,
	readDocument,
	readDocumentAt,
	requireCollectionNumber,
} from "./read-tables.ts";
import { scrollPage } from "./scroll.ts";
import {
	bytesOf,
	fromSentOutcome,
	toSentOperation,
} from "./sent-operations.ts";
import { StoreCalls } from "./store-calls.ts";

export interface SqliteStorageOptions {
	readonly clock: Clock;
	readonly ids: Ids;
	/** After how long a search answers what it has, in milliseconds; default: it may take any time. */
	readonly searchTimeoutMs?: number | undefined;
	/** Sets the indexes of several gateways in one database apart; without slashes. */
	readonly namespace?: string;
	/** What every new collection is given; default: Kuzzle's. */
	readonly commonMapping?: CommonMapping;
	/** Settings that every new collection is given, which have no effect here; default: Kuzzle's. */
	readonly defaultSettings?: JsonObject;
}

const DEFAULT_SETTINGS = { number_of_shards: 1, number_of_replicas: 1 };

/** The embedded store. How it keeps documents and answers queries is written in DESIGN.md. */
export function createSqliteStorage(
	database: Database,
	options: SqliteStorageOptions,
): Storage {
	return new SqliteStorage(database, options);
}

class SqliteStorage implements Storage {
	readonly backend = "sqlite";
	readonly #database: Database;
	readonly #calls: StoreCalls;
	readonly #clock: Clock;
	readonly #ids: Ids;
	readonly #searchTimeoutMs: number | undefined;
	readonly #namespace: string;
	readonly #common: CommonMapping;
	readonly #defaultSettings: JsonObject;

	constructor(database: Database, options: SqliteStorageOptions) {
		this.#database = database;
		this.#calls = new StoreCalls(database);
		this.#clock = options.clock;
		this.#ids = options.ids;
		this.#searchTimeoutMs = options.searchTimeoutMs;
		this.#namespace = options.namespace ?? "";
		this.#common = options.commonMapping ?? defaultCommonMapping;
		this.#defaultSettings = options.defaultSettings ?? DEFAULT_SETTINGS;
		if (this.#namespace.includes("/"))
			throw new Error("A namespace has no slash.");
	}

	open(): Promise<void> {
		return this.#calls.open();
	}

	close(): Promise<void> {
		return this.#calls.close();
	}

	async health(): Promise<StorageHealth> {
		const reason = await this.#database.checkDisk();
		return reason === undefined
			? { status: "green" }
			: { status: "red", reason };
	}

	async info(options?: CallOptions): Promise<JsonObject> {
		return this.#calls.read(options, (connection) => {
			const version =
				connection.get<{ version: string }>(
					"SELECT sqlite_version() AS version",
				)?.version ?? "";
			const { bytes, requests, groups } = this.#database.figures();
			return {
				type: "sqlite",
				version,
				spaceUsed: bytes,
				writes: requests,
				commits: groups,
			};
		});
	}

	async createIndex(
		scope: Scope,
		index: string,
		options?: CallOptions,
	): Promise<void> {
		await this.#calls.write(options, {
			kind: "createIndex",
			owner: this.#owner(scope),
			index,
		});
	}

	async deleteIndex(
		scope: Scope,
		index: string,
		options?: CallOptions,
	): Promise<void> {
		await this.#calls.write(options, {
			kind: "deleteIndex",
			owner: this.#owner(scope),
			index,
		});
	}

	async indexExists(
		scope: Scope,
		index: string,
		options?: CallOptions,
	): Promise<boolean> {
		return this.#calls.read(
			options,
			(connection) =>
				findIndex(connection, this.#owner(scope), index) !== undefined,
		);
	}

	async listIndexes(scope: Scope, options?: CallOptions): Promise<string[]> {
		return this.#calls.read(options, (connection) =>
			indexNames(connection, this.#owner(scope)),
		);
	}

	async listEverything(
		scope: Scope,
		options?: CallOptions,
	): Promise<IndexListing[]> {
		return this.#calls.read(options, (connection) =>
			allNames(connection, this.#owner(scope)),
		);
	}

	async measureCollections(
		scope: Scope,
		options?: CallOptions,
	): Promise<IndexFigures[]> {
		const figures: IndexFigures[] = [];
		for (const { index, collections } of await this.listEverything(scope)) {
			const measured: CollectionFigures[] = [];
			// One at a time, so that searches need not wait for all of them.
			for (const collection of collections) {
				const target = { scope, index, collection };
				const found = await this.#measure(target, options);
				if (found !== null) measured.push({ collection, ...found });
			}
			figures.push({ index, collections: measured });
		}
		return figures;
	}

	async createCollection(
		target: Target,
		definition: CollectionDefinition = {},
		options?: CallOptions,
	): Promise<void> {
		const place = this.#place(target);
		await this.#calls.write(options, {
			kind: "createCollection",
			place,
			definition,
			made: {
				common: this.#common,
				defaultSettings: this.#defaultSettings,
				createdAt: this.#clock.now(),
				uuid: this.#ids.uuid(),
			},
		});
	}

	async updateCollection(
		target: Target,
		definition: CollectionDefinition,
		options?: CallOptions,
	): Promise<void> {
		await this.#calls.write(options, {
			kind: "updateCollection",
			place: this.#place(target),
			definition,
		});
	}

	async deleteCollection(target: Target, options?: CallOptions): Promise<void> {
		await this.#calls.write(options, {
			kind: "deleteCollection",
			place: this.#place(target),
		});
	}

	async truncateCollection(
		target: Target,
		options?: CallOptions,
	): Promise<void> {
		await this.#calls.write(options, {
			kind: "truncateCollection",
			place: this.#place(target),
		});
	}

	async collectionExists(
		target: Target,
		options?: CallOptions,
	): Promise<boolean> {
		return this.#calls.read(
			options,
			(connection) =>
				collectionNumber(connection, this.#place(target)) !== undefined,
		);
	}

	async listCollections(
		scope: Scope,
		index: string,
		options?: CallOptions,
	): Promise<string[]> {
		return this.#calls.read(options, (connection) =>
			collectionNames(connection, this.#owner(scope), index),
		);
	}

	async getMappings(target: Target, options?: CallOptions): Promise<Mappings> {
		return this.#calls.read(
			options,
			(connection) =>
				requireCollection(connection, this.#place(target)).mappings,
		);
	}

	async getSettings(
		target: Target,
		options?: CallOptions,
	): Promise<JsonObject> {
		return this.#calls.read(options, (connection) =>
			tellSettings(connection, this.#place(target)),
		);
	}

	async get(
		target: Target,
		id: string,
		options?: CallOptions,
	): Promise<StoredDocument | null> {
		return this.#calls.read(options, (connection) =>
			readDocumentAt(connection, this.#place(target), id),
		);
	}

	async mGet(
		target: Target,
		ids: readonly string[],
		options?: CallOptions,
	): Promise<(StoredDocument | null)[]> {
		return this.#readEach(target, ids, options, readDocument);
	}

	async exists(
		target: Target,
		id: string,
		options?: CallOptions,
	): Promise<boolean> {
		return this.#calls.read(options, (connection) =>
			documentExists(
				connection,
				requireCollectionNumber(connection, this.#place(target)),
				id,
			),
		);
	}

	async mExists(
		target: Target,
		ids: readonly string[],
		options?: CallOptions,
	): Promise<boolean[]> {
		return this.#readEach(target, ids, options, documentExists);
	}

	/** `refresh` makes no difference: a search reads what is committed, and a write is answered after its commit. */
	async write(
		target: Target,
		operations: readonly WriteOperation[],
		options: WriteOptions = {},
	): Promise<WriteOutcome[]> {
		options.signal?.throwIfAborted();
		if (operations.length === 0) return [];
		const sent = operations.map((operation) =>
			toSentOperation(operation, () => this.#ids.document()),
		);
		const request: WriteRequest = {
			kind: "write",
			place: this.#place(target),
			operations: sent,
		};
		const outcomes = (await this.#calls.write(
			options,
			request,
			bytesOf(sent),
		)) as SentOutcome[];
		return operations.map((operation, index) =>
			fromSentOutcome(
				outcomes[index] as SentOutcome,
				sent[index]?.id ?? "",
				operation,
			),
		);
	}

	search(
		targets: readonly Target[],
		request: SearchRequest,
		options?: CallOptions,
	): Promise<SearchResult> {
		return this.#search(targets, request, options, this.#searchTimeoutMs);
	}

	async #search(
		targets: readonly Target[],
		request: SearchRequest,
		options?: CallOptions,
		timeoutMs?: number,
	): Promise<SearchResult> {
		const places = this.#places(targets);
		const page = (await this.#calls.ask(options, {
			kind: "search",
			places,
			request,
			now: this.#clock.now(),
			timeoutMs,
		})) as SearchPage;
		return {
			total: page.total,
			hits: page.hits.map((hit) => toSearchHit(hit, places)),
			...(page.aggregations === undefined
				? {}
				: { aggregations: page.aggregations }),
			...(page.timedOut === true ? { timedOut: true } : {}),
		};
	}

	scroll(
		targets: readonly Target[],
		request: ScrollRequest,
		options?: CallOptions,
	): Promise<ScrollPage> {
		// Part of a page would leave documents out of the scroll for good.
		return scrollPage(request, (page) => this.#search(targets, page, options));
	}

	/** A cursor holds nothing here. */
	async endScroll(): Promise<void> {}

	async *scan(
		targets: readonly Target[],
		{ query, pageSize = 1_000 }: ScanRequest,
		options?: CallOptions,
	): AsyncIterable<SearchHit[]> {
		const places = this.#places(targets);
		const now = this.#clock.now();
		let from: ScanPosition | undefined;
		do {
			const request: ReadRequest = {
				kind: "scan",
				places,
				query,
				pageSize,
				now,
				from,
			};
			const page = (await this.#calls.ask(options, request)) as ScanPage;
			if (page.hits.length > 0)
				yield page.hits.map((hit) => toSearchHit(hit, places));
			from = page.next;
		} while (from !== undefined);
	}

	/** Every write that was answered can be found already; this only tells whether the collection exists. */
	async refresh(target: Target, options?: CallOptions): Promise<void> {
		await this.#calls.read(options, (connection) =>
			requireCollectionNumber(connection, this.#place(target)),
		);
	}

	/** Null for a collection that went meanwhile. */
	async #measure(
		target: Target,
		options: CallOptions | undefined,
	): Promise<MeasuredCollection | null> {
		try {
			const [measured] = (await this.#calls.ask(options, {
				kind: "measure",
				places: [this.#place(target)],
				now: this.#clock.now(),
			})) as MeasuredCollection[];
			return measured ?? null;
		} catch (error) {
			if (isErrorId(error, "services.storage.unknown_index")) return null;
			if (isErrorId(error, "services.storage.unknown_collection")) return null;
			throw error;
		}
	}

	/** In the order of the ids. */
	#readEach<Result>(
		target: Target,
		ids: readonly string[],
		options: CallOptions | undefined,
		read: (connection: Connection, collection: number, id: string) => Result,
	): Promise<Result[]> {
		const place = this.#place(target);
		return this.#calls.readEach(ids, options, (connection, some) => {
			const collection = requireCollectionNumber(connection, place);
			return some.map((id) => read(connection, collection, id));
		});
	}

	#owner(scope: Scope) {
		return { namespace: this.#namespace, scope };
	}

	#place(target: Target): Place {
		return toPlace(this.#namespace, target);
	}

	/** A collection that is named twice is searched once. */
	#places(targets: readonly Target[]): Place[] {
		const places = targets.map((target) => this.#place(target));
		return [
			...new Map(
				places.map((place) => [JSON.stringify(place), place]),
			).values(),
		];
	}
}

function toSearchHit(hit: SentHit, places: readonly Place[]): SearchHit {
	const { index, collection } = places[hit.place] as Place;
	return {
		id: hit.id,
		index,
		collection,
		version: hit.version,
		revision: hit.revision,
		content: JSON.parse(hit.content) as JsonObject,
		score: hit.score,
		...(hit.isWithoutContent === true ? { isWithoutContent: true } : {}),
		...(hit.sort === undefined ? {} : { sort: hit.sort }),
		...(hit.highlight === undefined ? {} : { highlight: hit.highlight }),
		...(hit.innerHits === undefined ? {} : { innerHits: hit.innerHits }),
	};
}
