import { createHash, type Hash } from "node:crypto";
import { pipeline, type Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { isObject, type JsonObject } from "../lib/json.ts";
import type { Mappings, Target } from "../storage/storage.ts";
import { ARCHIVE_FORMAT, type ArchiveFigures } from "./archive-lines.ts";
import type { TransferDocument, TransferRecord } from "./records.ts";
import { splitLines } from "./split-lines.ts";
import { TransferError } from "./transfer-error.ts";

/** Documents, and bytes of them, that make a batch. */
const BATCH_DOCUMENTS = 1_000;
const BATCH_BYTES = 4 * 1024 * 1024;

/**
 * What an archive holds, batch by batch. Rejects with a TransferError, which names the line, as soon as something is wrong: of a file that
 * was cut short that is at its end, of one that was changed at the latest there.
 */
export async function* readArchive(
	compressed: Readable,
): AsyncGenerator<TransferRecord, void> {
	const reader = new ArchiveReader();
	// The pipeline hands an error of the source on; who reads the end of it gets that.
	const bytes = pipeline(compressed, createGunzip(), () => {});
	try {
		for await (const { line, number } of splitLines(bytes))
			yield* reader.take(line, number);
		reader.assertComplete();
	} catch (error) {
		throw explain(error, reader.line);
	}
}

/** Reads it all, and writes nothing: whether it is whole, and what is in it. */
export async function verifyArchive(
	compressed: Readable,
): Promise<ArchiveFigures> {
	const figures = { collections: 0, documents: 0 };
	for await (const record of readArchive(compressed)) {
		if (record.kind === "collection") figures.collections++;
		if (record.kind === "documents")
			figures.documents += record.documents.length;
	}
	return figures;
}

const NEWLINE = Buffer.from("\n");

class ArchiveReader {
	/** Of the last line that was read, counted from 1. */
	line = 0;
	readonly #hash: Hash = createHash("sha256");
	#collections = 0;
	#documents = 0;
	#target: Target | undefined;
	#batch: TransferDocument[] = [];
	#batchBytes = 0;
	#isComplete = false;

	/** What the line completes. */
	*take(bytes: Buffer, number: number): Generator<TransferRecord> {
		this.line = number;
		if (this.#isComplete) throw this.#wrong("something follows the end");
		const line = this.#parse(bytes);
		if (number === 1) assertHeader(line);
		else if (line.type === "end") {
			yield* this.#flush();
			this.#end(line);
			return;
		} else if (line.type === undefined) yield* this.#document(line, bytes);
		else yield* this.#flush();
		if (number > 1 && line.type !== undefined) yield* this.#structure(line);
		this.#hash.update(bytes).update(NEWLINE);
	}

	assertComplete(): void {
		if (this.#isComplete) return;
		throw this.line === 0
			? new TransferError("This archive is empty.")
			: cutShort(this.line);
	}

	#parse(bytes: Buffer): Record<string, unknown> {
		let value: unknown;
		try {
			value = JSON.parse(bytes.toString("utf8"));
		} catch (error) {
			throw this.#wrong(
				this.line === 1 ? NO_ARCHIVE : "this is no JSON",
				error,
			);
		}
		if (!isObject(value)) throw this.#wrong("this is no object");
		return value;
	}

	*#structure(line: Record<string, unknown>): Generator<TransferRecord> {
		const { type, scope, index, mappings, settings } = line;
		if (
			(scope !== "public" && scope !== "private") ||
			typeof index !== "string"
		)
			throw this.#wrong("the index is missing");
		if (type === "index") {
			yield { kind: "index", scope, index };
			return;
		}
		const { collection } = line;
		if (typeof collection !== "string")
			throw this.#wrong("the collection is missing");
		const target: Target = { scope, index, collection };
		if (type === "documents") {
			this.#target = target;
			return;
		}
		if (type !== "collection" || !isObject(mappings) || !isObject(settings))
			throw this.#wrong("this is no line of an archive");
		this.#collections++;
		yield {
			kind: "collection",
			target,
			mappings: mappings as unknown as Mappings,
			settings: settings as JsonObject,
			line: this.line,
		};
	}

	*#document(
		{ _id: id, body }: Record<string, unknown>,
		bytes: Buffer,
	): Generator<TransferRecord> {
		if (this.#target === undefined)
			throw this.#wrong("it is not said of which collection this is");
		if (typeof id !== "string" || !isObject(body))
			throw this.#wrong("this is no document: it needs _id and body");
		this.#batch.push({ id, content: body as JsonObject, line: this.line });
		this.#batchBytes += bytes.length;
		if (
			this.#batch.length >= BATCH_DOCUMENTS ||
			this.#batchBytes >= BATCH_BYTES
		)
			yield* this.#flush();
	}

	*#flush(): Generator<TransferRecord> {
		const documents = this.#batch;
		if (documents.length === 0 || this.#target === undefined) return;
		this.#batch = [];
		this.#batchBytes = 0;
		this.#documents += documents.length;
		yield { kind: "documents", target: this.#target, documents };
	}

	#end({ collections, documents, sha256 }: Record<string, unknown>): void {
		this.#isComplete = true;
		const isSame =
			collections === this.#collections &&
			documents === this.#documents &&
			sha256 === this.#hash.digest("hex");
		if (!isSame)
			throw this.#wrong(
				"the checksum is another: the archive was changed after it was written, or damaged. Take another copy of it",
			);
	}

	#wrong(what: string, cause?: unknown): TransferError {
		return new TransferError(`Line ${this.line}: ${what}.`, { cause });
	}
}

const NO_ARCHIVE =
	"this is no archive of `portico export`, which begins with a line that says so";

function assertHeader({ type, format }: Record<string, unknown>): void {
	if (type !== "portico-archive")
		throw new TransferError(`Line 1: ${NO_ARCHIVE}.`);
	if (format !== ARCHIVE_FORMAT)
		throw new TransferError(
			`Line 1: this archive has format ${String(format)}, and this program knows format ${ARCHIVE_FORMAT}. It was written by a later version: use that version.`,
		);
}

function cutShort(line: number, cause?: unknown): TransferError {
	return new TransferError(
		`The archive is cut short after line ${line}. Take a whole copy of it, or export again.`,
		{ cause },
	);
}

function explain(error: unknown, line: number): unknown {
	const { code } = error as NodeJS.ErrnoException;
	if (code === "Z_BUF_ERROR") return cutShort(line, error);
	if (typeof code !== "string" || !code.startsWith("Z_")) return error;
	return new TransferError(
		line === 0
			? "This is no archive of `portico export`: it is not compressed by gzip."
			: `The archive is damaged after line ${line}. Take another copy of it.`,
		{ cause: error },
	);
}
