import { createError, type GatewayError } from "../errors/gateway-error.ts";
import type { Clock } from "../lib/clock.ts";
import type { JsonObject } from "../lib/json.ts";
import type {
	CallOptions,
	FailedWrite,
	Storage,
	StoredDocument,
	Target,
	WriteOperation,
	WriteOptions,
	WrittenDocument,
} from "../storage/storage.ts";
import { type ChangeSink, tellChanges } from "./change-news.ts";
import type { ChangeOrigin } from "./change-origin.ts";
import type { MetadataRule } from "./metadata.ts";
import { writeAll } from "./write-all.ts";
import { createWriteTurns, type WriteTurns } from "./write-turns.ts";

/** What the specifications of collections ask of the documents that are about to be written. */
export interface DocumentValidator {
	/** Null where the collection has no specification. At once where that is remembered, as it mostly is; a promise where it must be read first. */
	rulesOf(
		target: Target,
		options?: CallOptions,
	): DocumentRules | null | Promise<DocumentRules | null>;
}

/** The specification of one collection. */
export interface DocumentRules {
	/**
	 * The default values of what the content lacks, or has as null; null when it lacks none. Merge them into the content (deeply, as an update
	 * does) before it is checked and written. For an update: of the document as the update leaves it, merged into the changes.
	 */
	defaultsOf(content: JsonObject): JsonObject | null;
	/**
	 * What is wrong with a document: `validation.check.failed_document` or `failed_field`; null when it is right. It is about a whole document:
	 * for an update, the one that the update leaves. `_kuzzle_info` is left out of account.
	 */
	check(content: JsonObject): GatewayError | null;
}

export interface DocumentLimits {
	readonly documentsFetchCount: number;
	readonly documentsWriteCount: number;
}

/** A write as a caller asks for it; metadata is added here. */
export type DocumentWrite = WriteOperation | FieldDeletion;

/** Takes fields out of a document. Refuses a missing id; a field that is not there is no failure. */
export interface FieldDeletion {
	readonly kind: "deleteFields";
	readonly id: string;
	/** Names, or paths with dots between them. Metadata stays, whatever they say. */
	readonly fields: readonly string[];
}

export interface DocumentWriteOptions extends WriteOptions {
	/** Who writes; null for the server itself. */
	readonly kuid: string | null;
	/** The request that asks for it, for those who are told of the change. */
	readonly origin?: ChangeOrigin;
	/** Tells nobody of the change. */
	readonly silent?: boolean;
	/** Default: `stamped`. */
	readonly metadata?: MetadataRule;
	/** As the bulk actions write: any number of documents, whatever the specifications say of them. */
	readonly bulk?: boolean;
}

export type DocumentOutcome = WrittenDocument | RefusedWrite;

export interface RefusedWrite extends FailedWrite {
	/** What was to be written, with its metadata. */
	readonly sent: DocumentWrite;
}

/** Documents, above the storage port: limits, metadata, specifications, and the news of each change. */
export class Documents {
	readonly #storage: Storage;
	readonly #clock: Clock;
	readonly #limits: DocumentLimits;
	readonly #sink: ChangeSink;
	readonly #validator: DocumentValidator;
	/** Writes of one document take turns here, so that the sink hears of them in the order of their commits. */
	readonly #turns: WriteTurns = createWriteTurns();

	constructor(dependencies: {
		readonly storage: Storage;
		readonly clock: Clock;
		readonly limits: DocumentLimits;
		readonly sink: ChangeSink;
		readonly validator: DocumentValidator;
	}) {
		this.#storage = dependencies.storage;
		this.#clock = dependencies.clock;
		this.#limits = dependencies.limits;
		this.#sink = dependencies.sink;
		this.#validator = dependencies.validator;
	}

	/** Rejects with `services.storage.not_found`. */
	async get(
		target: Target,
		id: string,
		options: CallOptions = {},
	): Promise<StoredDocument> {
		const document = await this.#storage.get(target, id, options);
		if (document !== null) return document;
		const { index, collection } = target;
		throw createError("services.storage.not_found", id, index, collection);
	}

	/** In the order of the ids; null for each that is missing. Rejects with `services.storage.get_limit_exceeded`. */
	async mGet(
		target: Target,
		ids: readonly string[],
		options: CallOptions = {},
	): Promise<(StoredDocument | null)[]> {
		this.#assertFetchCount(ids.length);
		return this.#storage.mGet(target, ids, options);
	}

	async exists(
		target: Target,
		id: string,
		options: CallOptions = {},
	): Promise<boolean> {
		return this.#storage.exists(target, id, options);
	}

	/** In the order of the ids. Rejects with `services.storage.get_limit_exceeded`. */
	async mExists(
		target: Target,
		ids: readonly string[],
		options: CallOptions = {},
	): Promise<boolean[]> {
		this.#assertFetchCount(ids.length);
		return this.#storage.mExists(target, ids, options);
	}

	/**
	 * One outcome per write, in order. Beside the errors of `Storage.write`, an outcome has those of the specifications
	 * (`validation.check.*`), and `too_many_changes` for an update that others came before too often.
	 * Rejects with `services.storage.write_limit_exceeded`, and then nothing was written.
	 */
	async write(
		target: Target,
		writes: readonly DocumentWrite[],
		options: DocumentWriteOptions,
	): Promise<DocumentOutcome[]> {
		const {
			kuid,
			origin,
			silent = false,
			metadata = "stamped",
			bulk,
			...rest
		} = options;
		if (bulk !== true) this.assertWriteCount(writes.length);
		if (writes.length === 0) return [];
		const found = bulk === true ? null : this.#rulesOf(target, options);
		const rules = found instanceof Promise ? await found : found;
		const authorship = { kuid, at: this.#clock.now() };
		return this.#turns(target, writes, async () => {
			const outcomes = await writeAll(writes, {
				storage: this.#storage,
				target,
				rules,
				metadata,
				authorship,
				options: rest,
			});
			if (!silent)
				await tellChanges(this.#sink, {
					target,
					kuid,
					origin,
					writes,
					outcomes,
				});
			return outcomes;
		});
	}

	/** Throws `services.storage.write_limit_exceeded`. For who must know before it does anything else. */
	assertWriteCount(count: number): void {
		if (count > this.#limits.documentsWriteCount)
			throw createError("services.storage.write_limit_exceeded");
	}

	#assertFetchCount(count: number): void {
		if (count > this.#limits.documentsFetchCount)
			throw createError("services.storage.get_limit_exceeded");
	}

	/** Private collections are the server's own: nobody specifies them. */
	#rulesOf(
		target: Target,
		{ signal }: CallOptions,
	): DocumentRules | null | Promise<DocumentRules | null> {
		return target.scope === "public"
			? this.#validator.rulesOf(target, { signal })
			: null;
	}
}
