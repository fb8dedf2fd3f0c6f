import { toArchiveLines } from "../../src/transfer/archive-lines.ts";
import type { TransferRecord } from "../../src/transfer/records.ts";
import { saveArchive } from "../../src/transfer/save-archive.ts";

const TARGET = { scope: "public", index: "made", collection: "up" } as const;
const WORDS = "one gateway many protocols every document in its place ";

/** An archive of so many documents of about so many bytes, written in constant memory. */
export async function makeArchive(
	file: string,
	documents: number,
	bytes: number,
): Promise<void> {
	const header = {
		version: "0.0.0",
		createdAt: new Date(0).toISOString(),
		store: "sqlite",
		securities: false,
	};
	await saveArchive(
		toArchiveLines(header, makeRecords(documents, bytes)),
		file,
		{ overwrite: false },
	);
}

async function* makeRecords(
	documents: number,
	bytes: number,
): AsyncGenerator<TransferRecord> {
	yield {
		kind: "collection",
		target: TARGET,
		mappings: {
			dynamic: "false",
			properties: { n: { type: "integer" }, kind: { type: "keyword" } },
		},
		settings: {},
	};
	const filler = WORDS.repeat(Math.ceil(bytes / WORDS.length)).slice(0, bytes);
	for (let from = 0; from < documents; from += 500) {
		const length = Math.min(500, documents - from);
		const some = Array.from({ length }, (_, position) => {
			const n = from + position;
			const content = { n, kind: `kind-${n % 7}`, filler: `${n} ${filler}` };
			return { id: `document-${String(n).padStart(7, "0")}`, content };
		});
		yield { kind: "documents", target: TARGET, documents: some };
	}
}
