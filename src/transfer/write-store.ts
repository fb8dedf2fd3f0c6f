import { isDeepStrictEqual } from "node:util";
import { isErrorId } from "../errors/gateway-error.ts";
import type {
	CallOptions,
	Storage,
	Target,
	WriteOutcome,
} from "../storage/storage.ts";
import {
	type CollectionRecord,
	type DocumentsRecord,
	type IndexRecord,
	nameOf,
	type TransferDocument,
	type TransferRecord,
} from "./records.ts";
import { TransferError } from "./transfer-error.ts";

/** What becomes of a document whose id is taken by another one. An equal one is never a conflict, so that an interrupted run can be run again. */
export type OnConflict = "fail" | "skip" | "replace";

export interface WriteFigures {
	collections: number;
	/** Documents that were written. */
	written: number;
	/** Documents that were there already, and equal. */
	equal: number;
	/** Documents that another one stood in the place of; with `skip`. */
	skipped: number;
}

export interface WriteStoreOptions extends CallOptions {
	readonly onConflict: OnConflict;
	/** Called with the number of documents that are done. */
	readonly onProgress?: (documents: number) => void;
}

/**
 * Writes a database into another, and refreshes what it wrote. While a batch is written the next one is read; no more are held. Rejects
 * with a TransferError at the first document that the store refuses; what was written before stays.
 */
export async function writeStore(
	storage: Storage,
	records: AsyncIterable<TransferRecord>,
	options: WriteStoreOptions,
): Promise<WriteFigures> {
	const figures = { collections: 0, written: 0, equal: 0, skipped: 0 };
	const targets: Target[] = [];
	let writing: Promise<void> = Promise.resolve();
	try {
		for await (const record of records) {
			await writing;
			options.signal?.throwIfAborted();
			if (record.kind === "documents") {
				writing = writeDocuments(storage, record, figures, options);
				// It is awaited in the next round; until then nobody hears of its failure.
				writing.catch(() => {});
			} else if (record.kind === "collection") {
				await writeCollection(storage, record, options);
				targets.push(record.target);
				figures.collections++;
			} else await writeIndex(storage, record, options);
		}
		await writing;
	} finally {
		await writing.catch(() => {});
	}
	for (const target of targets) await storage.refresh(target, options);
	return figures;
}

async function writeIndex(
	storage: Storage,
	{ scope, index }: IndexRecord,
	options: CallOptions,
): Promise<void> {
	if (await storage.indexExists(scope, index, options)) return;
	await storage.createIndex(scope, index, options);
}

/** One that is there keeps its settings, some of which cannot be changed, and gets the fields that it lacks. */
async function writeCollection(
	storage: Storage,
	{ target, mappings, settings, line }: CollectionRecord,
	options: CallOptions,
): Promise<void> {
	try {
		if (await storage.collectionExists(target, options))
			await storage.updateCollection(target, { mappings }, options);
		else
			await storage.createCollection(target, { mappings, settings }, options);
	} catch (error) {
		if (isGone(error) || options.signal?.aborted) throw error;
		throw new TransferError(
			`${place(line)}The collection ${nameOf(target)} cannot be made: ${messageOf(error)}`,
			{ cause: error },
		);
	}
}

async function writeDocuments(
	storage: Storage,
	{ target, documents }: DocumentsRecord,
	figures: WriteFigures,
	options: WriteStoreOptions,
): Promise<void> {
	const { onConflict, signal } = options;
	const kind = onConflict === "replace" ? "createOrReplace" : "create";
	const outcomes = await storage.write(
		target,
		documents.map(({ id, content }) => ({ kind, id, content })),
		{ signal },
	);
	const taken = documents.filter((document, position) =>
		isTaken(outcomes[position], document, target),
	);
	figures.written += documents.length - taken.length;
	if (taken.length > 0)
		await settleTaken(storage, target, taken, figures, options);
	options.onProgress?.(figures.written + figures.equal + figures.skipped);
}

/** Throws what an operation failed with, unless its id was taken. */
function isTaken(
	outcome: WriteOutcome | undefined,
	document: TransferDocument,
	target: Target,
): boolean {
	if (outcome === undefined) throw new Error("The store gave no outcome.");
	if (outcome.ok) return false;
	const { error } = outcome;
	const { message } = error;
	if (isErrorId(error, "services.storage.document_already_exists")) return true;
	if (isGone(error)) throw error;
	throw new TransferError(
		`${describe(document, target)} is refused by the store: ${message}`,
		{ cause: error },
	);
}

async function settleTaken(
	storage: Storage,
	target: Target,
	taken: readonly TransferDocument[],
	figures: WriteFigures,
	{ onConflict, signal }: WriteStoreOptions,
): Promise<void> {
	const ids = taken.map(({ id }) => id);
	const there = await storage.mGet(target, ids, { signal });
	for (const [position, document] of taken.entries()) {
		if (isDeepStrictEqual(there[position]?.content, document.content))
			figures.equal++;
		else if (onConflict === "skip") figures.skipped++;
		else
			throw new TransferError(
				`${describe(document, target)} is there already, with another content. With --on-conflict skip what is there stays, with replace it is overwritten. Nothing more was written.`,
			);
	}
}

function isGone(error: unknown): boolean {
	return (
		isErrorId(error, "services.storage.not_connected") ||
		isErrorId(error, "portico.call.outcome_unknown")
	);
}

function describe({ id, line }: TransferDocument, target: Target): string {
	return `${place(line)}The document "${id}" of ${nameOf(target)}`;
}

function place(line: number | undefined): string {
	return line === undefined ? "" : `Line ${line}: `;
}

function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
