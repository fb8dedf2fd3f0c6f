/**
 * An archive is gzip around lines of JSON: one that says what it is, the indexes and collections, then the documents, a line of
 * their collection before them, and at the end the numbers and the SHA-256 of all that stands before.
 */
import { createHash } from "node:crypto";
import type { JsonObject } from "../lib/json.ts";
import type { Mappings, Scope, Target } from "../storage/storage.ts";
import { nameOf, type TransferRecord } from "./records.ts";

/** Of the lines. Another number is another format. */
export const ARCHIVE_FORMAT = 1;

export type ArchiveLine =
	| ArchiveHeader
	| { readonly type: "index"; readonly scope: Scope; readonly index: string }
	| ({
			readonly type: "collection";
			readonly mappings: Mappings;
			readonly settings: JsonObject;
	  } & Target)
	/** The documents after it are of this collection. */
	| ({ readonly type: "documents" } & Target)
	| ArchiveEnd;

export interface ArchiveHeader {
	readonly type: "portico-archive";
	readonly format: number;
	/** Of the program that wrote it. */
	readonly version: string;
	/** ISO 8601. */
	readonly createdAt: string;
	readonly store: string;
	readonly securities: boolean;
}

export interface ArchiveEnd {
	readonly type: "end";
	readonly collections: number;
	readonly documents: number;
	/** Of every byte before this line, in lower-case hexadecimal. */
	readonly sha256: string;
}

export interface ArchiveFigures {
	collections: number;
	documents: number;
}

/** The bytes of an archive before compression, some documents at a time. */
export async function* toArchiveLines(
	header: Omit<ArchiveHeader, "type" | "format">,
	records: AsyncIterable<TransferRecord>,
	onProgress: (figures: ArchiveFigures) => void = () => {},
): AsyncGenerator<Buffer, void> {
	const hash = createHash("sha256");
	const figures = { collections: 0, documents: 0 };
	const hashed = (text: string): Buffer => {
		const bytes = Buffer.from(text);
		hash.update(bytes);
		return bytes;
	};
	yield hashed(
		toLine({ type: "portico-archive", format: ARCHIVE_FORMAT, ...header }),
	);
	let current = "";
	for await (const record of records) {
		yield hashed(toLines(record, current));
		if (record.kind === "collection") figures.collections++;
		if (record.kind !== "documents") continue;
		current = nameOf(record.target);
		figures.documents += record.documents.length;
		onProgress(figures);
	}
	const sha256 = hash.digest("hex");
	yield Buffer.from(toLine({ type: "end", ...figures, sha256 }));
}

function toLines(record: TransferRecord, current: string): string {
	const { kind } = record;
	if (kind === "index")
		return toLine({ type: kind, scope: record.scope, index: record.index });
	if (kind === "collection") {
		const { target, mappings, settings } = record;
		return toLine({ type: kind, ...target, mappings, settings });
	}
	const { target, documents } = record;
	const lines = documents.map(
		({ id, content }) => `${JSON.stringify({ _id: id, body: content })}\n`,
	);
	if (nameOf(target) !== current)
		lines.unshift(toLine({ type: kind, ...target }));
	return lines.join("");
}

function toLine(line: ArchiveLine): string {
	return `${JSON.stringify(line)}\n`;
}
