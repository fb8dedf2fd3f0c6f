import { type GatewayError, isErrorId } from "../errors/gateway-error.ts";
import { createSteps, type RunStep } from "../errors/steps.ts";
import type { JsonObject } from "../lib/json.ts";
import type { Storage, Target, WriteOptions } from "../storage/storage.ts";
import type { BulkItem } from "./bulk-lines.ts";
import type {
	DocumentOutcome,
	Documents,
	DocumentWriteOptions,
} from "./documents.ts";

/** What became of one item, under the name of its action. */
export type BulkReport = Readonly<
	Record<
		string,
		{
			readonly _id: string | null;
			readonly status: number;
			readonly _source?: JsonObject;
			readonly error?: { readonly type: string; readonly reason: string };
		}
	>
>;

export interface Imported {
	readonly successes: readonly BulkReport[];
	readonly errors: readonly BulkReport[];
}

export interface ImportOptions extends WriteOptions {
	/** Who imports; null for the server itself. */
	readonly kuid: string | null;
}

/** Items that are written at once. */
const BATCH_SIZE = 500;
/** How often an update, or the document in its place, is tried while others create and delete it. */
const TRIES_MAX = 5;

/** Writes of many kinds to one collection, in their order, told to nobody. Metadata is set, whatever the documents say. */
export class BulkImports {
	readonly #storage: Storage;
	readonly #documents: Documents;

	constructor(dependencies: {
		readonly storage: Storage;
		readonly documents: Documents;
	}) {
		this.#storage = dependencies.storage;
		this.#documents = dependencies.documents;
	}

	/** An item that fails does not stop the others. Rejects with `services.storage.unknown_index` and `unknown_collection`, and then nothing was written. */
	async run(
		target: Target,
		items: readonly BulkItem[],
		{ kuid, refresh, signal }: ImportOptions,
	): Promise<Imported> {
		const step = createSteps();
		const options = { ...AS_IMPORTED, kuid, signal };
		const successes: BulkReport[] = [];
		const errors: BulkReport[] = [];
		for (const batch of toBatches(items)) {
			const outcomes = await step(() => this.#write(target, batch, options));
			for (const [at, item] of batch.entries()) {
				const outcome = outcomes[at];
				if (outcome === undefined) continue;
				if (outcome.ok) successes.push(toSuccess(item, outcome));
				else if (isMissingTarget(outcome.error) && successes.length === 0)
					throw outcome.error;
				else errors.push(toError(item, outcome));
			}
		}
		if (refresh === "wait_for" && successes.length > 0) {
			await step(() => this.#storage.refresh(target, { signal }));
		}
		return { successes, errors };
	}

	/** Rejects with `services.storage.unknown_index` and `unknown_collection`. */
	async assertTarget(
		target: Target,
		{ signal }: Pick<WriteOptions, "signal">,
	): Promise<void> {
		await this.#storage.getMappings(target, { signal });
	}

	#write(
		target: Target,
		batch: readonly BulkItem[],
		options: DocumentWriteOptions,
	): Promise<DocumentOutcome[]> {
		const [only] = batch;
		return only?.orCreate === undefined
			? this.#documents.write(
					target,
					batch.map(({ write }) => write),
					options,
				)
			: this.#updateOrCreate(target, only, only.orCreate, options);
	}

	/** Unlike an upsert, what is created is not merged with the changes. */
	async #updateOrCreate(
		target: Target,
		{ id, write }: BulkItem,
		content: JsonObject,
		options: DocumentWriteOptions,
	): Promise<DocumentOutcome[]> {
		const step: RunStep = createSteps();
		const create = { kind: "create", id, content } as const;
		for (let attempt = 1; ; attempt++) {
			const updated = await step(() =>
				this.#documents.write(target, [write], options),
			);
			if (!failedBy(updated, "services.storage.not_found")) return updated;
			const created = await step(() =>
				this.#documents.write(target, [create], options),
			);
			const isTaken = failedBy(
				created,
				"services.storage.document_already_exists",
			);
			if (!isTaken || attempt === TRIES_MAX) return created;
		}
	}
}

const AS_IMPORTED = { silent: true, bulk: true, metadata: "asNew" } as const;

/** An item that may need two writes stands alone: what comes after it must see what it did. */
function toBatches(items: readonly BulkItem[]): BulkItem[][] {
	const batches: BulkItem[][] = [];
	let open: BulkItem[] | undefined;
	for (const item of items) {
		if (item.orCreate !== undefined) {
			batches.push([item]);
			open = undefined;
		} else if (open === undefined || open.length === BATCH_SIZE) {
			open = [item];
			batches.push(open);
		} else open.push(item);
	}
	return batches;
}

function failedBy(
	[outcome]: readonly DocumentOutcome[],
	id: "services.storage.not_found" | "services.storage.document_already_exists",
): boolean {
	return outcome?.ok === false && isErrorId(outcome.error, id);
}

function isMissingTarget(error: GatewayError): boolean {
	return (
		isErrorId(error, "services.storage.unknown_index") ||
		isErrorId(error, "services.storage.unknown_collection")
	);
}

function toSuccess(
	{ action }: BulkItem,
	outcome: DocumentOutcome & { ok: true },
): BulkReport {
	return { [action]: { _id: outcome.id, status: outcome.created ? 201 : 200 } };
}

/** A deletion of what is not there tells no more than its status (recorded). */
function toError(
	{ action, id, source }: BulkItem,
	{ error }: DocumentOutcome & { ok: false },
): BulkReport {
	const _id = id ?? null;
	const isMissing = isErrorId(error, "services.storage.not_found");
	if (action === "delete" && isMissing) {
		return { [action]: { _id, status: 404 } };
	}
	const { type, status } = TYPES.get(error.id ?? "") ?? {
		type: error.id ?? "error",
		status: error.status,
	};
	return {
		[action]: {
			_id,
			status,
			...(source === undefined ? {} : { _source: source }),
			error: { type, reason: error.message },
		},
	};
}

/** What clients know of Elasticsearch's own answers to a bulk. */
const TYPES: ReadonlyMap<string, { type: string; status: number }> = new Map([
	[
		"services.storage.document_already_exists",
		{ type: "version_conflict_engine_exception", status: 409 },
	],
	[
		"services.storage.not_found",
		{ type: "document_missing_exception", status: 404 },
	],
	[
		"services.storage.strict_mapping_rejection",
		{ type: "strict_dynamic_mapping_exception", status: 400 },
	],
	[
		"services.storage.unexpected_bad_request",
		{ type: "document_parsing_exception", status: 400 },
	],
]);
