import {
	createError,
	createErrorFrom,
	type GatewayError,
} from "../errors/gateway-error.ts";
import type { Clock } from "../lib/clock.ts";
import type { JsonObject } from "../lib/json.ts";
import { createKeyedLock, type KeyedLock } from "../lib/keyed-lock.ts";
import type {
	CallOptions,
	Storage,
	StoredDocument,
	Target,
	WriteOperation,
	WriteOptions,
	WriteOutcome,
} from "../storage/storage.ts";
import {
	createdBy,
	replacedBy,
	updatedBy,
	withoutMetadata,
} from "./metadata.ts";

/** One change of one document, as it was committed. */
export interface DocumentChange {
	readonly target: Target;
	readonly kind: "create" | "replace" | "update" | "delete";
	readonly id: string;
	readonly version: number;
	/** Null when there was none; absent where the store did not have to read it. */
	readonly before?: JsonObject | null;
	/** Absent after a deletion. */
	readonly after?: JsonObject;
	/** Who made it; null for the server itself. */
	readonly kuid: string | null;
}

/**
 * Where changes go: realtime, audit and caches hang on one such sink. It is told before the answer of the write leaves, and of the changes of one
 * document in the order of their commits. When it rejects, the write answers `portico.call.outcome_unknown`: it was made, but not all was
 * told of it.
 */
export interface ChangeSink {
	changed(changes: readonly DocumentChange[]): void | Promise<void>;
}

/** What the specifications of a collection say of contents that are about to be written. */
export interface DocumentValidator {
	/** One per content, in order: what is wrong with it, or null. */
	validate(
		target: Target,
		contents: readonly JsonObject[],
		options?: CallOptions,
	): Promise<(GatewayError | null)[]>;
}

export interface DocumentLimits {
	readonly documentsFetchCount: number;
	readonly documentsWriteCount: number;
}

/** A write as a caller asks for it; metadata is added here. */
export type DocumentWrite = WriteOperation;

export interface DocumentWriteOptions extends WriteOptions {
	/** Who writes; null for the server itself. */
	readonly kuid: string | null;
	/** Tells nobody of the change. */
	readonly silent?: boolean;
}

/** Documents, above the storage port: limits, metadata, and the news of each change. */
export class Documents {
	readonly #storage: Storage;
	readonly #clock: Clock;
	readonly #limits: DocumentLimits;
	readonly #sink: ChangeSink;
	/** Writes of one document take turns here, so that the sink hears of them in the order of their commits. */
	readonly #turns: KeyedLock = createKeyedLock();

	constructor(dependencies: {
		readonly storage: Storage;
		readonly clock: Clock;
		readonly limits: DocumentLimits;
		readonly sink: ChangeSink;
	}) {
		this.#storage = dependencies.storage;
		this.#clock = dependencies.clock;
		this.#limits = dependencies.limits;
		this.#sink = dependencies.sink;
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
		if (ids.length > this.#limits.documentsFetchCount) {
			throw createError("services.storage.get_limit_exceeded");
		}
		return this.#storage.mGet(target, ids, options);
	}

	/** One outcome per write, in order. Rejects with `services.storage.write_limit_exceeded`, and then nothing was written. */
	async write(
		target: Target,
		writes: readonly DocumentWrite[],
		options: DocumentWriteOptions,
	): Promise<WriteOutcome[]> {
		if (writes.length > this.#limits.documentsWriteCount) {
			throw createError("services.storage.write_limit_exceeded");
		}
		const { kuid, silent = false, ...rest } = options;
		const authorship = { kuid, at: this.#clock.now() };
		const operations = writes.map((write) => withMetadata(write, authorship));
		return this.#inTurn(target, writes, async () => {
			const outcomes = await this.#storage.write(target, operations, rest);
			if (!silent) await this.#tell(target, writes, outcomes, kuid);
			return outcomes;
		});
	}

	async #tell(
		target: Target,
		writes: readonly DocumentWrite[],
		outcomes: readonly WriteOutcome[],
		kuid: string | null,
	): Promise<void> {
		const changes: DocumentChange[] = [];
		writes.forEach((write, position) => {
			const outcome = outcomes[position];
			if (outcome?.ok !== true) return;
			const { id, version, before, after } = outcome;
			changes.push({
				target,
				kind: kindOf(write, outcome.created),
				id,
				version,
				kuid,
				...(before === undefined ? {} : { before }),
				...(after === undefined ? {} : { after }),
			});
		});
		if (changes.length === 0) return;
		try {
			await this.#sink.changed(changes);
		} catch (error) {
			throw createErrorFrom(error, "portico.call.outcome_unknown");
		}
	}

	/** Ids are taken in one order by everybody, so that two batches never wait for each other. */
	async #inTurn<T>(
		{ scope, index, collection }: Target,
		writes: readonly DocumentWrite[],
		work: () => Promise<T>,
	): Promise<T> {
		const ids = new Set(writes.flatMap(({ id }) => id ?? []));
		const keys = [...ids]
			.sort()
			.map((id) => `${scope}/${index}/${collection}/${id}`);
		const run = keys.reduceRight<() => Promise<T>>(
			(inner, key) => () => this.#turns(key, inner),
			work,
		);
		return run();
	}
}

function withMetadata(
	write: DocumentWrite,
	authorship: { readonly kuid: string | null; readonly at: number },
): WriteOperation {
	switch (write.kind) {
		case "create":
			return {
				...write,
				content: {
					...withoutMetadata(write.content),
					...createdBy(authorship),
				},
			};
		case "createOrReplace":
		case "replace":
			return {
				...write,
				content: {
					...withoutMetadata(write.content),
					...replacedBy(authorship),
				},
			};
		case "update":
			return {
				...write,
				changes: {
					...withoutMetadata(write.changes),
					...updatedBy(authorship),
				},
			};
		case "upsert":
			return {
				...write,
				changes: {
					...withoutMetadata(write.changes),
					...updatedBy(authorship),
				},
				default: {
					...withoutMetadata(write.default),
					...createdBy(authorship),
				},
			};
		case "delete":
			return write;
	}
}

function kindOf(
	write: DocumentWrite,
	created: boolean,
): DocumentChange["kind"] {
	if (write.kind === "delete") return "delete";
	if (created) return "create";
	return write.kind === "update" || write.kind === "upsert"
		? "update"
		: "replace";
}
