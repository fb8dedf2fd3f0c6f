import {
	createError,
	createMultipleError,
	type GatewayError,
} from "../errors/gateway-error.ts";
import { createSteps } from "../errors/steps.ts";
import type { JsonObject } from "../lib/json.ts";
import type { Query } from "../search/query.ts";
import type {
	SearchHit,
	Storage,
	Target,
	WriteOptions,
	WrittenDocument,
} from "../storage/storage.ts";
import type { ChangeOrigin } from "./change-origin.ts";
import type { Documents, DocumentWriteOptions } from "./documents.ts";
import {
	type FoundWrite,
	type FoundWrites,
	writeFound,
} from "./write-found.ts";

export interface ByQueryOptions extends WriteOptions {
	readonly kuid: string | null;
	/** As in `DocumentWriteOptions`. */
	readonly origin?: ChangeOrigin;
	readonly silent?: boolean;
}

export interface UpdatedByQuery {
	readonly updated: readonly WrittenDocument[];
	readonly failed: readonly FailedByQuery[];
}

export interface FailedByQuery {
	readonly id: string;
	readonly error: GatewayError;
}

/** Documents of one page when any number of them is written. */
const PAGE_SIZE = 500;

/**
 * Writes to whatever a query finds. It finds what a search sees. Each document is written as it was found: one that was changed in between is looked
 * for again, and left alone if the query no longer finds it.
 */
export class DocumentsByQuery {
	readonly #storage: Storage;
	readonly #documents: Documents;
	readonly #writeMax: number;

	constructor(dependencies: {
		readonly storage: Storage;
		readonly documents: Documents;
		/** `limits.documentsWriteCount`. */
		readonly writeMax: number;
	}) {
		this.#storage = dependencies.storage;
		this.#documents = dependencies.documents;
		this.#writeMax = dependencies.writeMax;
	}

	/**
	 * Answers what it deleted, as it was. Rejects with `services.storage.write_limit_exceeded` where more is found than one call may write, and then
	 * nothing is deleted; with `incomplete_delete` where some of it could not be.
	 */
	async delete(
		target: Target,
		query: Query,
		options: ByQueryOptions,
	): Promise<SearchHit[]> {
		const { written, failed } = await this.#writeFew(
			{ target, query, toWrite: toDeletion },
			options,
		);
		if (failed.length > 0) throw incompleteDelete(failed);
		return written.map(({ hit }) => hit);
	}

	/** As `delete`, but what could not be updated is answered. */
	async update(
		target: Target,
		query: Query,
		changes: JsonObject,
		options: ByQueryOptions,
	): Promise<UpdatedByQuery> {
		const toWrite = toUpdate(changes);
		const { written, failed } = await this.#writeFew(
			{ target, query, toWrite },
			options,
		);
		return { updated: written.map(({ outcome }) => outcome), failed };
	}

	/**
	 * Any number of documents, page by page, told to nobody. Answers how many. Stops at the page that has a failure, and rejects with
	 * `services.storage.incomplete_delete`.
	 */
	async deleteAll(
		target: Target,
		query: Query,
		options: WriteOptions,
	): Promise<number> {
		return this.#writeAll({ target, query, toWrite: toDeletion }, options, {
			failed: (_count, failures) => incompleteDelete(failures),
		});
	}

	/** As `deleteAll`; the changes are merged as they are, and metadata is left alone. Rejects with `services.storage.incomplete_update`. */
	async updateAll(
		target: Target,
		query: Query,
		changes: JsonObject,
		options: WriteOptions,
	): Promise<number> {
		const toWrite = toUpdate(changes);
		return this.#writeAll({ target, query, toWrite }, options, {
			failed: (count, failures) =>
				createMultipleError(
					failures.map((failure) => toFailure(failure, changes)),
					"services.storage.incomplete_update",
					count,
				),
		});
	}

	async #writeFew(
		work: Omit<FoundWrites, "hits">,
		options: ByQueryOptions,
	): Promise<{
		readonly written: readonly FoundWrite[];
		readonly failed: readonly FailedByQuery[];
	}> {
		const hits = await this.#findFew(work, options);
		return writeFound(this.#ports(), { ...work, hits }, options);
	}

	async #findFew(
		{ target, query }: Omit<FoundWrites, "hits">,
		{ signal }: ByQueryOptions,
	): Promise<SearchHit[]> {
		const found: SearchHit[] = [];
		const pages = this.#storage.scan(
			[target],
			{ query, pageSize: Math.min(this.#writeMax + 1, PAGE_SIZE) },
			{ signal },
		);
		for await (const hits of pages) {
			found.push(...hits);
			if (found.length > this.#writeMax) {
				throw createError("services.storage.write_limit_exceeded");
			}
		}
		return found;
	}

	async #writeAll(
		work: Omit<FoundWrites, "hits">,
		{ refresh, signal }: WriteOptions,
		{
			failed,
		}: {
			failed: (
				count: number,
				failures: readonly FailedByQuery[],
			) => GatewayError;
		},
	): Promise<number> {
		const { target, query } = work;
		const options: DocumentWriteOptions = { ...UNTOLD, signal };
		let count = 0;
		try {
			const pages = this.#storage.scan(
				[target],
				{ query, pageSize: PAGE_SIZE },
				{ signal },
			);
			for await (const hits of pages) {
				const page = { ...work, hits };
				const result = await writeFound(this.#ports(), page, options);
				count += result.written.length;
				if (result.failed.length > 0) throw failed(count, result.failed);
			}
			// Once for all pages: each wait takes as long as the store's refresh interval.
			if (refresh === "wait_for" && count > 0) {
				await this.#storage.refresh(target, { signal });
			}
		} catch (error) {
			return createSteps({ begun: count > 0 })(() => Promise.reject(error));
		}
		return count;
	}

	#ports() {
		return { storage: this.#storage, documents: this.#documents };
	}
}

const UNTOLD = {
	kuid: null,
	silent: true,
	bulk: true,
	metadata: "asGiven",
} as const;

const toDeletion: FoundWrites["toWrite"] = ({ id, revision }) => ({
	kind: "delete",
	id,
	ifRevision: revision,
});

function toUpdate(changes: JsonObject): FoundWrites["toWrite"] {
	return ({ id, revision }) => ({
		kind: "update",
		id,
		changes,
		ifRevision: revision,
	});
}

function incompleteDelete(failed: readonly FailedByQuery[]): GatewayError {
	return createMultipleError(
		failed.map(({ id, error }) => ({
			_id: id,
			reason: error.message,
			status: error.status,
		})),
		"services.storage.incomplete_delete",
	);
}

/** A document that could not be updated, as answers and errors list it. */
export function toFailure(
	{ id, error }: FailedByQuery,
	changes: JsonObject,
): object {
	return {
		document: { _id: id, body: changes },
		reason: error.message,
		status: error.status,
	};
}
